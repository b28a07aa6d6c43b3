"""The journal of money of a currency: a page of it, or a file for a general ledger."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import IO, Annotated, Literal

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import OPERATOR, SLOW, Call, context_of
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.journal import JournalEntryAnswer
from api.http.times import DAY_LENGTH, day_of
from ledger.money import Posted, account_parts, list_money
from settlement.journal import (
    JournalFormat,
    JournalScope,
    account_name,
    export_journal,
    require_money_book,
)

TAGS = ["money"]
CHUNK_BYTES = 256 * 1024
MEDIA_TYPES = {
    JournalFormat.CSV: "text/csv; charset=utf-8",
    JournalFormat.BEANCOUNT: "text/plain; charset=utf-8",
    JournalFormat.HLEDGER: "text/plain; charset=utf-8",
}

FormatName = Literal["csv", "beancount", "hledger"]
Since = Annotated[
    str | None,
    QueryParameter(
        min_length=DAY_LENGTH,
        max_length=DAY_LENGTH,
        description="The first day on which something was posted. By default the first of all.",
    ),
]
Before = Annotated[
    str | None,
    QueryParameter(
        min_length=DAY_LENGTH,
        max_length=DAY_LENGTH,
        description="The day after the last one. By default, all that was posted.",
    ),
]


def _days(since: str | None, before: str | None) -> tuple[date | None, date | None]:
    return (
        None if since is None else day_of("since", since),
        None if before is None else day_of("before", before),
    )


async def _render(
    request: Call, connection: AsyncConnection, found: Sequence[Posted]
) -> dict[int, JournalEntryAnswer]:
    accounts = {
        account
        for posted in found
        for transfer in posted.transaction.transfers
        for account in (transfer.from_account, transfer.to_account)
    }
    parties = {party for account in accounts if (party := account_parts(account).party_id)}
    codes = await context_of(request).codes.of(connection, parties)
    names = {account: account_name(account, codes).text for account in accounts}
    return {
        posted.recorded.seq: {
            "entry": posted.recorded.seq,
            "kind": posted.transaction.kind,  # type: ignore[typeddict-item]
            "posted_on": posted.transaction.posted_on,
            "document": posted.transaction.document,
            "key": posted.transaction.key,
            "transfers": [
                {
                    "from_account": names[each.from_account],
                    "to_account": names[each.to_account],
                    "amount_minor": each.amount_minor,
                }
                for each in posted.transaction.transfers
            ],
            "sha256": posted.sha256.hex(),
            "recorded_at": posted.recorded.recorded_at,
        }
        for posted in found
    }


@get("/v1/journal/{currency:str}", guards=[OPERATOR], tags=TAGS)
async def money_journal(
    request: Call,
    currency: FromPath[str],
    *,
    since: Since = None,
    before: Before = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[JournalEntryAnswer]:
    """What was posted between parties in a currency, in order."""
    first, end = _days(since, before)
    async with context_of(request).database.transaction() as connection:
        await require_money_book(connection, currency)
        found = await list_money(
            connection, currency, since=first, before=end, after=after(cursor), limit=limit
        )
        rendered = await _render(request, connection, found)
    paged: Page[JournalEntryAnswer] = page(
        found, limit, lambda row: rendered[row.recorded.seq], lambda row: row.recorded.seq
    )
    return paged


@get(
    "/v1/journal/{currency:str}/export",
    guards=[OPERATOR],
    opt={"answers": ("text/csv", "text/plain"), **SLOW},
    tags=TAGS,
)
async def export_money_journal(
    request: Call,
    currency: FromPath[str],
    since: Since = None,
    before: Before = None,
    # The name is the one in the address. The refusal of a wrong value points to it.
    format: Annotated[FormatName, QueryParameter()] = "csv",  # noqa: A002 - the query's word
) -> Stream:
    """The same as a file for a general ledger, with the balances that it leads to."""
    form, scope = JournalFormat(format), JournalScope(currency, *_days(since, before))
    # All of it is written before the answer begins, so a file is never cut off by a refusal.
    file = tempfile.TemporaryFile(prefix="comity-journal-")  # noqa: SIM115 - the answer closes it
    try:
        async with context_of(request).database.transaction() as connection:
            async for piece in export_journal(connection, scope, form):
                file.write(piece.encode())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Stream(
        _chunks(file),
        headers={
            "Content-Type": MEDIA_TYPES[form],
            "Content-Disposition": f'attachment; filename="journal-{currency}.{form}"',
        },
    )


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


ROUTES = [money_journal, export_money_journal]
