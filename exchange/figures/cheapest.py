"""The cheapest right that every member of a programme could have, as its market shows it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.market import WantedOffers, list_market
from catalog.pricing import MemberFacts, load_pricing
from exchange.redeem.shopper import Shopper

PAGE = 100


async def cheapest_right(connection: AsyncConnection, brand: Party, shopper: Shopper) -> int | None:
    """What it costs in points. None: there is no right that costs points and anybody can have.

    Rights for some members alone are not meant: what a stranger may not have, not every member
    sees. Nor are rights for no points, which everybody can pay.
    """
    book_id = shopper.programme.book_id
    wanted = WantedOffers(sort="price", limit=PAGE)
    while True:
        found, cursor = await list_market(connection, brand, book_id, wanted, shopper)
        had = [each for each in found if each.why_not is None and each.price > 0]
        if had:
            pricing = await load_pricing(
                connection,
                book_id,
                shopper.time_zone,
                [(each.offer.offer_id, shopper.at) for each in had],
            )
            for each in had:
                if pricing.why_not(each.offer.offer_id, MemberFacts(), shopper.at) is None:
                    return each.price
        if cursor is None:
            return None
        wanted = replace(wanted, cursor=cursor)
