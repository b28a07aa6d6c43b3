"""Complain: a member says that a right is not there, and its brand passes it on.

Whatever the order or the coupon says, a person looks. A member may complain again after a case was
decided, but not while one is open.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, open_case
from exchange.cases.read import Case, CasesWanted, find_case, list_cases
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
    number = await open_case(connection, found)
    if number is None:
        wanted = CasesWanted(kind=CaseKind.COMPLAINT, state="OPEN", coupon_id=coupon_id)
        (case,) = await list_cases(connection, reader, wanted, after=0, limit=1)
        return case
    return await find_case(connection, number, reader)
