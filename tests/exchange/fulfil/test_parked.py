"""A message that fails ten times waits for a person, who sees why and has it tried again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from exchange.cases import list_parked_orders
from exchange.coupons import CouponState
from exchange.fulfil import look_now, replay_order, rounds
from exchange.fulfil.rounds import ATTEMPTS_MAX, FORGOTTEN
from tests.exchange.fixtures import World, held
from tests.exchange.supplier_server import Behaviour


async def test_what_cannot_be_returned_is_parked_and_replayed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger does not take the return, time after time. Nothing is lost by that."""
    coupon_id = await held(world)
    number = await world.number_of(coupon_id)
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE exchange.coupon SET encrypted_account = NULL"))

    async def refused(*_: object) -> list[bool]:
        return [False]

    async def nothing(*_: object) -> None:
        """No conclusion was stored, so none contradicts another."""

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "conclude", refused)
        patched.setattr(rounds, "dispute_late", nothing)
        for _ in range(ATTEMPTS_MAX + 1):
            assert await world.submit() == 1
            async with world.database.transaction() as connection:
                await look_now(connection, number)
    assert await world.submit() == 0
    await world.release_outbox()
    assert await world.submit() == 0, "nobody claims it"
    async with world.database.transaction() as connection:
        (parked,), following = await list_parked_orders(connection, after=0, limit=10)
        assert (parked.request_number, following) == (number, None)
        assert parked.parked_reason is not None
        assert parked.parked_reason.startswith(FORGOTTEN)
        assert await replay_order(connection, number)
        assert not await replay_order(connection, number)
    assert await world.submit() == 1
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)


async def test_an_order_is_asked_about_at_once_if_a_person_says_so(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    assert await world.query() == 0
    number = await world.number_of(coupon_id)
    world.server.orders[number] = "SUCCESS"
    async with world.database.transaction() as connection:
        await look_now(connection, number)
    world.now += timedelta(seconds=1)
    assert await world.query() == 1, "long before it would have been"
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
