"""A market, its quotes and redemptions name one price and one reason, over random worlds.

Rules, a rate, conditions, limits, batches and a member's past are drawn. Before each redemption the
member looks at the whole market, at each offer of it and at quotes. What is redeemed right then is
charged that price, or refused for that reason.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from catalog.market import Priced, WantedOffers, find_in_market, list_market, listing, priced
from catalog.members import Description, Tag, TagGrant, TierGrant, declare_tags, declare_tiers
from catalog.members.declared import Tier
from catalog.members.describe import describe_member
from catalog.offers import Offer, OfferTerms, revise_offer, terms_by_name
from catalog.offers.steps import move_offer
from catalog.pricing import (
    Effect,
    PriceRate,
    PriceTerms,
    Schedule,
    Who,
    add_price_rule,
    state_access,
    state_rate,
)
from catalog.procurement import load_allotments
from catalog.procurement.allotments import grant_allotment
from exchange.redeem import QuoteKeys, quote_offers, quotes, redeem_rights, shopper_of
from exchange.redeem.request import RightRequest
from ledger import Database, read_clock
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import START, World, open_world
from tests.properties.planted import Defect

KEYS = QuoteKeys([b"k" * 32])
LAST_DAY = datetime(2099, 1, 1, tzinfo=UTC)
LONG_OVER = datetime(2018, 1, 1, tzinfo=UTC)
LAST_YEAR = datetime(2017, 6, 1, tzinfo=UTC)
"""When the last version of an offer that is over began."""
OFFERS = 3
QUIET_FROM, QUIET_UNTIL = 2, 21
"""The hours of UTC in which its day does not end soon."""

# The words of a market for the problems of a redemption.
WORDS = {
    "offer-not-listed": "closed",
    "offer-not-valid": "closed",
    "offer-undeliverable": "undeliverable",
    "allotment-not-found": "no-allotment",
    "allotment-closed": "no-allotment",
    "allotment-exhausted": "no-allotment",
    "codes-exhausted": "no-codes",
    "insufficient-points": "points",
}

numbers = st.integers(0, 40)
few = st.none() | st.none() | st.integers(1, 2)
# No limit of a day is above one that holds for longer, or for all.
limit_sets = st.tuples(few, few, few).map(
    lambda drawn: {
        "per_member": drawn[0],
        "per_member_per_day": drawn[1] and min(each for each in drawn if each),
        "per_day": drawn[2],
    }
)
asked_of = st.just(Who()) | st.builds(
    Who,
    tiers=st.sampled_from([(), (), ("gold",), ("",)]),
    tags_none=st.sampled_from([(), (), ("brand:a",)]),
    points_at_most=st.none() | numbers.map(lambda number: 20 + number),
    points_at_least=st.none() | st.none() | st.integers(0, 20),
    first_redemption=st.booleans(),
    member_for_days_at_most=st.none() | st.just(3),
)
effects = st.one_of(
    st.builds(Effect, kind=st.just("points"), points=st.integers(1, 40)),
    st.builds(
        Effect, kind=st.just("percent"), percent=st.integers(1, 100), floor=st.none() | numbers
    ),
    st.just(Effect(kind="free")),
)
schedules = st.just(Schedule()) | st.builds(
    Schedule, weekly=st.lists(st.integers(1, 7), min_size=1, max_size=6, unique=True).map(tuple)
)
shelves = st.fixed_dictionaries(
    {
        "terms": st.fixed_dictionaries(
            {
                "points": st.integers(1, 40),
                "face_value_minor": st.integers(1, 40),
                "category": st.sampled_from(["dining", "travel"]),
                "kind": st.sampled_from(["cash_voucher", "trial"]),
                "limits": limit_sets,
                "fulfilment": st.sampled_from(["own_code"] * 5 + ["card_code"]),
            }
        ),
        "life": st.sampled_from(["listed"] * 6 + ["paused", "over"]),
        "batches": st.lists(
            st.tuples(st.integers(1, 2), st.none() | st.integers(1, 40), st.booleans()), max_size=2
        ),
        "open_to": st.none() | asked_of,
    }
)
rules = st.tuples(
    st.one_of(
        st.just({}),
        st.sampled_from([{"category": "dining"}, {"category": "travel"}]),
        st.integers(0, OFFERS - 1).map(lambda place: {"place": place}),
    ),
    effects,
    asked_of,
    schedules,
)
drawn_worlds = st.fixed_dictionaries(
    {
        "shelves": st.lists(shelves, min_size=OFFERS, max_size=OFFERS),
        "rules": st.lists(rules, max_size=5),
        "rate": st.none()
        | st.builds(
            PriceRate,
            points=st.integers(1, 9),
            minor=st.integers(1, 9),
            step=st.integers(1, 9),
            currency=st.sampled_from(["USD", "CNY"]),
        ),
        "points": st.integers(1, 80),
        "tier": st.none() | st.just("gold"),
        "tagged": st.booleans(),
        "wanted": st.lists(st.integers(0, OFFERS - 1), min_size=2, max_size=3),
    }
)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@dataclass
class Market:
    """The programme of one example, and what its member looks at."""

    world: World
    programme: Programme
    member: str
    offers: list[Offer]

    async def look(self, at: datetime, **wanted: Any) -> list[Priced]:
        """The whole market, two to a page."""
        found: list[Priced] = []
        cursor: str | None = None
        book_id = self.programme.book_id
        while True:
            asked = WantedOffers(limit=500 if wanted.get("is_all") else 2, cursor=cursor, **wanted)
            async with self.world.database.transaction() as connection:
                shopper = await shopper_of(connection, self.programme, self.member, at)
                page, cursor = await list_market(
                    connection, self.world.brand, book_id, asked, shopper
                )
            found += page
            if cursor is None:
                return found

    async def page(self, at: datetime, **wanted: Any) -> list[Priced]:
        """A page that has everything."""
        async with self.world.database.transaction() as connection:
            shopper = await shopper_of(connection, self.programme, self.member, at)
            asked = WantedOffers(limit=500, **wanted)
            found, _ = await list_market(
                connection, self.world.brand, self.programme.book_id, asked, shopper
            )
        return found

    async def look_at(self, offer: Offer, at: datetime) -> Priced:
        async with self.world.database.transaction() as connection:
            shopper = await shopper_of(connection, self.programme, self.member, at)
            return await find_in_market(
                connection, self.world.brand, self.programme.book_id, offer.offer_id, shopper
            )

    async def agree(self, at: datetime) -> dict[int, Priced]:
        """All that can be looked at says the same. Returns it."""
        each = {offer.offer_id: await self.look_at(offer, at) for offer in self.offers}
        async with self.world.database.transaction() as connection:
            held = await load_allotments(connection, self.programme.book_id, list(each))
            quoted = await quote_offers(
                connection,
                self.programme,
                self.world.brand,
                self.member,
                list(each),
                quote_keys=KEYS,
                at=at,
            )
        stocked = [
            found
            for number, found in sorted(each.items())
            if number in held and held[number].next_at(at) and found.why_not != "closed"
        ]
        assert await self.look(at) == stocked
        newest = sorted(stocked, key=lambda found: -found.offer.offer_id)
        assert await self.look(at, sort="new") == newest
        by_price = sorted(stocked, key=lambda found: (found.price, found.offer.offer_id))
        assert await self.look(at, sort="price") == by_price
        paid = [found for found in by_price if found.price <= quoted.spendable]
        assert await self.look(at, sort="price", affordable=True) == paid
        everything = {found.offer.offer_id: found for found in await self.look(at, is_all=True)}
        assert all(found == everything.get(number, found) for number, found in each.items())
        assert set(everything) >= {found.offer.offer_id for found in stocked}
        for quote in quoted.quotes:
            found = each[quote.offer_id]
            reason = (
                None if quote.refusal is None else _word(quote.refusal.code, quote.refusal.extra)
            )
            if quote.price is not None:
                assert (quote.price.points, quote.price.price_id) == (found.price, found.price_id)
                if reason is None and quoted.spendable < quote.price.points:
                    reason = "points"
            assert reason == found.why_not
            assert found.eligible is (found.why_not is None)
        return each


def _word(code: str, said: Any) -> str:
    return f"not-eligible:{said['why']}" if code == "not-eligible" else WORDS.get(code, code)


async def _open_market(world: World, drawn: Any) -> Market:
    async with world.database.transaction() as connection:
        now = await read_clock(connection)
        is_quiet = QUIET_FROM <= now.hour < QUIET_UNTIL
        programme = await create_programme(
            connection,
            code=world.key("book"),
            party_id=world.brand.party_id,
            name="Drawn",
            time_zone="UTC" if is_quiet else "America/Los_Angeles",
        )
        book_id = programme.book_id
        offers = []
        for shelf in drawn["shelves"]:
            terms = dict(shelf["terms"])
            limits = terms.pop("limits")
            code = world.key("offer")
            offer = await offer_of(
                connection, world.supplier, code, valid_until=LAST_DAY, **terms, **limits
            )
            # What is open for a day goes first, whatever is older.
            for quantity, points, is_short in shelf["batches"]:
                await grant_allotment(
                    connection,
                    book_id,
                    world.brand,
                    offer.offer_id,
                    quantity=quantity,
                    points=points,
                    window_from=START,
                    window_until=now + timedelta(days=1) if is_short else None,
                )
            if shelf["life"] == "over":  # What is over is not procured any more.
                last = replace(
                    OfferTerms(**terms_by_name(offer)), valid_from=LAST_YEAR, valid_until=LONG_OVER
                )
                offer = await revise_offer(connection, world.supplier, offer.offer_id, last)
            offers.append(offer)
        await declare_tiers(connection, book_id, [Tier("gold", "Gold", 1)])
        await declare_tags(connection, book_id, [Tag("brand:a", "A")])
        await _price(connection, world, book_id, offers, drawn)
        for offer, shelf in zip(offers, drawn["shelves"], strict=True):
            if shelf["life"] == "paused":
                await move_offer(
                    connection, world.supplier, offer.offer_id, "pause", side="supplier"
                )
    await world.ledger.submit(
        programme, [Issue(key="points", member="ann", points=drawn["points"])]
    )
    async with world.database.transaction() as connection:
        described = Description(
            tier=TierGrant(drawn["tier"]), tags=(TagGrant("brand:a"),) if drawn["tagged"] else None
        )
        await describe_member(connection, programme, "ann", described, now)
    return Market(world, programme, "ann", offers)


async def _price(
    connection: Any, world: World, book_id: int, offers: list[Offer], drawn: Any
) -> None:
    await state_rate(connection, book_id, drawn["rate"])
    for scope, effect, who, schedule in drawn["rules"]:
        place = scope.get("place")
        scoped = scope if place is None else {"offer_id": offers[place].offer_id}
        terms = PriceTerms(
            **scoped, effect=effect, who=who, schedule=schedule, valid_from=START, label="A rule"
        )
        await add_price_rule(connection, book_id, world.brand, terms)
    for offer, shelf in zip(offers, drawn["shelves"], strict=True):
        if shelf["open_to"] is not None:
            await state_access(connection, book_id, world.brand, offer.offer_id, shelf["open_to"])


async def check(world: World, drawn: Any) -> None:
    """Look, redeem, look again."""
    market = await _open_market(world, drawn)
    accounts = await world.fulfilment.data_keys.accounts()
    for place in drawn["wanted"]:
        async with world.database.transaction() as connection:
            at = await read_clock(connection)
        offer = market.offers[place]
        seen = (await market.agree(at))[offer.offer_id]
        request = RightRequest(key=world.key("right"), member="ann", offer_id=offer.offer_id)
        (answer,) = await redeem_rights(
            world.ledger, market.programme, world.brand, [request], at, accounts=accounts
        )
        if answer.refusal is not None:
            said = answer.refusal
            assert _word(said["code"], said) == seen.why_not
        else:
            assert seen.why_not is None
            assert answer.detail is not None
            assert (answer.points, answer.detail["price_rule"]) == (seen.price, seen.price_id)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(drawn=drawn_worlds)
async def test_whoever_is_asked_names_one_price_and_one_reason(world: World, drawn: Any) -> None:
    await check(world, drawn)


def shelf(**changes: Any) -> dict[str, Any]:
    """An offer for anybody, with plenty of stock."""
    terms = {
        "points": 30,
        "face_value_minor": 10,
        "category": "dining",
        "kind": "cash_voucher",
        "limits": {},
        "fulfilment": "own_code",
    }
    drawn = {"terms": terms, "life": "listed", "batches": [(5, None, False)], "open_to": None}
    return drawn | changes


DEAR, CHEAP = Effect(kind="points", points=60), Effect(kind="points", points=5)
EXAMPLE: dict[str, Any] = {
    "shelves": [
        shelf(batches=[(1, 20, False), (1, 9, True)]),
        shelf(open_to=Who(tiers=("gold",))),
        shelf(terms=shelf()["terms"] | {"limits": {"per_member": 1}}),
    ],
    "rules": [
        ({"place": 1}, CHEAP, Who(), Schedule()),
        ({"place": 2}, DEAR, Who(points_at_least=40), Schedule()),
        ({"place": 2}, CHEAP, Who(points_at_most=20), Schedule()),
    ],
    "rate": None,
    "points": 48,
    "tier": None,
    "tagged": False,
    "wanted": [2, 0, 0, 2, 2, 1],
}
"""The third costs more than is there. Once little is there it is cheap, and had once."""


async def test_an_example_of_every_kind(world: World) -> None:
    await check(world, EXAMPLE)


async def test_a_page_takes_as_many_statements_for_a_hundred_offers_as_for_two(
    world: World,
) -> None:
    counts: list[list[int]] = []
    for number in (2, 100):
        example = EXAMPLE | {"shelves": [EXAMPLE["shelves"][2]] * number, "rules": []}
        market = await _open_market(world, example)
        async with world.database.transaction() as connection:
            at = await read_clock(connection)
        seen = 0

        def count(*_: object) -> None:
            nonlocal seen
            seen += 1

        taken = []
        engine = world.database.engine.sync_engine
        for wanted in ({}, {"sort": "price", "affordable": True}, {"q": "Coupon"}):
            # What a process knows of isolation is read again after new classes.
            await market.page(at, **wanted)
            event.listen(engine, "before_cursor_execute", count)
            seen = 0
            try:
                assert len(await market.page(at, **wanted)) == number
            finally:
                event.remove(engine, "before_cursor_execute", count)
            taken.append(seen)
        counts.append(taken)
    assert counts[0] == counts[1], counts
    # Who looks: one. The page: two. Prices: one. The limit of a member: two. Who is served: one.
    # What finds the offers is planned anew: two. By the member's prices, the page is read in two
    # steps: two.
    assert counts[0] == [9, 11, 9]


DEFECTS = (
    Defect(
        "the market does not ask who may have an offer",
        priced,
        "_why_not",
        "if asked.facts is not None:",
        "if asked.facts is None:",
    ),
    Defect(
        "what a member can pay goes by the suggestion",
        listing,
        "_list_sorted",
        "if points <= points_max:",
        "if each.points <= points_max:",
    ),
    Defect(
        "the market forgets the limits",
        priced,
        "_why_not",
        "limit = asked.limits.get(offer.offer_id)",
        "limit = None",
    ),
    Defect(
        "quotes forget the limits",
        quotes,
        "quote_offers",
        " or limits.get(offer.offer_id)",
        "",
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.name)
async def test_a_planted_defect_is_found(
    world: World, defect: Defect, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(AssertionError):
        await check(world, EXAMPLE)
