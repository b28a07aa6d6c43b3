"""What a quote for another instant tells, and what it does not."""

from datetime import UTC, datetime, timedelta

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
