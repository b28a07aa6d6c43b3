"""A person decides a case: what is allowed, what it needs, and what follows from it.

    read the case with its order and coupon
    refuse what this kind, or the order as it stands, does not allow
    commit the decision with what follows: the end of the order, points, a coupon, the bill

A decision is told from its own repetition by what it says: the same decision and reason again get
the case as it was decided. Any other is refused.

Races: a decision against a proof, such as a callback. Both end the order through `conclude`, where
the member's lane or the row of the order puts them in order. If the proof was first, the case stays
open and the decision is refused, with what is allowed now. Two decisions at once: the second finds
the row of the case decided.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed
from exchange.cases.kinds import CaseKind, Decision, DecisionNotAllowed, require_allowed
from exchange.cases.payment import payment_key
from exchange.cases.read import Case, find_case
from exchange.cases.rulings import CaseNotOpen, Ruling, lock_case, store_ruling
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.conclude import Conclusion, conclude
from exchange.fulfil.orders import Order, load_order
from exchange.resolve.accept import accept_claim
from exchange.resolve.goodwill import Goodwill, return_as_goodwill
from exchange.resolve.reinstate import Reinstatement, reinstate
from ledger import Ledger, Refusal, StoredRefusal, read_clock
from ledger.asks import Answer
from ledger.book import Programme, find_programme_by_book
from ledger.read import heirs

REASON_LENGTH_MAX = 1_000
WAIT_SECONDS_MAX = 2_592_000
"""A supplier that is waited for gets at most thirty days."""


class DecisionInvalid(Refusal):
    """The decision lacks something that it rests on, or names a time that it cannot."""

    code: ClassVar[str] = "decision-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The decision is not complete."


class PointsGone(Refusal):
    """The member cannot pay again for what was delivered late."""

    code: ClassVar[str] = "points-gone"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member's points are gone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person decides.

    - `evidence`: what it rests on. `supplier_reference`: the supplier's number of the delivery.
    - `until`: how long to wait.
    - `member_consents`: the member has agreed to pay again.
    """

    decision: Decision
    reason: str
    evidence: str | None = None
    supplier_reference: str | None = None
    until: datetime | None = None
    member_consents: bool = False


