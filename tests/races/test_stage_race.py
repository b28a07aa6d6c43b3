"""A supplier's stage changes while members redeem: nothing more once it has changed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.stages import Stage, StagePolicy, find_stage, set_stage
from exchange.audit import verify_rights
from exchange.redeem import redeem_rights
from ledger import Database, Ledger, lane_of
from ledger.asks import Answer, Issue
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, World, open_world
from tests.races.waiting import until_it_waits, until_waiting

ROUNDS = 200
ROUNDS_SHORT = 6


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        await opened.ledger.submit(
            opened.programme,
            [
                Issue(key=f"issue-{each}", member=f"m-{each}", points=10_000 * PRICE)
                for each in range(8)
            ],
        )
        yield opened


async def stage(connection: AsyncConnection, world: World, to: Stage, **policy: Any) -> None:
    party_id = world.supplier.party_id
    before = await find_stage(connection, party_id, locked=True)
    made = StagePolicy(share_permyriad=10_000, **policy)
    await set_stage(connection, before, party_id, to, made, reason=None, now=world.now)


def codes(answers: list[list[Answer]]) -> list[str | None]:
    return [
        None if each.refusal is None else str(each.refusal["code"])
        for some in answers
        for each in some
    ]


async def test_a_redemption_waits_for_a_suspension_and_is_refused(world: World) -> None:
    """Without the conditional count of the stage's row, it would be accepted after the end."""
    async with world.database.transaction() as connection:
        await stage(connection, world, Stage.CANARY)
    async with world.database.transaction() as connection:
        await stage(connection, world, Stage.SUSPENDED)
        redeeming = asyncio.create_task(world.redeem(world.request("m-1", world.own)))
        await until_it_waits(world.database, redeeming)
    assert codes([await redeeming]) == ["supplier-suspended"]
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 0


async def _rounds(world: World, rounds: int) -> None:
    """Eight members want the last five of a day, while the operator suspends the supplier."""
    for _ in range(rounds):
        before = int(await world.scalar("SELECT count(*) FROM exchange.coupon"))
        async with world.database.transaction() as connection:
            taken = await find_stage(connection, world.supplier.party_id)
            so_far = 0 if taken is None else taken.taken
            await stage(connection, world, Stage.CANARY, per_day_max=so_far + 5)

        async def suspend() -> list[Answer]:
            await asyncio.sleep(0)
            async with world.database.transaction() as connection:
                await stage(connection, world, Stage.SUSPENDED)
            return []

        wanted = [world.redeem(world.request(f"m-{each}", world.own)) for each in range(8)]
        answers = codes(list(await asyncio.gather(*wanted[:4], suspend(), *wanted[4:])))
        made = int(await world.scalar("SELECT count(*) FROM exchange.coupon")) - before
        assert answers.count(None) == made <= 5
        assert set(answers) <= {None, "canary-full", "supplier-suspended"}
        counted = await world.scalar("SELECT taken FROM catalog.supplier_stage")
        assert counted == so_far + made
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
        assert await verify_rights(connection, world.programme) == []


async def test_eight_want_five_while_the_supplier_is_suspended(world: World) -> None:
    await _rounds(world, ROUNDS_SHORT)


@pytest.mark.campaign
async def test_eight_want_five_while_the_supplier_is_suspended_many_times(world: World) -> None:
    await _rounds(world, ROUNDS)


async def test_the_last_open_order_has_one_taker(world: World) -> None:
    """Two processes find room for one order. The second sees the first one's before it commits."""
    async with world.database.transaction() as connection:
        await stage(connection, world, Stage.CANARY, open_orders_max=1)
    accounts = await world.fulfilment.data_keys.accounts()

    async def redeem(member: str) -> list[Answer]:
        return await redeem_rights(
            Ledger(world.database),
            world.programme,
            world.brand,
            [world.request(member)],
            world.now,
            accounts=accounts,
        )

    first, second = _in_two_lanes(world)
    async with world.database.transaction() as connection:
        await find_stage(connection, world.supplier.party_id, locked=True)
        redeeming = [asyncio.create_task(redeem(member)) for member in (first, second)]
        await until_waiting(world.database, 2)
    answers = codes(list(await asyncio.gather(*redeeming)))
    assert sorted(answers, key=str) == [None, "canary-full"]
    assert await world.scalar("SELECT count(*) FROM exchange.fulfilment_order") == 1


def _in_two_lanes(world: World) -> tuple[str, str]:
    lanes = {lane_of(f"m-{each}", world.programme.lanes): f"m-{each}" for each in range(8)}
    first, second, *_ = lanes.values()
    return first, second
