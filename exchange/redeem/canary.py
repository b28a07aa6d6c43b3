"""Who is served by a supplier that is not open, and how much is redeemed in its canary.

Whether a supplier serves a member is one decision of the catalogue (`catalog.stages`). What a
canary has room for is decided here, where it is used: rights on a day, and open orders.

Races. `before` reads without a lock, and promises what is left in the order of the bids. `after`
counts by a conditional UPDATE of the stage's row, last of all rows. From then to the end of the
transaction, the row's lock keeps all other redemptions of this canary, and all changes of its
stage, waiting. So the open orders that are counted next are all there are. If the canary has ended,
or has too little room for all, the transaction is run again, and judges anew by what it finds.
"""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import asyncpg
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers import Offer
from catalog.stages import Serving, SupplierStage, count_in_canaries, load_serving
from exchange.coupons.lifecycle import OrderState
from exchange.redeem.quote import Bid
from ledger import Refusal
from ledger.asks import Item


class NotInCanary(Refusal):
    """The supplier is new, and serves only some members: not this one."""

    code: ClassVar[str] = "not-in-canary"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier serves only some members yet."


class SupplierSuspended(Refusal):
    """Nothing of the supplier is redeemed for the time being."""

    code: ClassVar[str] = "supplier-suspended"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier is suspended."


class CanaryFull(Refusal):
    """The supplier is new, and as much of it was redeemed as may be for now."""

    code: ClassVar[str] = "canary-full"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "As much of the new supplier was redeemed as may be for now."


_OPEN_ORDERS = text(
    f"""
    SELECT o.supplier_id, count(*) AS open
    FROM unnest(:suppliers, :sinces) AS w (supplier_id, since)
    JOIN exchange.fulfilment_order o
        ON o.supplier_id = w.supplier_id AND o.created_at >= w.since
    WHERE o.state NOT IN ('{OrderState.SUCCESS}', '{OrderState.FAILED}')
    GROUP BY o.supplier_id
    """
).bindparams(
    bindparam("suppliers", type_=ARRAY(INTEGER)),
    bindparam("sinces", type_=ARRAY(TIMESTAMP(timezone=True))),
)

CROSS_BOOK: tuple[TextClause, ...] = (_OPEN_ORDERS,)
"""The statement here that names no book: what a canary has open is in all of them."""


def unserved(serving: Serving, offer: Offer, member: str) -> Refusal | None:
    """Why the supplier of an offer does not serve a member. None: it does."""
    why = serving.why_not(offer.supplier_id, member)
    if why is None:
        return None
    if why == "suspended":
        return SupplierSuspended(f"nothing of {offer.supplier_code} is redeemed now")
    return NotInCanary(f"{offer.supplier_code} does not serve this member yet")


async def require_served(
    connection: AsyncConnection, book_id: int, items: Sequence[Item]
) -> list[Item]:
    """Refuse the items whose supplier does not serve their member now. Returns the others.

    One statement; where suppliers are in a canary, one more for tags, and one for open orders.
    """
    if not items:
        return []
    bids = [_bid_of(item) for item in items]
    members = {bid.quote.request.member for bid in bids}
    serving = await load_serving(connection, book_id, members, max(bid.quote.at for bid in bids))
    if serving.is_for_all:
        return list(items)
    served = []
    for item, bid in zip(items, bids, strict=True):
        assert bid.offer is not None, "a bid that is judged has an offer"
        refusal = unserved(serving, bid.offer, bid.quote.request.member)
        bid.canary = serving.canary_of(bid.offer.supplier_id)
        if refusal is not None:
            item.refuse(refusal)
        else:
            served.append(item)
    left = await _left(connection, serving, [_bid_of(item) for item in served])
    return [item for item in served if _has_room(item, left)]


_Room = tuple[int, str]
"""A supplier, and what its canary limits: rights on a day, or open orders."""


def _has_room(item: Item, left: Counter[_Room]) -> bool:
    """Whether a canary has room for one more. If so, it has one less then."""
    bid = _bid_of(item)
    if bid.canary is None:
        return True
    kinds = ("day", "open") if _is_order(bid) else ("day",)
    limits = [(bid.canary.party_id, kind) for kind in kinds if (bid.canary.party_id, kind) in left]
    if any(left[limit] <= 0 for limit in limits):
        item.refuse(CanaryFull("try again later", retry_after_seconds=60))
        return False
    left.subtract(limits)
    return True


async def _left(
    connection: AsyncConnection, serving: Serving, bids: Sequence[Bid]
) -> Counter[_Room]:
    """How many more may be redeemed in each canary, where it has a limit."""
    canaries = _canaries(bids)
    open_orders = await _count_open(connection, canaries)
    left: Counter[_Room] = Counter()
    for supplier_id, canary in canaries.items():
        assert serving.today is not None, "somebody is not open"
        on_day = canary.left_on(serving.today)
        if on_day is not None:
            left[supplier_id, "day"] = on_day
        in_orders = _open_left(canary, open_orders[supplier_id])
        if in_orders is not None:
            left[supplier_id, "open"] = in_orders
    return left


def _is_order(bid: Bid) -> bool:
    """Whether the right becomes an order."""
    return bid.offer is not None and bid.offer.fulfilment == "direct"


def _canaries(bids: Sequence[Bid]) -> dict[int, SupplierStage]:
    return {bid.canary.party_id: bid.canary for bid in bids if bid.canary is not None}


def _open_left(canary: SupplierStage, count: int) -> int | None:
    limit = canary.policy.open_orders_max
    return None if limit is None else max(0, limit - count)


async def _count_open(
    connection: AsyncConnection, canaries: dict[int, SupplierStage]
) -> Counter[int]:
    """The open orders of each canary whose number is limited. No statement if none is."""
    limited = {
        each: canary.since
        for each, canary in canaries.items()
        if canary.policy.open_orders_max is not None
    }
    if not limited:
        return Counter()
    bound = {"suppliers": list(limited), "sinces": list(limited.values())}
    rows = await connection.execute(_OPEN_ORDERS, bound)
    return Counter({row.supplier_id: row.open for row in rows})


async def count_canaries(connection: AsyncConnection, bids: Sequence[Bid]) -> None:
    """Count what is redeemed in canaries. Without one there is no statement.

    Raises:
        asyncpg.SerializationError: a canary has ended or has too little room, and the transaction
            is to be run again.
    """
    canaries = _canaries(bids)
    if not canaries:
        return
    wanted = Counter(bid.canary.party_id for bid in bids if bid.canary is not None)
    counted = await count_in_canaries(connection, wanted)
    open_orders = await _count_open(connection, canaries)
    orders = Counter(
        bid.canary.party_id for bid in bids if bid.canary is not None and _is_order(bid)
    )
    for supplier_id, canary in canaries.items():
        left = _open_left(canary, open_orders[supplier_id])
        if supplier_id not in counted or (left is not None and left < orders[supplier_id]):
            raise asyncpg.SerializationError("a canary has less room than was promised")


def _bid_of(item: Item) -> Bid:
    assert isinstance(item.payload, Bid)
    return item.payload