_COUPON = text(
    """
    SELECT member, points, offer_id, allotment_no, request_key FROM exchange.coupon
    WHERE book_id = :book_id AND coupon_id = :coupon_id
    """
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a decision is about, as it was read."""

    case: Case
    programme: Programme
    order: Order | None
    now: datetime


def require_complete(asked: Asked, now: datetime) -> None:
    """Require what the decision rests on. Pure.

    Raises:
        DecisionInvalid: something is missing, or the time to wait until is not in the next days.
    """
    if asked.decision is Decision.DELIVER and not (asked.evidence or asked.supplier_reference):
        raise DecisionInvalid(
            "say by what it is proven: evidence or supplier_reference", field="evidence"
        )
    if asked.decision is Decision.REINSTATE and not asked.member_consents:
        raise DecisionInvalid("the member must consent", field="member_consents")
    if asked.decision is Decision.KEEP_WAITING:
        latest = now + timedelta(seconds=WAIT_SECONDS_MAX)
        if asked.until is None or not now < asked.until <= latest:
            raise DecisionInvalid(
                "until is a time from now on, at most 30 days ahead", field="until"
            )
    elif asked.until is not None:
        raise DecisionInvalid("until goes with keep_waiting", field="until")


async def resolve_case(ledger: Ledger, number: str, asked: Asked, deed: Deed) -> Case:
    """Decide a case. Returns it as it was decided.

    Raises:
        CaseNotFound: there is none.
        CaseNotOpen: it was decided otherwise.
        DecisionNotAllowed: not for this case, with its order as it stands.
        DecisionInvalid: it is not complete.
        PointsGone: the member cannot pay again.
        StockGone: no piece of the batch is left.
        Refusal: the ledger's, of points that cannot go back.
    """
    async with ledger.database.transaction() as connection:
        facts = await _facts(connection, number)
    case = facts.case
    if case.state != "OPEN":
        return _as_decided(case, asked)
    require_allowed(asked.decision, case.allowed)
    require_complete(asked, facts.now)
    ruling = Ruling(
        book_id=case.book_id,
        number=number,
        kind=case.kind,
        coupon_id=case.coupon_id,
        decision=asked.decision,
        reason=asked.reason,
        deed=deed,
        evidence=asked.evidence,
        waits_until=asked.until,
    )
    # If somebody decided it in the meantime, it was perhaps the same.
    with suppress(CaseNotOpen):
        await _carry_out(ledger, facts, asked, ruling)
    async with ledger.database.transaction() as connection:
        decided = await find_case(connection, number)
    if decided.state == "OPEN":
        listed = [str(each) for each in decided.allowed]
        raise DecisionNotAllowed(
            f"the order stands otherwise by now; allowed: {', '.join(listed)}", allowed=listed
        )
    return _as_decided(decided, asked)


def _as_decided(case: Case, asked: Asked) -> Case:
    said = case.decision, case.reason, case.decided_evidence, case.waits_until
    if said != (asked.decision, asked.reason, asked.evidence, asked.until):
        raise CaseNotOpen(f"it was decided before: {case.decision}", decision=case.decision)
    return case


async def _facts(connection: AsyncConnection, number: str) -> _Facts:
    case = await find_case(connection, number)
    order = None
    if case.coupon_id is not None and case.request_number is not None:
        order = await load_order(connection, case.book_id, case.coupon_id)
    programme = await find_programme_by_book(connection, case.book_id)
    return _Facts(case, programme, order, await read_clock(connection))


async def _carry_out(ledger: Ledger, facts: _Facts, asked: Asked, ruling: Ruling) -> None:
    decision = asked.decision
    if decision in (Decision.DELIVER, Decision.RETURN_POINTS):
        await _end_order(ledger, facts, asked, ruling)
    elif decision is Decision.RETURN_POINTS_GOODWILL:
        await _goodwill(ledger, facts, ruling)
    elif decision is Decision.REINSTATE:
        await _reinstate(ledger, facts, ruling)
    elif decision is Decision.ACCEPT_SUPPLIER and facts.case.kind is CaseKind.LATE_SUCCESS:
        reference = asked.supplier_reference or _claimed(facts.case)
        await accept_claim(ledger.database, facts.programme, ruling, reference)
    else:
        async with ledger.database.transaction() as connection:
            refusal = await lock_case(connection, ruling)
            if refusal is not None:
                raise refusal
            await store_ruling(connection, ruling)


async def _end_order(ledger: Ledger, facts: _Facts, asked: Asked, ruling: Ruling) -> None:
    assert facts.order is not None, "only a case with an order may end it"
    conclusion = Conclusion(
        facts.order,
        OrderState.SUCCESS if asked.decision is Decision.DELIVER else OrderState.FAILED,
        facts.now,
        asked.reason,
        asked.supplier_reference,
        ruling.deed,
        ruling,
    )
    await conclude(ledger, {facts.programme.book_id: facts.programme}, [conclusion])


async def _goodwill(ledger: Ledger, facts: _Facts, ruling: Ruling) -> None:
    case = facts.case
    assert case.coupon_id is not None, "points go back for a coupon"
    where = {"book_id": case.book_id, "coupon_id": case.coupon_id}
    async with ledger.database.transaction() as connection:
        coupon = (await connection.execute(_COUPON, where)).one()
        paid_by = await payment_key(
            connection, case.book_id, case.coupon_id, coupon.request_key, case.request_number
        )
        merged = await heirs(connection, facts.programme, [coupon.member])
    goodwill = Goodwill(
        ruling=ruling,
        coupon_id=case.coupon_id,
        member=merged.get(coupon.member, coupon.member),
        points=coupon.points,
        paid_by=paid_by,
        now=facts.now,
    )
    _require_accepted(await return_as_goodwill(ledger, facts.programme, goodwill))


async def _reinstate(ledger: Ledger, facts: _Facts, ruling: Ruling) -> None:
    case = facts.case
    assert case.coupon_id is not None, "a right is given again for a coupon"
    assert case.request_number is not None, "what came late had an order"
    where = {"book_id": case.book_id, "coupon_id": case.coupon_id}
    async with ledger.database.transaction() as connection:
        coupon = (await connection.execute(_COUPON, where)).one()
        merged = await heirs(connection, facts.programme, [coupon.member])
    asked = Reinstatement(
        ruling=ruling,
        coupon_id=case.coupon_id,
        member=merged.get(coupon.member, coupon.member),
        points=coupon.points,
        offer_id=coupon.offer_id,
        allotment_no=coupon.allotment_no,
        request_number=case.request_number,
        supplier_reference=_claimed(case),
        now=facts.now,
    )
    answer = await reinstate(ledger, facts.programme, asked)
    if answer.refusal is not None and answer.refusal["code"] == "insufficient-points":
        raise PointsGone("the member has not enough points any more")
    _require_accepted(answer)


def _claimed(case: Case) -> str | None:
    said = case.evidence.get("supplier_reference")
    return said if isinstance(said, str) else None


def _require_accepted(answer: Answer | None) -> None:
    if answer is None or answer.refusal is None:
        return
    if answer.refusal["code"] == CaseNotOpen.code:
        raise CaseNotOpen("it was decided before")
    raise StoredRefusal(answer.refusal)
