"""A supplier's latest uses in all its shops, as a till or its office looks at them.

They are read along an index of the coupons that are used: a use that was reversed is not among
them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lists import FIRST, LAST, LOOKED_AT_MAX, TAIL_LENGTH_MIN, Place
from exchange.use.shop_day import PAGE_USES_MAX


@dataclass(frozen=True, slots=True)
class LatestUse:
    """A coupon that is used. `tail` ends its code."""

    book_id: int
    coupon_id: int
    tail: str
    offer_id: int
    offer_code: str
    face_value_minor: int
    currency: str
    used_at: datetime
    store: str | None
    reference: str | None
    uses: int


_LATEST = """(
        SELECT c.book_id, c.coupon_id, c.code, c.offer_id, c.offer_code, c.face_value_minor,
            c.currency, c.used_at, c.used_store, c.used_reference, c.uses
        FROM exchange.coupon c
        WHERE c.supplier_id = :supplier_id AND c.used_at IS NOT NULL AND c.used_at >= :since
            AND (c.used_at, c.coupon_id) < (:before_at, :before_id)
        ORDER BY c.used_at DESC, c.coupon_id DESC LIMIT :looked_at
    )"""

_PAGE = text(
    f"""
    SELECT book_id, coupon_id, right(code, {TAIL_LENGTH_MIN}) AS tail, offer_id, offer_code,
        face_value_minor, currency, used_at, used_store AS store, used_reference AS reference, uses
    FROM {_LATEST} AS c
    WHERE (CAST(:store AS text) IS NULL OR used_store = :store)
        AND (CAST(:offer_id AS bigint) IS NULL OR offer_id = :offer_id)
    ORDER BY used_at DESC, coupon_id DESC LIMIT :limit
    """
)

_END = text(
    f"""
    SELECT used_at, coupon_id FROM {_LATEST} AS c
    ORDER BY used_at DESC, coupon_id DESC OFFSET :looked_at - 1
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_PAGE, _END)
"""A supplier uses coupons of many programmes. These lock nothing."""


async def list_latest_uses(
    connection: AsyncConnection,
    supplier_id: int,
    *,
    store: str | None = None,
    offer_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    place: Place | None = None,
    limit: int,
) -> tuple[list[LatestUse], Place | None]:
    """A page of a supplier's uses, the latest first, of one shop or all.

    Returns the page, and where the next one begins, which is None at the end. Two statements.
    """
    assert 0 < limit <= PAGE_USES_MAX, limit
    bound = {
        "supplier_id": supplier_id,
        "store": store,
        "offer_id": offer_id,
        "since": since or FIRST,
        "before_at": (until or LAST) if place is None else place.at,
        "before_id": 0 if place is None else place.number,
        "looked_at": LOOKED_AT_MAX,
        "limit": limit,
    }
    found = [LatestUse(**row) for row in (await connection.execute(_PAGE, bound)).mappings()]
    if len(found) == limit:
        return found, Place(found[-1].used_at, found[-1].coupon_id)
    end = (await connection.execute(_END, bound)).one_or_none()
    return found, None if end is None else Place(end.used_at, end.coupon_id)
