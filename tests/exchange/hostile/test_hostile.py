"""Thousands of orders to a supplier that does everything wrong, and its log beside our books.

Whatever it does: each order ends once, what was paid for was delivered once, and what was not
delivered was paid back. Where the supplier contradicts itself, what was proven first stands, and a
person is told.

`SEED` draws what goes wrong. A run that fails names its seed.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from catalog import set_endpoint
from catalog.procurement.allotments import grant_allotment
from exchange.audit import verify_rights
from exchange.fulfil import Fulfilment, open_supplier_client, receive_callback
from exchange.fulfil.supplier import CallbackForged
from exchange.fulfil.verdict import DeliveryPolicy
from ledger.audit import verify_book
from tests.exchange.fixtures import LOOPBACK, PRICE, SECRET, START, World
from tests.exchange.hostile.supplier import (
    FAULTS,
    Fault,
    HostileSupplier,
    running_hostile_supplier,
)

MEMBERS = 40
BATCH = 100
SLOW_SECONDS = 0.6
PATIENCE = DeliveryPolicy(request_timeout_seconds=0.4, lease_seconds=5, retry_seconds_max=120)
ROUNDS_MAX = 200

OPEN = "SELECT count(*) FROM exchange.fulfilment_order WHERE finished_at IS NULL"
ORDERS = """
    SELECT o.coupon_id, o.request_number AS number, o.state, c.state AS coupon, c.points, c.member
    FROM exchange.fulfilment_order o JOIN exchange.coupon c USING (book_id, coupon_id)
"""
CASES = "SELECT coupon_id, kind FROM exchange.coupon_case WHERE state = 'OPEN'"


def against(world: World, seed: int, clock: Callable[[], datetime]) -> HostileSupplier:
    """The hostile supplier. The exchange takes its callbacks at the clock's time."""

    async def send(headers: dict[str, str], body: bytes) -> None:
        with suppress(CallbackForged):
            await receive_callback(
                world.ledger, world.vault, world.supplier.code, headers, body, now=clock()
            )

    return HostileSupplier(SECRET, seed, clock, send, SLOW_SECONDS)


async def redeem_many(world: World, count: int, seed: int) -> None:
    """So many members' rights, in batches. Each order's account names its plan."""
    async with world.database.transaction() as connection:
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            world.direct.offer_id,
            quantity=count,
            window_from=START,
        )
    members = [f"member-{number}" for number in range(MEMBERS)]
    for member in members:
        await world.issue(member, PRICE * count)
    for start in range(0, count, BATCH):
        answers = await world.redeem(
            *(
                world.request(
                    members[number % MEMBERS],
                    key=f"right-{number}",
                    account=f"{number}@{seed}",
                    free=number % 4 == 0,
                )
                for number in range(start, min(start + BATCH, count))
            )
        )
        assert all(answer.accepted for answer in answers)


async def deliver_all(world: World, fulfilment: Fulfilment) -> None:
    """Let the worker run until no order is open. Time passes only while nothing is in flight."""
    flying: set[asyncio.Task[None]] = set()

    def start(calls: Coroutine[Any, Any, None]) -> None:
        flying.add(asyncio.create_task(calls))

    try:
        for turn in range(ROUNDS_MAX):
            await world.release_outbox()
            while await fulfilment.submit_orders(world.now, start=start):
                pass
            while await fulfilment.query_orders(world.now, start=start):
                pass
            if flying:
                await asyncio.gather(*flying)
                flying.clear()
            world.now += timedelta(seconds=2 + turn / 2)
            if not await world.scalar(OPEN):
                return
        raise AssertionError("an order never ended")
    finally:
        await asyncio.gather(*flying, return_exceptions=True)


async def compare(
    world: World, supplier: HostileSupplier, seed: int, *, is_killed: bool = False
) -> Counter[Fault]:
    """The supplier's log beside the exchange's books. Returns what went wrong how often.

    A process that is killed may take what it heard with it. So nobody may know that an order was
    denied, and then nobody need be told.
    """
    async with world.database.transaction() as connection:
        orders = (await connection.execute(text(ORDERS))).all()
        cases: dict[int, set[str]] = defaultdict(set)
        for case in await connection.execute(text(CASES)):
            cases[case.coupon_id].add(case.kind)
    met: Counter[Fault] = Counter()
    for order in orders:
        told = f"seed {seed}, {order.number}: {supplier.said[order.number]}"
        fault = supplier.fault(order.number)
        met[fault] += 1
        delivered = supplier.delivered[order.number]
        assert delivered <= 1, told
        assert order.state in ("SUCCESS", "FAILED"), told
        assert (order.coupon == "RETURNED") == (order.state == "FAILED"), told
        # Where the first answer was not heard in time, a denial has the order sent again.
        was_heard = supplier.received[order.number] == 1 and not is_killed
        if supplier.denied[order.number] and was_heard:
            assert "contradiction" in cases[order.coupon_id], told
        if fault is Fault.LATE_SUCCESS and order.state == "FAILED":
            assert "late_success" in cases[order.coupon_id], told
        elif fault is not Fault.LATE_FAILURE:
            assert (order.state == "SUCCESS") == bool(delivered), told
    assert not supplier.accounts.keys() - {order.number for order in orders}
    spent = Counter[str]()
    for order in orders:
        spent[order.member] += order.points if order.state == "SUCCESS" else 0
    for member, points in spent.items():
        issued = await world.scalar(
            "SELECT coalesce(sum(points), 0) FROM ledger.operation o"
            " JOIN ledger.account USING (book_id, account_id) WHERE member = :m AND kind = 1",
            m=member,
        )
        assert await world.spendable(member) == (issued - points, 0), member
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_book(connection, world.programme) == []
    return met


async def play(world: World, count: int, seed: int) -> Counter[Fault]:
    supplier = against(world, seed, lambda: world.now)
    async with (
        running_hostile_supplier(supplier),
        open_supplier_client(LOOPBACK) as client,
    ):
        async with world.database.transaction() as connection:
            await set_endpoint(
                connection,
                world.supplier.party_id,
                url=supplier.url,
                encrypted_secret=world.vault.encrypt(SECRET, party_id=world.supplier.party_id),
                networks=LOOPBACK,
            )
        fulfilment = Fulfilment(world.ledger, client, world.vault, "http://c.test", PATIENCE)
        await redeem_many(world, count, seed)
        await deliver_all(world, fulfilment)
        await supplier.quiet()
    return await compare(world, supplier, seed)


async def test_no_order_is_lost_or_delivered_twice(world: World) -> None:
    met = await play(world, 2_000, seed=15)
    assert set(FAULTS) <= set(met), "a fault that never happened was not tried"


@pytest.mark.campaign
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(5))
async def test_no_order_of_many_is_lost_or_delivered_twice(world: World, seed: int) -> None:
    met = await play(world, 4_000, seed)
    assert set(FAULTS) <= set(met)
