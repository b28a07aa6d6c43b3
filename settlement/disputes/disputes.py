"""Disputes: a party says which lines of a statement are wrong, and the rest goes on.

A statement may have many, each with its state. The other party or the operator accepts or rejects
one, and who has opened it may withdraw it. Accepting makes the correction at once. A dispute that
is still open when its statement becomes final is carried: what it is about is not due before it is
answered.

Each verb locks the statement first, and reads the dispute again under that lock. So of two answers
at once the second finds the dispute closed, and none is answered after its statement is void.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.corrections.adjustments import adjust_at_once
from settlement.corrections.asked import Asked, AskedLine
from settlement.corrections.originals import load_targets
from settlement.statements.disputed import (
    DisputeEnd,
    DisputeReason,
    LineAmount,
    LineKey,
    NewDispute,
    close_disputes,
    insert_dispute,
    refresh,
)
from settlement.statements.history import note_step
from settlement.statements.parts import load_parts, require_distinct
from settlement.statements.statements import PAGE_MAX, Statement, lock_statement
from settlement.statements.steps import (
    REASON_LENGTH_MAX,
    StatementReasonInvalid,
    StatementStepRefused,
    disputed,
    require_disputable,
    require_reason,
)

DISPUTE_LINES_MAX = 1000

DisputeState = Literal["open", "accepted", "rejected", "withdrawn", "lapsed"]
DisputeVerb = Literal["accept", "reject", "withdraw"]

_ENDS: dict[DisputeVerb, DisputeEnd] = {
    "accept": "accepted",
    "reject": "rejected",
    "withdraw": "withdrawn",
}


class DisputeNotFound(Refusal):
    """There is no such dispute, or it is between other parties."""

    code: ClassVar[str] = "dispute-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such dispute."


class DisputeClosed(Refusal):
    """The dispute was answered or withdrawn before, or its statement is void: `state`."""

    code: ClassVar[str] = "dispute-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This dispute is closed."


class DisputeExists(Refusal):
    """The party disputes one of these lines already: `dispute_id`."""

    code: ClassVar[str] = "dispute-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This is disputed already."


class DisputeClaimInvalid(Refusal):
    """What the lines should come to is not said, is said twice, or is what they come to already.

    `now_minor` is what they come to where they were corrected before.
    """

    code: ClassVar[str] = "dispute-claim-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A dispute is accepted with what its lines should come to."


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute. `disputed_minor` is what its lines were billed at, `claimed_minor` what is right.

    `is_whole`: it is about the statement as a whole, and has no lines.
    """

    dispute_id: int
    statement_id: int
    party_id: int
    reason: DisputeReason
    said: str
    is_whole: bool
    disputed_minor: int
    claimed_minor: int | None
    state: DisputeState
    opened_at: datetime
    answer: str | None
    closed_at: datetime | None
    closed_party_id: int | None
    adjustment_id: int | None
    lines: tuple[LineAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputesWanted:
    """Which disputes are listed. None stands for any."""

    statement_id: int | None = None
    state: DisputeState | None = None


# Those see a dispute that see its statement.
_SELECT = """
    SELECT dispute.dispute_id, dispute.statement_id, dispute.party_id, dispute.reason, said,
        is_whole, dispute.disputed_minor, claimed_minor, dispute.state, opened_at, answer,
        closed_at, closed_party_id, adjustment_id
    FROM settlement.dispute
    JOIN settlement.statement USING (statement_id)
    LEFT JOIN settlement.adjustment USING (dispute_id)
    WHERE (CAST(:everything AS boolean) OR :party_id IN (payer_party_id, payee_party_id))
"""

_FIND = text(f"{_SELECT} AND dispute.dispute_id = :dispute_id")

_LIST = text(
    f"""{_SELECT}
        AND dispute.dispute_id > :after
        AND (CAST(:statement_id AS bigint) IS NULL OR dispute.statement_id = :statement_id)
        AND (CAST(:state AS text) IS NULL OR dispute.state = :state)
    ORDER BY dispute.dispute_id LIMIT :limit
    """
)

_LINES = text(
    """
    SELECT dispute_id, of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor
    FROM settlement.dispute_line WHERE dispute_id = ANY(:disputes) ORDER BY dispute_id, place
    """
).bindparams(bindparam("disputes", type_=ARRAY(BIGINT)))

_OPEN_LINES = text(
    """
    SELECT dispute_id, is_whole, of_book_id, of_use_id, of_leg, of_kind, of_period_line_id
    FROM settlement.dispute LEFT JOIN settlement.dispute_line USING (dispute_id)
    WHERE statement_id = :statement_id AND party_id = :party_id AND state = 'open'
    ORDER BY dispute_id
    """
)


async def open_dispute(
    connection: AsyncConnection,
    party: Party,
    statement_id: int,
    new: NewDispute,
    now: datetime,
) -> Dispute:
    """Dispute lines of a statement, or all of it, as its payer or its payee.

    Raises:
        StatementNotFound: there is no such statement, or it is not the party's.
        StatementReasonInvalid: what is said is empty or too long.
        StatementStepRefused: the statement's state, or the party's part in it, does not allow it.
        StatementTermEnded: the term for disputing it is over.
        LineNotFound, LineInvalid: a line is not on the statement, or is named twice.
        DisputeExists: the party disputes one of the lines, or the whole statement, already.
        DisputeClaimInvalid: the claim is what was billed.
    """
    require_reason(new.said)
    require_distinct(new.keys)
    statement = await lock_statement(connection, party, statement_id)
    require_disputable(statement, party, now)
    await _require_new(connection, statement, party, new.keys)
    parts = await load_parts(connection, statement, new.keys)
    lines = [LineAmount(key, part.gross_minor) for key, part in zip(new.keys, parts, strict=True)]
    billed = sum(each.amount_minor for each in lines) if lines else statement.billed_minor
    if new.claimed_minor == billed:
        raise DisputeClaimInvalid(f"{billed} minor units is what was billed")
    dispute_id = await insert_dispute(connection, statement, party, new, now, lines=lines)
    await disputed(connection, statement, party, new.said, now)
    return await find_dispute(connection, party, dispute_id)


async def _require_new(
    connection: AsyncConnection, statement: Statement, party: Party, keys: Sequence[LineKey]
) -> None:
    named = set(keys)
    mine = {"statement_id": statement.statement_id, "party_id": party.party_id}
    for row in await connection.execute(_OPEN_LINES, mine):
        if row.is_whole or LineKey(*row[2:]) in named:
            raise DisputeExists(
                f"dispute {row.dispute_id} is open about it", dispute_id=row.dispute_id
            )


async def answer_dispute(
    connection: AsyncConnection,
    party: Party,
    dispute_id: int,
    verb: DisputeVerb,
    now: datetime,
    *,
    answer: str | None = None,
    claimed_minor: int | None = None,
) -> Dispute:
    """Accept, reject or withdraw a dispute. An answer that was given before changes nothing.

    The other party of the statement or the operator accepts or rejects, and the party that opened
    it withdraws. Accepting corrects the lines at once, so that they come to what the dispute
    claims; `claimed_minor` says it where the dispute does not.

    Raises:
        DisputeNotFound: there is no such dispute, or it is not the party's.
        DisputeClosed: it was answered in another way, or its statement is void.
        StatementStepRefused: the party has no part in this.
        StatementReasonInvalid: the answer is empty or too long.
        DisputeClaimInvalid: it is not clear what the lines should come to.
        AdjustmentTooLarge: the lines were corrected meanwhile, and less is left.
        PeriodOutOfOrder: months were closed faster than this call could hold one.
    """
    if answer is not None and not 0 < len(answer) <= REASON_LENGTH_MAX:
        raise StatementReasonInvalid(f"an answer has 1 to {REASON_LENGTH_MAX} characters")
    known = await find_dispute(connection, party, dispute_id)
    statement = await lock_statement(connection, party, known.statement_id)
    dispute = await find_dispute(connection, party, dispute_id)
    _require_answerer(dispute, party, verb)
    if dispute.state == _ENDS[verb] and dispute.closed_party_id == party.party_id:
        return dispute
    if dispute.state != "open":
        raise DisputeClosed(f"it is {dispute.state}", state=dispute.state)
    note = f"dispute {dispute_id}"
    if verb == "accept":
        asked = _correction(
            dispute, claimed_minor, await _now_minor(connection, statement, dispute)
        )
        made = await adjust_at_once(connection, statement, asked, now)
        note = f"{note}: adjustment {made.adjustment_id}"
    elif answer:
        note = f"{note}: {answer}"
    await close_disputes(
        connection, statement, _ENDS[verb], now, party=party, dispute_id=dispute_id, answer=answer
    )
    await note_step(connection, [statement.statement_id], verb, now, party=party, note=note)
    await refresh(
        connection,
        statement,
        now,
        payer_agreed_at=statement.payer_agreed_at,
        payee_agreed_at=statement.payee_agreed_at,
    )
    return await find_dispute(connection, party, dispute_id)


def _require_answerer(dispute: Dispute, party: Party, verb: DisputeVerb) -> None:
    # Whoever sees the dispute is a party of the statement or the operator.
    if (party.party_id == dispute.party_id) != (verb == "withdraw"):
        raise StatementStepRefused(
            f"{party.code} has no part in this: who has opened a dispute withdraws it, and another"
            " answers it",
            step=verb,
        )


async def _now_minor(connection: AsyncConnection, statement: Statement, dispute: Dispute) -> int:
    """What is disputed comes to now, with what was corrected of it before or meanwhile."""
    keys = [line.key for line in dispute.lines]
    targets, _ = await load_targets(connection, statement, keys)
    return sum(each.original.gross_minor + each.original.adjusted_minor for each in targets)


def _correction(dispute: Dispute, claimed_minor: int | None, now_minor: int) -> Asked:
    """What makes the lines come to what is claimed, from what they come to now. Pure."""
    if dispute.claimed_minor is not None and claimed_minor not in {None, dispute.claimed_minor}:
        raise DisputeClaimInvalid(
            f"the dispute claims {dispute.claimed_minor} minor units",
            claimed_minor=dispute.claimed_minor,
        )
    claimed = claimed_minor if dispute.claimed_minor is None else dispute.claimed_minor
    if claimed is None:
        raise DisputeClaimInvalid("neither the dispute nor the answer says what is right")
    if claimed == dispute.disputed_minor:
        raise DisputeClaimInvalid(f"{claimed} minor units is what was billed")
    change = claimed - now_minor
    # Who asks for a credit is given no debit, where others have credited more already.
    if change == 0 or (change < 0) != (claimed < dispute.disputed_minor):
        raise DisputeClaimInvalid(
            f"it was corrected: it comes to {now_minor} minor units", now_minor=now_minor
        )
    return Asked(
        kind="credit" if change < 0 else "debit",
        reason=f"dispute {dispute.dispute_id}: {dispute.said}"[:REASON_LENGTH_MAX],
        lines=[AskedLine(line.key) for line in dispute.lines],
        amount_minor=abs(change),
        dispute_id=dispute.dispute_id,
    )


async def find_dispute(connection: AsyncConnection, viewer: Party, dispute_id: int) -> Dispute:
    """The dispute with its lines, if the party may see it. Two round trips.

    Raises:
        DisputeNotFound: there is none, or it is not the viewer's. The answer is the same.
    """
    rows = await connection.execute(_FIND, {"dispute_id": dispute_id, **_viewer(viewer)})
    found = await _with_lines(connection, rows.all())
    if not found:
        raise DisputeNotFound
    return found[0]


async def list_disputes(
    connection: AsyncConnection,
    viewer: Party,
    wanted: DisputesWanted,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Dispute]:
    """A page of the disputes that a party may see, the first one first: those after `after`."""
    page = {
        "statement_id": wanted.statement_id,
        "state": wanted.state,
        "after": after,
        "limit": max(1, min(limit, PAGE_MAX)),
    }
    rows = await connection.execute(_LIST, page | _viewer(viewer))
    return await _with_lines(connection, rows.all())


async def _with_lines(connection: AsyncConnection, rows: Sequence[Any]) -> list[Dispute]:
    lines: dict[int, list[LineAmount]] = {row.dispute_id: [] for row in rows}
    if lines:
        for row in await connection.execute(_LINES, {"disputes": sorted(lines)}):
            lines[row.dispute_id].append(LineAmount(LineKey(*row[1:6]), row.amount_minor))
    return [replace(Dispute(*row), lines=tuple(lines[row.dispute_id])) for row in rows]


def _viewer(party: Party) -> dict[str, object]:
    return {"party_id": party.party_id, "everything": "operator" in party.roles}
