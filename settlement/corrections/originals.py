"""What is corrected: what a line or a statement came to, and all its corrections so far."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.corrections.asked import Target
from settlement.corrections.limits import Original
from settlement.statements.disputed import LineKey
from settlement.statements.parts import (
    GROSS_SQL,
    Part,
    load_parts,
    require_distinct,
    statement_key,
)
from settlement.statements.statements import Statement

# All corrections of a statement and of those that it replaces, or that replace it: the lines are
# the same. The period lines are what was billed, and have the tax.
_ADJUSTED = text(
    """
    SELECT of_book_id, of_use_id, of_leg, calculation->>'of_period_line' AS of_period_line_id,
        CAST(sum(amount_minor) AS bigint) AS adjusted_minor,
        CAST(sum(tax_minor) AS bigint) AS adjusted_tax_minor
    FROM settlement.period_line
    WHERE kind = 'adjustment' AND of_statement_id IN (
        SELECT statement_id FROM settlement.statement
        WHERE month = :month AND payer_party_id = :payer_party_id
            AND payee_party_id = :payee_party_id AND operator_party_id = :operator_party_id
            AND currency = :currency)
    GROUP BY of_book_id, of_use_id, of_leg, calculation->>'of_period_line'
    """
)

# A use that was reversed has been given back already.
_REVERSED = text(
    f"""
    SELECT wanted.place, {GROSS_SQL} AS gross_minor,
        coalesce(allocation.tax_minor, 0) AS tax_minor
    FROM unnest(:books, :uses, :legs) WITH ORDINALITY AS wanted (book_id, use_id, leg, place)
    JOIN settlement.line USING (book_id, use_id, leg)
    LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
    WHERE line.kind = 'reversal'
    """
).bindparams(
    bindparam("books", type_=ARRAY(INTEGER)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("uses", "legs")),
)

CROSS_BOOK: tuple[TextClause, ...] = (_REVERSED,)
"""The statement here that names no book: a bill is between parties, whatever books its uses are of.

It reads single lines by their whole key and locks none. A cluster sends it to every node.
"""


async def load_targets(
    connection: AsyncConnection, statement: Statement, keys: Sequence[LineKey]
) -> tuple[list[Target], Original]:
    """What is corrected, and the statement as a whole. Without keys the whole is the target.

    The caller has locked the statement. Four round trips at most.

    Raises:
        LineNotFound, LineInvalid: a line is not on the statement, or is named twice.
    """
    require_distinct(keys)
    adjusted: dict[tuple[Any, ...], tuple[int, int]] = {}
    for row in await connection.execute(_ADJUSTED, statement_key(statement)):
        adjusted[tuple(row[:4])] = (row.adjusted_minor, row.adjusted_tax_minor)
    total = Original(
        statement.billed_minor,
        statement.tax_minor,
        sum(each for each, _ in adjusted.values()),
        sum(each for _, each in adjusted.values()),
    )
    if not keys or keys == [LineKey()]:
        whole = Part(statement.billed_minor, statement.tax_minor)
        return [Target(LineKey(), whole, total)], total
    parts = await load_parts(connection, statement, keys)
    back = await _reversed(connection, keys)
    targets = []
    for place, (key, part) in enumerate(zip(keys, parts, strict=True)):
        name = (key.book_id, key.use_id, key.leg, key.period_line_id)
        so_far, tax_so_far = adjusted.get(name, (0, 0))
        given_back, tax_back = back.get(place, (0, 0))
        original = Original(
            part.gross_minor, part.tax_minor, so_far + given_back, tax_so_far + tax_back
        )
        targets.append(Target(key, part, original))
    return targets, total


async def _reversed(
    connection: AsyncConnection, keys: Sequence[LineKey]
) -> dict[int, tuple[int, int]]:
    """What the reversals of these charges gave back, by the place of the charge."""
    charges = [(place, key) for place, key in enumerate(keys) if key.kind == "charge"]
    if not charges:
        return {}
    wanted = {
        "books": [key.book_id for _, key in charges],
        "uses": [key.use_id for _, key in charges],
        "legs": [key.leg for _, key in charges],
    }
    rows = await connection.execute(_REVERSED, wanted)
    return {charges[row.place - 1][0]: (row.gross_minor, row.tax_minor) for row in rows}
