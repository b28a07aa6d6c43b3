"""Statements: who sees them, and the steps of each from issue to settlement."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal

State = Literal["draft", "under_review", "issued", "agreed", "disputed", "final", "settled", "void"]
StatementKind = Literal["coupons", "fees", "conversions", "other"]
"""What the first leg of a statement is for: it may have others beside it."""
StatementStep = Literal["agree", "dispute", "finalise", "settle"]

PAGE_MAX = 1000
REASON_LENGTH_MAX = 1000

# The states that each step starts from. Drafting, review and issue belong to the month's closing.
_FROM: dict[StatementStep, tuple[State, ...]] = {
    "agree": ("issued", "disputed"),
    "dispute": ("issued",),
    "finalise": ("agreed", "disputed"),
    "settle": ("final",),
}


class StatementNotFound(Refusal):
    """There is no such statement, or it is between other parties."""

    code: ClassVar[str] = "statement-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such statement."


class StatementStepRefused(Refusal):
    """The statement's state, or the party's part in it, does not allow the step."""

    code: ClassVar[str] = "statement-step-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The statement does not allow this step."


class StatementReasonInvalid(Refusal):
    """A dispute needs a reason within the limit."""

    code: ClassVar[str] = "statement-reason-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A dispute states its reason."


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party owes another for one month, in minor units of one currency.

    A brand owes a supplier the cost of coupons, the brand whose points its own became the price of
    the conversions, and the operator its fees. `other_minor` is what other legs of a rate card come
    to, `adjustment_minor` what earlier statements are corrected by. Tax that is added to prices is
    `added_tax_minor`; `tax_minor` is all the tax in `billed_minor`, which is all together.
    `reversals` and `uses` count those of one leg. `issue` explains `content_sha256`.
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


_COLUMNS = ", ".join(field.name for field in fields(Statement))

# The one rule of visibility: payer and payee see a statement, and an operator sees `everything`.
_VISIBLE = """state NOT IN ('draft', 'under_review')
        AND (CAST(:everything AS boolean)
            OR :party_id IN (payer_party_id, payee_party_id))"""

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.statement
    WHERE statement_id > :after AND (CAST(:month AS text) IS NULL OR month = :month)
        AND {_VISIBLE}
    ORDER BY statement_id LIMIT :limit
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.statement
    WHERE statement_id = :statement_id AND {_VISIBLE}
    """
)

_FIND_LOCKED = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.statement
    WHERE statement_id = :statement_id AND {_VISIBLE}
    FOR UPDATE
    """
)

_STEP = text(
    f"""
    UPDATE settlement.statement
    SET state = :state, payer_agreed_at = :payer_agreed_at, payee_agreed_at = :payee_agreed_at,
        dispute_reason = :dispute_reason
    WHERE statement_id = :statement_id RETURNING {_COLUMNS}
    """
)


async def list_statements(
    connection: AsyncConnection,
    viewer: Party,
    *,
    month: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Statement]:
    """A page of the issued statements that a party may see, in order of id: those after `after`.

    A page holds at most PAGE_MAX.
    """
    page = {"month": month, "after": after, "limit": max(1, min(limit, PAGE_MAX))}
    rows = await connection.execute(_LIST, page | _viewer(viewer))
    return [_statement(row) for row in rows]


async def find_statement(
    connection: AsyncConnection, viewer: Party, statement_id: int
) -> Statement:
    """The statement, if the party may see it.

    Raises:
        StatementNotFound: there is none, or it is not the viewer's. The answer is the same.
    """
    rows = await connection.execute(_FIND, {"statement_id": statement_id, **_viewer(viewer)})
    return _found(rows.one_or_none())


async def transition(
    connection: AsyncConnection,
    party: Party,
    statement_id: int,
    step: StatementStep,
    now: datetime,
    *,
    reason: str | None = None,
) -> Statement:
    """Take a statement one step further.

    Its row is locked, so of two steps at once the second sees what the first has done.

    Payer and payee each agree for themselves. The statement is agreed when both have.
    Either may dispute it, with a reason. The operator makes it final and settles it. A step that
    was taken before changes nothing.

    Raises:
        StatementNotFound: there is none, or it is not the party's.
        StatementReasonInvalid: a dispute without a reason, or one that is too long.
        StatementStepRefused: the statement's state, or the party's part in it, does not allow the
            step.
    """
    if step == "dispute" and not 0 < len(reason or "") <= REASON_LENGTH_MAX:
        raise StatementReasonInvalid(f"a reason has 1 to {REASON_LENGTH_MAX} characters")
    rows = await connection.execute(_FIND_LOCKED, {"statement_id": statement_id, **_viewer(party)})
    statement = _found(rows.one_or_none())
    reached = _after(statement, party, step, now, reason)
    if reached is None:
        return statement
    return _statement((await connection.execute(_STEP, reached)).one())


def _after(
    statement: Statement, party: Party, step: StatementStep, now: datetime, reason: str | None
) -> dict[str, object] | None:
    """The columns after a step, or None when the step was taken before. Pure."""
    payer = party.party_id == statement.payer_party_id
    payee = party.party_id == statement.payee_party_id
    by_operator = step in ("finalise", "settle")
    allowed = "operator" in party.roles if by_operator else payer or payee
    if not allowed:
        raise StatementStepRefused(f"{party.code} has no part in this step", step=step)
    payer_agreed = statement.payer_agreed_at or (now if step == "agree" and payer else None)
    payee_agreed = statement.payee_agreed_at or (now if step == "agree" and payee else None)
    both = payer_agreed is not None and payee_agreed is not None
    goals: dict[StatementStep, State] = {
        "agree": "agreed" if both else statement.state,
        "dispute": "disputed",
        "finalise": "final",
        "settle": "settled",
    }
    unchanged = (payer_agreed, payee_agreed) == (
        statement.payer_agreed_at,
        statement.payee_agreed_at,
    )
    if unchanged and statement.state == goals[step]:
        return None
    if statement.state not in _FROM[step]:
        raise StatementStepRefused(
            f"the statement is {statement.state}", step=step, state=statement.state
        )
    disputed = step == "dispute"
    return {
        "statement_id": statement.statement_id,
        "state": goals[step],
        # A party that agreed before the dispute agreed to what is now in question.
        "payer_agreed_at": None if disputed else payer_agreed,
        "payee_agreed_at": None if disputed else payee_agreed,
        "dispute_reason": reason if disputed else statement.dispute_reason,
    }


def _viewer(party: Party) -> dict[str, object]:
    return {"party_id": party.party_id, "everything": "operator" in party.roles}


def _found(row: Sequence[Any] | None) -> Statement:
    if row is None:
        raise StatementNotFound
    return _statement(row)


def _statement(row: Sequence[Any]) -> Statement:
    return Statement(*row)
