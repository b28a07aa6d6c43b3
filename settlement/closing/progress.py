"""A month as others see it: its state, the steps of its closing, and its statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from settlement.closing.steps import STEPS, name_of
from settlement.months import require_month


class PeriodNotFound(Refusal):
    """Nothing was ever billed in this month, and nobody has closed it."""

    code: ClassVar[str] = "period-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such month."


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a step is. Without `began_at` it is still to come."""

    name: str
    done: int
    total: int
    began_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeriodProgress:
    """A month. `accepted_waiting` counts by reason what waited when it was frozen, and is late."""

    month: str
    state: str
    opened_at: datetime
    closing_at: datetime | None
    closed_at: datetime | None
    accepted_waiting: dict[str, int]
    reason: str | None
    steps: list[StepProgress]
    drafts: int
    statements: int


_FIND = text(
    """
    SELECT state, opened_at, closing_at, closed_at, accepted, reason FROM settlement.period
    WHERE month = :month
    """
)

_STEPS = text(
    """
    SELECT step, done, total, began_at, finished_at FROM settlement.period_step
    WHERE month = :month
    """
)

_STATEMENTS = text(
    """
    SELECT count(*) FILTER (WHERE state IN ('draft', 'under_review')) AS drafts,
        count(*) FILTER (WHERE state NOT IN ('draft', 'under_review', 'void')) AS statements
    FROM settlement.statement WHERE month = :month
    """
)


async def find_period(connection: AsyncConnection, month: str) -> PeriodProgress:
    """A month, as far as it is. Three round trips.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PeriodNotFound: it was never opened.
    """
    row = (await connection.execute(_FIND, {"month": require_month(month)})).one_or_none()
    if row is None:
        raise PeriodNotFound
    found = await connection.execute(_STEPS, {"month": month})
    known = {step.step: StepProgress(*step) for step in found}
    names = [] if row.closing_at is None else [name_of(step) for step in STEPS]
    counted = (await connection.execute(_STATEMENTS, {"month": month})).one()
    return PeriodProgress(
        month=month,
        state=row.state,
        opened_at=row.opened_at,
        closing_at=row.closing_at,
        closed_at=row.closed_at,
        accepted_waiting=row.accepted or {},
        reason=row.reason,
        steps=[known.get(name, StepProgress(name, 0, 0, None, None)) for name in names],
        drafts=counted.drafts,
        statements=counted.statements,
    )
