"""What a quote for another instant tells, and what it does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from catalog import create_category
from catalog.isolation import Side, add_rule
from catalog.offers import OfferTerms, terms_by_name
from catalog.offers.publish import revise_offer
from catalog.pricing import Effect, PriceTerms, Schedule, add_price_rule
from exchange.redeem import OfferQuote, QuoteKeys, quote_offers
from tests.exchange.fixtures import PRICE, START, World

KEYS = QuoteKeys([b"k" * 32])
DAY = timedelta(days=1)


async def quote(world: World, at: datetime | None = None) -> OfferQuote:
    """The quote of the world's own offer to Ann."""
    async with world.database.transaction() as connection:
        found = await quote_offers(
            connection,
            world.programme,
            world.brand,
            "ann",
            [world.own.offer_id],
            quote_keys=KEYS,
            at=at,
        )
    return found.quotes[0]


async def test_a_price_of_another_day_is_told_and_not_frozen(world: World) -> None:
    later = datetime.now(UTC) + 40 * DAY
    terms = PriceTerms(
        effect=Effect(kind="points", points=1),
        schedule=Schedule(dates=((later - DAY).date(), later.date(), (later + DAY).date())),
        valid_from=START,
        label="A day to come",
    )
    async with world.database.transaction() as connection:
        await add_price_rule(connection, world.programme.book_id, world.brand, terms)
    told = await quote(world, later)
    assert told.price is not None
    assert (told.price.points, told.refusal) == (1, None)
    assert (told.token, told.expires_at) == (None, None)
    now = await quote(world)
    assert now.price is not None
    assert now.price.points == PRICE
    assert now.token is not None


async def test_an_offer_that_is_isolated_now_is_quoted_for_no_instant(world: World) -> None:
    past = datetime.now(UTC) - 5 * DAY
    assert (await quote(world, past)).refusal is None
    async with world.database.transaction() as connection:
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party=world.brand.code),
            supplier=Side(party=world.supplier.code),
            since=datetime.now(UTC) - DAY,
            until=None,
        )
    for at in (None, past):
        told = await quote(world, at)
        assert told.refusal is not None, at
        assert (told.refusal.code, told.price, told.token) == ("offer-not-found", None, None)


async def test_an_offer_that_its_version_of_now_isolates_is_quoted_for_no_instant(
    world: World,
) -> None:
    today = datetime.now(UTC)
    past = today - 5 * DAY
    async with world.database.transaction() as connection:
        await create_category(connection, "games")
        terms = OfferTerms(**terms_by_name(world.own))
        terms = replace(terms, category="games", valid_from=today - DAY)
        await revise_offer(connection, world.supplier, world.own.offer_id, terms)
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party=world.brand.code),
            supplier=Side(category="games"),
            since=START,
            until=None,
        )
    for at in (None, past):
        told = await quote(world, at)
        assert told.refusal is not None, at
        assert (told.refusal.code, told.price) == ("offer-not-found", None)
