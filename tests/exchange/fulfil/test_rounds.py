"""Rounds over real HTTP: what a supplier's behaviour does to order, coupon, points and stock."""

import asyncio
from datetime import timedelta

import pytest

from exchange.coupons import CouponState
from exchange.coupons.lifecycle import OrderState
from tests.exchange.fixtures import POLICY, PRICE, STOCK, World, held
from tests.exchange.supplier_server import Behaviour


async def test_a_right_is_held_until_it_is_delivered(world: World) -> None:
    coupon_id = await held(world)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.HELD,
        OrderState.CREATED,
        None,
    )
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.stock() == STOCK - 1


async def test_sync_success_captures_and_activates(world: World) -> None:
    coupon_id = await held(world)
    assert await world.submit() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.ACTIVE,
        OrderState.SUCCESS,
        coupon.code,
    )
    assert await world.spendable("ann") == (100 - PRICE, 0)
    assert (await world.totals()).redeemed == PRICE
    assert await world.steps(coupon_id) == ["redeemed", "sent", "delivered"]
    (document,) = world.server.documents
    assert document == {
        "request_number": await world.number_of(coupon_id),
        "offer_code": "ticket",
        "member_account": "ann@cinema",
        "face_value_minor": 100,
        "currency": "USD",
        "callback_url": "http://comity.test/v1/fulfilment/callbacks/cinema",
    }
    assert await world.submit() == 0


async def test_failure_returns_points_and_stock(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    coupon_id = await held(world)
    await world.submit()
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.RETURNED,
        OrderState.FAILED,
        None,
    )
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK
    assert await world.steps(coupon_id) == ["redeemed", "sent", "returned"]


@pytest.mark.parametrize(
    "behaviour", [Behaviour.HANG, Behaviour.DELIVER_IN_SILENCE, Behaviour.BABBLE]
)
async def test_a_timeout_is_unknown_and_asked_about_by_the_same_number(
    world: World, behaviour: Behaviour
) -> None:
    world.server.behaviour = behaviour
    coupon_id = await held(world)
    await world.submit()
    number = await world.number_of(coupon_id)
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.query() == 0, "not due yet"
    world.now += timedelta(seconds=10)
    assert await world.query() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery) == (CouponState.ACTIVE, OrderState.SUCCESS)
    assert (world.server.received[number], world.server.queried[number]) == (1, 1)
    assert await world.steps(coupon_id) == ["redeemed", "sent", "unconfirmed", "delivered"]


async def test_an_order_the_supplier_never_got_is_sent_again_under_the_same_number(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    world.server.behaviour = Behaviour.SUCCEED
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    await world.release_outbox()
    assert await world.submit() == 1
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received == {await world.number_of(coupon_id): 2}
    assert await world.steps(coupon_id) == [
        "redeemed",
        "sent",
        "unconfirmed",
        "waiting",
        "sent",
        "delivered",
    ]


async def test_points_return_only_when_the_last_request_can_no_longer_arrive(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.drain(rounds=3, step_seconds=30)
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert world.server.received.total() == POLICY.submissions_max
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    await world.drain(rounds=4, step_seconds=150)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == POLICY.submissions_max


async def test_a_404_that_does_not_name_the_number_proves_nothing(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    for absent in (
        b"<html>no upstream</html>",
        b"{}",
        b'{"status": "NOT_FOUND"}',
        b'{"status": "NOT_FOUND", "request_number": "FO-1"}',
    ):
        world.server.absent = absent
        world.now += timedelta(hours=2)
        assert await world.query() == 1
        assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    world.server.absent = None
    world.now += timedelta(hours=2)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED


async def test_an_order_that_was_sent_is_asked_about_at_its_deadline(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    deadline = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order")
    world.now = deadline - timedelta(seconds=400)
    await world.submit()
    world.now = deadline - timedelta(seconds=390)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    # No worker for a while. The request of 401 seconds ago had another five minutes to arrive after
    # the supplier denied it.
    world.now = deadline + timedelta(seconds=1)
    await world.release_outbox()
    assert await world.submit() == 1
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.submit() == 0
    arrived = await world.callback(coupon_id, "SUCCESS")
    assert (arrived["state"], arrived["changed"]) == ("SUCCESS", True)


async def test_an_order_that_was_sent_fails_after_its_deadline_when_it_can_no_longer_arrive(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    deadline = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order")
    world.now = deadline - timedelta(seconds=8)
    await world.submit()
    world.now = deadline - timedelta(seconds=2)
    await world.query()
    world.now = deadline + timedelta(seconds=1)
    await world.release_outbox()
    await world.submit()
    while world.now < deadline + timedelta(seconds=351):
        await world.query()
        assert (await world.coupon(coupon_id)).state is CouponState.HELD
        world.now += timedelta(seconds=50)
    await world.drain(rounds=4, step_seconds=200)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == 1


async def test_many_orders_go_out_in_one_round(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    members = [f"member-{number}" for number in range(40)]
    for member in members:
        await world.issue(member, PRICE)
    answers = await world.redeem(*(world.request(member) for member in members))
    assert all(answer.accepted for answer in answers)
    assert await world.submit() == len(members)
    coupons = [answer.detail["coupon"] for answer in answers if answer.detail]
    ended = await asyncio.gather(*(world.callback(coupon, "SUCCESS") for coupon in coupons))
    assert all(each["changed"] for each in ended)
    totals = await world.totals()
    assert (totals.redeemed, totals.held, totals.outstanding) == (PRICE * len(members), 0, 0)
