"""The drafts of a month: what somebody looks at before the statements are issued."""

from dataclasses import dataclass, fields

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.months import require_month
from settlement.statements.issue import StatementNotDrafted

DRAFTS_PAGE_MAX = 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before its issue: it has no number yet, and its parties do not see it."""

    statement_id: int
    month: str
    payer_party_id: int
    payee_party_id: int
    operator_party_id: int
    currency: str
    kind: str
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: str
    replaces: int | None


_COLUMNS = ", ".join(field.name for field in fields(Draft))

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.statement
    WHERE month = :month AND statement_id > :after AND state IN ('draft', 'under_review')
    ORDER BY statement_id LIMIT :limit
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.statement
    WHERE statement_id = :statement_id AND state IN ('draft', 'under_review')
    """
)


async def list_drafts(
    connection: AsyncConnection, month: str, *, after: int = 0, limit: int = 100
) -> list[Draft]:
    """A page of the drafts of a month, in order of id: those after `after`.

    A page holds at most DRAFTS_PAGE_MAX.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
    """
    page = {
        "month": require_month(month),
        "after": after,
        "limit": max(1, min(limit, DRAFTS_PAGE_MAX)),
    }
    return [Draft(*row) for row in await connection.execute(_LIST, page)]


async def find_draft(connection: AsyncConnection, statement_id: int) -> Draft:
    """A draft.

    Raises:
        StatementNotDrafted: there is none, or it is issued.
    """
    row = (await connection.execute(_FIND, {"statement_id": statement_id})).one_or_none()
    if row is None:
        raise StatementNotDrafted
    return Draft(*row)
