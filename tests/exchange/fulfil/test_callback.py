"""Callbacks over real HTTP orders: each takes effect once, and a forged one never does."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from exchange.coupons import CouponState
from exchange.coupons.codes import OrderNotFound, new_request_number
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import Fulfilment, SupplierClient, receive_callback
from exchange.fulfil.callback import CallbackMalformed
from exchange.fulfil.orders import lock_orders
from exchange.fulfil.supplier import CallbackForged
from tests.exchange.fixtures import POLICY, PRICE, STOCK, World, held
from tests.exchange.supplier_server import Behaviour
from tests.races.waiting import until_waiting

NUMBER = new_request_number(1, 0)


async def test_async_callback_delivers_once(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    assert (await world.coupon(coupon_id)).delivery is OrderState.PROCESSING
    first = await world.callback(coupon_id, "SUCCESS")
    assert (first["state"], first["changed"]) == ("SUCCESS", True)
    duplicate = await world.callback(coupon_id, "SUCCESS")
    contradicting = await world.callback(coupon_id, "FAILED")
    assert [(each["state"], each["changed"]) for each in (duplicate, contradicting)] == [
        ("SUCCESS", False)
    ] * 2
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert await world.spendable("ann") == (100 - PRICE, 0)
    steps = ["redeemed", "sent", "accepted", "delivered", "disputed"]
    assert await world.steps(coupon_id) == steps, "the contradiction is seen, and moves nothing"


async def test_a_late_success_after_a_failure_changes_nothing(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    coupon_id = await held(world)
    await world.submit()
    answer = await world.callback(coupon_id, "SUCCESS")
    assert (answer["state"], answer["changed"]) == ("FAILED", False)
    assert await world.spendable("ann") == (100, 0)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED


@pytest.mark.parametrize("free", [False, True])
async def test_callbacks_at_once_take_effect_once(world: World, free: bool) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    await world.issue("ann", 100)
    coupons = [await world.redeem_one("ann", free=free) for _ in range(5)]
    await world.submit()
    answers = await asyncio.gather(
        *(
            world.callback(coupon, status)
            for coupon in coupons
            for status in ("SUCCESS", "FAILED", "SUCCESS")
        )
    )
    states = [(await world.coupon(coupon)).state for coupon in coupons]
    delivered = states.count(CouponState.ACTIVE)
    assert sum(answer["changed"] for answer in answers) == len(coupons)
    assert delivered + states.count(CouponState.RETURNED) == len(coupons)
    assert await world.spendable("ann") == (100 - (0 if free else PRICE * delivered), 0)
    assert await world.stock() == STOCK - delivered


@pytest.mark.parametrize("free", [False, True])
async def test_of_two_ends_at_once_the_first_stands(world: World, free: bool) -> None:
    """Both callbacks have read an open order. Then one of them after the other ends it."""
    world.server.behaviour = Behaviour.ACCEPT
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", free=free)
    await world.submit()
    async with world.database.transaction() as holder:
        await lock_orders(holder, world.programme.book_id, [coupon_id])
        # Those of paid orders queue in the ledger: one of them waits for the row, for both.
        calls = [asyncio.create_task(world.callback(coupon_id, "SUCCESS"))]
        await until_waiting(world.database, 1)
        calls.append(asyncio.create_task(world.callback(coupon_id, "FAILED")))
        if free:
            await until_waiting(world.database, 2)
    first, second = await asyncio.gather(*calls)
    assert (first["state"], first["changed"]) == ("SUCCESS", True)
    assert (second["state"], second["changed"]) == ("SUCCESS", False)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery) == (CouponState.ACTIVE, OrderState.SUCCESS)
    steps = ["redeemed", "sent", "accepted", "delivered", "disputed"]
    assert await world.steps(coupon_id) == steps
    assert await world.stock() == STOCK - 1


@pytest.mark.parametrize(
    "forgery", ["unsigned", "another secret", "another body", "old", "early", "garbled", "supplier"]
)
async def test_forged_callbacks_change_nothing(world: World, forgery: str) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    supplier = world.supplier.code
    headers, body = world.server.callback(await world.number_of(coupon_id), "SUCCESS", at=world.now)
    match forgery:
        case "unsigned":
            headers = {}
        case "another secret":
            world.server.secret = "whsec_" + "QUJD" * 8
            headers, body = world.server.callback(
                await world.number_of(coupon_id), "SUCCESS", at=world.now
            )
        case "another body":
            body = body.replace(b"S-1", b"S-2")
        case "old" | "early":
            at = world.now + timedelta(seconds=301 if forgery == "early" else -301)
            headers, body = world.server.callback(
                await world.number_of(coupon_id), "SUCCESS", at=at
            )
        case "garbled":
            headers["Webhook-Signature"] = "v1,!!! v1 v2,abc ,"
        case "supplier":
            supplier = world.rival.code
    with pytest.raises(CallbackForged):
        await receive_callback(world.ledger, world.vault, supplier, headers, body, now=world.now)
    assert (await world.coupon(coupon_id)).delivery is OrderState.PROCESSING


@pytest.mark.parametrize(
    ("request_number", "status", "refusal"),
    [
        (NUMBER, "SUCCESS", OrderNotFound),
        ("FO-nonsense", "SUCCESS", OrderNotFound),
        ("x", "SUCCESS", OrderNotFound),
        (NUMBER, "PERHAPS", CallbackMalformed),
        ("", "SUCCESS", CallbackMalformed),
    ],
    ids=["unknown", "malformed", "too short", "no such status", "empty"],
)
async def test_callbacks_about_nothing(
    world: World, request_number: str, status: str, refusal: type[Exception]
) -> None:
    headers, body = world.server.callback(request_number, status, at=world.now)
    with pytest.raises(refusal):
        await receive_callback(
            world.ledger, world.vault, world.supplier.code, headers, body, now=world.now
        )


@pytest.mark.parametrize("behaviour", [Behaviour.ACCEPT, Behaviour.DELIVER_IN_SILENCE])
async def test_an_answer_that_comes_after_the_callback_changes_nothing(
    world: World, behaviour: Behaviour
) -> None:
    class CalledBack(httpx2.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            try:
                return await super().handle_async_request(request)
            finally:
                world.now += timedelta(seconds=1)
                await world.callback(coupon_id, "SUCCESS")

    world.server.behaviour = behaviour
    coupon_id = await held(world)
    async with httpx2.AsyncClient(transport=CalledBack()) as http:
        fulfilment = Fulfilment(
            world.ledger, SupplierClient(http), world.vault, "http://comity.test", POLICY
        )
        await fulfilment.submit_orders(world.now)
    assert (await world.coupon(coupon_id)).delivery is OrderState.SUCCESS
    assert await world.steps(coupon_id) == ["redeemed", "sent", "delivered"]
    assert await world.spendable("ann") == (100 - PRICE, 0)
