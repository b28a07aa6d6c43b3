"""Complain: a member says that a right is not there, and its brand passes it on.

Whatever the order or the coupon says, a person looks. A member may complain again after a case was
decided, but not while one is open.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, find_open_case, open_case
from exchange.cases.read import Case, find_case
from exchange.cases.readers import Reader
from exchange.coupons.read import find_coupon

COMPLAINT_LENGTH_MAX = 1_000


async def complain(
    connection: AsyncConnection, book_id: int, coupon_id: int, reason: str, reader: Reader
) -> Case:
    """Open a case about a coupon of a book. Returns it, or the complaint that is open already.

    Raises:
        CouponNotFound: the book has no such coupon.
    """
    coupon = await find_coupon(connection, book_id, coupon_id)
    found = NewCase(
        book_id=book_id,
        kind=CaseKind.COMPLAINT,
        supplier_id=coupon.supplier_id,
        home_party_id=coupon.home_party_id,
        coupon_id=coupon_id,
        evidence={
            "reason": reason,
            "coupon_state": str(coupon.state),
            "order_state": None if coupon.delivery is None else str(coupon.delivery),
        },
        again=True,
    )
    # What is open here may be decided before it is read. Then another is opened.
    number = None
    while number is None:
        number = await open_case(connection, found) or await find_open_case(connection, found)
    return await find_case(connection, number, reader)
