"""The end of a closing: the proof that nothing is missing, and the state `closed`.

One transaction locks the month, proves, sets it to `closed`, and issues the statements if whoever
began the closing wants that. So a month that is closed to be issued has all its numbers, or none of
this has happened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_operators
from ledger import NO_BOOK, Event, Refusal, allow_time, tell
from settlement.audit import find_incomplete
from settlement.closing.steps import missing_steps, take_turn
from settlement.periods import Period
from settlement.statements.issue import issue_statements
from settlement.statements.totals import StatementTotals, load_totals

FINISH_TIMEOUT_SECONDS = 600
BOOKS_TOLD_MAX = 10


class PeriodIncomplete(Refusal):
    """The uses that the exchange counts are not all billed, waiting or set aside.

    `books` names programmes where they differ. Or the drafts do not come to what the lines come
    to. `comity verify` names the uses. Nothing is issued until this is mended.
    """

    code: ClassVar[str] = "period-incomplete"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The uses of the exchange and of the bill differ."
    is_transient: ClassVar[bool] = True


class ClosingUnprepared(Exception):
    """The month is not frozen, or steps are missing. Nobody is told: they are taken first."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What a closing has done. `replayed`: the month was closed before, and nothing was done."""

    period: Period
    totals: StatementTotals
    replayed: bool


_STATE = text(
    """
    SELECT state, closed_at FROM settlement.period WHERE month = :month
    """
)

_LOCK = text(
    """
    SELECT closing_by, wants_issue FROM settlement.period
    WHERE month = :month AND state = 'closing' FOR UPDATE
    """
)

_CLOSE = text(
    """
    UPDATE settlement.period SET state = 'closed', closed_at = :now WHERE month = :month
    """
)

# What a party owes itself is on no statement: see `settlement.statements.drafts`.
_DIFFERING = text(
    """
    SELECT count(*) FROM (
        SELECT payer_party_id, payee_party_id, operator_party_id, currency,
            sum(amount_minor) AS billed_minor
        FROM (
            SELECT payer_party_id, payee_party_id, operator_party_id, currency, amount_minor
            FROM settlement.line WHERE month = :month
            UNION ALL
            SELECT payer_party_id, payee_party_id, operator_party_id, currency, amount_minor
            FROM settlement.period_line WHERE month = :month
        ) AS each
        WHERE payer_party_id <> payee_party_id
        GROUP BY payer_party_id, payee_party_id, operator_party_id, currency
    ) AS owed
    FULL JOIN (
        SELECT payer_party_id, payee_party_id, operator_party_id, currency, billed_minor
        FROM settlement.statement WHERE month = :month AND state <> 'void'
    ) AS drafted USING (payer_party_id, payee_party_id, operator_party_id, currency)
    WHERE owed.billed_minor IS DISTINCT FROM drafted.billed_minor
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_DIFFERING,)
"""The statement here that names no book: a bill is between parties, of whatever book a use is."""


async def finish(connection: AsyncConnection, month: str, now: datetime) -> Closing:
    """Close a month whose steps are taken. One that is closed stays as it is.

    Raises:
        ClosingUnprepared: it is not frozen, or steps are missing.
        PeriodIncomplete: uses or amounts are missing, or there are too many.
    """
    await allow_time(connection, FINISH_TIMEOUT_SECONDS)
    known = (await connection.execute(_STATE, {"month": month})).one_or_none()
    if known is not None and known.state == "closed":
        period = Period(month, "closed", known.closed_at)
        totals = await load_totals(connection, month=month, drafts=True)
        return Closing(period, totals, replayed=True)
    # Whoever takes the steps or ends a closing now has this turn until its commit.
    if not await take_turn(connection) or await missing_steps(connection, month):
        raise ClosingUnprepared
    row = (await connection.execute(_LOCK, {"month": month})).one_or_none()
    if row is None:
        raise ClosingUnprepared
    await _require_sums(connection, month)
    await require_complete(connection, counted=month)
    await connection.execute(_CLOSE, {"month": month, "now": now})
    if row.wants_issue:
        await issue_statements(connection, month, now, row.closing_by)
    totals = await load_totals(connection, month=month, drafts=True)
    told = {"month": month, "state": "closed", "closed_at": now, "issued": row.wants_issue}
    operators = await load_operators(connection)
    events = [Event(party_id, "period.closed", told) for party_id in operators]
    await tell(connection, NO_BOOK, events)
    return Closing(Period(month, "closed", now), totals, replayed=False)


async def require_complete(connection: AsyncConnection, counted: str | None = None) -> None:
    """Refuse while the exchange counts other uses than are billed, wait or are set aside.

    `counted` is as in `settlement.audit.find_incomplete`.

    Raises:
        PeriodIncomplete: it does, in some programme.
    """
    found = await find_incomplete(connection, counted)
    if found:
        told = [str(each) for each in found[:BOOKS_TOLD_MAX]]
        raise PeriodIncomplete("; ".join(told), books=[each.programme for each in found])


async def _require_sums(connection: AsyncConnection, month: str) -> None:
    differing = await connection.scalar(_DIFFERING, {"month": month})
    if differing:
        raise PeriodIncomplete(f"{differing} drafts do not come to what their lines come to")
