"""A closed month computed anew: each line, the lines of its period, and the shares of them.

A line is rated again by the card and the inputs that it keeps. So an altered rate, payer or payee,
card or contract is found, even where every sum and every hash has been made to fit.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time
from settlement.cards import RateCard, RateCardInvalid
from settlement.explain.lines import replay_month
from settlement.period_lines import find_changed_period

DEFECTS_MAX = 20
_NO_TIME_LIMIT = 0

_COUNT = text(
    """
    SELECT count(*) FROM settlement.line WHERE month = :month
    """
)

_CARDS = text(
    """
    SELECT card_id, document, document_sha256 FROM settlement.rate_card ORDER BY card_id
    """
)

# What a line is replayed from. A line without it would be passed over.
_UNREADABLE = text(
    """
    SELECT book_id || ':' || use_id || ':' || leg || ':' || kind
    FROM settlement.line
    WHERE month = :month AND (
        NOT EXISTS (
            SELECT FROM settlement.contract WHERE contract.contract_id = line.contract_id
                AND contract.version = line.contract_version
        )
        OR card_id IS DISTINCT FROM (
            SELECT card_id FROM settlement.rate_card_version
            WHERE rate_card_version.contract_id = line.contract_id
        )
    )
    ORDER BY book_id, use_id, leg, kind LIMIT :limit
    """
)

CROSS_BOOK = (_COUNT, _UNREADABLE)
"""The statements here that name no book: a month is proved whole. They only read."""


async def verify_cards(connection: AsyncConnection) -> list[str]:
    """The rate cards that are not what was written: their documents have other digests."""
    rows = await connection.execute(_CARDS)
    return [
        f"rate card {row.card_id}: its document is not the one that was written"
        for row in rows
        if not _is_written(row.document, row.document_sha256)
    ]


def _is_written(document: Any, sha256: bytes | None) -> bool:
    try:
        return RateCard.of_document(document).sha256 == sha256
    except RateCardInvalid:
        return False


async def verify_month(
    connection: AsyncConnection, month: str, progress: Callable[[int, int], None]
) -> list[str]:
    """What of a closed month is not what it would be now. At most DEFECTS_MAX of a kind are named.

    The cards are sound (`verify_cards`). Run it in a transaction of its own: it asks for one
    snapshot (REPEATABLE READ), and for no limit of time.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, _NO_TIME_LIMIT)
    asked = {"month": month, "limit": DEFECTS_MAX}
    rows = await connection.execute(_UNREADABLE, asked)
    defects = [f"line {each}: its contract or card is not there" for each in rows.scalars()]
    count = int(await connection.scalar(_COUNT, {"month": month}) or 0)
    done = differing = 0
    async for page in replay_month(connection, month):
        for each in page:
            if each.replay == "differs":
                differing += 1
                if differing <= DEFECTS_MAX:
                    defects.append(f"line {each.line.identity}: it is rated otherwise")
        done += len(page)
        progress(done, count)
    if differing > DEFECTS_MAX:
        defects.append(f"{differing} lines are rated otherwise")
    return defects + [
        f"{each}: it is computed otherwise" for each in await find_changed_period(connection, month)
    ]
