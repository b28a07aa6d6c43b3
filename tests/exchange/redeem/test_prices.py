"""Prices in redemptions: quotes, bands, pasts, and how many statements it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from catalog.pricing import (
    ANYONE,
    Effect,
    PriceTerms,
    Schedule,
    Who,
    add_price_rule,
    end_price_rule,
    state_access,
)
from exchange.coupons import CouponState
from exchange.redeem import QuoteKeys, RightRequest, quote_offers, redeem_rights
from exchange.redeem.tokens import QUOTE_SECONDS, Frozen, QuoteFor, QuoteStale
from ledger.asks import Answer, Merge
from ledger.read import load_pasts, past
from ledger.write import batch
from tests.exchange.fixtures import PRICE, START, World
from tests.exchange.supplier_server import Behaviour
from tests.properties.planted import Defect

KEYS = QuoteKeys([b"k" * 32])
NOW = datetime(2026, 9, 8, 12, tzinfo=UTC)
WHAT = QuoteFor(1, 7, "ann")


async def add_rule(
    world: World, effect: Effect, who: Who = ANYONE, schedule: Schedule | None = None
) -> int:
    """A price rule for all offers of the world's programme."""
    terms = PriceTerms(
        effect=effect,
        who=who,
        schedule=schedule or Schedule(),
        valid_from=START,
        label="A rule",
    )
    async with world.database.transaction() as connection:
        made = await add_price_rule(connection, world.programme.book_id, world.brand, terms)
    return made.price_id


def points(number: int) -> Effect:
    return Effect(kind="points", points=number)


def paid(answers: list[Answer]) -> list[int]:
    """What accepted redemptions cost."""
    assert all(answer.accepted for answer in answers), [answer.refusal for answer in answers]
    return [answer.points for answer in answers]


def test_a_token_says_its_price_until_it_is_too_old() -> None:
    token, until = KEYS.sign(WHAT, Frozen(20, 3), NOW)
    assert until == NOW + timedelta(seconds=QUOTE_SECONDS)
    assert KEYS.read(token, WHAT, until - timedelta(microseconds=1)) == Frozen(20, 3)
    for at in (until, until + timedelta(days=1)):
        with pytest.raises(QuoteStale):
            KEYS.read(token, WHAT, at)


def test_a_token_is_for_one_book_offer_and_member_and_cannot_be_altered() -> None:
    token, _ = KEYS.sign(WHAT, Frozen(20, None), NOW)
    others = (QuoteFor(2, 7, "ann"), QuoteFor(1, 8, "ann"), QuoteFor(1, 7, "ann2"))
    for what in others:
        with pytest.raises(QuoteStale):
            KEYS.read(token, what, NOW)
    altered = [token[:place] + "-" + token[place + 1 :] for place in range(len(token))]
    for wrong in ("", "A", "ä", token + "A", token[:-1], *altered):
        if wrong != token:
            with pytest.raises(QuoteStale):
                KEYS.read(wrong, WHAT, NOW)


def test_a_token_outlives_a_change_of_the_key_as_long_as_the_old_one_is_known() -> None:
    token, _ = KEYS.sign(WHAT, Frozen(20, None), NOW)
    assert QuoteKeys([b"n" * 32, b"k" * 32]).read(token, WHAT, NOW) == Frozen(20, None)
    with pytest.raises(QuoteStale):
        QuoteKeys([b"n" * 32]).read(token, WHAT, NOW)


async def bands_in_order(world: World) -> None:
    """What a member can spend right before each redemption decides, in the order of the batch."""
    await world.issue("ann", 50)
    await add_rule(world, points(1), Who(points_at_most=30))
    await add_rule(world, points(15), Who(points_at_least=50))
    requests = [world.request("ann", world.own) for _ in range(4)]
    assert paid(await world.redeem(*requests)) == [15, PRICE, 1, 1]


async def hours_of_the_programme(world: World) -> None:
    """The programme is in New York: its day 8 is not that of UTC."""
    now, world.now = world.now, datetime(2026, 9, 1, tzinfo=UTC)
    await world.issue("ann", 100)
    world.now = now
    await add_rule(world, points(1), schedule=Schedule(monthly=(8,)))
    at = [datetime(2026, 9, 8, 3, tzinfo=UTC), datetime(2026, 9, 9, 3, tzinfo=UTC)]
    requests = [world.request("ann", world.own, occurred_at=each) for each in at]
    assert paid(await world.redeem(*requests)) == [PRICE, 1]


