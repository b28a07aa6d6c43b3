"""Coupons at the supplier: their use, and the reversal of a use."""

from collections import Counter
from typing import Any

from litestar import Response, post
from litestar.params import JSONBody, RawBody

from api.http.acting import require_import
from api.http.auth import CHANGES, SLOW, SUPPLIER, Call, context_of, require_tokens
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
from exchange import use
from exchange.coupons import CouponNotFound
from ledger import JSON, StoredRefusal

TAGS = ["coupons"]


def _request(key: str, data: UseBody | ReverseUseBody) -> use.UseRequest:
    return use.UseRequest(
        key=key,
        code=data.code,
        occurred_at=data.occurred_at,
        store=data.store,
        reference=data.reference,
    )


async def _answer(
    request: Call, uses: list[use.UseRequest], verb: use.Verb
) -> tuple[dict[int, use.UseAnswer], float]:
    """The answers by their place, and after how many seconds to ask for those that are missing.

    What the shops may get wrong is counted before it is looked up. If a shop gets all of that
    wrong, more is counted, as long as there is any.
    """
    context, caller = context_of(request), request.user
    answers: dict[int, use.UseAnswer] = {}
    while waiting := [place for place in range(len(uses)) if place not in answers]:
        shops = Counter(uses[place].store or "" for place in waiting)
        async with context.misses.allowed(caller.key_id, shops) as allowance:
            if not any(allowance.misses_max.values()):
                return answers, allowance.wait_seconds
            made = await use.answer_uses(
                context.database,
                caller.party,
                [uses[place] for place in waiting],
                verb,
                misses_max=allowance.misses_max,
            )
            allowance.wrong = Counter(
                uses[waiting[place]].store or ""
                for place, each in made.items()
                if not each.accepted and each.document["code"] == CouponNotFound.code
            )
            allowance.proven = {
                uses[waiting[place]].store or "" for place, each in made.items() if each.accepted
            }
        answers |= {waiting[place]: each for place, each in made.items()}
        context.uses.ring()
        if not made:
            return answers, allowance.wait_seconds
    return answers, 0.0


def _too_many(wait_seconds: float) -> TooManyMisses:
    return TooManyMisses(retry_after_seconds=max(1, round(wait_seconds)))


async def _answer_one(
    request: Call, data: UseBody | ReverseUseBody, verb: use.Verb
) -> Response[Any]:
    require_import(request.user, data.occurred_at)
    answers, wait_seconds = await _answer(request, [_request(key_of(request), data)], verb)
    if not answers:
        raise _too_many(wait_seconds)
    return _render(request, answers[0])


def _render(request: Call, made: use.UseAnswer) -> Response[Any]:
    if not made.accepted:
        return problem_response(request, StoredRefusal(made.document), replayed=made.replayed)
    return json_answer(made.document, status=201, replayed=made.replayed)


@post("/v1/coupons/use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def use_one(request: Call, data: JSONBody[UseBody]) -> Response[UseAnswer]:
    """Use a coupon of the calling supplier. It can be used once."""
    return await _answer_one(request, data, "use")


@post("/v1/coupons/reverse-use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def reverse_one(request: Call, data: JSONBody[ReverseUseBody]) -> Response[UseAnswer]:
    """Reverse a use. The coupon can be used again until the end of its last day."""
    return await _answer_one(request, data, "reverse-use")


@post(
    "/v1/coupons/use/batch",
    guards=[SUPPLIER],
    status_code=200,
    opt={"body": UsesBody, **SLOW},
    tags=TAGS,
)
async def use_many(request: Call, body: RawBody) -> Response[UsesAnswer]:
    """Use up to 1,000 coupons, each with its own key, answered in order.

    If a shop names too many unknown codes, its other uses are refused with `too-many-code-misses`,
    and nothing is done with them.
    """

    def ask(key: str, item: UseItem) -> use.UseRequest:
        require_import(request.user, item.occurred_at)
        return _request(key, item)

    items = [asked(each, ask) for each in read_items(body, "uses", UseItem)]
    await require_tokens(request, len(items))
    requests = [each for each in items if isinstance(each, use.UseRequest)]
    made, wait_seconds = await _answer(request, requests, "use")
    if requests and not made:
        raise _too_many(wait_seconds)
    refusal = _too_many(wait_seconds).document()
    answers = iter(
        _render_item(made[place]) if place in made else rejected(each.key, refusal)
        for place, each in enumerate(requests)
    )
    documents = [next(answers) if isinstance(each, use.UseRequest) else each for each in items]
    return batch_answer(documents, sum(each.replayed for each in made.values()))


def _render_item(made: use.UseAnswer) -> JSON:
    return made.document if made.accepted else rejected(made.key, made.document)


ROUTES = [use_one, reverse_one, use_many]
