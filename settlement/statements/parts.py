"""What the lines of a statement come to, with their share of what depends on sums, and their tax.

The amounts are those that were stored when the month closed. Nothing is computed anew here, so what
is corrected by line adds up to what was billed to the last minor unit.

A line comes to its amount, or to its effective amount where its period has lines that depend on
sums (`settlement.allocation`). Tax that is added to the price comes on top; tax within the price is
a part of it. The amount of a line of the period is all that it comes to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import INTEGER_MAX
from ledger import Refusal
from settlement.statements.disputed import LineKey
from settlement.statements.statements import Statement

GROSS_SQL = """(coalesce(allocation.effective_minor, line.amount_minor)
        + CASE WHEN line.tax_inclusive IS FALSE
            THEN coalesce(allocation.tax_minor, 0) ELSE 0 END)"""
"""What a line comes to with its tax, where `allocation` is joined to `line`."""


LEG_PATTERN = "[a-z][a-z_]{0,31}"
USE_KEY_PATTERN = r"[1-9][0-9]{0,9}:[\x21-\x7e]+"
"""A use as its lines name it: its book, and its number there."""
PERIOD_LINE_LENGTH_MAX = 300


class LineNotFound(Refusal):
    """The statement has no such line."""

    code: ClassVar[str] = "line-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The statement has no such line."


class LineInvalid(Refusal):
    """A line is not named as it should be, or is named twice."""

    code: ClassVar[str] = "line-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A line is named by its use and leg, or by its period line, once."


@dataclass(frozen=True, slots=True)
class Part:
    """What a line comes to, and the tax in that, in minor units."""

    gross_minor: int
    tax_minor: int
    tax_rate: Decimal | None = None


_LINES = text(
    f"""
    SELECT wanted.place, {GROSS_SQL} AS gross_minor,
        coalesce(allocation.tax_minor, 0) AS tax_minor, line.tax_rate
    FROM unnest(:books, :uses, :legs, :kinds) WITH ORDINALITY
        AS wanted (book_id, use_id, leg, kind, place)
    JOIN settlement.line USING (book_id, use_id, leg, kind)
    LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
    WHERE line.month = :month AND payer_party_id = :payer_party_id
        AND payee_party_id = :payee_party_id AND operator_party_id = :operator_party_id
        AND currency = :currency
    """
).bindparams(
    bindparam("books", type_=ARRAY(INTEGER)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("uses", "legs", "kinds")),
)

_PERIOD_LINES = text(
    """
    SELECT period_line_id, amount_minor AS gross_minor, tax_minor, tax_rate
    FROM settlement.period_line
    WHERE month = :month AND payer_party_id = :payer_party_id
        AND payee_party_id = :payee_party_id AND operator_party_id = :operator_party_id
        AND currency = :currency AND period_line_id = ANY(:periods)
    """
).bindparams(bindparam("periods", type_=ARRAY(TEXT)))

CROSS_BOOK: tuple[TextClause, ...] = (_LINES,)
"""The statement here that names no book: a bill is between parties, whatever books its uses are of.

It reads single lines by their whole key and locks none. A cluster sends it to every node.
"""


def read_line_key(
    use: str | None, leg: str | None, kind: str | None, period_line: str | None
) -> LineKey:
    """The line that texts name: `1:24.1` and a leg, or the id of a line of the period.

    Raises:
        LineInvalid: it is neither, or both.
    """
    if (use is None) == (period_line is None) or (use is None) != (leg is None):
        raise LineInvalid("name either a use and its leg or a period line")
    if use is None:
        if kind is not None:
            raise LineInvalid("a period line has no kind")
        return LineKey(period_line_id=period_line)
    book, _, use_id = use.partition(":")
    if not (book.isascii() and book.isdigit() and use_id) or not 0 < int(book) <= INTEGER_MAX:
        raise LineInvalid(f"{use[:40]!r} is not a use, like 1:24.1")
    return LineKey(int(book), use_id, leg, kind or "charge")


def require_distinct(keys: Sequence[LineKey]) -> None:
    """Refuse lines of which one is named twice.

    Raises:
        LineInvalid: one is.
    """
    if len(set(keys)) != len(keys):
        raise LineInvalid("a line is named twice")


def statement_key(statement: Statement) -> dict[str, object]:
    """What the lines of a statement have in common."""
    return {
        "month": statement.month,
        "payer_party_id": statement.payer_party_id,
        "payee_party_id": statement.payee_party_id,
        "operator_party_id": statement.operator_party_id,
        "currency": statement.currency,
    }


async def load_parts(
    connection: AsyncConnection, statement: Statement, keys: Sequence[LineKey]
) -> list[Part]:
    """What these lines of a statement come to, in their order. Two round trips at most.

    Raises:
        LineNotFound: the statement has no such line. It may be on another one.
    """
    uses = [(place, key) for place, key in enumerate(keys) if key.use_id is not None]
    found: dict[int, Part] = {}
    if uses:
        wanted = {
            "books": [key.book_id for _, key in uses],
            "uses": [key.use_id for _, key in uses],
            "legs": [key.leg for _, key in uses],
            "kinds": [key.kind for _, key in uses],
        }
        for row in await connection.execute(_LINES, wanted | statement_key(statement)):
            found[uses[row.place - 1][0]] = Part(row.gross_minor, row.tax_minor, row.tax_rate)
    if len(uses) < len(keys):
        periods = [key.period_line_id for key in keys if key.period_line_id is not None]
        rows = await connection.execute(
            _PERIOD_LINES, {"periods": periods} | statement_key(statement)
        )
        by_id = {row.period_line_id: row for row in rows}
        for place, key in enumerate(keys):
            if key.period_line_id in by_id:
                row = by_id[key.period_line_id]
                found[place] = Part(row.gross_minor, row.tax_minor, row.tax_rate)
    for place, key in enumerate(keys):
        if place not in found:
            name = key.period_line_id or f"{key.book_id}:{key.use_id} {key.leg} {key.kind}"
            raise LineNotFound(f"the statement has no line {name[:100]}", place=place)
    return [found[place] for place in range(len(keys))]
