"""What was credited and then reversed: the credit is taken back, so nothing goes back twice.

A reversal gives back all that its charge came to, and is rated on its own. If the charge had been
credited before, the two together are too much. A round looks for such charges and debits them by
what was credited, on the statement that was corrected. It is recorded by nobody's key.

Two rounds at once lock the statement. The second finds that nothing is too much any more.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, read_clock
from settlement.corrections.adjustments import adjust_at_once
from settlement.corrections.asked import Asked, AskedLine
from settlement.statements.disputed import LineKey
from settlement.statements.history import note_step
from settlement.statements.statements import COLUMNS, statement_of

COUNTERED_MAX = 200
"""The most charges that one round looks at."""


@dataclass(frozen=True, slots=True)
class _TooMuch:
    statement_id: int
    book_id: int
    use_id: str
    leg: str
    minor: int


# The corrections of lines are few, and each is found with its reversal by its key. A reversal takes
# back all that its charge came to, also where its own share is written only when its month closes.
# So what is too much is what was credited.
_TOO_MUCH = text(
    """
    SELECT max(of_statement_id) AS of_statement_id, of_book_id AS book_id, of_use_id AS use_id,
        of_leg AS leg, CAST(-sum(amount_minor) AS bigint) AS minor
    FROM settlement.period_line
    WHERE of_statement_id IS NOT NULL AND kind = 'adjustment' AND of_use_id IS NOT NULL
        AND EXISTS (
            SELECT FROM settlement.line
            WHERE line.book_id = of_book_id AND line.use_id = of_use_id AND line.leg = of_leg
                AND line.kind = 'reversal'
        )
    GROUP BY of_book_id, of_use_id, of_leg HAVING sum(amount_minor) < 0
    ORDER BY max(of_statement_id), of_book_id, of_use_id, of_leg
    LIMIT :limit
    """
)

_LOCK = text(
    f"""
    SELECT {COLUMNS} FROM settlement.statement WHERE statement_id = :statement_id FOR UPDATE
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_TOO_MUCH,)
"""The statement here that names no book: it looks for corrections, whatever books they are of.

It reads their lines by the whole key and locks none. A cluster sends it to every node.
"""


async def counter_reversed(database: Database) -> int:
    """A round of the worker: debit what was credited and then reversed. Returns how many lines."""
    async with database.transaction() as connection:
        waiting = await _too_much(connection)
    countered = 0
    for statement_id in sorted({each.statement_id for each in waiting}):
        async with database.transaction() as connection:
            countered += await _counter(connection, statement_id)
    return countered


async def _too_much(connection: AsyncConnection) -> list[_TooMuch]:
    rows = await connection.execute(_TOO_MUCH, {"limit": COUNTERED_MAX})
    return [_TooMuch(*row) for row in rows]


async def _counter(connection: AsyncConnection, statement_id: int) -> int:
    row = (await connection.execute(_LOCK, {"statement_id": statement_id})).one()
    found = [each for each in await _too_much(connection) if each.statement_id == statement_id]
    if not found:
        return 0
    lines = [
        AskedLine(LineKey(each.book_id, each.use_id, each.leg, "charge"), each.minor)
        for each in found
    ]
    asked = Asked("debit", "reversed after it had been credited", lines)
    now = await read_clock(connection)
    made = await adjust_at_once(connection, statement_of(row), asked, now)
    note = f"adjustment {made.adjustment_id}: {asked.reason}"
    await note_step(connection, [statement_id], "adjust", now, note=note)
    return len(found)
