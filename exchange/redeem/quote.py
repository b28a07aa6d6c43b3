"""What a request costs: the offer as the brand sees it, at its allotment's price if it has one.

A quote is read before the transaction that pays, and that transaction looks at the offer again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party
from catalog.offers import Offer, load_offers_to_redeem
from catalog.procurement import load_allotments
from exchange.redeem.request import RIGHT, HoldForRight, RedeemForRight, RightRequest
from exchange.redeem.tokens import Frozen, QuoteFor, QuoteKeys, QuoteStale
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
    frozen: Frozen | None = None
    """The price of the quote that the request brings."""

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
    price_id: int | None = None
    """The price rule by which the last attempt was decided."""

    @property
    def pair(self) -> tuple[int, datetime]:
        """The offer that is asked for, and the instant at which it is asked for."""
        return self.quote.request.offer_id, self.quote.at


async def quote_rights(
    connection: AsyncConnection,
    book_id: int,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime | None = None,
    quote_keys: QuoteKeys | None = None,
) -> list[Quote]:
    """Price the requests, in order. Three statements, whatever their number, and one for the clock.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    if now is None:
        now = await read_clock(connection)
    wanted = [(request.offer_id, request.occurred_at or now) for request in requests]
    found = await load_offers(connection, brand, wanted)
    held = await load_allotments(connection, book_id, {request.offer_id for request in requests})
    quotes = []
    for request, pair in zip(requests, wanted, strict=True):
        offer = found[pair]
        if isinstance(offer, Refusal):
            quotes.append(Quote(request, pair[1], None, 0, offer))
            continue
        try:
            frozen = _frozen(book_id, request, quote_keys, now)
        except QuoteStale as stale:
            quotes.append(Quote(request, pair[1], None, 0, stale))
            continue
        allotment = held.get(offer.offer_id)
        price = offer.points if allotment is None or allotment.points is None else allotment.points
        quotes.append(Quote(request, pair[1], offer, 0 if request.free else price, None, frozen))
    return quotes


def _frozen(
    book_id: int, request: RightRequest, quote_keys: QuoteKeys | None, now: datetime
) -> Frozen | None:
    """The price that the request's quote has frozen, if it brings one."""
    if request.quote is None:
        return None
    if quote_keys is None:
        raise QuoteStale("quotes are not read here")
    what = QuoteFor(book_id, request.offer_id, request.member)
    return quote_keys.read(request.quote, what, now)


async def load_offers(
    connection: AsyncConnection, brand: Party, wanted: Iterable[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Offer | Refusal]:
    """What the brand sees of each offer at each instant. Two statements."""
    pairs = list(dict.fromkeys(wanted))
    return dict(zip(pairs, await load_offers_to_redeem(connection, brand, pairs), strict=True))
