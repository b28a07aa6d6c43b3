"""Stock that two brands give each other in a swap: granted, halted and given back together.

A swap is an agreement of both, so its grants need no terms and nobody's further yes. Each is a
procurement that names the swap, and a batch that does. `exchange` knows what a swap is, and tells
when its stock is halted because one side owes too much.

Locks: a grant locks the offer, as every grant does. A halt locks the batches of one book in the
order of their keys, as a take does. A close locks request by request, in the order of their offers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.identifiers import new_identifier
from catalog.offers.read import OfferNotFound, find_offer_to_procure
from catalog.parties import Party
from catalog.procurement.allotments import Grant, add_stock
from catalog.procurement.batches import WANTED, Wanted
from catalog.procurement.procurements import ProcurementState
from catalog.procurement.returns import close_procurement


@dataclass(frozen=True, slots=True)
class SwappedStock:
    """What one book has of an offer by a swap. `granted` is without what went back."""

    granted: int
    remaining: int


_ADD = text(
    f"""
    INSERT INTO catalog.procurement (
        book_id, procurement_id, buyer_id, supplier_id, {", ".join(WANTED)}, state, decided_at,
        swap_id
    )
    VALUES (
        :book_id, :procurement_id, :buyer_id, :supplier_id,
        {", ".join(f":{name}" for name in WANTED)}, '{ProcurementState.GRANTED}', now(), :swap_id
    )
    ON CONFLICT (book_id, procurement_id) DO NOTHING
    RETURNING procurement_id
    """
)

_STOCK = text(
    """
    SELECT offer_id, sum(granted - returned) AS granted, sum(remaining) AS remaining
    FROM catalog.allotment WHERE book_id = :book_id AND swap_id = :swap_id GROUP BY offer_id
    """
)

_HALT = text(
    """
    WITH locked AS (
        SELECT a.offer_id, a.allotment_no FROM catalog.allotment a
        WHERE a.book_id = :book_id AND a.swap_id = :swap_id
            AND (a.halted_at IS NOT NULL) <> CAST(:halted AS boolean)
        ORDER BY a.offer_id, a.allotment_no
        FOR NO KEY UPDATE OF a
    )
    UPDATE catalog.allotment a
    SET halted_at = CASE WHEN CAST(:halted AS boolean) THEN now() END
    FROM locked
    WHERE a.book_id = :book_id AND a.offer_id = locked.offer_id
        AND a.allotment_no = locked.allotment_no
    """
)

_OPEN = text(
    f"""
    SELECT procurement_id FROM catalog.procurement
    WHERE book_id = :book_id AND swap_id = :swap_id AND state = '{ProcurementState.GRANTED}'
    ORDER BY offer_id, procurement_id
    """
)


async def require_swappable(
    connection: AsyncConnection, buyer: Party, supplier: Party, offer_ids: Sequence[int]
) -> None:
    """See that the buyer may have these offers, and that they are the supplier's.

    Two or three round trips for each offer.

    Raises:
        OfferNotFound: there is no such offer of the supplier, or the buyer may not have it.
        OfferNotListed: it is not listed now, or it is over.
    """
    for offer_id in offer_ids:
        offer = await find_offer_to_procure(connection, buyer, offer_id)
        if offer.supplier_id != supplier.party_id:
            raise OfferNotFound(f"{supplier.code} has no offer {offer_id}")


async def grant_swapped(
    connection: AsyncConnection,
    book_id: int,
    buyer: Party,
    supplier: Party,
    wanted: Wanted,
    *,
    swap_id: int,
) -> Grant:
    """Grant what a swap gives the buyer's programme, as a batch of its own. Four round trips.

    The caller has seen that the buyer may have it (`require_swappable`).

    Raises:
        QuantityOutOfRange, PeriodBackwards: the input is malformed.
        StockTotalExceeded: all brands together would have more than there are.
        AllotmentTooLarge: all batches together would exceed a limit.
    """
    wanted.require_valid()
    bound = {
        "book_id": book_id,
        "buyer_id": buyer.party_id,
        "supplier_id": supplier.party_id,
        "swap_id": swap_id,
        **{name: getattr(wanted, name) for name in WANTED},
    }
    procurement_id: int | None = None
    while procurement_id is None:
        drawn = bound | {"procurement_id": new_identifier()}
        procurement_id = (await connection.execute(_ADD, drawn)).scalar_one_or_none()
    return await add_stock(connection, book_id, wanted, procurement_id, swap_id=swap_id)


async def load_swapped(
    connection: AsyncConnection, book_id: int, swap_id: int
) -> dict[int, SwappedStock]:
    """What a book has by a swap, by offer id. One round trip."""
    rows = await connection.execute(_STOCK, {"book_id": book_id, "swap_id": swap_id})
    return {row.offer_id: SwappedStock(int(row.granted), int(row.remaining)) for row in rows}


async def halt_swapped(
    connection: AsyncConnection, book_id: int, swap_id: int, *, halted: bool
) -> None:
    """Let nothing be taken from the batches of a swap, or let it be taken again.

    What was taken stays with the members. One round trip.
    """
    await connection.execute(_HALT, {"book_id": book_id, "swap_id": swap_id, "halted": halted})


async def close_swapped(connection: AsyncConnection, book_id: int, swap_id: int) -> None:
    """Give back everything that is unsold of a swap. Nothing more is taken of it."""
    bound = {"book_id": book_id, "swap_id": swap_id}
    for procurement_id in list((await connection.execute(_OPEN, bound)).scalars()):
        await close_procurement(connection, book_id, procurement_id)
