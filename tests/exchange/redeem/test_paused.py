"""Redeeming while an offer is paused and listed again: what was answered holds at once."""

import asyncio
from collections import Counter

from catalog.offers import Offer, Verb, move_offer
from ledger.asks import Answer
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, STOCK, World
from tests.races.waiting import until_it_waits

ROUNDS = 20


async def said(world: World, verb: Verb) -> Offer:
    async with world.database.transaction() as connection:
        return await move_offer(
            connection, world.supplier, world.own.offer_id, verb, side="supplier"
        )


def outcome(answer: Answer) -> str:
    return "accepted" if answer.refusal is None else str(answer.refusal["code"])


async def test_a_pause_that_is_not_committed_holds_up_nobody(world: World) -> None:
    await world.issue("ann", 100)
    async with world.database.transaction() as pausing:
        await move_offer(pausing, world.supplier, world.own.offer_id, "pause", side="supplier")
        (before,) = await world.redeem(world.request("ann", world.own))
        # The row's lock is held, so another verb waits for the pause and is judged on it.
        resuming = asyncio.create_task(said(world, "resume"))
        await until_it_waits(world.database, resuming)
    assert (outcome(before), (await resuming).state) == ("accepted", "LISTED")
    await said(world, "pause")
    (during,) = await world.redeem(world.request("ann", world.own))
    assert outcome(during) == "offer-not-listed"
    assert await world.spendable("ann") == (100 - PRICE, 0)


async def test_after_a_pause_was_answered_nobody_redeems(world: World) -> None:
    """Others redeem all the time. What is asked for between two answers knows where it stands."""
    await world.issue("ann", 100_000)
    await world.issue("ben", 100_000)
    found: Counter[str] = Counter()

    async def redeem_all_the_time(member: str) -> None:
        for _ in range(STOCK // 20):
            (answer,) = await world.redeem(world.request(member, world.own))
            found[outcome(answer)] += 1

    others = [asyncio.create_task(redeem_all_the_time(member)) for member in ("ann", "ben")]
    for _ in range(ROUNDS):
        await said(world, "pause")
        (paused,) = await world.redeem(world.request("ann", world.own))
        await said(world, "resume")
        (listed,) = await world.redeem(world.request("ann", world.own))
        assert (outcome(paused), outcome(listed)) == ("offer-not-listed", "accepted")
        found["accepted"] += 1
    await asyncio.gather(*others)
    assert set(found) <= {"accepted", "offer-not-listed"}
    assert await world.stock(world.own) == STOCK - found["accepted"]
    assert (await world.totals()).redeemed == found["accepted"] * PRICE
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
