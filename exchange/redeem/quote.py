"""What a request costs: the offer as the brand sees it, at its allotment's price if it has one.

A quote is read before the transaction that pays, and that transaction looks at the offer again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party
from catalog.offers import Offer, Redeemed, load_offers_to_redeem
from catalog.procurement import load_allotments
from exchange.redeem.request import RIGHT, HoldForRight, RedeemForRight, RightRequest
from ledger import Refusal, read_clock
from ledger.asks import Operation


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request costs: the offer's version at instant `at` and the price, or a refusal."""

    request: RightRequest
    at: datetime
    offer: Offer | None
    points: int
    refusal: Refusal | None

    def operation(self) -> Operation:
        """The ledger operation that pays for it."""
        kind = (
            RedeemForRight
            if self.offer is not None and self.offer.fulfilment == "own_code"
            else HoldForRight
        )
        request = self.request
        return kind(
            key=request.key,
            member=request.member,
            occurred_at=request.occurred_at,
            points=self.points,
            reference=f"offer {request.offer_id}",
            request=request,
            owner=RIGHT,
        )


@dataclass(slots=True)
class Bid:
    """A quote on its way through the ledger. All attempts of a transaction share it.

    `is_late` means that in the last attempt the bids before it took every piece. It is only a hint:
    the next attempt judges whether it still holds.
    """

    quote: Quote
    deed: Deed | None = None
    is_late: bool = False

    @property
    def pair(self) -> tuple[int, datetime]:
        """The offer that is asked for, and the instant at which it is asked for."""
        return self.quote.request.offer_id, self.quote.at

    @property
    def wanted(self) -> Redeemed:
        """What is looked at again by the transaction that pays."""
        return wanted_by(self.quote.request, self.quote.at)


async def quote_rights(
    connection: AsyncConnection,
    book_id: int,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime | None = None,
) -> list[Quote]:
    """Price the requests, in order.

    Two statements, whatever their number, one for the clock, and one after a change of the
    isolation rules.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    if now is None:
        now = await read_clock(connection)
    wanted = [wanted_by(request, request.occurred_at or now) for request in requests]
    found = await load_offers(connection, brand, wanted)
    held = await load_allotments(connection, book_id, {request.offer_id for request in requests})
    quotes = []
    for request, each in zip(requests, wanted, strict=True):
        offer = found[each]
        if isinstance(offer, Refusal):
            quotes.append(Quote(request, each.at, None, 0, offer))
            continue
        allotment = held.get(offer.offer_id)
        price = offer.points if allotment is None or allotment.points is None else allotment.points
        quotes.append(Quote(request, each.at, offer, 0 if request.free else price, None))
    return quotes


async def load_offers(
    connection: AsyncConnection, brand: Party, wanted: Iterable[Redeemed]
) -> dict[Redeemed, Offer | Refusal]:
    """What the brand sees of each offer at each instant. One statement, or two."""
    each = list(dict.fromkeys(wanted))
    return dict(zip(each, await load_offers_to_redeem(connection, brand, each), strict=True))


def wanted_by(request: RightRequest, at: datetime) -> Redeemed:
    """What the request asks for. If it is imported, isolation is judged at its instant."""
    return Redeemed(request.offer_id, at, is_past=request.occurred_at is not None)
