"""Takers and givers of the same allotments, each on its own connection.

Nothing is sold twice, and nobody deadlocks.
"""

import asyncio
import random

from sqlalchemy import text

from catalog.procurement import give_back, load_allotments, take
from catalog.procurement.allotments import grant_allotment
from ledger import Database
from tests.catalog.fixtures import START, offer_of, trader
from tests.races.waiting import until_waiting

BOOK = 1
TAKERS = 8
ROUNDS = 12
OFFERS = 6
STOCK = 40
LOCK = text("SELECT 1 FROM catalog.allotment WHERE offer_id = :offer_id FOR UPDATE")


async def test_takers_never_take_more_than_there_is(database: Database) -> None:
    offer_ids = await _stocked(database)

    async def taker(seed: int) -> dict[int, int]:
        chance = random.Random(seed)
        net = dict.fromkeys(offer_ids, 0)
        for _ in range(ROUNDS):
            # In random order: `take` itself must put the locks in order.
            demands = {
                (offer_id, 1): chance.randint(1, 4)
                for offer_id in chance.sample(offer_ids, OFFERS - 1)
            }
            async with database.transaction() as connection:
                granted = await take(connection, BOOK, demands)
                # Long enough for the others to queue at these locks. They must see what this
                # one leaves.
                await asyncio.sleep(chance.random() / 200)
            assert all(0 <= granted[batch] <= quantity for batch, quantity in demands.items())
            for (offer_id, _), quantity in granted.items():
                net[offer_id] += quantity
            if chance.random() < 0.3:
                await _return_one(database, net, chance.choice(offer_ids))
        return net

    nets = await asyncio.gather(*(taker(seed) for seed in range(TAKERS)))
    async with database.transaction() as connection:
        held = await load_allotments(connection, BOOK, offer_ids)
    for offer_id in offer_ids:
        assert held[offer_id].remaining == STOCK - sum(net[offer_id] for net in nets)
        assert 0 <= held[offer_id].remaining <= STOCK


async def test_the_last_one_goes_to_exactly_one_of_those_who_wait(database: Database) -> None:
    (offer_id, *_) = await _stocked(database)
    async with database.transaction() as connection:
        await take(connection, BOOK, {(offer_id, 1): STOCK - 1})

    async def taker() -> int:
        async with database.transaction() as connection:
            return (await take(connection, BOOK, {(offer_id, 1): 1}))[offer_id, 1]

    async with database.transaction() as holder:
        # All of them take their snapshot now, while one is left. Only the first to get the lock may
        # take it.
        await holder.execute(LOCK, {"offer_id": offer_id})
        waiting = [asyncio.create_task(taker()) for _ in range(TAKERS)]
        await until_waiting(database, TAKERS)
    assert sorted(await asyncio.gather(*waiting)) == [0] * (TAKERS - 1) + [1]


async def test_a_taker_who_waited_while_more_came_back_gets_it(database: Database) -> None:
    (offer_id, *_) = await _stocked(database)
    async with database.transaction() as connection:
        await take(connection, BOOK, {(offer_id, 1): STOCK - 1})

    async def taker() -> int:
        async with database.transaction() as connection:
            return (await take(connection, BOOK, {(offer_id, 1): 5}))[offer_id, 1]

    async with database.transaction() as giver:
        await give_back(giver, BOOK, (offer_id, 1), 3)
        # Its snapshot shows one left. When its turn comes, there are four.
        waiting = asyncio.create_task(taker())
        await until_waiting(database, 1)
    assert await waiting == 4


async def test_a_rolled_back_take_leaves_all_to_the_next(database: Database) -> None:
    (offer_id, *_) = await _stocked(database)

    async def next_taker() -> int:
        async with database.transaction() as connection:
            return (await take(connection, BOOK, {(offer_id, 1): STOCK}))[offer_id, 1]

    connection = await database.engine.connect()
    assert await take(connection, BOOK, {(offer_id, 1): STOCK}) == {(offer_id, 1): STOCK}
    waiting = asyncio.create_task(next_taker())
    await until_waiting(database, 1)
    await connection.rollback()
    await connection.close()
    assert await waiting == STOCK


async def test_first_grants_at_once_get_a_number_each(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id

    async def grant() -> None:
        async with database.transaction() as connection:
            await grant_allotment(connection, BOOK, buyer, offer_id, quantity=5, window_from=START)

    await asyncio.gather(*(grant() for _ in range(TAKERS)))
    async with database.transaction() as connection:
        held = (await load_allotments(connection, BOOK, [offer_id]))[offer_id]
    assert held.granted == 5 * TAKERS
    assert [batch.allotment_no for batch in held.batches] == list(range(1, TAKERS + 1))


async def _stocked(database: Database) -> list[int]:
    """Offers with an allotment of STOCK each."""
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_ids = [
            (await offer_of(connection, supplier, f"code-{number}")).offer_id
            for number in range(OFFERS)
        ]
        for offer_id in offer_ids:
            await grant_allotment(
                connection, BOOK, buyer, offer_id, quantity=STOCK, window_from=START
            )
    return offer_ids


async def _return_one(database: Database, net: dict[int, int], offer_id: int) -> None:
    if net[offer_id] > 0:
        async with database.transaction() as connection:
            await give_back(connection, BOOK, (offer_id, 1), 1)
        net[offer_id] -= 1
