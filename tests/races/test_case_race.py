"""Decisions and proofs at once: one of them ends the order, and nothing is counted twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from catalog import WORKER, Deed
from exchange.audit import verify_rights
from exchange.cases import Case, CasesWanted, Decision, Reader, list_cases, open_stuck
from exchange.coupons import OrderState
from exchange.fulfil.orders import lock_orders
from exchange.resolve import Asked, resolve_case
from ledger import Database, Ledger, Refusal
from settlement.audit import verify_uses
from tests.exchange.fixtures import PRICE, World, open_world
from tests.exchange.supplier_server import Behaviour
from tests.races.waiting import until_waiting

DEED = Deed(WORKER, "resolve_case")
ROUNDS, ROUNDS_IN_CAMPAIGN = 6, 200


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def stuck(world: World, count: int) -> list[tuple[int, Case]]:
    """So many orders that are late, with their cases: every third is free."""
    world.server.behaviour = Behaviour.ACCEPT
    offer = await world.publish("top-up", "direct", counts_as_used="delivery")
    await world.issue("ann", PRICE * count)
    coupons = [await world.redeem_one("ann", offer, free=n % 3 == 2) for n in range(count)]
    while await world.submit():
        pass
    assert await open_stuck(world.database, world.now + timedelta(days=2)) == count
    async with world.database.transaction() as connection:
        found = await list_cases(connection, Reader(), CasesWanted(), after=0, limit=1_000)
    return list(zip(coupons, found, strict=True))


async def decide(world: World, case: Case, decision: Decision) -> str:
    """Decide as another process would. Returns what was decided, or why it was refused."""
    asked = Asked(decision=decision, reason="looked into it", evidence="a screenshot")
    if decision is Decision.KEEP_WAITING:
        until = world.now + timedelta(days=3)
        asked = Asked(decision=decision, reason="it was promised", until=until)
    try:
        await resolve_case(Ledger(world.database), case.case_number, asked, DEED)
    except Refusal as refusal:
        return refusal.code
    return str(decision)


async def sound(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_uses(connection, world.programme) == []


async def race(world: World, rounds: int) -> None:
    """A person returns the points, another delivers, and the supplier says that it delivered."""
    for coupon_id, case in await stuck(world, rounds):
        first, second, called = await asyncio.gather(
            decide(world, case, Decision.RETURN_POINTS),
            decide(world, case, Decision.DELIVER),
            world.callback(coupon_id, "SUCCESS"),
        )
        decided = {first, second} & {"return_points", "deliver"}
        assert len(decided) + called["changed"] == 1, (first, second, called)
        state = (await world.coupon(coupon_id)).delivery
        is_returned = "return_points" in decided
        assert state is (OrderState.FAILED if is_returned else OrderState.SUCCESS)
        async with world.database.transaction() as connection:
            wanted = CasesWanted(state="OPEN", coupon_id=coupon_id)
            left = await list_cases(connection, Reader(), wanted, after=0, limit=10)
        # The proof came first: the case waits. Or it contradicts the person: there is another.
        assert [str(each.kind) for each in left] == (
            ["late_success"] if is_returned else [] if decided else ["stuck"]
        )
    assert (await world.spendable("ann"))[1] == 0
    await sound(world)


async def test_of_two_decisions_and_a_callback_one_ends_the_order(world: World) -> None:
    await race(world, ROUNDS)


@pytest.mark.campaign
@pytest.mark.timeout(600)
async def test_of_two_decisions_and_a_callback_one_ends_each_of_many_orders(world: World) -> None:
    await race(world, ROUNDS_IN_CAMPAIGN)


async def test_of_two_decisions_the_second_finds_the_case_decided(world: World) -> None:
    """One of them has ended the order. The other, which only waits, must not overwrite it."""
    ((coupon_id, case),) = await stuck(world, 1)
    async with world.database.transaction() as holder:
        await lock_orders(holder, world.programme.book_id, [coupon_id])
        delivering = asyncio.create_task(decide(world, case, Decision.DELIVER))
        await until_waiting(world.database, 1)
        waiting = asyncio.create_task(decide(world, case, Decision.KEEP_WAITING))
        await until_waiting(world.database, 2)
    assert tuple(await asyncio.gather(delivering, waiting)) == ("deliver", "case-not-open")
    await sound(world)


async def test_eight_callbacks_at_once_deliver_and_bill_once(world: World) -> None:
    ((coupon_id, _),) = await stuck(world, 1)
    answers = await asyncio.gather(*(world.callback(coupon_id, "SUCCESS") for _ in range(8)))
    assert sum(each["changed"] for each in answers) == 1
    assert {each["state"] for each in answers} == {"SUCCESS"}
    assert await world.scalar("SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'") == 1
    assert (await world.steps(coupon_id)).count("used") == 1
    await sound(world)


async def test_eight_late_callbacks_at_once_open_one_case(world: World) -> None:
    ((coupon_id, case),) = await stuck(world, 1)
    assert await decide(world, case, Decision.RETURN_POINTS) == "return_points"
    answers = await asyncio.gather(*(world.callback(coupon_id, "SUCCESS") for _ in range(8)))
    assert {(each["state"], each["changed"]) for each in answers} == {("FAILED", False)}
    opened = "SELECT count(*) FROM exchange.coupon_case WHERE kind = 'late_success'"
    assert await world.scalar(opened) == 1
    await sound(world)