@pytest.mark.parametrize("check", [bands_in_order, hours_of_the_programme])
async def test_in_the_order_of_a_batch(
    world: World, check: Callable[[World], Awaitable[None]]
) -> None:
    await check(world)


async def test_a_band_by_the_points_afterwards_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Defect(
        "a band by the points afterwards",
        batch,
        "_judged",
        "decider.spendable(item.operation, lane)",
        "decider.spendable(item.operation, lane) - points_asked(item.operation)",
    ).plant(monkeypatch)
    with pytest.raises(AssertionError):
        await bands_in_order(world)


async def test_a_first_redemption_counts_in_the_batch_and_those_of_merged_members(
    world: World,
) -> None:
    await add_rule(world, Effect(kind="free"), Who(first_redemption=True))
    await world.issue("ann", 100)
    await world.issue("bob", 100)
    answers = await world.redeem(*(world.request("ann", world.own) for _ in range(2)))
    assert paid(answers) == [0, PRICE]
    merge = Merge(key=world.key("merge"), member="ann", into_member="bob")
    (merged,) = await world.ledger.submit(world.programme, [merge])
    assert merged.accepted
    assert paid(await world.redeem(world.request("bob", world.own))) == [PRICE]


async def test_a_delivery_that_fails_leaves_the_first_redemption_to_come(world: World) -> None:
    await world.issue("ann", 100)
    world.server.behaviour = Behaviour.FAIL
    coupon = await world.redeem_one("ann")
    await world.submit()
    assert (await world.coupon(coupon)).state is CouponState.RETURNED
    await add_rule(world, Effect(kind="free"), Who(first_redemption=True))
    assert paid(await world.redeem(world.request("ann", world.own))) == [0]


async def test_members_are_new_by_their_first_operation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_rule(world, points(3), Who(member_for_days_at_most=10))
    now = world.now
    world.now = now - timedelta(days=40)
    await world.issue("old", 50)
    world.now = now
    for _ in range(3):
        await world.issue("old", 50)
        await world.issue("new", 50)
    requests = [world.request(member, world.own) for member in ("old", "new")]
    assert paid(await world.redeem(*requests)) == [PRICE, 3]
    # Whoever has more records than are looked at is not new.
    async with world.database.transaction() as connection:
        monkeypatch.setattr(past, "_PASTS", _with_records_max(2))
        monkeypatch.setattr(past, "RECORDS_MAX", 2)
        found = await load_pasts(
            connection, world.programme.book_id, ["new", "nobody"], now - timedelta(days=90)
        )
    assert (found["new"].is_old, found["nobody"].first_at) == (True, None)


def _with_records_max(number: int) -> object:
    statement = past._PASTS.bindparams()
    statement.text = statement.text.replace(f"place < {past.RECORDS_MAX}", f"place < {number}")
    return statement


async def test_an_offer_that_is_not_for_a_member_takes_neither_points_nor_stock(
    world: World,
) -> None:
    await world.issue("ann", 100)
    async with world.database.transaction() as connection:
        await state_access(
            connection,
            world.programme.book_id,
            world.brand,
            world.own.offer_id,
            Who(points_at_least=90),
        )
    # It holds from the moment it was stated.
    world.now = datetime.now(UTC)
    stock = await world.stock(world.own)
    answers = await world.redeem(*(world.request("ann", world.own) for _ in range(2)))
    assert [answer.accepted for answer in answers] == [True, False]
    assert answers[1].refusal is not None
    assert (answers[1].refusal["code"], answers[1].refusal["why"]) == ("not-eligible", "points")
    assert (await world.spendable("ann"), await world.stock(world.own)) == ((80, 0), stock - 1)


