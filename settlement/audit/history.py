"""Whether each statement stands where its history has led it, and so its disputes.

The state of a statement, its agreements, and the end of each dispute follow from the steps that
were taken, one after the other. `replay` takes them again, by the rule that the service goes by
(`settlement.statements.disputed.state_of`), and what comes out is compared with what is stored.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.statements.disputed import state_of
from settlement.statements.statements import State

_DISPUTE = re.compile(r"dispute ([0-9]{1,18})\b")

_STATEMENTS = text(
    """
    SELECT statement_id, coalesce(number, CAST(statement_id AS text)) AS name, payer_party_id,
        payee_party_id, term_ends_at, state, reviewed_by, issued_by, issued_at, payer_agreed_at,
        payee_agreed_at, voided_at
    FROM settlement.statement WHERE month = :month ORDER BY statement_id
    """
)

_STEPS = text(
    """
    SELECT statement_id, step, party_id, note, done_at, statement_step.recorded_by
    FROM settlement.statement_step JOIN settlement.statement USING (statement_id)
    WHERE month = :month ORDER BY step_id
    """
)

_DISPUTES = text(
    """
    SELECT statement_id, dispute_id, party_id, opened_at, dispute.state, closed_at
    FROM settlement.dispute JOIN settlement.statement USING (statement_id)
    WHERE month = :month ORDER BY dispute_id
    """
)

_ORPHANS = text(
    """
    SELECT 'step ' || step_id || ': it is of no statement' FROM settlement.statement_step
    WHERE NOT EXISTS (
        SELECT FROM settlement.statement
        WHERE statement.statement_id = statement_step.statement_id
    )
    ORDER BY step_id LIMIT 20
    """
)

_MONTHS = text(
    """
    SELECT DISTINCT month FROM settlement.statement ORDER BY month
    """
)


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step as it is stored."""

    step: str
    party_id: int | None
    note: str | None
    done_at: datetime
    recorded_by: int | None


@dataclass(frozen=True, slots=True)
class StoredDispute:
    """A dispute as it is stored: by whom and when it was opened, and its end."""

    dispute_id: int
    party_id: int
    opened_at: datetime
    state: str
    closed_at: datetime | None


@dataclass(slots=True)
class Standing:
    """Where the steps lead a statement. The fields up to `voided_at` are columns of it."""

    payer_party_id: int
    payee_party_id: int
    term_ends_at: datetime | None
    state: State = "draft"
    reviewed_by: int | None = None
    issued_by: int | None = None
    issued_at: datetime | None = None
    payer_agreed_at: datetime | None = None
    payee_agreed_at: datetime | None = None
    voided_at: datetime | None = None
    waiting: list[StoredDispute] = field(default_factory=list)
    """Disputes that no step has opened yet, the first one first."""
    opened: dict[int, StoredDispute] = field(default_factory=dict)
    ends: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def refresh(self) -> None:
        """Take the state that agreements and open disputes say."""
        both = self.payer_agreed_at is not None and self.payee_agreed_at is not None
        self.state = state_of(self.state, len(self.opened), both_agreed=both)

    def end(self, dispute_id: int, state: str, at: datetime) -> None:
        """End a dispute, which has to be open."""
        if self.opened.pop(dispute_id, None) is None:
            self.faults.append(f"dispute {dispute_id} is {state}, and was not open")
        self.ends[dispute_id] = (state, at)


REACHED = (
    *("state", "reviewed_by", "issued_by", "issued_at", "payer_agreed_at", "payee_agreed_at"),
    "voided_at",
)
"""What of a statement follows from its steps."""


def replay(standing: Standing, steps: Sequence[TakenStep]) -> Standing:
    """Take the steps again. Pure but for `standing`, which is the draft with its disputes."""
    for each in steps:
        take = _STEP.get(each.step)
        if take is not None:
            take(standing, each)
    standing.faults += [f"dispute {each.dispute_id}: no step" for each in standing.waiting]
    return standing


def _review(standing: Standing, each: TakenStep) -> None:
    standing.state, standing.reviewed_by = "under_review", each.recorded_by


def _issue(standing: Standing, each: TakenStep) -> None:
    if standing.state == "draft":
        standing.reviewed_by = each.recorded_by
    standing.state, standing.issued_by = "issued", each.recorded_by
    standing.issued_at = each.done_at


