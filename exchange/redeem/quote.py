"""What a request costs: the offer as the brand sees it, at the price of the batch that comes next.

A quote is read before the transaction that pays. That transaction looks at the offer again, and
settles the price: that of the batch from which the piece is taken (`companion`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party
from catalog.offers import Offer, Redeemed, fits_account, load_offers_to_redeem
from catalog.procurement import Allotment, Batch, BatchKey, load_allotments
from catalog.stages import SupplierStage
from exchange.codes.stock import HeldCode
from exchange.redeem.request import RIGHT, HoldForRight, RedeemForRight, RightRequest
from exchange.redeem.tokens import Frozen, QuoteFor, QuoteKeys, QuoteStale
from exchange.swaps.placements import load_placements, placement_fault
from ledger import Refusal, read_clock
from ledger.asks import Operation

DayKey = tuple[int, date]
"""An offer, and a day of the programme."""
Slot = tuple[str | int | date, ...]
"""What a limit counts: a member, an offer, a day, or some of these."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants an offer, on which day of the programme. None: nobody in particular."""

    member: str | None
    offer: Offer
    day: date

    @property
    def has_member_limit(self) -> bool:
        """Whether the offer limits how many the member may have."""
        offer = self.offer
        return self.member is not None and (
            offer.per_member is not None or offer.per_member_per_day is not None
        )


class AccountRequired(Refusal):
    """A right that its supplier delivers itself needs the member's account there."""

    code: ClassVar[str] = "account-required"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A direct recharge needs the member's account at the supplier."


class AccountInvalid(Refusal):
    """The member's account does not fit the pattern that the offer asks for."""

    code: ClassVar[str] = "account-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The account does not fit the pattern of the offer."


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
        is_there = self.offer is not None and self.offer.fulfilment != "direct"
        kind = RedeemForRight if is_there else HoldForRight
        request = self.request
        return kind(
            key=request.key,
            member=request.member,
            occurred_at=request.occurred_at,
            points=self.points,
            reference=f"offer {request.offer_id}",
            channel=request.channel,
            request=request,
            owner=RIGHT,
        )


class Trial(IntEnum):
    """How a bid fared in the last attempt of its transaction, in the order of who comes first.

    It is only a hint: the next attempt judges whether it still holds.
    """

    SERVED = 0
    """It was given a piece, or has not been tried."""
    LATE = 1
    """The ledger accepted it, and the bids before it took every piece."""
    REFUSED = 2
    """The ledger, as far as one can tell, refused it. So it took no piece from the others."""


@dataclass(slots=True)
class Bid:
    """A quote on its way through the ledger. All attempts of a transaction share it.

    The running attempt has found `offer` as it stands, and means to take the piece from `batch` on
    `day`, a day of the programme. `slots` are what the offer's limits count of it, and how much of
    that is left. `price_id` is the price rule by which it was decided. `encrypted_account` is None
    unless the supplier delivers the right itself, and `card` unless it is a card code. `canary` is
    the supplier's, if it is in one.
    """

    quote: Quote
    deed: Deed | None = None
    trial: Trial = Trial.SERVED
    batch: Batch | None = None
    offer: Offer | None = None
    day: date | None = None
    slots: Sequence[tuple[Slot, int]] = ()
    price_id: int | None = None
    encrypted_account: bytes | None = None
    card: HeldCode | None = None
    canary: SupplierStage | None = None

    @property
    def wish(self) -> Wish:
        """Who wants which offer, as the limits count it."""
        assert self.offer is not None, "a bid that is planned has an offer"
        assert self.day is not None, "a bid that is planned has a day"
        return Wish(self.quote.request.member, self.offer, self.day)

    @property
    def has_card(self) -> bool:
        """Whether the right is a card code."""
        return self.offer is not None and self.offer.fulfilment == "card_code"

    @property
    def day_key(self) -> DayKey:
        """The offer and the day on which the piece is taken."""
        assert self.day is not None, "an accepted bid has a day"
        return self.quote.request.offer_id, self.day

    @property
    def pair(self) -> tuple[int, datetime]:
        """The offer that is asked for, and the instant at which it is asked for."""
        return self.quote.request.offer_id, self.quote.at

    @property
    def wanted(self) -> Redeemed:
        """What is looked at again by the transaction that pays."""
        return wanted_by(self.quote.request, self.quote.at)

    @property
    def batch_key(self) -> BatchKey:
        """The batch, as stock is taken from it."""
        assert self.batch is not None, "an accepted bid has a batch"
        return self.quote.request.offer_id, self.batch.allotment_no


def price_of(request: RightRequest, offer: Offer, batch: Batch | None) -> int:
    """What a piece of the batch costs. Without one, or without its own price, the offer's."""
    if request.free:
        return 0
    return offer.points if batch is None or batch.points is None else batch.points


async def quote_rights(
    connection: AsyncConnection,
    book_id: int,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime | None = None,
    *,
    quote_keys: QuoteKeys | None = None,
) -> list[Quote]:
    """Price the requests, in order.

    Two statements, whatever their number, one for the clock, one after a change of the isolation
    rules, and one where requests name placements.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    if now is None:
        now = await read_clock(connection)
    wanted = [wanted_by(request, request.occurred_at or now) for request in requests]
    found = await load_offers(connection, brand, wanted)
    held = await load_allotments(connection, book_id, {request.offer_id for request in requests})
    placements = await load_placements(
        connection, {each.placement for each in requests if each.placement is not None}
    )
    quotes = []
    for request, each in zip(requests, wanted, strict=True):
        offer = found[each]
        if isinstance(offer, Refusal):
            quotes.append(Quote(request, each.at, None, 0, offer))
            continue
        refusal = _account_fault(offer, request.account) or placement_fault(
            placements, request.placement, book_id, offer.offer_id, each.at
        )
        if refusal is not None:
            quotes.append(Quote(request, each.at, None, 0, refusal))
            continue
        try:
            frozen = _frozen(book_id, request, quote_keys, now)
        except QuoteStale as stale:
            quotes.append(Quote(request, each.at, None, 0, stale))
            continue
        batch = _next(held.get(offer.offer_id), each.at)
        points = price_of(request, offer, batch)
        quotes.append(Quote(request, each.at, offer, points, None, frozen))
    return quotes


def _account_fault(offer: Offer, account: str | None) -> Refusal | None:
    """Why the offer cannot be delivered to the account. None: it can, or needs none."""
    if offer.fulfilment != "direct":
        return None
    if account is None:
        return AccountRequired(f"offer {offer.offer_id} is delivered to an account")
    pattern = offer.account_pattern
    if pattern is not None and not fits_account(pattern, account):
        return AccountInvalid(f"offer {offer.offer_id} asks for {pattern}", field="account")
    return None


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


def _next(allotment: Allotment | None, at: datetime) -> Batch | None:
    return None if allotment is None else allotment.next_at(at)


async def load_offers(
    connection: AsyncConnection, brand: Party, wanted: Iterable[Redeemed]
) -> dict[Redeemed, Offer | Refusal]:
    """What the brand sees of each offer at each instant. One statement, or two."""
    each = list(dict.fromkeys(wanted))
    return dict(zip(each, await load_offers_to_redeem(connection, brand, each), strict=True))


def wanted_by(request: RightRequest, at: datetime) -> Redeemed:
    """What the request asks for. If it is imported, isolation is judged at its instant."""
    return Redeemed(request.offer_id, at, is_past=request.occurred_at is not None)
