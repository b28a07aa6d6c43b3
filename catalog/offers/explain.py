"""Why an offer is or is not isolated from a brand."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import require_time
from catalog.isolation.ask import explain_class
from catalog.isolation.words import Decision
from catalog.offers.read import OfferNotFound, load_wanted
from catalog.parties import Party


async def explain_isolation(
    connection: AsyncConnection,
    buyer: Party,
    offer_id: int,
    *,
    to_buyer: bool,
    as_of: datetime | None = None,
) -> Decision:
    """Why the buyer may or may not show the offer, at `as_of` or now. Two round trips, or three.

    The operator hears everything. The buyer itself (`to_buyer`) hears only of what it may see.

    Raises:
        OfferNotFound: there is no such offer, or the buyer asks and it is isolated then or now.
        TimeInvalid: `as_of` has no offset from UTC.
    """
    if as_of is not None:
        require_time(as_of, "as_of")
    row = (await load_wanted(connection, [(offer_id, None)]))[0]
    told = await explain_class(connection, buyer, row["decided_class_id"], as_of)
    hidden = to_buyer and told is not None and (told.then.isolated or told.isolated_now)
    if told is None or hidden or (to_buyer and row["listed_at"] is None):
        raise OfferNotFound(f"there is no offer {offer_id}")
    return told.then
