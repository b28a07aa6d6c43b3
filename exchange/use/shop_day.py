"""What a shop has used on a day: the list that it compares with its own at closing time.

The day is that of each coupon's programme. A shop's uses lie in the books of many programmes, so
this is read across books, by one index.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.shops import find_shop

PAGE_USES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ShopUse:
    """One use in a shop. `reversed_at` is None while the use stands."""

    shop_use_id: int
    book_id: int
    coupon_id: int
    use: int
    offer_code: str
    face_value_minor: int
    currency: str
    order_minor: int | None
    used_at: datetime
    reversed_at: datetime | None
    staff: str | None
    reference: str | None


_PAGE = text(
    """
    SELECT u.shop_use_id, u.book_id, u.coupon_id, u.use, c.offer_code, c.face_value_minor,
        c.currency, u.order_minor, u.used_at, u.reversed_at, u.staff, u.reference
    FROM exchange.shop_use AS u
    JOIN exchange.coupon AS c ON c.book_id = u.book_id AND c.coupon_id = u.coupon_id
    WHERE u.supplier_id = :supplier_id AND u.shop = :shop AND u.day = :day
        AND u.shop_use_id > :after
    ORDER BY u.shop_use_id LIMIT :limit
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_PAGE,)
"""A shop uses coupons of many programmes. It locks nothing."""


async def list_shop_uses(
    connection: AsyncConnection,
    supplier: Party,
    shop: str,
    day: date,
    *,
    after: int = 0,
    limit: int,
) -> list[ShopUse]:
    """A page of a shop's uses of a day, in the order in which they came. Two round trips.

    Raises:
        ShopNotFound: the supplier has no such shop.
    """
    assert 0 < limit <= PAGE_USES_MAX, limit
    await find_shop(connection, supplier, shop)
    values = {
        "supplier_id": supplier.party_id,
        "shop": shop,
        "day": day,
        "after": after,
        "limit": limit,
    }
    return [ShopUse(**row) for row in (await connection.execute(_PAGE, values)).mappings()]
