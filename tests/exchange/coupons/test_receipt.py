"""The receipt tells what happened, when it happened."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import SupplierNetworks
from exchange.coupons import expire_coupons, load_receipt
from exchange.coupons.receipt import ReceiptStep, Step
from exchange.fulfil import open_supplier_client
from exchange.fulfil.breaker import REST_SECONDS_MIN, SILENCES_MAX
from exchange.fulfil.supplier import UNREACHABLE
from exchange.fulfil.verdict import DeliveryPolicy
from ledger import read_clock
from tests.exchange.fixtures import World, active, held
from tests.exchange.supplier_server import Behaviour


async def require_order_of_times(world: World, coupon_id: int, steps: set[str]) -> None:
    async with world.database.transaction() as connection:
        receipt = await load_receipt(connection, world.programme.book_id, coupon_id)
    assert {str(each.step) for each in receipt} == steps
    for each in receipt:
        assert each.recorded_at >= each.occurred_at, each.step


@pytest.mark.parametrize("ahead_seconds", [0, 1, 30])
async def test_a_delivery_is_recorded_when_it_occurred_or_later(
    world: World, ahead_seconds: int
) -> None:
    """Whatever the service's clock is ahead of the database's."""
    world.now += timedelta(seconds=ahead_seconds)
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    await world.callback(coupon_id, "SUCCESS")
    steps = {"redeemed", "sent", "accepted", "delivered"}
    await require_order_of_times(world, coupon_id, steps)


async def test_a_use_and_an_end_are_recorded_when_they_occurred_or_later(world: World) -> None:
    world.now += timedelta(seconds=1)
    coupon_id, code = await active(world)
    assert (await world.use(code)).accepted
    assert (await world.reverse(code)).accepted
    await expire_coupons(world.database, world.programme, world.now + timedelta(days=60))
    steps = {"redeemed", "delivered", "used", "use-reversed", "expired"}
    await require_order_of_times(world, coupon_id, steps)


async def receipt_of(world: World, coupon_id: int) -> list[ReceiptStep]:
    async with world.database.transaction() as connection:
        return await load_receipt(connection, world.programme.book_id, coupon_id)


async def test_what_was_refused_an_address_was_not_sent(world: World) -> None:
    coupon_id = await held(world)
    async with open_supplier_client(SupplierNetworks()) as client:
        await replace(world.fulfilment, client=client).submit_orders()
    assert world.server.received.total() == 0
    _, waiting = await receipt_of(world, coupon_id)
    assert (waiting.step, waiting.detail) == (Step.WAITING, {"reason": UNREACHABLE})


async def test_what_found_no_connection_was_not_sent(world: World) -> None:
    coupon_id = await held(world)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE catalog.endpoint SET url = 'http://127.0.0.1:1'")
    await world.fulfilment.submit_orders()
    _, waiting = await receipt_of(world, coupon_id)
    assert (waiting.step, waiting.detail) == (Step.WAITING, {"reason": UNREACHABLE})


async def test_what_waits_for_a_resting_supplier_was_not_sent(world: World) -> None:
    with world.fulfilment.turns.places(world.now) as places:
        for _ in range(SILENCES_MAX):
            assert places.take(world.supplier.party_id)
            places.answered(world.supplier.party_id, silent=True)
    coupon_id = await held(world)
    assert await world.submit() == 0
    assert await world.steps(coupon_id) == ["redeemed"]
    world.now += timedelta(seconds=REST_SECONDS_MIN + 1)
    assert await world.submit() == 1
    assert await world.steps(coupon_id) == ["redeemed", "sent", "delivered"]


@pytest.mark.parametrize("behaviour", [Behaviour.ACCEPT, Behaviour.SUCCEED, Behaviour.FAIL])
async def test_an_answer_after_a_while_has_an_instant_of_its_own(
    world: World, behaviour: Behaviour
) -> None:
    world.server.behaviour, world.server.delay_seconds = behaviour, 0.2
    coupon_id = await held(world)
    await replace(world.fulfilment, policy=DeliveryPolicy()).submit_orders()
    _, sent, answered = await receipt_of(world, coupon_id)
    assert sent.step is Step.SENT
    assert answered.occurred_at - sent.occurred_at >= timedelta(seconds=0.2)
    async with world.database.transaction() as connection:
        assert answered.occurred_at <= await read_clock(connection)


async def test_an_order_is_sent_before_its_supplier_answers(world: World) -> None:
    world.server.behaviour = Behaviour.HANG
    coupon_id = await held(world)
    patient = replace(
        world.fulfilment, policy=DeliveryPolicy(request_timeout_seconds=60, lease_seconds=120)
    )
    round_of_one = asyncio.create_task(patient.submit_orders())
    async with asyncio.timeout(30):
        while await world.steps(coupon_id) != ["redeemed", "sent"]:  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.02)
    assert not round_of_one.done()
    world.server.released.set()
    await round_of_one
    assert await world.steps(coupon_id) == ["redeemed", "sent", "delivered"]
