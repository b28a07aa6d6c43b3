"""What an offer costs one member, and why it cannot be had.

Whoever adds a rule about prices or members changes `priced_for` and `PRICE`: every listing and the
page of an offer take their answer from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers.read import find_visible_offer
from catalog.offers.rows import Offer
from catalog.parties import Party
from ledger.asks import MemberNotFound
from ledger.book import Programme, programme_day
from ledger.read import balance

EXPIRING_DAYS = 30
"""Points that expire within these days can be used up by what costs no more than they are."""

WhyNot = Literal["no-allotment", "closed", "points"]
"""`no-allotment`: the brand has no open stock. `closed`: it is not sold now."""

# The stock that is open at `:at`, at the price of the batch that closes first.
OPEN_STOCK = """
    SELECT DISTINCT ON (a.offer_id) a.offer_id, a.points
    FROM catalog.allotment a
    WHERE a.book_id = :book_id AND a.remaining > 0
        AND a.window_from <= :at AND (a.window_until IS NULL OR :at < a.window_until)
    ORDER BY a.offer_id, a.window_until
"""

PRICE = "coalesce(k.points, v.points)"
"""Of a version `v` and its open stock `k`."""

_STOCK_OF = text(f"SELECT points FROM ({OPEN_STOCK}) k WHERE k.offer_id = :offer_id")


@dataclass(frozen=True, slots=True)
class Purse:
    """What a member has: what it may spend, and how much of that expires soon."""

    member: str
    spendable: int
    expiring_soon: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may be shown, with its ordinary price."""

    offer: Offer
    price: int
    has_stock: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """An offer for one member. `eligible` is None where no member was named."""

    offer: Offer
    price: int
    eligible: bool | None
    why_not: WhyNot | None


async def purse_of(
    connection: AsyncConnection, programme: Programme, member: str, at: datetime
) -> Purse:
    """What the member has. One round trip. Nobody has heard of a member without points.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    held = await balance(connection, programme, member, at)
    if held.merged_into is not None:
        raise MemberNotFound(f"{member} has become another member", member=member)
    last = programme_day(at, programme.time_zone) + timedelta(days=EXPIRING_DAYS)
    soon = sum(points for day, points in held.expiring if day <= last)
    return Purse(member, held.spendable, min(soon, held.spendable))


def priced_for(candidates: Sequence[Candidate], purse: Purse | None, at: datetime) -> list[Priced]:
    """What each offer costs the member, in order, and why it cannot be had (pure)."""
    return [
        Priced(each.offer, each.price, None if purse is None else why is None, why)
        for each in candidates
        for why in (_why_not(each, purse, at),)
    ]


def _why_not(candidate: Candidate, purse: Purse | None, at: datetime) -> WhyNot | None:
    offer = candidate.offer
    if not candidate.has_stock:
        return "no-allotment"
    if at < offer.valid_from or (offer.valid_until is not None and offer.valid_until <= at):
        return "closed"
    if purse is not None and purse.spendable < candidate.price:
        return "points"
    return None


async def find_in_market(
    connection: AsyncConnection,
    buyer: Party,
    book_id: int,
    offer_id: int,
    purse: Purse | None,
    *,
    at: datetime,
) -> Priced:
    """One offer for a member of the book. Three round trips.

    It may be one that was listed before and is not now: members have coupons of it.

    Raises:
        OfferNotFound: there is no such offer, or the buyer may not see it.
    """
    offer = await find_visible_offer(connection, buyer, offer_id, if_listed=False)
    bound = {"book_id": book_id, "offer_id": offer_id, "at": at}
    row = (await connection.execute(_STOCK_OF, bound)).one_or_none()
    price = offer.points if row is None or row.points is None else row.points
    (priced,) = priced_for([Candidate(offer, price, row is not None)], purse, at)
    if offer.state != "LISTED":
        eligible = None if purse is None else False
        return replace(priced, eligible=eligible, why_not=priced.why_not or "closed")
    return priced
