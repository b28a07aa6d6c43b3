"""What a supplier is told of its offers, as events: one is on the market now, or is there no more.

A new version of an offer that was listed before is no news to its own supplier.
"""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers.lifecycle import OfferState
from ledger import NO_BOOK, Event, tell

OfferHappened = Literal["offer.published", "offer.ended"]
_GONE = frozenset({OfferState.ENDED, OfferState.DEACTIVATED})


def happened_to(before: OfferState | None, after: OfferState) -> OfferHappened | None:
    """What happened to an offer that was in one state and is in another now. Pure.

    An offer that was paused and goes on was published before.
    """
    if after is OfferState.LISTED and before not in {OfferState.LISTED, OfferState.PAUSED}:
        return "offer.published"
    return "offer.ended" if after in _GONE and before not in _GONE else None


async def tell_of_offer(  # noqa: PLR0917 - the facts of an offer
    connection: AsyncConnection,
    supplier_id: int,
    offer_id: int,
    code: str,
    before: OfferState | None,
    after: OfferState,
    reason: str | None = None,
) -> None:
    """Tell the supplier, if there is something to tell. One round trip, or none."""
    if happened := happened_to(before, after):
        data = {"offer_id": offer_id, "code": code, "state": str(after), "reason": reason}
        await tell(connection, NO_BOOK, [Event(supplier_id, happened, data)])
