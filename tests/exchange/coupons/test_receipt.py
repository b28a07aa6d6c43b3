"""The receipt tells what happened, when it happened."""

from datetime import timedelta

import pytest

from exchange.coupons import expire_coupons, load_receipt
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
