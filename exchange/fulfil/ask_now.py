"""A person has an order looked at now: asked about, sent, or its parked message tried again.

Nothing is decided here. The worker's next round does what it would have done later. An order that
is being sent is left alone, and so is one that has ended.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import OrderNotFound, parse_request_number
from exchange.coupons.lifecycle import SUBMIT_TOPIC, OrderState
from ledger import hasten_one, replay_parked

_ASK = text(
    f"""
    UPDATE exchange.fulfilment_order SET query_at = now()
    WHERE book_id = :book_id AND request_number = :request_number
        AND state IN ('{OrderState.PROCESSING}', '{OrderState.UNKNOWN}') AND query_at > now()
    """
)

_FIND = text(
    """
    SELECT book_id, coupon_id, state FROM exchange.fulfilment_order
    WHERE book_id = :book_id AND request_number = :request_number
    """
)


async def look_now(connection: AsyncConnection, request_number: str) -> None:
    """Have an order asked about, or sent, in the next round. Up to three statements.

    Raises:
        OrderNotFound: there is none.
    """
    book_id = parse_request_number(request_number).book_id
    where = {"book_id": book_id, "request_number": request_number}
    row = (await connection.execute(_FIND, where)).one_or_none()
    if row is None:
        raise OrderNotFound("there is no order with this request number")
    await connection.execute(_ASK, where)
    if row.state == OrderState.CREATED:
        await hasten_one(connection, book_id, SUBMIT_TOPIC, "coupon_id", str(row.coupon_id))


async def replay_order(connection: AsyncConnection, request_number: str) -> bool:
    """Have the parked message of an order tried again. Tells whether there was one.

    Raises:
        OrderNotFound: there is no such order.
    """
    book_id = parse_request_number(request_number).book_id
    where = {"book_id": book_id, "request_number": request_number}
    row = (await connection.execute(_FIND, where)).one_or_none()
    if row is None:
        raise OrderNotFound("there is no order with this request number")
    replayed = await replay_parked(
        connection, book_id, SUBMIT_TOPIC, "coupon_id", str(row.coupon_id)
    )
    return replayed > 0
