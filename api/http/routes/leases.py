"""Leases: tills that take coupons without a connection, and what they tell of it later."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import (
    CHANGES,
    SLOW,
    SUPPLIER,
    SUPPLIER_OR_OPERATOR,
    Call,
    context_of,
    require_tokens,
)
from api.http.batches import asked, batch_answer, read_items, rejected
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import deed_of
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.problems import ShopMismatch, problem
from api.http.schemas.answers import Page
from api.http.schemas.leases import (
    LeaseAnswer,
    LeaseBody,
    LeaseExposureAnswer,
    LeaseExposuresAnswer,
    LeaseUseAnswer,
    LeaseUseName,
    OfflineUseItem,
    OfflineUsesAnswer,
    OfflineUsesBody,
)
from catalog import Party
from exchange.leases import (
    UPLOAD_ITEMS_MAX,
    Exposure,
    Lease,
    LeaseTerms,
    LeaseUse,
    LeaseUseState,
    OfflineUse,
    UploadAnswer,
    close_lease,
    find_lease,
    list_lease_uses,
    list_leases,
    load_exposure,
    make_lease,
    upload_uses,
)
from ledger import JSON, read_clock

TAGS = ["leases"]

_copy = Copier(LeaseAnswer, Lease, "supplier", "offers", "exposure", "exposure_minor", "signed")
_copy_exposure = Copier(LeaseExposureAnswer, Exposure, "exposure")
_copy_use = Copier(LeaseUseAnswer, LeaseUse, "coupon", "use", "borne_by", "fault")


def _seen_by(request: Call) -> Party | None:
    """Whose leases the caller sees. None: all, which the operator does."""
    return None if is_operator(request.user) else request.user.party


def _shop_of(request: Call) -> str | None:
    """The shop to which the caller's key is bound. None: it is bound to none."""
    return request.user.grant.shop


async def _render(
    request: Call, connection: AsyncConnection, leases: Sequence[Lease]
) -> list[LeaseAnswer]:
    context = context_of(request)
    codes = await context.codes.of(connection, {lease.supplier_id for lease in leases})
    signatures = await context.data_keys.signatures()
    now = await read_clock(connection)
    shown = []
    for lease in leases:
        supplier, (pieces, exposure_minor) = codes[lease.supplier_id], lease.exposure_at(now)
        shown.append(
            _copy(
                lease,
                supplier=supplier,
                offers=list(lease.offer_ids),
                exposure=pieces,
                exposure_minor=exposure_minor,
                signed=lease.signed(signatures, supplier),
            )
        )
    return shown