def _dispute(standing: Standing, each: TakenStep) -> None:
    standing.payer_agreed_at = standing.payee_agreed_at = None
    first = standing.waiting.pop(0) if standing.waiting else None
    if first is None or (first.party_id, first.opened_at) != (each.party_id, each.done_at):
        standing.faults.append("a dispute of its history is not there")
    if first is not None:
        standing.opened[first.dispute_id] = first
    standing.refresh()


def _answer(standing: Standing, each: TakenStep) -> None:
    named = _DISPUTE.match(each.note or "")
    end = {"accept": "accepted", "reject": "rejected", "withdraw": "withdrawn"}[each.step]
    standing.end(int(named[1]) if named else 0, end, each.done_at)
    standing.refresh()


def _agree(standing: Standing, each: TakenStep) -> None:
    for dispute in list(standing.opened.values()):
        if dispute.party_id == each.party_id:
            standing.end(dispute.dispute_id, "withdrawn", each.done_at)
    if each.party_id == standing.payer_party_id:
        standing.payer_agreed_at = each.done_at
    elif each.party_id == standing.payee_party_id:
        standing.payee_agreed_at = each.done_at
    else:
        standing.faults.append(f"party {each.party_id} has agreed, and has no part in it")
    standing.refresh()


def _term(standing: Standing, _each: TakenStep) -> None:
    standing.payer_agreed_at = standing.payer_agreed_at or standing.term_ends_at
    standing.payee_agreed_at = standing.payee_agreed_at or standing.term_ends_at
    standing.refresh()


def _finalise(standing: Standing, _each: TakenStep) -> None:
    standing.state = "final"


def _settle(standing: Standing, _each: TakenStep) -> None:
    standing.state = "settled"


def _void(standing: Standing, each: TakenStep) -> None:
    for dispute_id in list(standing.opened):
        standing.end(dispute_id, "lapsed", each.done_at)
    standing.state, standing.voided_at = "void", each.done_at


_STEP: Mapping[str, Callable[[Standing, TakenStep], None]] = {
    "review": _review,
    "issue": _issue,
    "dispute": _dispute,
    "accept": _answer,
    "reject": _answer,
    "withdraw": _answer,
    "agree": _agree,
    "term": _term,
    "finalise": _finalise,
    "settle": _settle,
    "void": _void,
}
"""What each step does. Others, such as that of an invoice, change nothing here."""


async def verify_histories(connection: AsyncConnection) -> list[str]:
    """The statements that do not stand where their steps have led them. Four round trips a month.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ).
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    defects = list((await connection.execute(_ORPHANS)).scalars())
    for month in (await connection.execute(_MONTHS)).scalars().all():
        defects += await _of_month(connection, month)
    return defects


async def _of_month(connection: AsyncConnection, month: str) -> list[str]:
    named = {"month": month}
    steps: dict[int, list[TakenStep]] = defaultdict(list)
    for row in await connection.execute(_STEPS, named):
        steps[row.statement_id].append(TakenStep(*row[1:]))
    disputes: dict[int, list[StoredDispute]] = defaultdict(list)
    for row in await connection.execute(_DISPUTES, named):
        disputes[row.statement_id].append(StoredDispute(*row[1:]))
    defects: list[str] = []
    for stored in (await connection.execute(_STATEMENTS, named)).mappings():
        mine = disputes[stored["statement_id"]]
        start = Standing(
            stored["payer_party_id"],
            stored["payee_party_id"],
            stored["term_ends_at"],
            waiting=list(mine),
        )
        reached = replay(start, steps[stored["statement_id"]])
        defects += [
            f"statement {stored['name']}: {each}" for each in _told(dict(stored), reached, mine)
        ]
    return defects


def _told(
    stored: Mapping[str, Any], reached: Standing, disputes: Sequence[StoredDispute]
) -> list[str]:
    told = [
        *reached.faults,
        *(
            f"{name} is {stored[name]}, not {getattr(reached, name)}"
            for name in REACHED
            if stored[name] != getattr(reached, name)
        ),
    ]
    for each in disputes:
        expected = reached.ends.get(each.dispute_id, ("open", None))
        if (each.state, each.closed_at) != expected:
            told.append(f"dispute {each.dispute_id} is {each.state}, not {expected[0]}")
    return told
