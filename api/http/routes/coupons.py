"""Coupons at the supplier: used, and a use taken back."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, post
from litestar.params import JSONBody, RawBody

from api.http.auth import CHANGES, IMPORT, SUPPLIER, Call, context_of, require_import
from api.http.batches import Read, batch_answer, read_items, rejected
from api.http.idempotency import answer, key_of
from api.http.problems import ImportNotPermitted, TooManyMisses, problem_response
from api.http.schemas.market import (
    ReverseUseRequest,
    UseAnswer,
    UseItem,
    UseRequest,
    UsesAnswer,
    UsesRequest,
)
from catalog import Party
from exchange import use
from exchange.coupons import CouponNotFound
from exchange.use import UseAnswer as AnswerToUse
from exchange.use import UseRequest as UseOfCoupon
from ledger import JSON, Database, Refusal, StoredRefusal

TAGS = ["coupons"]


def _request(key: str, data: UseRequest | ReverseUseRequest) -> UseOfCoupon:
    return UseOfCoupon(
        key=key,
        code=data.code,
        occurred_at=data.occurred_at,
        store=data.store,
        reference=data.reference,
    )


def _place(request: Call) -> tuple[Database, Party]:
    return context_of(request).database, request.user.party


def _require_patience(request: Call) -> None:
    """Stop a party that has asked for too many codes that do not exist.

    Raises:
        TooManyMisses: the party has to wait.
    """
    wait = context_of(request).misses.wait_seconds(request.user.party.code)
    if wait > 0:
        raise TooManyMisses(retry_after_seconds=max(1, round(wait)))


async def _told(request: Call, made: list[AnswerToUse]) -> None:
    """Count the misses, and have the rating look."""
    misses = sum(
        1 for each in made if not each.accepted and each.document["code"] == CouponNotFound.code
    )
    context = context_of(request)
    if misses:
        await context.misses.missed(request.user.party.code, misses)
    context.uses.ring()


def _render(request: Call, made: AnswerToUse) -> Response[Any]:
    if not made.accepted:
        return problem_response(request, StoredRefusal(made.document), replayed=made.replayed)
    return answer(made.document, status=201, replayed=made.replayed)


@post("/v1/coupons/use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def use_one(request: Call, data: JSONBody[UseRequest]) -> Response[UseAnswer]:
    """Use a coupon of the calling supplier, once."""
    require_import(request.user, data.occurred_at)
    _require_patience(request)
    made = await use.use_coupon(
        *_place(request), _request(key_of(request), data), datetime.now(UTC)
    )
    await _told(request, [made])
    return _render(request, made)


@post("/v1/coupons/reverse-use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def reverse_one(request: Call, data: JSONBody[ReverseUseRequest]) -> Response[UseAnswer]:
    """Take a use back: the coupon can be used again while its last day is not past."""
    require_import(request.user, data.occurred_at)
    _require_patience(request)
    made = await use.reverse_use(
        *_place(request), _request(key_of(request), data), datetime.now(UTC)
    )
    await _told(request, [made])
    return _render(request, made)


def _read_request(read: Read[UseItem], *, may_import: bool) -> UseOfCoupon | JSON:
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
    "/v1/coupons/use/batch",
    guards=[SUPPLIER],
    status_code=200,
    opt={"body": UsesRequest},
    tags=TAGS,
)
async def use_many(request: Call, body: RawBody) -> Response[UsesAnswer]:
    """Use up to 1,000 coupons, each with its own key, answered in order."""
    _require_patience(request)
    may_import = IMPORT in request.user.permissions
    read = [
        _read_request(each, may_import=may_import) for each in read_items(body, "uses", UseItem)
    ]
    requests = [each for each in read if isinstance(each, UseOfCoupon)]
    made = await use.use_coupons(*_place(request), requests, datetime.now(UTC))
    await _told(request, made)
    answers = iter(made)
    documents = [
        _render_item(next(answers)) if isinstance(each, UseOfCoupon) else each for each in read
    ]
    return batch_answer(documents, sum(each.replayed for each in made))


def _render_item(made: AnswerToUse) -> JSON:
    return made.document if made.accepted else rejected(made.key, made.document)


ROUTES = [use_one, reverse_one, use_many]
