"""Fulfilment orders: which are open and for how long, and what a person has done about one."""

from datetime import timedelta
from typing import Annotated, Literal

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.orders import OrderAnswer
from catalog import CODE_LENGTH_MAX, find_party
from exchange.cases import (
    OLDER_THAN_SECONDS_MAX,
    OrderSeen,
    Reader,
    find_seen_order,
    list_parked_orders,
    list_seen_orders,
)
from exchange.coupons import OrderState
from exchange.fulfil import look_now, replay_order
from ledger import read_clock
from ledger.book import find_programme_by_book

TAGS = ["orders"]
OrderStateName = Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED"]
SideName = Literal["supplier", "brand"]

_copy = Copier(OrderAnswer, OrderSeen, "coupon", "programme", "supplier")


def reader_of(call: Call, side: str | None = None) -> Reader:
    """Who reads orders and cases. A party of both roles lists what it supplies by default."""
    caller = call.user.party
    if is_operator(call.user):
        return Reader()
    is_supplier = "supplier" in caller.roles and side != "brand"
    return Reader(caller.party_id, is_supplier)


async def programme_codes(connection: AsyncConnection, books: set[int]) -> dict[int, str]:
    """The codes of the programmes of these books."""
    return {
        book_id: (await find_programme_by_book(connection, book_id)).code
        for book_id in sorted(books)
    }


async def _render(
    call: Call, connection: AsyncConnection, orders: list[OrderSeen]
) -> list[OrderAnswer]:
    codes = await context_of(call).codes.of(connection, {each.supplier_id for each in orders})
    programmes = await programme_codes(connection, {each.book_id for each in orders})
    return [
        _copy(
            each,
            coupon=each.coupon_id,
            programme=programmes[each.book_id],
            supplier=codes[each.supplier_id],
        )
        for each in orders
    ]


@get("/v1/orders", tags=TAGS)
async def orders(
    request: Call,
    *,
    wanted: Annotated[
        OrderStateName | None,
        QueryParameter(name="state", description="By default, those that have not ended."),
    ] = None,
    supplier: Annotated[
        str | None,
        QueryParameter(max_length=CODE_LENGTH_MAX, description="For the operator: one's only."),
    ] = None,
    older_than_seconds: Annotated[
        int | None,
        QueryParameter(
            ge=0, le=OLDER_THAN_SECONDS_MAX, description="Only those that are at least this old."
        ),
    ] = None,
    side: Annotated[
        SideName | None,
        QueryParameter(description="For a party of both roles: as which it asks."),
    ] = None,
    parked: Annotated[
        bool,
        QueryParameter(description="For the operator: those whose message waits for a person."),
    ] = False,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[OrderAnswer]:
    """Fulfilment orders, the oldest first. The operator sees all, each party its own."""
    reader = reader_of(request, side)
    if parked and reader.party_id is not None:
        raise invalid_at("/parked", "Only the operator can list what waits for a person")
    async with context_of(request).database.transaction() as connection:
        if parked:
            found, following = await list_parked_orders(
                connection, after=after(cursor), limit=limit
            )
            items = await _render(request, connection, found)
            return {"items": items, "next_cursor": None if following is None else str(following)}
        supplier_id = None
        if supplier is not None and reader.party_id is None:
            supplier_id = (await find_party(connection, supplier)).party_id
        created_before = None
        if older_than_seconds is not None:
            created_before = await read_clock(connection) - timedelta(seconds=older_than_seconds)
        found = await list_seen_orders(
            connection,
            reader,
            state=None if wanted is None else OrderState(wanted),
            supplier_id=supplier_id,
            created_before=created_before,
            after=after(cursor),
            limit=limit,
        )
        items = await _render(request, connection, found)
    is_full = len(found) == limit
    return {"items": items, "next_cursor": str(found[-1].coupon_id) if is_full else None}


@get("/v1/orders/{request_number:str}", tags=TAGS)
async def order(request: Call, request_number: FromPath[str]) -> OrderAnswer:
    """A fulfilment order by its request number."""
    async with context_of(request).database.transaction() as connection:
        return await _order(request, connection, request_number)


async def _order(call: Call, connection: AsyncConnection, request_number: str) -> OrderAnswer:
    found = await find_seen_order(connection, request_number, reader_of(call))
    (shown,) = await _render(call, connection, [found])
    return shown


@post("/v1/orders/{request_number:str}/query-now", guards=[OPERATOR], status_code=200, tags=TAGS)
async def query_now(request: Call, request_number: FromPath[str]) -> OrderAnswer:
    """Have an order asked about in the worker's next round, or sent if it waits for that."""
    await require_no_members(request)
    context = context_of(request)
    async with changing(request, context.database) as connection:
        await look_now(connection, request_number)
        await note_change(request, connection, None)
        shown = await _order(request, connection, request_number)
    context.orders.ring()
    return shown


@post("/v1/orders/{request_number:str}/replay", guards=[OPERATOR], status_code=200, tags=TAGS)
async def replay(request: Call, request_number: FromPath[str]) -> OrderAnswer:
    """Have the parked message of an order tried again. Nothing happens if it is not parked."""
    await require_no_members(request)
    context = context_of(request)
    async with changing(request, context.database) as connection:
        await replay_order(connection, request_number)
        await note_change(request, connection, None)
        shown = await _order(request, connection, request_number)
    context.orders.ring()
    return shown


ROUTES = [orders, order, query_now, replay]
