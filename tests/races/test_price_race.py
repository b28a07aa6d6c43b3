"""Prices that change while members redeem: one price or the other, never anything between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.declared import Tag, TagInUse, TagUnknown, declare_tags
from catalog.pricing import Effect, PriceTerms, Who, add_price_rule, end_price_rule
from exchange.redeem import QuoteKeys, quote_offers, redeem_rights
from ledger import Database
from ledger.asks import Answer, Issue
from tests.exchange.fixtures import PRICE, START, World, open_world
from tests.races.waiting import until_it_waits

ROUNDS = 200
ROUNDS_AT_ONCE = 20
KEYS = QuoteKeys([b"k" * 32])


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def test_two_redemptions_at_the_edge_of_a_band(world: World) -> None:
    """The first pays the price of those with many points. The second then has few."""
    terms = PriceTerms(
        effect=Effect(kind="points", points=1),
        who=Who(points_at_most=PRICE - 1),
        valid_from=START,
        label="For those with few points",
    )
    async with world.database.transaction() as connection:
        await add_price_rule(connection, world.programme.book_id, world.brand, terms)
    members = [f"member-{number}" for number in range(ROUNDS)]
    points = PRICE + 5
    await world.ledger.submit(
        world.programme,
        [Issue(key=f"issue-{each}", member=each, points=points) for each in members],
    )

    async def once(member: str) -> Answer:
        (answer,) = await world.redeem(world.request(member, world.own))
        return answer

    for first in range(0, ROUNDS, ROUNDS_AT_ONCE):
        some = members[first : first + ROUNDS_AT_ONCE]
        answers = await asyncio.gather(*(once(member) for member in some for _ in range(2)))
        for place, member in enumerate(some):
            pair = answers[2 * place : 2 * place + 2]
            assert all(answer.accepted for answer in pair), member
            assert sorted(answer.points for answer in pair) == [1, PRICE], member


async def test_a_rule_that_comes_and_goes_between_quote_and_redemption(world: World) -> None:
    """With its quote, a redemption pays the quoted price. Without, a price of some moment."""
    book_id, member = world.programme.book_id, "ann"
    accounts = await world.fulfilment.data_keys.accounts()
    await world.issue(member, 1_000_000)
    terms = PriceTerms(effect=Effect(kind="points", points=3), valid_from=START, label="Short")

    async def change() -> None:
        async with world.database.transaction() as connection:
            rule = await add_price_rule(connection, book_id, world.brand, terms)
        async with world.database.transaction() as connection:
            await end_price_rule(connection, book_id, rule.price_id)

    async def redeem() -> None:
        async with world.database.transaction() as connection:
            found = await quote_offers(
                connection,
                world.programme,
                world.brand,
                member,
                [world.own.offer_id],
                quote_keys=KEYS,
            )
        (quoted,) = found.quotes
        assert quoted.price is not None
        frozen = world.request(member, world.own, quote=quoted.token)
        open_price = world.request(member, world.own)
        answers = await redeem_rights(
            *(world.ledger, world.programme, world.brand, [frozen, open_price]),
            accounts=accounts,
            quote_keys=KEYS,
        )
        assert all(answer.accepted for answer in answers)
        assert answers[0].points == quoted.price.points
        assert answers[1].points in {3, PRICE}
        for answer in answers:
            assert answer.detail is not None
            assert (answer.detail["price_rule"] is None) == (answer.points == PRICE)

    for _ in range(0, ROUNDS, ROUNDS_AT_ONCE):
        await asyncio.gather(*(act() for _ in range(ROUNDS_AT_ONCE) for act in (change, redeem)))


async def test_a_tag_is_named_by_a_rule_or_withdrawn(world: World) -> None:
    """Whoever comes second waits, and sees what the first has done."""
    book_id = world.programme.book_id
    terms = PriceTerms(
        effect=Effect(kind="points", points=3),
        who=Who(tags_any=("brand:vip",)),
        valid_from=START,
        label="For some",
    )

    async def name(connection: AsyncConnection) -> object:
        return await add_price_rule(connection, book_id, world.brand, terms)

    async def withdraw(connection: AsyncConnection) -> object:
        return await declare_tags(connection, book_id, [])

    async def alone(act: Callable[[AsyncConnection], Awaitable[object]]) -> object:
        async with world.database.transaction() as connection:
            return await act(connection)

    async def declare(connection: AsyncConnection) -> object:
        return await declare_tags(connection, book_id, [Tag("brand:vip", "VIP")])

    await alone(declare)
    for first, second, refusal in ((withdraw, name, TagUnknown), (name, withdraw, TagInUse)):
        async with world.database.transaction() as connection:
            await first(connection)
            other = asyncio.create_task(alone(second))
            await until_it_waits(world.database, other)
        with pytest.raises(refusal):
            await other
        if first is withdraw:
            await alone(declare)
