"""How many of an offer a member may have, and how many are taken on a day."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from catalog.offers import Offer, OfferTerms, terms_by_name
from catalog.offers.publish import revise_offer
from exchange.audit import verify_rights
from ledger import Ledger, lane_of
from ledger.asks import Answer, Merge
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, STOCK, World
from tests.exchange.supplier_server import Behaviour
from tests.races.waiting import until_waiting

NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
"""Noon where the programme lives; its day ends at 04:00 UTC."""


async def limit(world: World, offer: Offer, **limits: Any) -> None:
    """Let the offer have these limits, for what was redeemed before, too."""
    terms = replace(
        OfferTerms(**terms_by_name(offer)), valid_from=NOON - timedelta(days=200), **limits
    )
    async with world.database.transaction() as connection:
        await revise_offer(connection, world.supplier, offer.offer_id, terms)


@pytest.fixture(params=["paid", "free"])
async def free(request: pytest.FixtureRequest, world: World) -> bool:
    """Limits hold for what is paid and for what is free."""
    world.now = NOON
    for member in ("ann", "bob"):
        await world.issue(member, 100 * PRICE)
    return bool(request.param == "free")


def said(answers: Sequence[Answer]) -> list[Any]:
    return [None if answer.refusal is None else answer.refusal["code"] for answer in answers]


async def agree(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
        assert await verify_rights(connection, world.programme) == []


async def test_one_who_wants_fifty_gets_what_one_may_have(world: World, free: bool) -> None:
    await limit(world, world.own, per_member=3)
    wanted = [world.request("ann", world.own, free=free) for _ in range(50)]
    together, alone = wanted[:25], wanted[25:]
    answers, *singles = await asyncio.gather(
        world.redeem(*together), *(world.redeem(each) for each in alone)
    )
    every = [*answers, *(answer for (answer,) in singles)]
    assert Counter(said(every)) == Counter({None: 3, "limit-per-member": 47})
    assert await world.stock(world.own) == STOCK - 3
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 3
    refused = next(answer for answer in every if answer.refusal is not None)
    assert refused.refusal is not None
    assert (refused.refusal["limit"], refused.refusal["per"]) == (3, "programme")
    # Another member has its own, and another offer, too.
    others = await world.redeem(
        world.request("bob", world.own, free=free), world.request("ann", free=free)
    )
    assert said(others) == [None, None]
    await agree(world)


async def test_fifty_who_want_one_share_what_the_day_has(world: World, free: bool) -> None:
    """On lanes of their own and from two processes, singly and together."""
    await limit(world, world.own, per_day=7)
    members = [f"member-{number}" for number in range(50)]
    for member in members:
        await world.issue(member, PRICE)
    wanted = [world.request(member, world.own, free=free) for member in members]
    other = replace(world, ledger=Ledger(world.database))
    batches = await asyncio.gather(
        world.redeem(*wanted[:10]),
        other.redeem(*wanted[10:20]),
        *(world.redeem(each) for each in wanted[20:35]),
        *(other.redeem(each) for each in wanted[35:]),
    )
    every = [answer for answers in batches for answer in answers]
    assert Counter(said(every)) == Counter({None: 7, "limit-per-day": 43})
    assert await world.scalar("SELECT taken FROM exchange.limit_count") == 7
    assert await world.stock(world.own) == STOCK - 7
    await agree(world)


async def test_the_last_piece_of_a_day_goes_to_one_of_those_who_wait(world: World) -> None:
    """Two lanes have both seen that one is left, and wait for the row that says so."""
    await limit(world, world.own, per_day=2)
    await world.redeem_one("first", world.own, free=True)
    lanes = {lane_of(f"m{number}", world.programme.lanes): f"m{number}" for number in range(40)}
    members = list(lanes.values())[:2]
    async with world.database.transaction() as holder:
        await holder.exec_driver_sql("SELECT 1 FROM exchange.limit_count FOR UPDATE")
        waiting = []
        # One after the other: at once, they could meet in one transaction.
        for member in members:
            request = world.request(member, world.own, free=True)
            waiting.append(asyncio.create_task(world.redeem(request)))
            await until_waiting(world.database, len(waiting))
    answers = [answer for (answer,) in await asyncio.gather(*waiting)]
    assert Counter(said(answers)) == Counter({None: 1, "limit-per-day": 1})
    assert await world.scalar("SELECT taken FROM exchange.limit_count") == 2
    assert await world.stock(world.own) == STOCK - 2


async def test_a_day_is_one_of_the_programme(world: World, free: bool) -> None:
    await limit(world, world.own, per_member_per_day=1, per_day=2)
    evening, night = (datetime(2026, 3, 11, hour, tzinfo=UTC) for hour in (3, 5))

    async def at(instant: datetime, *members: str) -> list[Any]:
        world.now = instant
        return said(
            await world.redeem(
                *(
                    world.request(member, world.own, free=free, occurred_at=instant)
                    for member in members
                )
            )
        )

    assert await at(NOON, "ann", "ann") == [None, "limit-per-member"]
    assert await at(evening, "ann", "bob", "bob") == ["limit-per-member", None, "limit-per-member"]
    assert await at(night, "ann", "bob", "ann") == [None, None, "limit-per-member"]
    assert await at(NOON, "cid" if free else "bob") == [
        "limit-per-day" if free else "limit-per-member"
    ]
    days = "SELECT array_agg(day || ':' || taken ORDER BY day) FROM exchange.limit_count"
    assert await world.scalar(days) == ["2026-03-10:2", "2026-03-11:2"]
    await agree(world)


async def test_what_was_returned_does_not_count(world: World, free: bool) -> None:
    await limit(world, world.direct, per_member=1, per_day=1)
    for _ in range(2):
        world.server.behaviour = Behaviour.FAIL
        await world.redeem_one("ann", free=free)
        (second,) = await world.redeem(world.request("ann", free=free))
        (third,) = await world.redeem(world.request("bob", free=free))
        assert said([second, third]) == ["limit-per-member", "limit-per-day"]
        await world.release_outbox()
        await world.submit()
        assert await world.scalar("SELECT taken FROM exchange.limit_count") == 0
    world.server.behaviour = Behaviour.SUCCEED
    await world.redeem_one("ann", free=free)
    await agree(world)


async def test_coupons_of_the_merged_count_for_the_one_who_goes_on(
    world: World, free: bool
) -> None:
    await limit(world, world.own, per_member=2)
    await world.redeem_one("ann", world.own, free=free)
    for source, target in (("ann", "bob"), ("bob", "cid")):
        await world.issue(target, PRICE)
        merge = Merge(key=world.key(), member=source, into_member=target, occurred_at=world.now)
        (merged,) = await world.ledger.submit(world.programme, [merge])
        assert merged.accepted
    answers = await world.redeem(*(world.request("cid", world.own, free=free) for _ in range(2)))
    assert said(answers) == [None, "limit-per-member"]


async def test_one_who_cannot_pay_uses_up_no_limit(world: World) -> None:
    world.now = NOON
    await limit(world, world.own, per_member=1, per_day=1)
    await world.issue("poor", 1)
    await world.issue("ann", PRICE)
    requests = [
        world.request("poor", world.own),
        world.request("ann", world.own, free=True),
        world.request("ann", world.own),
    ]
    assert said(await world.redeem(*requests)) == [
        "insufficient-points",
        None,
        "limit-per-member",
    ]
    assert said(await world.redeem(world.request("poor", world.own, free=True))) == [
        "limit-per-day"
    ]


async def test_limits_add_no_statement_for_each_request(world: World) -> None:
    await limit(world, world.own, per_member=5, per_member_per_day=5, per_day=1_000)
    counts = []
    for size in (1, 2, 60):  # The first one reads what a process keeps.
        members = [f"m{size}-{number}" for number in range(size)]
        for member in members:
            await world.issue(member, PRICE)
        requests = [world.request(member, world.own) for member in members]
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        engine = world.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            answers = await world.redeem(*requests)
        finally:
            event.remove(engine, "before_cursor_execute", count)
        assert all(answer.accepted for answer in answers)
        counts.append(statements)
    # Thirteen each, and one more where the process looks at its keys again in that minute.
    assert counts[2] <= counts[1] + 1 <= 15, counts
