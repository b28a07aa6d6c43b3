"""What a request costs: the offer as the brand sees it, at its allotment's price if it has one.

A quote is read before the transaction that pays, and that transaction looks at the offer again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party
from catalog.offers import Offer, load_offers_to_redeem
from catalog.procurement import load_allotments
from exchange.redeem.request import RIGHT, HoldForRight, RedeemForRight, RightRequest
from ledger import Refusal, read_clock
from ledger.asks import Operation


class AccountRequired(Refusal):
    """A right that its supplier delivers itself needs the member's account there."""

    code: ClassVar[str] = "account-required"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A direct recharge needs the member's account at the supplier."


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
    the next attempt judges whether it still holds. `encrypted_account` is None unless the supplier
    delivers the right itself.
    """

    quote: Quote
    deed: Deed | None = None
    is_late: bool = False
    encrypted_account: bytes | None = None

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
        if offer.fulfilment == "direct" and request.account is None:
            refusal = AccountRequired(f"offer {offer.offer_id} is delivered to an account")
            quotes.append(Quote(request, pair[1], None, 0, refusal))
            continue
        allotment = held.get(offer.offer_id)
        price = offer.points if allotment is None or allotment.points is None else allotment.points
        quotes.append(Quote(request, pair[1], offer, 0 if request.free else price, None))
    return quotes


async def load_offers(
    connection: AsyncConnection, brand: Party, wanted: Iterable[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Offer | Refusal]:
    """What the brand sees of each offer at each instant. Two statements."""
    pairs = list(dict.fromkeys(wanted))
    return dict(zip(pairs, await load_offers_to_redeem(connection, brand, pairs), strict=True))
