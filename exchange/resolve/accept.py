"""Accept: the supplier is paid for what it delivered after the points went back.

The coupon stays returned and the member keeps the points. The bill is told of a use, at the time of
the decision, with the supplier's number of the delivery: so the brand pays for it as for any other.
The coupon counts one use more, and the step `decided` of its receipt stands for it.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.rulings import Ruling, lock_case, store_ruling
from exchange.coupons.lifecycle import CouponState
from exchange.use.events import USED_TOPIC, CouponUsed
from ledger import Database, outbox
from ledger.book import Programme

_COUNT = text(
    f"""
    UPDATE exchange.coupon SET uses = uses + 1
    WHERE book_id = :book_id AND coupon_id = :coupon_id AND state = '{CouponState.RETURNED}'
    RETURNING coupon_id, code, offer_id, offer_version, offer_code, supplier_id, home_party_id,
        member, points, face_value_minor, currency, redeemed_at, uses, swap_id, (
            SELECT request_number FROM exchange.fulfilment_order AS o
            WHERE o.book_id = coupon.book_id AND o.coupon_id = coupon.coupon_id
        ) AS request_number
    """
)


async def accept_claim(
    database: Database,
    programme: Programme,
    ruling: Ruling,
    supplier_reference: str | None,
) -> None:
    """Have the supplier paid for a late delivery.

    Raises:
        CaseNotOpen: the case was decided before.
    """
    async with database.transaction() as connection:
        refusal = await lock_case(connection, ruling)
        if refusal is not None:
            raise refusal
        at = await store_ruling(connection, ruling, points=0)
        await _bill(connection, programme, ruling, supplier_reference, at)


async def _bill(
    connection: AsyncConnection,
    programme: Programme,
    ruling: Ruling,
    supplier_reference: str | None,
    at: datetime,
) -> None:
    where = {"book_id": programme.book_id, "coupon_id": ruling.coupon_id}
    row = (await connection.execute(_COUNT, where)).one()
    event = CouponUsed(
        book_id=programme.book_id,
        coupon_id=row.coupon_id,
        use=row.uses,
        code=row.code,
        offer_id=row.offer_id,
        offer_code=row.offer_code,
        supplier_id=row.supplier_id,
        home_party_id=row.home_party_id,
        programme=programme.code,
        member=row.member,
        points=row.points,
        face_value_minor=row.face_value_minor,
        currency=row.currency,
        store=None,
        reference=supplier_reference,
        swap_id=row.swap_id,
        offer_version=row.offer_version,
        request_number=row.request_number,
        redeemed_at=row.redeemed_at,
        counted="delivered",
        used_at=at,
    )
    await outbox.append(connection, programme.book_id, USED_TOPIC, [event.to_payload()])
