"""Orders and isolation: a new rule stops what was not sent, and undoes nothing that was."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog.isolation import Side, add_rule, end_rule
from exchange.coupons import CouponState
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.rounds import ISOLATED_REASON
from ledger import outbox
from tests.exchange.fixtures import PRICE, STOCK, World, held
from tests.exchange.supplier_server import Behaviour


async def isolate(world: World) -> int:
    """Keep the brand and the supplier apart from now on; the rule's id."""
    async with world.database.transaction() as connection:
        buyer, supplier = Side(party=world.brand.code), Side(party=world.supplier.code)
        rule = await add_rule(connection, effect="deny", buyer=buyer, supplier=supplier)
        assert rule.rule_id is not None
        return rule.rule_id


async def reasons(world: World) -> list[str]:
    """Why the steps of all receipts came about, where they say so."""
    async with world.database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT detail ->> 'reason' AS reason FROM exchange.receipt_step ORDER BY step_id")
        )
        return [row.reason for row in rows if row.reason]


@pytest.mark.parametrize("free", [False, True])
async def test_an_order_isolated_before_it_is_sent_fails_and_the_points_return(
    world: World, free: bool
) -> None:
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", free=free)
    await isolate(world)
    assert await world.submit() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery) == (CouponState.RETURNED, OrderState.FAILED)
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK
    assert world.server.received.total() == 0
    assert await world.steps(coupon_id) == ["redeemed", "returned"]
    (reason,) = await reasons(world)
    assert reason == ISOLATED_REASON
    world.now += timedelta(minutes=10)
    await world.release_outbox()
    await world.submit()
    async with world.database.transaction() as connection:
        assert await outbox.pending(connection, ["fulfilment.submit"]) == 0


async def test_isolation_holds_up_nobody_elses_order(world: World) -> None:
    coupon_id = await held(world)
    async with world.database.transaction() as connection:
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party=world.rival.code),
            supplier=Side(party=world.supplier.code),
        )
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE


async def test_an_order_that_was_sent_before_the_isolation_ends_by_proof_alone(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    by_callback, by_query = await held(world), await world.redeem_one("ann", account="ann@cinema")
    await world.submit()
    await isolate(world)
    await world.callback(by_callback, "SUCCESS")
    assert (await world.coupon(by_callback)).state is CouponState.ACTIVE
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(by_query)).delivery is OrderState.PROCESSING
    await world.callback(by_query, "FAILED")
    assert (await world.coupon(by_query)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100 - PRICE, 0)


async def test_an_isolated_order_that_the_supplier_does_not_have_is_not_sent_again(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    await isolate(world)
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN, (
        "the request may still arrive"
    )
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    await world.drain(rounds=4, step_seconds=150)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == 1
    assert (await reasons(world))[-1] == ISOLATED_REASON


async def test_an_order_isolated_while_it_waits_to_be_sent_again_is_asked_about(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    rule_id = await isolate(world)
    await world.release_outbox()
    await world.submit()
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE), (
        "it may have been sent: only proof returns the points"
    )
    assert world.server.received.total() == 1
    async with world.database.transaction() as connection:
        await end_rule(connection, rule_id)
    world.server.behaviour = Behaviour.SUCCEED
    await world.drain(rounds=3, step_seconds=30)
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received.total() == 2
