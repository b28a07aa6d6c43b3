"""Rights: members turn points into coupons of other parties, and follow them by their receipt."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody

from api.http.auth import (
    BRAND,
    CHANGES,
    IMPORT,
    Call,
    brand_of,
    context_of,
    own_programme,
    require_import,
)
from api.http.batches import Read, batch_answer, read_items, rejected
from api.http.idempotency import key_of
from api.http.operations import count, render_item, render_one
from api.http.problems import ImportNotPermitted
from api.http.schemas.market import CouponAnswer, RightItem, RightRequest, RightsRequest
from api.http.schemas.points import RightAnswer, RightsAnswer
from api.process.context import Context
from catalog import Party
from exchange import redeem
from exchange.coupons import Coupon, CouponState, find_coupon, load_receipt
from ledger import JSON, Refusal
from ledger.asks import Answer
from ledger.book import Programme

TAGS = ["rights"]
WAIT_SECONDS_MAX = 10


def _request(key: str, data: RightRequest) -> redeem.RightRequest:
    return redeem.RightRequest(
        key=key,
        member=data.member,
        offer_id=data.offer_id,
        free=data.free,
        occurred_at=data.occurred_at,
        account=data.account,
    )


async def _redeem(
    context: Context, programme: Programme, brand: Party, requests: Sequence[redeem.RightRequest]
) -> list[Answer]:
    answers = await redeem.redeem_rights(
        context.ledger, programme, brand, requests, datetime.now(UTC)
    )
    count(answers)
    context.orders.ring()
    return answers


@post("/v1/programmes/{programme:str}/rights", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_right(
    request: Call, programme: FromPath[str], data: JSONBody[RightRequest]
) -> Response[RightAnswer]:
    """Turn a member's points into a right, or give it free; the answer names the coupon, whose receipt tells of its delivery."""
    require_import(request.user, data.occurred_at)
    book = await own_programme(request, programme)
    brand = await brand_of(request, book)
    (made,) = await _redeem(context_of(request), book, brand, [_request(key_of(request), data)])
    return render_one(request, made)


def _read_request(read: Read[RightItem], *, may_import: bool) -> redeem.RightRequest | JSON:
    item = read.item
    if item is None:
        assert read.refusal is not None, "an item without meaning has a refusal"
        return rejected(read.key, read.refusal.document())
    if item.occurred_at is not None and not may_import:
        return rejected(item.key, ImportNotPermitted().document())
    try:
        return _request(item.key, item)
    except Refusal as refusal:
        return rejected(item.key, refusal.document())


@post(
    "/v1/programmes/{programme:str}/rights/batch",
    guards=[BRAND],
    status_code=200,
    opt={"body": RightsRequest},
    tags=TAGS,
)
async def add_rights(
    request: Call, programme: FromPath[str], body: RawBody
) -> Response[RightsAnswer]:
    """Up to 1,000 rights, each with its own key, answered in order."""
    book = await own_programme(request, programme)
    brand = await brand_of(request, book)
    may_import = IMPORT in request.user.permissions
    read = [
        _read_request(each, may_import=may_import) for each in read_items(body, "rights", RightItem)
    ]
    requests = [each for each in read if isinstance(each, redeem.RightRequest)]
    made = await _redeem(context_of(request), book, brand, requests) if requests else []
    answers = iter(made)
    documents = [
        render_item(next(answers)) if isinstance(each, redeem.RightRequest) else each
        for each in read
    ]
    return batch_answer(documents, sum(each.replayed for each in made))


@get("/v1/programmes/{programme:str}/coupons/{coupon_id:int}", guards=[BRAND], tags=TAGS)
async def receipt(
    request: Call,
    programme: FromPath[str],
    coupon_id: FromPath[int],
    wait_seconds: Annotated[int, QueryParameter(ge=0, le=WAIT_SECONDS_MAX)] = 0,
) -> CouponAnswer:
    """A coupon and its steps so far.

    With `wait_seconds`, the answer waits that long at most for the delivery to end.
    """
    book = await own_programme(request, programme)
    context = context_of(request)
    found, answer = await _receipt(context, book, coupon_id)
    if wait_seconds and found.state is CouponState.HELD:
        await context.deliveries.wait(book.book_id, coupon_id, wait_seconds)
        _, answer = await _receipt(context, book, coupon_id)
    return answer


async def _receipt(
    context: Context, book: Programme, coupon_id: int
) -> tuple[Coupon, CouponAnswer]:
    async with context.database.transaction() as connection:
        coupon = await find_coupon(connection, book.book_id, coupon_id)
        steps = await load_receipt(connection, book.book_id, coupon_id)
        codes = await context.codes.of(connection, [coupon.supplier_id])
    return coupon, {
        "coupon": coupon.coupon_id,
        "state": coupon.state,
        "member": coupon.member,
        "offer": coupon.offer_id,
        "offer_code": coupon.offer_code,
        "supplier": codes[coupon.supplier_id],
        "points": coupon.points,
        "free": coupon.free,
        "code": coupon.shown_code,
        "delivery": coupon.delivery,
        "last_day": coupon.last_day,
        "steps": [
            {
                "step": step.step,
                "occurred_at": step.occurred_at,
                "recorded_at": step.recorded_at,
                "detail": step.detail,
            }
            for step in steps
        ],
    }


ROUTES = [add_right, add_rights, receipt]
