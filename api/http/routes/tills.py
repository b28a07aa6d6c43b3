"""Tills: their keys, what they look up and lock, and the list of what a shop has used."""

from datetime import date
from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import PartyInQuery, is_operator, party_acted_for
from api.http.at_the_till import answer_one, look_up, shop_of
from api.http.auth import CHANGES, SUPPLIER, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import key_of
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.permissions import grant_of
from api.http.problems import invalid_at
from api.http.routes.keys import made_once
from api.http.schemas.answers import Page
from api.http.schemas.keys import KeyAnswer
from api.http.schemas.tills import (
    LockAnswer,
    LockBody,
    LookUpAnswer,
    LookUpBody,
    ShopUseAnswer,
    TillKeyBody,
    UnlockBody,
    UseSettingsAnswer,
    UseSettingsBody,
)
from api.http.schemas.types import DAY_PATTERN
from api.http.times import DAY_LENGTH, day_of
from api.identity.sessions import UserIdentity
from catalog import (
    TILL,
    NewKey,
    Party,
    PartyNotFound,
    create_key,
    find_party,
    hold_key_rights,
)
from catalog.shops import ShopNotFound, find_shop, set_require_shop
from exchange.use import ShopUse, UseRequest, list_shop_uses
from ledger.book import load_programmes

TAGS = ["coupons"]

DayInQuery = Annotated[
    str | None,
    QueryParameter(
        name="day",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The day of the uses, like 2017-01-31, in the time zone of each programme.",
    ),
]

_copy = Copier(ShopUseAnswer, ShopUse, "coupon", "programme")


@post("/v1/coupons/look-up", guards=[SUPPLIER], status_code=200, tags=TAGS)
async def look_up_coupon(request: Call, data: JSONBody[LookUpBody]) -> LookUpAnswer:
    """How a coupon of the calling supplier stands, and why it cannot be used there and now.

    It promises nothing: another till may use the coupon meanwhile. Lock it where that matters.
    """
    found: LookUpAnswer = await look_up(  # type: ignore[assignment]
        request, code=data.code, token=data.token, shop=shop_of(request.user, data.shop)
    )
    return found


@post("/v1/coupons/lock", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def lock_coupon(request: Call, data: JSONBody[LockBody]) -> Response[LockAnswer]:
    """Hold a coupon, so that no other till uses it. A lock ends by itself after its seconds."""
    asked = UseRequest(
        key=key_of(request),
        code=data.code,
        token=data.token,
        shop=shop_of(request.user, data.shop),
        reference=data.reference,
        seconds=data.seconds,
        is_till=request.user.grant.is_till,
    )
    return await answer_one(request, asked, "lock")


@post("/v1/coupons/unlock", guards=[SUPPLIER], opt=CHANGES, status_code=200, tags=TAGS)
async def unlock_coupon(request: Call, data: JSONBody[UnlockBody]) -> Response[LockAnswer]:
    """Let go of a coupon, by the name of the lock that holds it."""
    asked = UseRequest(
        key=key_of(request),
        code=data.code,
        token=data.token,
        shop=shop_of(request.user, data.shop),
        lock=data.lock,
        is_till=request.user.grant.is_till,
    )
    return await answer_one(request, asked, "unlock", status=200)


@post("/v1/shops/{shop:str}/keys", guards=[SUPPLIER_OR_OPERATOR], opt=CHANGES, tags=["shops"])
async def add_till_key(
    request: Call,
    shop: FromPath[str],
    data: JSONBody[TillKeyBody],
    party: PartyInQuery = None,
) -> Response[KeyAnswer]:
    """Make an API key for a till of a shop. It may do there what a till does, and nothing else.

    The key is shown only in this answer. In a replay it is null. If the answer was lost, revoke the
    key and make another.
    """
    caller = request.user

    async def make(connection: AsyncConnection, owner: Party) -> NewKey:
        rights = (
            grant_of(caller)
            if isinstance(caller, UserIdentity)
            else await hold_key_rights(connection, caller.party.party_id, caller.key_id)
        )
        await find_shop(connection, owner, shop)
        return await create_key(
            connection,
            owner.party_id,
            label=data.label,
            scopes=[TILL],
            shop=shop,
            expires_at=data.expires_at,
            maker=rights,
            made_by=caller.actor_id,
        )

    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
    return await made_once(request, owner.code, make)


@get("/v1/shops/{shop:str}/uses", guards=[SUPPLIER_OR_OPERATOR], tags=["shops"])
async def shop_uses(  # noqa: PLR0917 - the parameters of the address
    request: Call,
    shop: FromPath[str],
    day: DayInQuery = None,
    party: PartyInQuery = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ShopUseAnswer]:
    """What a shop has used on a day, reversed uses too, in the order in which they came."""
    if day is None:
        raise invalid_at("/day", "Say of which day, like 2017-01-31")
    wanted: date = day_of("day", day)
    grant = request.user.grant
    if grant.is_till and grant.shop != shop:
        raise ShopNotFound(f"{request.user.party.code} has no shop {shop}")
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        rows = await list_shop_uses(
            connection, owner, shop, wanted, after=after(cursor), limit=limit
        )
        programmes = await load_programmes(connection) if rows else []
    codes = {each.book_id: each.code for each in programmes}

    def render(row: ShopUse) -> ShopUseAnswer:
        return _copy(row, coupon=row.coupon_id, programme=codes[row.book_id])

    found: Page[ShopUseAnswer] = page(rows, limit, render, lambda row: row.shop_use_id)
    return found


@get("/v1/parties/{party:str}/use-settings", guards=[SUPPLIER_OR_OPERATOR], tags=["parties"])
async def use_settings(request: Call, party: FromPath[str]) -> UseSettingsAnswer:
    """What a supplier asks of every use of its coupons."""
    async with context_of(request).database.transaction() as connection:
        found = await find_party(connection, _own(request, party))
    found.require("supplier")
    return {"party": found.code, "require_shop": found.require_shop}


@put("/v1/parties/{party:str}/use-settings", guards=[SUPPLIER_OR_OPERATOR], tags=["parties"])
async def put_use_settings(
    request: Call, party: FromPath[str], data: JSONBody[UseSettingsBody]
) -> UseSettingsAnswer:
    """Have every use name one of the supplier's shops, or let it name any text.

    It holds for everybody within a few seconds.
    """
    async with changing(request, context_of(request).database) as connection:
        found = await find_party(connection, _own(request, party))
        await set_require_shop(connection, found, is_required=data.require_shop)
        await note_change(request, connection, None)
    return {"party": found.code, "require_shop": data.require_shop}


def _own(request: Call, party: str) -> str:
    """The party, if the caller may look at what it asks for.

    Raises:
        PartyNotFound: it may not.
    """
    if party != request.user.party.code and not is_operator(request.user):
        raise PartyNotFound(f"there is no party {party}")
    return party


ROUTES = [
    look_up_coupon,
    lock_coupon,
    unlock_coupon,
    add_till_key,
    shop_uses,
    use_settings,
    put_use_settings,
]