@post("/v1/leases", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_lease(request: Call, data: JSONBody[LeaseBody]) -> Response[LeaseAnswer]:
    """Let a till of a shop take coupons without a connection, from now on."""
    if _shop_of(request) not in {None, data.shop}:
        raise ShopMismatch(
            f"this API key is bound to the shop {_shop_of(request)!r}", pointer="/shop"
        )
    terms = LeaseTerms(
        shop=data.shop,
        offer_ids=data.offers,
        quota=data.quota,
        hours=data.hours,
        bearer=data.bearer,
    )

    async def act(connection: AsyncConnection) -> JSON:
        made = await make_lease(connection, request.user.party, terms)
        return (await _render(request, connection, [made]))[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/leases", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def leases(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[LeaseAnswer]:
    """The leases of the calling supplier. The operator sees all."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_leases(
            connection, _seen_by(request), _shop_of(request), after=after(cursor), limit=limit
        )
        shown = await _render(request, connection, rows)
    found: Page[LeaseAnswer] = page(shown, limit, dict, lambda each: each["lease_id"])
    return found


@get("/v1/leases/exposure", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def lease_exposure(request: Call) -> LeaseExposuresAnswer:
    """What is at stake in the open leases of the calling supplier, or in all for the operator."""
    async with context_of(request).database.transaction() as connection:
        now = await read_clock(connection)
        found = await load_exposure(connection, _seen_by(request), now)
    currencies = [_copy_exposure(each, exposure=each.pieces) for each in found]
    return {"as_of": now, "currencies": currencies}


@get("/v1/leases/{lease_id:int}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def lease(request: Call, lease_id: FromPath[int]) -> LeaseAnswer:
    """A lease, with the text that the till keeps."""
    async with context_of(request).database.transaction() as connection:
        found = await find_lease(connection, _seen_by(request), lease_id, _shop_of(request))
        (shown,) = await _render(request, connection, [found])
    return shown


@post(
    "/v1/leases/{lease_id:int}/uses",
    guards=[SUPPLIER],
    status_code=200,
    opt={"body": OfflineUsesBody, **SLOW},
    tags=TAGS,
)
async def add_lease_uses(
    request: Call, lease_id: FromPath[int], body: RawBody
) -> Response[OfflineUsesAnswer]:
    """Tell of up to 500 uses that a till has made without a connection, within 72 hours.

    Each is judged at its own time. It can be sent again as it is: what is known is not counted
    twice.
    """

    def ask(key: str, item: OfflineUseItem) -> OfflineUse:
        return OfflineUse(
            key=key,
            token=item.token,
            occurred_at=item.occurred_at,
            reference=item.reference,
            staff=item.staff,
            order_minor=item.order_minor,
        )

    context = context_of(request)
    items = [
        asked(each, ask) for each in read_items(body, "uses", OfflineUseItem, UPLOAD_ITEMS_MAX)
    ]
    await require_tokens(request, len(items))
    told = [each for each in items if isinstance(each, OfflineUse)]
    made = await upload_uses(
        context.database,
        await context.data_keys.signatures([each.token for each in told]),
        request.user.party,
        lease_id,
        told,
        shop=_shop_of(request),
        deed=deed_of(request),
    )
    context.uses.ring()
    answers = iter(_render_item(each) for each in made)
    documents = [next(answers) if isinstance(each, OfflineUse) else each for each in items]
    return batch_answer(documents, sum(each.replayed for each in made))


def _render_item(made: UploadAnswer) -> JSON:
    if not made.accepted:
        return rejected(made.key, made.document)
    stored = made.document["fault"]
    shown = None if stored is None else problem(stored)
    return {"key": made.key, "status": "recorded", **made.document, "fault": shown}


@get("/v1/leases/{lease_id:int}/uses", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def lease_uses(
    request: Call,
    lease_id: FromPath[int],
    wanted: Annotated[
        LeaseUseName | None,
        QueryParameter(name="state", description="Only uses in this state."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[LeaseUseAnswer]:
    """What was told of a lease, in order of its numbers: with `state=CONFLICT`, the conflicts."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_lease_uses(
            connection,
            _seen_by(request),
            lease_id,
            shop=_shop_of(request),
            state=None if wanted is None else LeaseUseState(wanted),
            after=after(cursor),
            limit=limit,
        )
    found: Page[LeaseUseAnswer] = page(rows, limit, _render_use, lambda row: row.number)
    return found


def _render_use(row: LeaseUse) -> LeaseUseAnswer:
    answer: dict[str, Any] = row.answer or {}
    stored = answer.get("fault")
    return _copy_use(
        row,
        coupon=answer.get("coupon"),
        use=answer.get("use"),
        borne_by=answer.get("borne_by"),
        fault=None if stored is None else problem(stored),
    )


@post(
    "/v1/leases/{lease_id:int}/close",
    guards=[SUPPLIER],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def close_one_lease(request: Call, lease_id: FromPath[int]) -> Response[LeaseAnswer]:
    """Close a lease once all is told. Nothing more is taken for it, and nothing is at stake."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        closed = await close_lease(connection, request.user.party, lease_id, _shop_of(request))
        return (await _render(request, connection, [closed]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [
    add_lease,
    leases,
    lease_exposure,
    lease,
    add_lease_uses,
    lease_uses,
    close_one_lease,
]
