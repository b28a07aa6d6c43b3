"""Offers in new versions and other states, and whose offers the operator reviews."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import (
    CHANGES,
    OPERATOR,
    SUPPLIER,
    SUPPLIER_OR_OPERATOR,
    Call,
    context_of,
)
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.routes.offers import render, terms_of
from api.http.schemas.offer_states import (
    DeactivateBody,
    OfferStepBody,
    RejectBody,
    TrustAnswer,
    TrustBody,
)
from api.http.schemas.offers import OfferAnswer, VersionBody
from catalog import find_party
from catalog.offers import Verb, find_trust, move_offer, revise_offer, set_trust
from exchange.give import ask_withdrawal
from ledger import JSON

TAGS = ["offers"]


@post("/v1/offers/{offer_id:int}/versions", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_version(
    request: Call, offer_id: FromPath[int], data: JSONBody[VersionBody]
) -> Response[OfferAnswer]:
    """Publish the next version of an offer. The one before it is sold until this one begins."""

    async def act(connection: AsyncConnection) -> JSON:
        return render(await revise_offer(connection, request.user.party, offer_id, terms_of(data)))

    return await answer_once(request, context_of(request).database, act)


async def _say(
    request: Call,
    offer_id: int,
    verb: Verb,
    reason: str | None,
    then: Callable[[AsyncConnection], Awaitable[None]] | None = None,
) -> Response[OfferAnswer]:
    """Say a verb for the supplier of an offer, or for the operator, who may do so to any offer.

    `then` is done in the same transaction.
    """

    async def act(connection: AsyncConnection) -> JSON:
        moved = await move_offer(
            connection,
            request.user.party,
            offer_id,
            verb,
            side="operator" if is_operator(request.user) else "supplier",
            reason=reason,
        )
        if then is not None:
            await then(connection)
        return render(moved)

    return await answer_once(request, context_of(request).database, act, status=200)


_STEP: Mapping[str, Any] = {
    "guards": [SUPPLIER_OR_OPERATOR],
    "opt": CHANGES,
    "status_code": 200,
    "tags": TAGS,
}
_REVIEW: Mapping[str, Any] = {
    "guards": [OPERATOR],
    "opt": CHANGES,
    "status_code": 200,
    "tags": TAGS,
}


@post("/v1/offers/{offer_id:int}/submit", **_STEP)
async def submit_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[OfferStepBody]
) -> Response[OfferAnswer]:
    """Have a draft listed: at once if its supplier is trusted, else after the operator's review."""
    return await _say(request, offer_id, "submit", data.reason)


@post("/v1/offers/{offer_id:int}/pause", **_STEP)
async def pause_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[OfferStepBody]
) -> Response[OfferAnswer]:
    """Stop an offer for a while: it is neither listed nor redeemed. Its coupons stay good."""
    return await _say(request, offer_id, "pause", data.reason)


@post("/v1/offers/{offer_id:int}/resume", **_STEP)
async def resume_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[OfferStepBody]
) -> Response[OfferAnswer]:
    """List a paused offer again. What the operator has paused, the operator alone resumes."""
    return await _say(request, offer_id, "resume", data.reason)


@post("/v1/offers/{offer_id:int}/end", **_STEP)
async def end_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[OfferStepBody]
) -> Response[OfferAnswer]:
    """End an offer before its time. Its coupons stay good."""
    return await _say(request, offer_id, "end", data.reason)


@post("/v1/offers/{offer_id:int}/approve", **_REVIEW)
async def approve_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[OfferStepBody]
) -> Response[OfferAnswer]:
    """List an offer that was reviewed."""
    return await _say(request, offer_id, "approve", data.reason)


@post("/v1/offers/{offer_id:int}/reject", **_REVIEW)
async def reject_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[RejectBody]
) -> Response[OfferAnswer]:
    """Give a reviewed offer back to its supplier, who reads the reason."""
    return await _say(request, offer_id, "reject", data.reason)


@post("/v1/offers/{offer_id:int}/deactivate", **_REVIEW)
async def deactivate_offer(
    request: Call, offer_id: FromPath[int], data: JSONBody[DeactivateBody]
) -> Response[OfferAnswer]:
    """Take an offer out for good. Coupons that members have stay good, or are withdrawn.

    Those that are withdrawn are ended by the worker in the next minutes, and their points go back.
    What a supplier has delivered to an account stays.
    """

    async def withdraw(connection: AsyncConnection) -> None:
        await ask_withdrawal(connection, offer_id, data.reason)

    then = withdraw if data.coupons == "withdraw" else None
    return await _say(request, offer_id, "deactivate", data.reason, then)


@get("/v1/parties/{party:str}/trust", guards=[OPERATOR], tags=["parties"])
async def trust(request: Call, party: FromPath[str]) -> TrustAnswer:
    """Whether the offers of a supplier are listed without a review."""
    async with context_of(request).database.transaction() as connection:
        trusted = await find_trust(connection, await find_party(connection, party))
    return {"party": party, "trusted": trusted}


@put("/v1/parties/{party:str}/trust", guards=[OPERATOR], tags=["parties"])
async def put_trust(request: Call, party: FromPath[str], data: JSONBody[TrustBody]) -> TrustAnswer:
    """List the offers of a supplier at once, or have them reviewed first."""
    async with changing(request, context_of(request).database) as connection:
        await set_trust(connection, await find_party(connection, party), is_trusted=data.trusted)
        await note_change(request, connection, None)
    return {"party": party, "trusted": data.trusted}


ROUTES = [
    add_version,
    submit_offer,
    pause_offer,
    resume_offer,
    end_offer,
    approve_offer,
    reject_offer,
    deactivate_offer,
    trust,
    put_trust,
]
