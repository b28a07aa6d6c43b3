"""What a brand does with its own procurements: it cancels, returns what is unsold, and closes.

A request that waits can be cancelled. Of a batch that was granted, the brand returns pieces that no
coupon was made of, as long as there are any, and closes it: then all of them go back, and nothing
more is taken from it. What comes back from a supplier after that stays in the batch, until it is
closed once more.

Locks, in this order: the request, its batch, the supply terms, the offer. What goes back may be
granted again, to any brand, and under the same terms if it was granted under some.
"""

from typing import ClassVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole, require_quantity
from catalog.procurement.procurements import (
    SHOWN,
    Procurement,
    ProcurementDecided,
    ProcurementState,
    not_found,
    procurement_of,
)
from catalog.procurement.supply_terms import undraw
from ledger import Refusal


class ProcurementNotGranted(Refusal):
    """Nothing was granted for the request, so nothing can go back. `state` says why."""

    code: ClassVar[str] = "procurement-not-granted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Nothing was granted for the procurement."


class ReturnTooLarge(Refusal):
    """Fewer pieces are unsold than would go back."""

    code: ClassVar[str] = "return-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Fewer pieces are left than would be returned."


_GRANTED = (ProcurementState.GRANTED, ProcurementState.CLOSED)

_LOCK = text(
    """
    SELECT state, offer_id, buyer_id, terms_id FROM catalog.procurement
    WHERE book_id = :book_id AND procurement_id = :procurement_id
    FOR NO KEY UPDATE
    """
)

_MOVE = text(
    """
    UPDATE catalog.procurement SET state = :state, decided_at = coalesce(decided_at, now())
    WHERE book_id = :book_id AND procurement_id = :procurement_id
    """
)

_RETURN = text(
    """
    UPDATE catalog.allotment SET remaining = remaining - :quantity, returned = returned + :quantity
    WHERE book_id = :book_id AND offer_id = :offer_id AND procurement_id = :procurement_id
        AND remaining >= :quantity
    """
)

_CLOSE = text(
    """
    UPDATE catalog.allotment
    SET remaining = 0, returned = returned + remaining, closed_at = coalesce(closed_at, now())
    WHERE book_id = :book_id AND offer_id = :offer_id AND procurement_id = :procurement_id
    RETURNING old.remaining
    """
)

_UNCOUNT = text("UPDATE catalog.offer SET granted = granted - :quantity WHERE offer_id = :offer_id")

_ONE = text(f"SELECT {SHOWN} WHERE p.book_id = :book_id AND p.procurement_id = :procurement_id")


async def cancel_procurement(
    connection: AsyncConnection, book_id: int, procurement_id: int
) -> Procurement:
    """Take back a request that waits. Three round trips.

    Raises:
        ProcurementNotFound: the book has no such request.
        ProcurementDecided: the supplier has decided on it.
    """
    key, row = await _lock(connection, book_id, procurement_id)
    if row["state"] == ProcurementState.WAITING:
        await connection.execute(_MOVE, key | {"state": ProcurementState.CANCELLED})
    elif row["state"] != ProcurementState.CANCELLED:
        raise ProcurementDecided(f"it is {row['state']} already", state=row["state"])
    return await _find(connection, key)


async def return_stock(
    connection: AsyncConnection, book_id: int, procurement_id: int, quantity: int
) -> Procurement:
    """Give unsold pieces back to the supplier. Six round trips at most.

    Raises:
        QuantityOutOfRange: the quantity is not 1 to QUANTITY_MAX.
        ProcurementNotFound: the book has no such request.
        ProcurementNotGranted: it was not granted.
        ReturnTooLarge: fewer are left of its batch; nothing is changed.
    """
    require_quantity(quantity)
    key, row = await _lock_granted(connection, book_id, procurement_id)
    moved = key | {"offer_id": row["offer_id"], "quantity": quantity}
    if (await connection.execute(_RETURN, moved)).rowcount == 0:
        raise ReturnTooLarge(f"fewer than {quantity} are left of it", field="quantity")
    await _uncount(connection, row, quantity)
    return await _find(connection, key)


async def close_procurement(
    connection: AsyncConnection, book_id: int, procurement_id: int
) -> Procurement:
    """Give everything unsold back, and take nothing more from the batch. Seven round trips at most.

    Raises:
        ProcurementNotFound: the book has no such request.
        ProcurementNotGranted: it was not granted.
        ReturnTooLarge: it was granted before there were batches, and has none of its own.
    """
    key, row = await _lock_granted(connection, book_id, procurement_id)
    moved = key | {"offer_id": row["offer_id"]}
    left = (await connection.execute(_CLOSE, moved)).scalar_one_or_none()
    if left is None:
        raise ReturnTooLarge("its pieces are in a batch with those of others")
    await _uncount(connection, row, left)
    await connection.execute(_MOVE, key | {"state": ProcurementState.CLOSED})
    return await _find(connection, key)


async def _lock(
    connection: AsyncConnection, book_id: int, procurement_id: int
) -> tuple[dict[str, int], RowMapping]:
    key = {
        "book_id": book_id,
        "procurement_id": procurement_id if is_whole(procurement_id, 1, BIGINT_MAX) else 0,
    }
    row = (await connection.execute(_LOCK, key)).mappings().one_or_none()
    if row is None:
        raise not_found(procurement_id)
    return key, row


async def _lock_granted(
    connection: AsyncConnection, book_id: int, procurement_id: int
) -> tuple[dict[str, int], RowMapping]:
    key, row = await _lock(connection, book_id, procurement_id)
    if row["state"] not in _GRANTED:
        raise ProcurementNotGranted(f"it is {row['state']}", state=row["state"])
    return key, row


async def _uncount(connection: AsyncConnection, row: RowMapping, quantity: int) -> None:
    """Count no more what went back: under the terms it was granted under, and of the offer."""
    if row["terms_id"] is not None:
        await undraw(connection, row["terms_id"], row["buyer_id"], quantity)
    await connection.execute(_UNCOUNT, {"offer_id": row["offer_id"], "quantity": quantity})


async def _find(connection: AsyncConnection, key: dict[str, int]) -> Procurement:
    return procurement_of((await connection.execute(_ONE, key)).mappings().one())
