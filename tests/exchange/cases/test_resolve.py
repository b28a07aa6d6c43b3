"""Late, contradicting and missing proofs open cases; decisions do what they say, once."""

from datetime import timedelta
from typing import Any

import pytest

from catalog import WORKER, Deed
from exchange.audit import verify_rights
from exchange.cases import (
    Case,
    CaseKind,
    CasesWanted,
    Decision,
    Reader,
    list_cases,
    open_stuck,
    tell_cases,
)
from exchange.coupons import CouponState
from exchange.resolve import Asked, resolve_case
from ledger import Refusal
from settlement.audit import verify_uses
from tests.exchange.fixtures import PRICE, STOCK, World, held
from tests.exchange.supplier_server import Behaviour

DEED = Deed(WORKER, "resolve_case")


async def cases(world: World, **wanted: Any) -> list[Case]:
    async with world.database.transaction() as connection:
        return await list_cases(connection, Reader(), CasesWanted(**wanted), after=0, limit=100)


async def decide(world: World, case: Case, decision: Decision, **more: Any) -> Case:
    asked = Asked(decision=decision, reason="looked into it", **more)
    return await resolve_case(world.ledger, case.case_number, asked, DEED)


async def refused(world: World, case: Case, decision: Decision, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        await decide(world, case, decision, **more)
    return caught.value.code


async def verified(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_uses(connection, world.programme) == []


async def test_a_late_success_is_seen_and_accepted(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    assert (await world.callback(coupon_id, "FAILED"))["changed"]
    for _ in range(2):
        answer = await world.callback(coupon_id, "SUCCESS", reference="S-9")
        assert (answer["state"], answer["changed"]) == ("FAILED", False)
    (case,) = await cases(world)
    assert (case.kind, case.evidence["supplier_reference"]) == (CaseKind.LATE_SUCCESS, "S-9")
    assert case.allowed == ["accept_supplier", "reinstate", "reject_supplier"]
    assert await refused(world, case, Decision.DELIVER) == "decision-not-allowed"
    decided = await decide(world, case, Decision.ACCEPT_SUPPLIER)
    assert decided.decision is Decision.ACCEPT_SUPPLIER
    assert await decide(world, case, Decision.ACCEPT_SUPPLIER) == decided, "a repetition"
    assert await refused(world, case, Decision.REJECT_SUPPLIER) == "case-not-open"
    assert await world.spendable("ann") == (100, 0)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    reference = "SELECT payload ->> 'reference' FROM ledger.outbox WHERE topic = 'coupon.used'"
    assert await world.scalar(reference) == "S-9"
    assert (await world.steps(coupon_id))[-3:] == ["returned", "disputed", "decided"]
    await world.callback(coupon_id, "SUCCESS", reference="S-9")
    assert len(await cases(world)) == 1, "it was decided, and is not asked again"
    await verified(world)


@pytest.mark.parametrize("counts", ["use", "delivery"])
async def test_a_late_success_is_reinstated_if_the_member_pays(world: World, counts: str) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    offer = await world.publish("top-up", "direct", counts_as_used=counts)
    await world.issue("ann", PRICE)
    failed = [await world.redeem_one("ann", offer)]
    await world.submit()
    await world.callback(failed[0], "FAILED")
    failed.append(await world.redeem_one("ann", offer))
    await world.submit()
    await world.callback(failed[1], "FAILED")
    for coupon_id in failed:
        await world.callback(coupon_id, "SUCCESS", reference="S-9")
    first, second = await cases(world)
    assert await refused(world, first, Decision.REINSTATE) == "decision-invalid"
    await decide(world, first, Decision.REINSTATE, member_consents=True)
    assert await world.spendable("ann") == (0, 0)
    assert await refused(world, second, Decision.REINSTATE, member_consents=True) == "points-gone"
    assert (await world.coupon(failed[0])).state is CouponState.RETURNED
    new = await world.scalar("SELECT max(coupon_id) FROM exchange.coupon")
    is_used = counts == "delivery"
    assert (await world.coupon(new)).state == ("USED" if is_used else "ACTIVE")
    assert await world.steps(new) == ["redeemed", "delivered", *(["used"] if is_used else [])]
    assert await world.stock(offer) == STOCK - 1
    await decide(world, second, Decision.REJECT_SUPPLIER)
    await verified(world)


@pytest.mark.parametrize("counts", ["use", "delivery"])
@pytest.mark.parametrize("free", [False, True])
async def test_a_delivered_right_is_given_back_as_goodwill(
    world: World, counts: str, free: bool
) -> None:
    offer = await world.publish("top-up", "direct", counts_as_used=counts)
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", offer, free=free)
    await world.submit()
    delivered = await world.coupon(coupon_id)
    assert delivered.state == ("USED" if counts == "delivery" else "ACTIVE")
    assert delivered.used_reference == ("S-1" if counts == "delivery" else None)
    await world.callback(coupon_id, "FAILED")
    (case,) = await cases(world)
    assert (case.kind, case.allowed) == (
        CaseKind.LATE_FAILURE,
        ["keep", "return_points_goodwill"],
    )
    decided = await decide(world, case, Decision.RETURN_POINTS_GOODWILL)
    assert decided.points == (0 if free else PRICE)
    assert await world.spendable("ann") == (100, 0)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, str(coupon.delivery)) == (CouponState.DEACTIVATED, "SUCCESS")
    await verified(world)


async def test_what_is_open_too_long_is_decided_by_a_person(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    await world.issue("ann", 100)
    one, two, three = [await world.redeem_one("ann", free=free) for free in (False, True, False)]
    await world.submit()
    assert await open_stuck(world.database, world.now) == 0
    late = world.now + timedelta(days=2)
    assert await open_stuck(world.database, late) == 3
    assert await open_stuck(world.database, late) == 0
    first, second, third = await cases(world, kind=CaseKind.STUCK)
    assert first.allowed == ["deliver", "keep_waiting", "return_points"]
    assert await refused(world, first, Decision.DELIVER) == "decision-invalid"
    assert await refused(world, first, Decision.KEEP_WAITING) == "decision-invalid"
    await decide(world, first, Decision.DELIVER, supplier_reference="S-7")
    assert await world.spendable("ann") == (100 - 2 * PRICE, PRICE)
    await decide(world, second, Decision.RETURN_POINTS)
    assert (await world.coupon(two)).state is CouponState.RETURNED
    until = world.now + timedelta(days=3)
    await decide(world, third, Decision.KEEP_WAITING, until=until)
    assert (await world.coupon(three)).state is CouponState.HELD
    assert await open_stuck(world.database, late) == 0, "the supplier has until then"
    assert await open_stuck(world.database, until + timedelta(seconds=1)) == 1
    await world.callback(three, "SUCCESS")
    (again,) = await cases(world, state="OPEN")
    assert again.allowed == ["keep", "return_points_goodwill"], "a proof came before the person"
    await decide(world, again, Decision.KEEP)
    # A person has ended these two. The supplier says the opposite, and that is seen as well.
    await world.callback(one, "FAILED")
    await world.callback(two, "SUCCESS")
    kinds = [each.kind for each in await cases(world, state="OPEN")]
    assert kinds == [CaseKind.LATE_FAILURE, CaseKind.LATE_SUCCESS]
    await decide(world, (await cases(world, state="OPEN"))[0], Decision.RETURN_POINTS_GOODWILL)
    assert await world.spendable("ann") == (100 - PRICE, 0)
    await verified(world)
    assert await tell_cases(world.database) > 0


async def test_parts_and_contradictions_are_seen(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    part, lost = await held(world), await held(world)
    await world.submit()
    world.server.orders[await world.number_of(part)] = "PARTIAL"
    del world.server.orders[await world.number_of(lost)]
    await world.drain(rounds=3)
    found = {each.coupon_id: each for each in await cases(world)}
    assert {each: found[each].kind for each in found} == {
        part: CaseKind.PARTIAL,
        lost: CaseKind.CONTRADICTION,
    }
    for coupon_id in (part, lost):
        assert (await world.coupon(coupon_id)).state is CouponState.HELD
    assert (await world.callback(part, "PARTIAL"))["changed"] is False
    await decide(world, found[part], Decision.DELIVER, evidence="half was refunded in cash")
    await decide(world, found[lost], Decision.RETURN_POINTS)
    assert (await world.coupon(part)).state is CouponState.ACTIVE
    await verified(world)
