"""Shops: where a party's coupons are used."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import PartyInQuery, party_acted_for
from api.http.auth import CHANGES, Call, context_of, require_tokens
from api.http.batches import answer_each_once, read_items
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.shops import (
    AddShopsAnswer,
    AddShopsBody,
    ShopAnswer,
    ShopBody,
    ShopItem,
    StateName,
)
from catalog import Party
from catalog.shops import Shop, ShopTerms, add_shop, find_shop, list_shops, set_shop_state
from ledger import JSON

TAGS = ["shops"]

_render = Copier(ShopAnswer, Shop)


async def _add(connection: AsyncConnection, party: Party, data: ShopBody) -> ShopAnswer:
    terms = ShopTerms(
        data.code, data.name, data.region, tuple(data.groups), data.state, data.online
    )
    return _render(await add_shop(connection, party, terms))


@post("/v1/shops", opt=CHANGES, tags=TAGS)
async def add_one_shop(
    request: Call, data: JSONBody[ShopBody], party: PartyInQuery = None
) -> Response[ShopAnswer]:
    """Add a shop of the calling party. The operator names the party."""

    async def act(connection: AsyncConnection) -> JSON:
        return await _add(connection, await party_acted_for(request, connection, party), data)

    return await answer_once(request, context_of(request).database, act)


@post("/v1/shops/batch", status_code=200, opt={"body": AddShopsBody}, tags=TAGS)
async def add_shops(
    request: Call, body: RawBody, party: PartyInQuery = None
) -> Response[AddShopsAnswer]:
    """Add up to 1,000 shops, each with its own key, answered in order."""

    async def act(connection: AsyncConnection, item: ShopItem) -> dict[str, JSON]:
        owner = await party_acted_for(request, connection, party)
        return dict(await _add(connection, owner, item))

    reads = read_items(body, "shops", ShopItem)
    await require_tokens(request, len(reads))
    return await answer_each_once(request, context_of(request).database, reads, act)


@get("/v1/shops", tags=TAGS)
async def shops(
    request: Call,
    wanted: Annotated[
        StateName | None, QueryParameter(name="state", description="By default, all.")
    ] = None,
    party: PartyInQuery = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ShopAnswer]:
    """The shops of the calling party, in the order in which they were added."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        rows = await list_shops(connection, owner, state=wanted, after=after(cursor), limit=limit)
    found: Page[ShopAnswer] = page(rows, limit, _render, lambda row: row.shop_id)
    return found


@get("/v1/shops/{shop:str}", tags=TAGS)
async def shop_by_code(
    request: Call, shop: FromPath[str], party: PartyInQuery = None
) -> ShopAnswer:
    """One shop of the calling party."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        return _render(await find_shop(connection, owner, shop))


@post("/v1/shops/{shop:str}/close", opt=CHANGES, status_code=200, tags=TAGS)
async def close_shop(
    request: Call, shop: FromPath[str], party: PartyInQuery = None
) -> Response[ShopAnswer]:
    """Close a shop. It keeps its code, and can be opened again."""
    return await _set_state(request, shop, party, "closed")


@post("/v1/shops/{shop:str}/open", opt=CHANGES, status_code=200, tags=TAGS)
async def open_shop(
    request: Call, shop: FromPath[str], party: PartyInQuery = None
) -> Response[ShopAnswer]:
    """Open a shop that was closed."""
    return await _set_state(request, shop, party, "open")


async def _set_state(
    request: Call, code: str, party: str | None, state: StateName
) -> Response[ShopAnswer]:
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await party_acted_for(request, connection, party)
        return _render(await set_shop_state(connection, owner, code, state))

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [add_one_shop, add_shops, shops, shop_by_code, close_shop, open_shop]
