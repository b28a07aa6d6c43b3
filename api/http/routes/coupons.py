"""Coupons at the supplier: their use, and the reversal of a use."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, post
from litestar.params import JSONBody, RawBody

from api.http.acting import require_import
from api.http.auth import CHANGES, SLOW, SUPPLIER, Call, context_of
from api.http.batches import asked, batch_answer, read_items, rejected
from api.http.idempotency import json_answer, key_of
from api.http.problems import TooManyMisses, problem_response
from api.http.schemas.coupons import (
    ReverseUseBody,
    UseAnswer,
    UseBody,
    UseItem,
    UsesAnswer,
    UsesBody,
)
from catalog import Party
from exchange import use
from exchange.coupons import CouponNotFound
from ledger import JSON, Database, StoredRefusal

TAGS = ["coupons"]


def _request(key: str, data: UseBody | ReverseUseBody) -> use.UseRequest:
    return use.UseRequest(
        key=key,
        code=data.code,
        occurred_at=data.occurred_at,
        store=data.store,
        reference=data.reference,
    )


def _place(request: Call) -> tuple[Database, Party]:
    return context_of(request).database, request.user.party


def _require_patience(request: Call) -> None:
    """A party that asked for too many unknown codes has to wait.

    Raises:
        TooManyMisses: the waiting time is not over.
    """
    wait = context_of(request).misses.wait_seconds(request.user.party.code)
    if wait > 0:
        raise TooManyMisses(retry_after_seconds=max(1, round(wait)))


async def _note(request: Call, made: list[use.UseAnswer]) -> None:
    """Count the unknown codes, and wake the rating."""
    misses = sum(
        1 for each in made if not each.accepted and each.document["code"] == CouponNotFound.code
    )
    context = context_of(request)
    if misses:
        await context.misses.missed(request.user.party.code, misses)
    context.uses.ring()


def _render(request: Call, made: use.UseAnswer) -> Response[Any]:
    if not made.accepted:
        return problem_response(request, StoredRefusal(made.document), replayed=made.replayed)
    return json_answer(made.document, status=201, replayed=made.replayed)


@post("/v1/coupons/use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def use_one(request: Call, data: JSONBody[UseBody]) -> Response[UseAnswer]:
    """Use a coupon of the calling supplier. It can be used once."""
    require_import(request.user, data.occurred_at)
    _require_patience(request)
    made = await use.use_coupon(
        *_place(request), _request(key_of(request), data), datetime.now(UTC)
    )
    await _note(request, [made])
    return _render(request, made)


@post("/v1/coupons/reverse-use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def reverse_one(request: Call, data: JSONBody[ReverseUseBody]) -> Response[UseAnswer]:
    """Reverse a use. The coupon can be used again until the end of its last day."""
    require_import(request.user, data.occurred_at)
    _require_patience(request)
    made = await use.reverse_use(
        *_place(request), _request(key_of(request), data), datetime.now(UTC)
    )
    await _note(request, [made])
    return _render(request, made)


@post(
    "/v1/coupons/use/batch",
    guards=[SUPPLIER],
    status_code=200,
    opt={"body": UsesBody, **SLOW},
    tags=TAGS,
)
async def use_many(request: Call, body: RawBody) -> Response[UsesAnswer]:
    """Use up to 1,000 coupons, each with its own key, answered in order."""
    _require_patience(request)

    def ask(key: str, item: UseItem) -> use.UseRequest:
        require_import(request.user, item.occurred_at)
        return _request(key, item)

    items = [asked(each, ask) for each in read_items(body, "uses", UseItem)]
    requests = [each for each in items if isinstance(each, use.UseRequest)]
    made = await use.use_coupons(*_place(request), requests, datetime.now(UTC))
    await _note(request, made)
    answers = iter(made)
    documents = [
        _render_item(next(answers)) if isinstance(each, use.UseRequest) else each for each in items
    ]
    return batch_answer(documents, sum(each.replayed for each in made))


def _render_item(made: use.UseAnswer) -> JSON:
    return made.document if made.accepted else rejected(made.key, made.document)


ROUTES = [use_one, reverse_one, use_many]
