"""Batches: what a brand holds of an offer, as it was granted, and which of it goes first. Pure.

Each grant is a batch of its own: it keeps the price, the cost and the window that it was granted
with. Redemptions take from the batch that closes first, and of those that close together from the
older one. So nothing lapses while later stock is handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar

from catalog.fields import require_period, require_price, require_quantity
from catalog.procurement.costs import require_cost
from ledger import Refusal

_NEVER = datetime.max.replace(tzinfo=UTC)


class AllotmentNotFound(Refusal):
    """The brand has procured none of the offer."""

    code: ClassVar[str] = "allotment-not-found"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The brand has no allotment of the offer."


class AllotmentClosed(Refusal):
    """The windows of the allotment have not opened, or have closed."""

    code: ClassVar[str] = "allotment-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment is not open at this time."


class SwapLimitReached(Refusal):
    """What is left of the offer belongs to swaps in which the other side owes the limit."""

    code: ClassVar[str] = "swap-limit-reached"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The swap that the stock belongs to has reached its limit."


class AllotmentExhausted(Refusal):
    """Fewer are left than were asked for."""

    code: ClassVar[str] = "allotment-exhausted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment of the offer is used up."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a brand wants of an offer, at which price and for which window of redemptions.

    `points` is what it costs a member, and `unit_cost_minor` what it costs the brand.
    """

    offer_id: int
    quantity: int
    points: int | None
    window_from: datetime
    window_until: datetime | None
    unit_cost_minor: int | None = None
    currency: str | None = None

    def require_valid(self) -> None:
        """Refuse malformed input.

        Raises:
            QuantityOutOfRange, PriceOutOfRange, UnitCostInvalid, CurrencyInvalid, TimeInvalid,
                PeriodBackwards: in this order.
        """
        require_quantity(self.quantity)
        if self.points is not None:
            require_price(self.points)
        require_cost(self.unit_cost_minor, self.currency)
        require_period(self.window_from, self.window_until, "window")


WANTED = tuple(field.name for field in fields(Wanted))
"""The names of its fields, which are those of columns, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one grant gave. It is open from `window_from` until before `window_until`.

    `granted` is as many as remain, went back to the supplier (`returned`), or are out in coupons.
    `points` is the price. None: the offer's default price applies. `unit_cost_minor` is what the
    brand pays for a piece, where that was said. `procurement_id` is None for what was granted
    before there were batches. Nothing is taken from a batch that was closed (`closed_at`), nor from
    one whose swap (`swap_id`) has reached its limit (`halted_at`).
    """

    allotment_no: int
    granted: int
    remaining: int
    returned: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: datetime
    window_until: datetime | None
    procurement_id: int | None
    closed_at: datetime | None
    swap_id: int | None = None
    halted_at: datetime | None = None

    def open_at(self, at: datetime) -> bool:
        """Whether a piece may be taken at the instant."""
        return self.halted_at is None and self.in_window_at(at)

    def in_window_at(self, at: datetime) -> bool:
        """Whether a piece may be taken at the instant, unless the batch is halted."""
        return (
            self.closed_at is None
            and self.window_from <= at
            and (self.window_until is None or at < self.window_until)
        )


@dataclass(frozen=True, slots=True)
class Allotment:
    """What a brand holds of an offer, over all batches: those with stock, and the last used up.

    `granted` and `remaining` count batches that are not listed, too.
    """

    book_id: int
    offer_id: int
    granted: int
    remaining: int
    batches: Sequence[Batch]
    """In the order in which they are taken."""

    @property
    def points(self) -> int | None:
        """The price of the batch that comes next."""
        return self.next.points

    @property
    def window_from(self) -> datetime:
        """When the window of the batch that comes next opens."""
        return self.next.window_from

    @property
    def window_until(self) -> datetime | None:
        """When the window of the batch that comes next closes."""
        return self.next.window_until

    @property
    def next(self) -> Batch:
        """The batch that is taken first of those with stock, or else the newest."""
        with_stock = [batch for batch in self.batches if batch.remaining]
        if with_stock:
            return with_stock[0]
        return max(self.batches, key=lambda batch: batch.allotment_no)

    def next_at(self, at: datetime) -> Batch | None:
        """The batch from which a piece would be taken at the instant. None: there is none."""
        return next((each for each in self.batches if each.remaining and each.open_at(at)), None)


def in_order(batches: Sequence[Batch]) -> list[Batch]:
    """The order in which batches are taken: the first to close, and of these the older."""
    return sorted(batches, key=lambda batch: (batch.window_until or _NEVER, batch.allotment_no))


def shortage_refusal(held: Allotment | None, offer_id: int, at: datetime) -> Refusal:
    """Why a take of the offer fell short, as the refusal of the member's request."""
    if held is None:
        return AllotmentNotFound(f"the brand has no allotment of offer {offer_id}")
    if any(
        batch.halted_at is not None and batch.remaining and batch.in_window_at(at)
        for batch in held.batches
    ):
        return SwapLimitReached(f"the swap of offer {offer_id} has reached its limit")
    if not any(batch.open_at(at) for batch in held.batches):
        return AllotmentClosed(f"the allotment of offer {offer_id} is not open at {at.isoformat()}")
    return AllotmentExhausted(f"the allotment of offer {offer_id} is used up")
