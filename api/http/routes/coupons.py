"""Coupons at the supplier: their use, and the reversal of a use."""

from litestar import Response, post
from litestar.params import JSONBody, RawBody

from api.http.acting import require_import
from api.http.at_the_till import answer_one, answer_uses, place_of, too_many
from api.http.auth import CHANGES, SLOW, SUPPLIER, Call, require_tokens
from api.http.batches import asked, batch_answer, read_items, rejected
from api.http.idempotency import key_of
from api.http.schemas.coupons import (
    ReverseUseBody,
    UseAnswer,
    UseBody,
    UseItem,
    UsesAnswer,
    UsesBody,
)
from api.identity.role_limits import reverse_minutes_of
from catalog import Identity
from exchange import use
from ledger import JSON

TAGS = ["coupons"]


def _use(caller: Identity, key: str, data: UseBody) -> use.UseRequest:
    shop, store = place_of(caller, data)
    return use.UseRequest(
        key=key,
        code=data.code,
        token=data.token,
        occurred_at=data.occurred_at,
        shop=shop,
        store=store,
        reference=data.reference,
        staff=data.staff,
        order_minor=data.order_minor,
        paid_minor=data.paid_minor,
        new_member=data.new_member,
        lock=data.lock,
        is_till=caller.grant.is_till,
    )


def _reversal(caller: Identity, key: str, data: ReverseUseBody) -> use.UseRequest:
    shop, store = place_of(caller, data)
    return use.UseRequest(
        key=key,
        code=data.code,
        token=data.token,
        occurred_at=data.occurred_at,
        shop=shop,
        store=store,
        reference=data.reference,
        is_till=caller.grant.is_till,
        minutes_max=reverse_minutes_of(caller),
    )


@post("/v1/coupons/use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def use_one(request: Call, data: JSONBody[UseBody]) -> Response[UseAnswer]:
    """Use a coupon of the calling supplier. It can be used once."""
    return await answer_one(request, _use(request.user, key_of(request), data), "use")


@post("/v1/coupons/reverse-use", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def reverse_one(request: Call, data: JSONBody[ReverseUseBody]) -> Response[UseAnswer]:
    """Reverse a use. The coupon can be used again until the end of its last day."""
    asked_for = _reversal(request.user, key_of(request), data)
    return await answer_one(request, asked_for, "reverse-use")


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
        return _use(request.user, key, item)

    items = [asked(each, ask) for each in read_items(body, "uses", UseItem)]
    await require_tokens(request, len(items))
    requests = [each for each in items if isinstance(each, use.UseRequest)]
    made, wait_seconds = await answer_uses(request, requests, "use")
    if requests and not made:
        raise too_many(wait_seconds)
    refusal = too_many(wait_seconds).document()
    answers = iter(
        _render_item(made[place]) if place in made else rejected(each.key, refusal)
        for place, each in enumerate(requests)
    )
    documents = [next(answers) if isinstance(each, use.UseRequest) else each for each in items]
    return batch_answer(documents, sum(each.replayed for each in made.values()))


def _render_item(made: use.UseAnswer) -> JSON:
    return made.document if made.accepted else rejected(made.key, made.document)


ROUTES = [use_one, reverse_one, use_many]
