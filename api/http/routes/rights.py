"""Rights: points turned into coupons of other parties, and the receipts of these coupons."""

from collections.abc import Sequence
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import (
    ProgrammeInPath,
    brand_of,
    member_in_path,
    own_programme,
    require_import,
)
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of, require_tokens, visit_of
from api.http.batches import asked, batch_answer, read_items
from api.http.copying import Copier
from api.http.deeds import deed_of
from api.http.idempotency import key_of
from api.http.metrics import count_operations
from api.http.operations import render_item, render_one
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.rights import (
    CouponAnswer,
    MemberCouponAnswer,
    RightAnswer,
    RightBody,
    RightItem,
    RightsAnswer,
    RightsBody,
    StepAnswer,
)
from api.process.context import Context
from catalog import Party
from exchange import redeem
from exchange.cases import tell
from exchange.coupons import (
    Coupon,
    CouponPhase,
    CouponState,
    ReceiptStep,
    find_coupon,
    list_coupons,
    load_receipt,
)
from ledger import read_clock
from ledger.asks import Answer
from ledger.book import Programme
from ledger.read import heirs

WAIT_SECONDS_MAX = 10
StateName = Literal[
    "HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED"
]

TAGS = ["rights"]

_copy = Copier(
    MemberCouponAnswer, Coupon, "coupon", "merged_into", "offer", "supplier", "code", "holder"
)
_render_step = Copier(StepAnswer, ReceiptStep)


def _request(key: str, data: RightBody) -> redeem.RightRequest:
    return redeem.RightRequest(
        key=key,
        member=data.member,
        offer_id=data.offer_id,
        free=data.free,
        occurred_at=data.occurred_at,
        account=data.account,
        quote=data.quote,
        placement=data.placement,
        channel=data.channel,
    )


async def _redeem(
    request: Call, programme: Programme, brand: Party, requests: Sequence[redeem.RightRequest]
) -> list[Answer]:
    context = context_of(request)
    answers = await redeem.redeem_rights(
        context.ledger,
        programme,
        brand,
        requests,
        accounts=await context.data_keys.accounts(),
        deed=deed_of(request),
        quote_keys=context.quote_keys,
        sold_out=context.sold_out,
    )
    count_operations(answers)
    context.orders.ring()
    return answers


@post("/v1/programmes/{programme:str}/rights", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_right(
    request: Call, code: ProgrammeInPath, data: JSONBody[RightBody]
) -> Response[RightAnswer]:
    """Turn a member's points into a right, or give it for free.

    The answer names the coupon. The receipt of the coupon says how its delivery went.
    """
    require_import(request.user, data.occurred_at)
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    asked_for = _request(key_of(request), data)
    (made,) = await _redeem(request, programme, brand, [asked_for])
    return render_one(request, made)


@post(
    "/v1/programmes/{programme:str}/rights/batch",
    guards=[BRAND],
    status_code=200,
    opt={"body": RightsBody, **SLOW},
    tags=TAGS,
)
async def add_rights(request: Call, code: ProgrammeInPath, body: RawBody) -> Response[RightsAnswer]:
    """Make up to 1,000 rights, each with its own key, answered in order."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)

    def ask(key: str, item: RightItem) -> redeem.RightRequest:
        require_import(request.user, item.occurred_at)
        return _request(key, item)

    items = [asked(each, ask) for each in read_items(body, "rights", RightItem)]
    await require_tokens(request, len(items))
    requests = [each for each in items if isinstance(each, redeem.RightRequest)]
    made = await _redeem(request, programme, brand, requests) if requests else []
    answers = iter(made)
    documents = [
        render_item(next(answers)) if isinstance(each, redeem.RightRequest) else each
        for each in items
    ]
    return batch_answer(documents, sum(each.replayed for each in made))


@get(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}",
    guards=[BRAND],
    opt=SLOW,
    tags=TAGS,
)
async def receipt(
    request: Call,
    code: ProgrammeInPath,
    coupon_id: FromPath[int],
    wait_seconds: Annotated[int, QueryParameter(ge=0, le=WAIT_SECONDS_MAX)] = 0,
) -> CouponAnswer:
    """A coupon and its steps so far.

    With `wait_seconds`, the answer waits at most that long for the delivery to end.
    """
    programme = await own_programme(request, code)
    context = context_of(request)
    found, answer = await _receipt(context, programme, coupon_id)
    if wait_seconds and found.state is CouponState.HELD:
        visit = visit_of(request)
        async with visit.aside():
            await context.deliveries.wait(programme.book_id, coupon_id, wait_seconds, visit.holder)
        _, answer = await _receipt(context, programme, coupon_id)
    return answer


async def _receipt(
    context: Context, programme: Programme, coupon_id: int
) -> tuple[Coupon, CouponAnswer]:
    async with context.database.transaction() as connection:
        coupon = await find_coupon(connection, programme.book_id, coupon_id)
        steps = await load_receipt(connection, programme.book_id, coupon_id)
        now = await read_clock(connection)
        standing = coupon.at(now, programme)
        (shown,) = await _render(context, connection, programme, [standing])
        told = tell(standing, steps, now, programme.time_zone)
    return coupon, {
        **shown,
        "sentence": {"zh": told.zh, "en": told.en},
        "promised_at": told.promised_at,
        "points_are": told.points_are,
        "steps": [_render_step(step) for step in steps],
    }


@get("/v1/programmes/{programme:str}/members/{member:str}/coupons", guards=[BRAND], tags=TAGS)
async def coupons(  # noqa: PLR0917 - the parameters of the address
    request: Call,
    code: ProgrammeInPath,
    member: FromPath[str],
    wanted: Annotated[
        StateName | None, QueryParameter(name="state", description="Only coupons in this state.")
    ] = None,
    phase: Annotated[
        Literal["open", "used", "over"] | None,
        QueryParameter(description="Only coupons that can still be used, were used, or are over."),
    ] = None,
    sort: Annotated[
        Literal["new"] | None, QueryParameter(description="With `new`, the newest come first.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[MemberCouponAnswer]:
    """A member's coupons in the order of their ids, with those of members merged into it.

    They are shown as they stand now. A coupon that was given is its new holder's.
    """
    programme = await own_programme(request, code)
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await list_coupons(
            connection,
            programme,
            member_in_path(member),
            state=None if wanted is None else CouponState(wanted),
            phase=None if phase is None else CouponPhase(phase),
            newest=sort == "new",
            after=after(cursor),
            limit=limit,
        )
        shown = await _render(context, connection, programme, found)
    found_page: Page[MemberCouponAnswer] = page(shown, limit, dict, lambda each: each["coupon"])
    return found_page


async def _render(
    context: Context, connection: AsyncConnection, programme: Programme, found: Sequence[Coupon]
) -> list[MemberCouponAnswer]:
    """Coupons as JSON, each with the member who has it now."""
    codes = await context.codes.of(connection, {coupon.supplier_id for coupon in found})
    names = {name for coupon in found for name in (coupon.member, coupon.holder_now)}
    merged = await heirs(connection, programme, names)
    return [
        _copy(
            coupon,
            coupon=coupon.coupon_id,
            merged_into=merged.get(coupon.member),
            offer=coupon.offer_id,
            supplier=codes[coupon.supplier_id],
            code=coupon.shown_code,
            holder=merged.get(coupon.holder_now, coupon.holder_now),
        )
        for coupon in found
    ]


ROUTES = [add_right, add_rights, receipt, coupons]
