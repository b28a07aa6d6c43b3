"""The ends of the chains of numbers, to keep outside the database, and what they prove later.

The statements of a year are a chain, and each link covers the whole bill: sums, parties, file. A
book of money is a chain, too. Somebody who can write to the database can compute a chain anew, but
cannot change an end of it that was kept elsewhere.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.audit import ChainHead
from ledger.money import load_money_books

SETTLEMENT, MONEY = "settlement", "money"
"""The names of the chains: one for each year of statements, one for each currency."""

_YEARS = text(
    """
    SELECT DISTINCT ON (year) year, sequence, chain_sha256 FROM settlement.statement
    WHERE chain_sha256 IS NOT NULL ORDER BY year, sequence DESC
    """
)

_LINK = text(
    """
    SELECT chain_sha256 FROM settlement.statement
    WHERE CAST(year AS text) = :part AND sequence = :seq
    """
)

_TRANSACTION = text(
    """
    SELECT sha256 FROM ledger.money_entry WHERE currency = :part AND seq = :seq AND part = 0
    """
)


async def load_chains(connection: AsyncConnection) -> list[ChainHead]:
    """The ends of the chains of statements and of the money books. Two round trips."""
    years = await connection.execute(_YEARS)
    return [
        *(
            ChainHead(SETTLEMENT, str(row.year), row.sequence, bytes(row.chain_sha256))
            for row in years
        ),
        *(
            ChainHead(MONEY, book.currency, book.last_seq, book.head_sha256)
            for book in await load_money_books(connection)
            if book.last_seq
        ),
    ]


async def compare_chains(connection: AsyncConnection, kept: Sequence[ChainHead]) -> list[str]:
    """Which of the ends that were kept are not in the chains. One round trip for each.

    That the chains follow from what they are over is for `verify_statements` and `verify_money`.
    """
    defects = []
    for head in kept:
        named = {"part": head.part, "seq": head.seq}
        statement = _LINK if head.chain == SETTLEMENT else _TRANSACTION
        found = await connection.scalar(statement, named)
        if found is None:
            defects.append(f"{head.chain} {head.part}: number {head.seq} was exported, and is gone")
        elif bytes(found) != head.head:
            defects.append(f"{head.chain} {head.part}: another chain up to {head.seq} was exported")
    return defects
