"""Pages of a market, and one offer of it, each priced for whoever looks.

A page takes six round trips. There is one more after a change of the rules of isolation, one
where a canary asks for tags, up to three where conditions of prices ask for tiers, tags or pasts,
and up to three where offers on the page have limits. None is made for each offer.

Suppliers that do not serve the member are left out. Where everything is asked for, it is for the
brand to procure. So their offers are shown, and the reason why the member cannot have them.

A page that depends on the member's prices (the cheapest, the affordable) or on how offers are used
takes two more. What the brand has open stock of is read by few columns, as there are some thousands
of these at the most, and is priced and sorted here. Then the offers of the page are read in full.
All other pages are cut and sorted by the database.

A page goes on after the last offer of the one before, by the sort key and the id. So an offer that
is published or sold out in between moves no other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole
from catalog.market.priced import Asked, Candidate, Priced, priced_for
from catalog.market.rows import (
    CHOSEN,
    ONE,
    PAGES,
    STOCKED,
    Stocked,
    candidate_of,
    planned_anew,
    stocked_of,
)
from catalog.market.shopper import Purse, Shopper
from catalog.market.wanted import RANKS, WantedOffers
from catalog.offers.read import OfferNotFound, read_uncut
from catalog.parties import Party
from catalog.pricing.load import Pricing, load_pricing
from catalog.stages.stage import WhyNotServed
from catalog.stages.stages import load_serving

_Key = tuple[int, int]
"""The sort key and the id of an offer."""


async def list_market(  # noqa: PLR0917 - who looks at what, and for what
    connection: AsyncConnection,
    buyer: Party,
    book_id: int,
    wanted: WantedOffers,
    shopper: Shopper,
    ranks: Mapping[int, int] | None = None,
) -> tuple[list[Priced], str | None]:
    """A page of what the brand's members can have, and the cursor of the next page.

    For nobody in particular, prices are those that anybody pays, nothing is said about a member,
    and `affordable` and `covers_expiring` leave nothing out. `ranks` say how surely each offer is
    used, as parts of RANKS. Those without one come last.

    Raises:
        PageOutOfRange, CategoryPathInvalid, SearchInvalid, CursorInvalid: see `WantedOffers`.
    """
    wanted.require_valid()
    if wanted.is_sorted_here and not wanted.is_all:
        return await _list_sorted(connection, buyer, book_id, wanted, shopper, ranks or {})
    key, after = wanted.place()
    unserved = await _unserved(connection, book_id, shopper)
    statement = PAGES[wanted.sort, wanted.is_all, wanted.q is not None]
    bound = {
        **_bound(book_id, wanted, shopper),
        "key": key,
        "after": after,
        "limit": wanted.limit,
    }
    if not wanted.is_all:
        bound["unserved"] = list(unserved)
    rows = await _read(connection, buyer, statement, bound)
    candidates = [candidate_of(row) for row in rows]
    found = await _priced(connection, book_id, candidates, shopper, unserved)
    cursor = None
    if len(rows) == wanted.limit:
        cursor = wanted.cursor_at(rows[-1]["sort_key"], rows[-1]["offer_id"])
    return found, cursor


async def find_in_market(
    connection: AsyncConnection, buyer: Party, book_id: int, offer_id: int, shopper: Shopper
) -> Priced:
    """One offer for whoever looks, in the version that is sold now, else the latest.

    It may be one that was listed before and is not now: members have coupons of it.

    Raises:
        OfferNotFound: there is no such offer, or the buyer may not see it.
    """
    # 0 is not an offer's id. It stands for numbers that PostgreSQL cannot hold.
    known_id = offer_id if is_whole(offer_id, 1, BIGINT_MAX) else 0
    bound = {"book_id": book_id, "at": shopper.at, "offer_id": known_id}
    rows = await read_uncut(connection, buyer, ONE, bound)
    if not rows:
        raise OfferNotFound(f"there is no offer {offer_id}")
    unserved = await _unserved(connection, book_id, shopper)
    (found,) = await _priced(connection, book_id, [candidate_of(rows[0])], shopper, unserved)
    return found


async def _list_sorted(  # noqa: PLR0917 - what `list_market` is given
    connection: AsyncConnection,
    buyer: Party,
    book_id: int,
    wanted: WantedOffers,
    shopper: Shopper,
    ranks: Mapping[int, int],
) -> tuple[list[Priced], str | None]:
    unserved = await _unserved(connection, book_id, shopper)
    bound = _bound(book_id, wanted, shopper) | {"unserved": list(unserved)}
    (row,) = await _read(connection, buyer, STOCKED[wanted.q is not None], bound)
    stocked = stocked_of(row)
    pricing = await _pricing(connection, book_id, [each.offer_id for each in stocked], shopper)
    facts = await shopper.facts(connection, pricing)
    prices = pricing.price_list(facts, shopper.at)
    points_max = _points_max(wanted, shopper.purse)
    keyed: list[_Key] = []
    for each in stocked:
        points = prices.price(each, each.batch_points).points
        if points <= points_max:
            keyed.append(_key(wanted, each, points, ranks))
    keyed.sort()
    page = _after(wanted, keyed)[: wanted.limit]
    bound = {
        "book_id": book_id,
        "at": shopper.at,
        "offer_ids": [abs(each) for _, each in page],
        "unserved": list(unserved),
    }
    rows = await read_uncut(connection, buyer, CHOSEN, bound) if page else []
    candidates = {row["offer_id"]: candidate_of(row) for row in rows}
    # One that was sold out a moment ago is left out.
    shown = [candidates[abs(each)] for _, each in page if abs(each) in candidates]
    limits = await shopper.limits(connection, [each.offer for each in shown])
    asked = Asked(pricing, facts, shopper.purse, limits, shopper.at, unserved)
    found = priced_for(shown, asked)
    cursor = None
    if len(page) == wanted.limit:
        cursor = wanted.cursor_at(abs(page[-1][0]), abs(page[-1][1]))
    return found, cursor


def _key(wanted: WantedOffers, each: Stocked, points: int, ranks: Mapping[int, int]) -> _Key:
    """What an offer is sorted by. The newest first: both numbers are negative."""
    if wanted.sort == "use_rate":
        return RANKS - ranks.get(each.offer_id, -1), each.offer_id
    if wanted.sort == "new":
        return -each.listed_microseconds, -each.offer_id
    return (points if wanted.sort == "price" else 0), each.offer_id


def _after(wanted: WantedOffers, keyed: Sequence[_Key]) -> list[_Key]:
    """What comes after the place at which the page begins, of offers in order."""
    key, after = wanted.place()
    if wanted.cursor is None:
        return list(keyed)
    place = (-(key or 0), -after) if wanted.sort == "new" else (key or 0, after)
    return [each for each in keyed if each > place]


async def _read(
    connection: AsyncConnection, buyer: Party, statement: TextClause, bound: dict[str, Any]
) -> Sequence[RowMapping]:
    async with planned_anew(connection):
        return await read_uncut(connection, buyer, statement, bound)


async def _priced(
    connection: AsyncConnection,
    book_id: int,
    candidates: Sequence[Candidate],
    shopper: Shopper,
    unserved: Mapping[int, WhyNotServed],
) -> list[Priced]:
    """The candidates for whoever looks. Nothing is asked about none."""
    if not candidates:
        return []
    offers = [each.offer for each in candidates]
    pricing = await _pricing(connection, book_id, [each.offer_id for each in offers], shopper)
    facts = await shopper.facts(connection, pricing)
    limits = await shopper.limits(connection, offers)
    asked = Asked(pricing, facts, shopper.purse, limits, shopper.at, unserved)
    return priced_for(candidates, asked)


async def _unserved(
    connection: AsyncConnection, book_id: int, shopper: Shopper
) -> Mapping[int, WhyNotServed]:
    """The suppliers that do not serve whoever looks, and why."""
    member = None if shopper.purse is None else shopper.purse.member
    members = [] if member is None else [member]
    return (await load_serving(connection, book_id, members, shopper.at)).unserved(member)


async def _pricing(
    connection: AsyncConnection, book_id: int, offer_ids: Sequence[int], shopper: Shopper
) -> Pricing:
    wanted = [(offer_id, shopper.at) for offer_id in offer_ids]
    if not wanted:
        return Pricing(shopper.time_zone, [], [], {})
    return await load_pricing(connection, book_id, shopper.time_zone, wanted)


def _bound(book_id: int, wanted: WantedOffers, shopper: Shopper) -> dict[str, Any]:
    bound = {
        "book_id": book_id,
        "at": shopper.at,
        "kind": wanted.kind,
        "category": wanted.category,
        "supplier_id": wanted.supplier_id,
    }
    return bound if wanted.q is None else {**bound, "q": wanted.q}


def _points_max(wanted: WantedOffers, purse: Purse | None) -> int:
    """The most that an offer may cost."""
    if purse is None:
        return BIGINT_MAX
    limits = [purse.spendable] if wanted.affordable else []
    if wanted.covers_expiring:
        limits.append(purse.expiring_soon)
    return min(limits, default=BIGINT_MAX)
