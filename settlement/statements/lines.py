"""The lines of a statement, a page at a time: those of uses first, then those of its month.

Pages are read by the key of the line, which an index has. So the last page of a million lines costs
as much as the first one.

The member is shown to the brand whose member it is, and to nobody else: a supplier matches lines by
code, request number or reference, and the operator needs no member for a bill.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.statements.parts import GROSS_SQL, statement_key
from settlement.statements.statements import PAGE_MAX, find_statement

LINE_CURSOR_LENGTH_MAX = 800
LINE_CURSOR_PATTERN = rf"W[A-Za-z0-9_-]{{1,{LINE_CURSOR_LENGTH_MAX}}}"
"""A list in JSON, in base64, begins so."""


class LineCursorInvalid(ValueError):
    """The cursor is not the `next_cursor` of an earlier page of lines."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line. Those of a use have a `use`, those of their month a `period_line`.

    `gross_minor` is what it comes to: with its share of what depends on sums, and with its tax. So
    lines of the month are in the `gross_minor` of the uses already: the bill is the sum of the
    `amount_minor` of all lines.
    """

    use: str | None
    period_line: str | None
    leg: str
    kind: str
    amount_minor: int
    gross_minor: int
    tax_minor: int
    tax_rate: Decimal | None
    calculation: Any
    late: bool = False
    used_at: datetime | None = None
    occurred_at: datetime | None = None
    offer_code: str | None = None
    coupon_code_tail: str | None = None
    coupon_code_sha256: bytes | None = None
    reference: str | None = None
    request_number: str | None = None
    store: str | None = None
    programme: str | None = None
    face_minor: int | None = None
    order_minor: int | None = None
    paid_minor: int | None = None
    contract_id: int | None = None
    contract_version: int | None = None
    of_statement_id: int | None = None
    of_use: str | None = None
    member: str | None = None


_LINES = text(
    f"""
    SELECT line.book_id || ':' || line.use_id AS use, CAST(NULL AS text) AS period_line, line.leg,
        line.kind, line.amount_minor, {GROSS_SQL} AS gross_minor,
        coalesce(allocation.tax_minor, 0) AS tax_minor, line.tax_rate, line.calculation, line.late,
        line.used_at, line.occurred_at, line.offer_code, line.coupon_code_tail,
        line.coupon_code_sha256, line.reference, line.request_number, line.store, line.programme,
        line.face_minor, line.order_minor, line.paid_minor, line.contract_id,
        line.contract_version, CAST(NULL AS bigint) AS of_statement_id,
        CAST(NULL AS text) AS of_use,
        CASE WHEN line.home_party_id = :viewer_party_id THEN line.member END AS member,
        line.book_id, line.use_id
    FROM settlement.line
    LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
    WHERE line.month = :month AND payer_party_id = :payer_party_id
        AND payee_party_id = :payee_party_id AND currency = :currency
        AND operator_party_id = :operator_party_id
        AND (line.book_id, line.use_id, line.leg, line.kind) > (:book_id, :use_id, :leg, :kind)
    ORDER BY line.book_id, line.use_id, line.leg, line.kind LIMIT :limit
    """
)

_PERIOD_LINES = text(
    """
    SELECT CAST(NULL AS text) AS use, period_line_id AS period_line, leg, kind, amount_minor,
        amount_minor AS gross_minor, tax_minor, tax_rate, calculation, of_statement_id,
        CASE WHEN of_use_id IS NOT NULL THEN of_book_id || ':' || of_use_id END AS of_use
    FROM settlement.period_line
    WHERE month = :month AND payer_party_id = :payer_party_id
        AND payee_party_id = :payee_party_id AND operator_party_id = :operator_party_id
        AND currency = :currency AND period_line_id > :after
    ORDER BY period_line_id LIMIT :limit
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_LINES,)
"""The statement here that names no book: a bill is between parties, whatever books its uses are of.

It reads lines, which no longer change, and locks none. A cluster sends it to every node.
"""


async def list_lines(
    connection: AsyncConnection,
    viewer: Party,
    statement_id: int,
    *,
    cursor: str | None = None,
    limit: int = 100,
) -> tuple[list[StatementLine], str | None]:
    """A page of a statement's lines for a party that may see it, and the cursor of the next page.

    Raises:
        StatementNotFound: there is no such statement, or it is not the viewer's.
        LineCursorInvalid: the cursor is not one of ours.
    """
    statement = await find_statement(connection, viewer, statement_id)
    size = max(1, min(limit, PAGE_MAX))
    key = statement_key(statement)
    place = [0, "", "", ""] if cursor is None else _read_cursor(cursor)
    found: list[StatementLine] = []
    last: list[int | str] | None = None
    if len(place) > 1:
        names = dict(zip(("book_id", "use_id", "leg", "kind"), place, strict=True))
        rows = (
            await connection.execute(
                _LINES, {**key, **names, "limit": size, "viewer_party_id": viewer.party_id}
            )
        ).all()
        found = [StatementLine(*row[:-2]) for row in rows]
        if rows:
            last = [rows[-1].book_id, rows[-1].use_id, rows[-1].leg, rows[-1].kind]
        place = [""]
    if len(found) < size:
        page = {**key, "after": place[0], "limit": size - len(found)}
        periods = (await connection.execute(_PERIOD_LINES, page)).all()
        found += [StatementLine(**row._asdict()) for row in periods]
        if periods:
            last = [periods[-1].period_line]
    is_full = len(found) == size and last is not None
    return found, _cursor(last) if is_full and last is not None else None


def _cursor(place: list[int | str]) -> str:
    """The place of a line as text that an address can hold."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> list[Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        raise LineCursorInvalid from None
    kinds = [type(each) for each in place] if isinstance(place, list) else []
    texts = [each for each in place if isinstance(each, str)] if kinds else []
    if kinds not in ([str], [int, str, str, str]) or any("\0" in each for each in texts):
        raise LineCursorInvalid
    if kinds[0] is int and not 0 <= place[0] < 2**31:
        raise LineCursorInvalid
    return list(place)
