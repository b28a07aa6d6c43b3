"""Goodwill takes a coupon from use for good, wherever it is, and its points go to who has them."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed
from exchange.audit import verify_rights
from exchange.cases import Case, Decision, Reader, complain, complaint
from exchange.cases.open import NewCase, open_case
from exchange.coupons import CouponState
from exchange.resolve import Asked, resolve_case
from exchange.resolve.decide import PointsGone
from ledger.asks import Merge
from settlement.audit import verify_uses
from tests.exchange.codes.cards import open_cards
from tests.exchange.fixtures import PRICE, World, held
from tests.exchange.give.acts import deactivate, give
from tests.exchange.supplier_server import Behaviour

DEED = Deed(WORKER, "resolve_case")


async def decide(world: World, number: str, decision: Decision, **more: object) -> Case:
    asked = Asked(decision=decision, reason="looked into it", **more)  # type: ignore[arg-type]
    return await resolve_case(world.ledger, number, asked, DEED)


async def given_back(world: World, coupon_id: int) -> Case:
    """A member complains, and gets its points back."""
    async with world.database.transaction() as connection:
        case = await complain(
            connection, world.programme.book_id, coupon_id, "it is not there", Reader()
        )
    return await decide(world, case.case_number, Decision.RETURN_POINTS_GOODWILL)


async def merge(world: World, member: str, into: str) -> None:
    await world.issue(into, 1)
    (answer,) = await world.ledger.submit(
        world.programme, [Merge(key=world.key("merge"), member=member, into_member=into)]
    )
    assert answer.accepted, answer.refusal


async def verified(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_uses(connection, world.programme) == []


async def test_points_go_to_whom_their_member_was_merged_into(world: World) -> None:
    await world.issue("ann", PRICE)
    coupon_id = await world.redeem_one("ann", world.own)
    await merge(world, "ann", "bob")
    assert (await given_back(world, coupon_id)).points == PRICE
    assert await world.spendable("bob") == (1 + PRICE, 0)
    await verified(world)


async def test_whom_a_member_was_merged_into_pays_for_what_came_late(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    await world.callback(coupon_id, "FAILED")
    await merge(world, "ann", "bob")
    await world.callback(coupon_id, "SUCCESS", reference="S-9")
    number = await world.scalar("SELECT case_number FROM exchange.coupon_case")
    await decide(world, number, Decision.REINSTATE, member_consents=True)
    assert await world.spendable("bob") == (101 - PRICE, 0)
    new = await world.scalar("SELECT max(coupon_id) FROM exchange.coupon")
    assert (await world.coupon(new)).member == "bob"
    await verified(world)


async def test_what_is_being_given_is_taken_from_use(world: World) -> None:
    offer = await world.publish("tea", gift_hops=1)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    await give(world, coupon_id)
    await given_back(world, coupon_id)
    assert (await world.coupon(coupon_id)).state is CouponState.DEACTIVATED
    await verified(world)


@pytest.mark.parametrize("is_late", [False, True])
async def test_what_a_shop_takes_back_afterwards_is_not_usable(world: World, is_late: bool) -> None:
    await world.issue("ann", PRICE)
    coupon_id = await world.redeem_one("ann", world.own)
    code = (await world.coupon(coupon_id)).code
    assert (await world.use(code)).accepted
    await given_back(world, coupon_id)
    assert (await world.coupon(coupon_id)).state is CouponState.USED
    if is_late:
        world.now += timedelta(days=40)
    reversal = await world.reverse(code, key="back")
    assert reversal.document["state"] == CouponState.DEACTIVATED
    assert (await world.reverse(code, key="back")).document == reversal.document
    assert (await world.coupon(coupon_id)).state is CouponState.DEACTIVATED
    assert (await world.use(code)).document["code"] == "coupon-not-active"
    assert (await world.steps(coupon_id))[-2:] == ["use-reversed", "deactivated"]
    await verified(world)


async def test_what_has_expired_cannot_be_used_in_arrears(world: World) -> None:
    await world.issue("ann", PRICE)
    coupon_id = await world.redeem_one("ann", world.own)
    coupon = await world.coupon(coupon_id)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE exchange.coupon SET state = 'EXPIRED'")
    await given_back(world, coupon_id)
    use = await world.use(coupon.code, occurred_at=coupon.redeemed_at)
    assert use.document["code"] == "coupon-not-active"


async def test_the_operator_withdraws_what_a_person_called_delivered(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    async with world.database.transaction() as connection:
        case = await complain(
            connection, world.programme.book_id, coupon_id, "it is not there", Reader()
        )
    await decide(world, case.case_number, Decision.DELIVER, evidence="a picture")
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert (await deactivate(world, coupon_id))["points_back"] == PRICE
    assert await world.spendable("ann") == (100, 0)
    await verified(world)


async def test_who_had_too_few_points_may_pay_later(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    await world.issue("ann", PRICE)
    coupon_id = await world.redeem_one("ann")
    await world.submit()
    await world.callback(coupon_id, "FAILED")
    await world.redeem_one("ann", world.own)
    await world.callback(coupon_id, "SUCCESS", reference="S-9")
    number = await world.scalar("SELECT case_number FROM exchange.coupon_case")
    with pytest.raises(PointsGone):
        await decide(world, number, Decision.REINSTATE, member_consents=True)
    await world.issue("ann", PRICE)
    await decide(world, number, Decision.REINSTATE, member_consents=True)
    assert await world.spendable("ann") == (0, 0)
    new = await world.scalar("SELECT max(coupon_id) FROM exchange.coupon")
    assert (await given_back(world, new)).points == PRICE
    await verified(world)


async def test_a_complaint_that_meets_a_decision_opens_another_case(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    coupon_id = await world.redeem_one("ann", world.own, free=True)
    book_id = world.programme.book_id
    async with world.database.transaction() as connection:
        first = await complain(connection, book_id, coupon_id, "it is not there", Reader())

    async def decided_meanwhile(connection: AsyncConnection, found: NewCase) -> str | None:
        number = await open_case(connection, found)
        if number is None:
            await decide(world, first.case_number, Decision.KEEP)
        return number

    monkeypatch.setattr(complaint, "open_case", decided_meanwhile)
    async with world.database.transaction() as connection:
        second = await complain(connection, book_id, coupon_id, "still not", Reader())
    assert (second.state, second.evidence["reason"]) == ("OPEN", "still not")
    await verified(world)


async def test_a_card_code_that_does_not_work_is_taken_off_the_bill(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(1)
    coupon_id = await cards.give()
    await cards.reveal(coupon_id)
    await given_back(world, coupon_id)
    assert (await world.coupon(coupon_id)).state is CouponState.DEACTIVATED
    topics = await cards.rows("SELECT topic FROM ledger.outbox WHERE topic LIKE 'coupon.use%'")
    assert [row.topic for row in topics] == ["coupon.used", "coupon.use_reversed"]
    await verified(world)
