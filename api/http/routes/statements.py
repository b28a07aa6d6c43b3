"""Statements: the monthly bills between two parties.

Only these parties and the operator can see a statement.
"""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.statements import DisputeBody, StatementAnswer, StatementState
from api.http.schemas.types import CURRENCY_PATTERN
from api.process.caches import PartyCodes
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, PartyNotFound, find_party
from ledger import JSON, read_clock
from settlement import require_month
from settlement.statements import (
    MEDIA_TYPES,
    DownloadFormat,
    Statement,
    StatementNotFound,
    StatementStep,
    StatementsWanted,
    find_statement,
    list_statements,
    transition,
    write_download,
)

CHUNK_BYTES = 256 * 1024

TAGS = ["billing"]
MonthFilter = Annotated[
    str | None, QueryParameter(max_length=7, description="Only this month, like 2017-01.")
]
PartyFilter = Annotated[
    str | None,
    QueryParameter(max_length=CODE_LENGTH_MAX, description="Only those of this party."),
]
NOBODY = 0
"""The number of no party, for a code that nobody has. The caller is told of nobody by it."""


_copy = Copier(
    StatementAnswer, Statement, "payer_party", "payee_party", "operator_party", "content_sha256"
)


def _render(statement: Statement, codes: dict[int, str]) -> StatementAnswer:
    return _copy(
        statement,
        payer_party=codes[statement.payer_party_id],
        payee_party=codes[statement.payee_party_id],
        operator_party=codes[statement.operator_party_id],
        content_sha256=statement.content_sha256.hex(),
    )


async def _codes(
    connection: AsyncConnection, known: PartyCodes, found: list[Statement]
) -> dict[int, str]:
    parties = {
        party_id
        for statement in found
        for party_id in (
            statement.payer_party_id,
            statement.payee_party_id,
            statement.operator_party_id,
        )
    }
    return await known.of(connection, parties)


async def render_statements(
    request: Call, connection: AsyncConnection, found: list[Statement]
) -> list[StatementAnswer]:
    """The statements as they are answered."""
    codes = await _codes(connection, context_of(request).codes, found)
    return [_render(statement, codes) for statement in found]


async def _party_id(connection: AsyncConnection, code: str | None) -> int | None:
    """The number of the party that a filter names."""
    if code is None:
        return None
    try:
        return (await find_party(connection, code)).party_id
    except PartyNotFound:
        return NOBODY


def existing_statement(statement_id: int) -> int:
    """The identifier, if the database can hold it.

    Raises:
        StatementNotFound: it cannot hold it, so there is no such statement.
    """
    if not 1 <= statement_id <= BIGINT_MAX:
        raise StatementNotFound
    return statement_id


@get("/v1/statements", tags=TAGS)
async def statements(
    request: Call,
    *,
    month: MonthFilter = None,
    stands: Annotated[
        StatementState | None,
        QueryParameter(name="state", description="Only those that stand so; without it, all."),
    ] = None,
    payer: PartyFilter = None,
    payee: PartyFilter = None,
    currency: Annotated[
        str | None,
        QueryParameter(pattern=CURRENCY_PATTERN, description="Only those in this currency."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[StatementAnswer]:
    """The issued statements of the calling party. The operator sees all of them."""
    if month is not None:
        require_month(month)
    context = context_of(request)
    async with context.database.transaction() as connection:
        wanted = StatementsWanted(
            month,
            stands,
            await _party_id(connection, payer),
            await _party_id(connection, payee),
            currency,
        )
        rows = await list_statements(
            connection, request.user.party, wanted, after=after(cursor), limit=limit
        )
        codes = await _codes(connection, context.codes, rows)
    found: Page[StatementAnswer] = page(
        rows, limit, lambda row: _render(row, codes), lambda row: row.statement_id
    )
    return found


@get("/v1/statements/{statement_id:int}", tags=TAGS)
async def statement_by_id(request: Call, statement_id: FromPath[int]) -> StatementAnswer:
    """One statement."""
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await find_statement(
            connection, request.user.party, existing_statement(statement_id)
        )
        return _render(found, await _codes(connection, context.codes, [found]))


@get(
    "/v1/statements/{statement_id:int}/download",
    opt={"answers": tuple(MEDIA_TYPES.values()), **SLOW},
    tags=TAGS,
)
async def download(
    request: Call,
    statement_id: FromPath[int],
    # The name is the one in the address. The refusal of a wrong value points to it.
    format: Annotated[DownloadFormat, QueryParameter()] = "csv",  # noqa: A002 - the query's word
) -> Stream:
    """A statement with all its lines, as CSV or XLSX."""
    with tempfile.TemporaryDirectory(prefix="comity-statement-") as directory:
        async with context_of(request).database.transaction() as connection:
            written = await write_download(
                connection,
                request.user.party,
                existing_statement(statement_id),
                download_format=format,
                target=Path(directory) / "statement",
            )
        # The open file outlives its name, and is gone once it is closed. So it is never left
        # behind, even if the answer fails.
        source = written.path.open("rb")
    return Stream(
        _chunks(source),
        # As a header, because the framework would add a second charset to a text media type.
        headers={
            "Content-Type": written.media_type,
            "Content-Disposition": f'attachment; filename="{written.file_name}"',
        },
    )


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


async def _take(
    request: Call, statement_id: int, step: StatementStep, *, reason: str | None = None
) -> Response[StatementAnswer]:
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        reached = await transition(
            connection, party, existing_statement(statement_id), step, now, reason=reason
        )
        return _render(reached, await _codes(connection, context.codes, [reached]))

    return await answer_once(request, context.database, act, status=200)


@post("/v1/statements/{statement_id:int}/agree", opt=CHANGES, status_code=200, tags=TAGS)
async def agree(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Agree to a statement, as its payer or its payee.

    It is agreed once both have agreed and nothing is in question. Agreeing takes back what the
    party has disputed itself. Who says nothing until `term_ends_at` agrees by that.
    """
    await require_no_members(request)
    return await _take(request, statement_id, "agree")


@post("/v1/statements/{statement_id:int}/dispute", opt=CHANGES, status_code=200, tags=TAGS)
async def dispute(
    request: Call, statement_id: FromPath[int], data: JSONBody[DisputeBody]
) -> Response[StatementAnswer]:
    """Dispute a statement as a whole, as its payer or its payee, and give the reason.

    A party that agreed before has to agree again. Lines are disputed by
    `POST /v1/statements/{statement_id}/disputes`.
    """
    return await _take(request, statement_id, "dispute", reason=data.reason)


@post(
    "/v1/statements/{statement_id:int}/finalise",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def finalise(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Make an agreed or disputed statement final. Then nobody can dispute it any more.

    What is still in question is carried: it is not due before its disputes are answered.
    """
    await require_no_members(request)
    return await _take(request, statement_id, "finalise")


@post(
    "/v1/statements/{statement_id:int}/settle",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def settle(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Record that a final statement has been paid."""
    await require_no_members(request)
    return await _take(request, statement_id, "settle")


ROUTES = [statements, statement_by_id, download, agree, dispute, finalise, settle]
