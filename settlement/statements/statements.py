"""Statements: what they hold, and who sees them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal

State = Literal["draft", "under_review", "issued", "agreed", "disputed", "final", "settled", "void"]
StatementKind = Literal["coupons", "fees", "conversions", "other"]
"""What the first leg of a statement is for: it may have others beside it."""

PAGE_MAX = 1000


class StatementNotFound(Refusal):
    """There is no such statement, or it is between other parties."""

    code: ClassVar[str] = "statement-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such statement."


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party owes another for one month, in minor units of one currency.

    A brand owes a supplier the cost of coupons, the brand whose points its own became the price of
    the conversions, and the operator its fees. `other_minor` is what other legs of a rate card come
    to, `adjustment_minor` what earlier statements are corrected by. Tax that is added to prices is
    `added_tax_minor`; `tax_minor` is all the tax in `billed_minor`, which is all together.
    `reversals` and `uses` count those of one leg. `issue` explains `content_sha256`.

    `disputed_minor` is what is in question, and `term_ends_at` when silence agrees. A void
    statement has been replaced by one that names it in `replaces`.
    """

    statement_id: int
    number: str
    month: str
    payer_party_id: int
    payee_party_id: int
    operator_party_id: int
    currency: str
    kind: StatementKind
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
    state: State
    content_sha256: bytes
    issued_at: datetime
    payer_agreed_at: datetime | None
    payee_agreed_at: datetime | None
    dispute_reason: str | None
    disputed_minor: int
    term_ends_at: datetime | None
    replaces: int | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementsWanted:
    """Which statements are listed. None stands for any."""

    month: str | None = None
    state: State | None = None
    payer_party_id: int | None = None
    payee_party_id: int | None = None
    currency: str | None = None


COLUMNS = ", ".join(field.name for field in fields(Statement))

# The one rule of visibility: payer and payee see a statement, and an operator sees `everything`.
_VISIBLE = """state NOT IN ('draft', 'under_review') AND number IS NOT NULL
        AND (CAST(:everything AS boolean)
            OR :party_id IN (payer_party_id, payee_party_id))"""

_LIST = text(
    f"""
    SELECT {COLUMNS} FROM settlement.statement
    WHERE statement_id > :after AND (CAST(:month AS text) IS NULL OR month = :month)
        AND (CAST(:state AS text) IS NULL OR state = :state)
        AND (CAST(:payer_party_id AS integer) IS NULL OR payer_party_id = :payer_party_id)
        AND (CAST(:payee_party_id AS integer) IS NULL OR payee_party_id = :payee_party_id)
        AND (CAST(:currency AS text) IS NULL OR currency = :currency)
        AND {_VISIBLE}
    ORDER BY statement_id LIMIT :limit
    """
)

_FIND = text(
    f"""
    SELECT {COLUMNS} FROM settlement.statement
    WHERE statement_id = :statement_id AND {_VISIBLE}
    """
)

_FIND_LOCKED = text(
    f"""
    SELECT {COLUMNS} FROM settlement.statement
    WHERE statement_id = :statement_id AND {_VISIBLE}
    FOR UPDATE
    """
)


async def list_statements(
    connection: AsyncConnection,
    viewer: Party,
    wanted: StatementsWanted | None = None,
    *,
    month: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Statement]:
    """A page of the issued statements that a party may see, in order of id: those after `after`.

    A page holds at most PAGE_MAX.
    """
    page = {"after": after, "limit": max(1, min(limit, PAGE_MAX))}
    filters = asdict(wanted or StatementsWanted(month=month))
    rows = await connection.execute(_LIST, page | filters | _viewer(viewer))
    return [statement_of(row) for row in rows]


async def find_statement(
    connection: AsyncConnection, viewer: Party, statement_id: int
) -> Statement:
    """The statement, if the party may see it.

    Raises:
        StatementNotFound: there is none, or it is not the viewer's. The answer is the same.
    """
    rows = await connection.execute(_FIND, {"statement_id": statement_id, **_viewer(viewer)})
    return _found(rows.one_or_none())


async def lock_statement(
    connection: AsyncConnection, viewer: Party, statement_id: int
) -> Statement:
    """The statement, locked until the caller's transaction ends, if the party may see it.

    Whatever changes a statement, disputes or corrects it, or pays it, does so under this lock. So
    of two at once the second sees what the first has done.

    Raises:
        StatementNotFound: there is none, or it is not the viewer's. The answer is the same.
    """
    rows = await connection.execute(_FIND_LOCKED, {"statement_id": statement_id, **_viewer(viewer)})
    return _found(rows.one_or_none())


def _viewer(party: Party) -> dict[str, object]:
    return {"party_id": party.party_id, "everything": "operator" in party.roles}


def _found(row: Sequence[Any] | None) -> Statement:
    if row is None:
        raise StatementNotFound
    return statement_of(row)


def statement_of(row: Sequence[Any]) -> Statement:
    """The statement in a row of COLUMNS."""
    return Statement(*row)