async def test_a_quote_is_what_a_redemption_then_pays(world: World) -> None:
    await world.issue("ann", 100)
    rule = await add_rule(world, points(7))

    async def quote() -> str:
        async with world.database.transaction() as connection:
            found = await quote_offers(
                connection,
                world.programme,
                world.brand,
                "ann",
                [world.own.offer_id],
                quote_keys=KEYS,
            )
        (quoted,) = found.quotes
        assert quoted.price is not None
        assert (found.spendable, quoted.price.points, quoted.price.price_id) == (100, 7, rule)
        assert quoted.token is not None
        return quoted.token

    request = world.request("ann", world.own, quote=await quote())
    accounts = await world.fulfilment.data_keys.accounts()
    await add_rule(world, points(1))
    async with world.database.transaction() as connection:
        await end_price_rule(connection, world.programme.book_id, rule)
    (answer,) = await redeem_rights(
        world.ledger, world.programme, world.brand, [request], accounts=accounts, quote_keys=KEYS
    )
    assert paid([answer]) == [7]
    assert answer.detail is not None
    assert answer.detail["price_rule"] == rule
    # Long after, the same request gets the same answer.
    (again,) = await redeem_rights(
        world.ledger,
        world.programme,
        world.brand,
        [request],
        datetime.now(UTC) + timedelta(hours=1),
        accounts=accounts,
        quote_keys=KEYS,
    )
    assert again.document() == answer.document()


async def test_a_quote_freezes_no_condition(world: World) -> None:
    """One token in many redemptions: the price is for whom its rule is, at each one's turn."""
    await world.issue("ann", 60)
    newcomers = await add_rule(world, Effect(kind="free"), Who(first_redemption=True))
    token = await quoted(world, "ann")
    async with world.database.transaction() as connection:
        await end_price_rule(connection, world.programme.book_id, newcomers)
    requests = [world.request("ann", world.own, quote=token) for _ in range(6)]
    together = await redeem_quoted(world, *requests[:3])
    apart = await asyncio.gather(*(redeem_quoted(world, each) for each in requests[3:]))
    answers = [*together, *(answer for (answer,) in apart)]
    # Its end is frozen, and so the first one pays nothing.
    assert paid([each for each in answers if each.accepted]) == [0]
    codes = [each.refusal["code"] for each in answers if each.refusal is not None]
    assert codes == ["quote-stale"] * 5
    assert await world.spendable("ann") == (60, 0)
    # So it is with bands of points.
    await add_rule(world, points(15), Who(points_at_least=50))
    token = await quoted(world, "ann")
    requests = [world.request("ann", world.own, quote=token) for _ in range(2)]
    first, second = await redeem_quoted(world, *requests)
    assert paid([first]) == [15]
    assert second.refusal is not None
    assert second.refusal["code"] == "quote-stale"


async def quoted(world: World, member: str) -> str:
    """The token of a quote of the world's own offer."""
    async with world.database.transaction() as connection:
        found = await quote_offers(
            connection,
            world.programme,
            world.brand,
            member,
            [world.own.offer_id],
            quote_keys=KEYS,
        )
    token = found.quotes[0].token
    assert token is not None
    return token


async def redeem_quoted(world: World, *requests: RightRequest) -> list[Answer]:
    accounts = await world.fulfilment.data_keys.accounts()
    return await redeem_rights(
        world.ledger, world.programme, world.brand, requests, accounts=accounts, quote_keys=KEYS
    )


async def test_prices_take_one_statement_for_each_transaction(world: World) -> None:
    """One more reads tiers and tags, and two more read pasts, only where a rule asks for them."""

    async def statements(count: int, *, spread: bool = False) -> tuple[int, int]:
        members = [world.key("member") for _ in range(count)]
        for member in members:
            await world.issue(member, 100)
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        engine = world.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            times = [
                {"occurred_at": world.now + timedelta(microseconds=place)} if spread else {}
                for place in range(count)
            ]
            requests = [
                world.request(member, world.own, **at)
                for member, at in zip(members, times, strict=True)
            ]
            paid(await world.redeem(*requests))
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([each for each in seen if "price_rule AS" in each]), len(seen)

    # The first transactions of a process read what it keeps.
    await statements(2)
    plain = await statements(2)
    assert plain[0] == 1
    assert await statements(40) == plain
    await add_rule(world, points(5), Who(points_at_most=1_000), Schedule(weekly=(1, 2, 3)))
    assert await statements(40) == plain
    await add_rule(world, points(6), Who(tiers=("",)))
    assert await statements(40) == (1, plain[1] + 1)
    await add_rule(world, points(7), Who(member_for_days_at_most=3))
    assert await statements(40) == (1, plain[1] + 3)
    # Redemptions that are imported have an instant each.
    assert (await statements(40, spread=True))[1] == (await statements(2, spread=True))[1]
