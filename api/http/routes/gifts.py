"""Rights that members give back or give on, and coupons that the operator withdraws."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import deed_of
from api.http.encoding import plain
from api.http.idempotency import identity_of, json_answer, key_of
from api.http.schemas.gifts import (
    ClaimAnswer,
    ClaimBody,
    DeactivateCouponAnswer,
    DeactivateCouponBody,
    GiftBackAnswer,
    GiftCouponAnswer,
    GiftCouponBody,
    GiveBackAnswer,
    GiveBackBody,
)
from catalog import note
from exchange import give
from ledger import JSON, idempotency
from ledger.book import Programme

TAGS = ["rights"]

Act = Callable[[AsyncConnection], Awaitable[JSON]]


def _once(request: Call, programme: Programme) -> give.Once:
    """Runs an action at most once for the caller's key in the book of the programme."""

    async def once(act: Act) -> tuple[JSON, bool]:
        async def acted(connection: AsyncConnection) -> JSON:
            return plain(await act(connection))

        return await idempotency.once(
            context_of(request).database,
            book_id=programme.book_id,
            party_id=request.user.party.party_id,
            key=key_of(request),
            body=await identity_of(request),
            action=acted,
            actor=request.user.actor_id,
        )

    return once


def _noted(request: Call, act: Callable[[AsyncConnection], Awaitable[dict[str, JSON]]]) -> Act:
    """The action with its entry in the audit log."""

    async def noted(connection: AsyncConnection) -> JSON:
        document = await act(connection)
        await note(connection, deed_of(request), "coupon", [document["coupon"]], [key_of(request)])
        return document

    return noted


@post(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/return",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def return_coupon(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int], data: JSONBody[GiveBackBody]
) -> Response[GiveBackAnswer]:
    """Give an unused right back, if its offer allows it.

    The points go back to the lots that they came from, and the piece to the stock. It counts for
    no limit any more.
    """
    programme = await own_programme(request, code)
    context = context_of(request)
    document, replayed = await give.return_right(
        context.ledger,
        programme,
        give.Return(coupon_id, data.reason, key_of(request), deed_of(request)),
        _once(request, programme),
        sold_out=context.sold_out,
    )
    return json_answer(document, replayed=replayed)


@post(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/gift",
    guards=[BRAND],
    opt=CHANGES,
    tags=TAGS,
)
async def gift_coupon(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int], data: JSONBody[GiftCouponBody]
) -> Response[GiftCouponAnswer]:
    """Offer a coupon to another member, for some hours. Nobody can use it meanwhile.

    The token is shown only in this answer. In a replay it is null. If the answer was lost, take the
    gift back and give it again.
    """
    programme = await own_programme(request, code)
    asked = give.GiftRequest(coupon_id, data.from_member, data.to_member, data.hours, data.note)
    tokens: list[str] = []

    async def act(connection: AsyncConnection) -> dict[str, JSON]:
        document, token = await give.give_coupon(connection, programme, asked)
        tokens.append(token)
        return document

    document, replayed = await _once(request, programme)(_noted(request, act))
    shown: dict[str, Any] = {
        **document,
        "gift": None if replayed else tokens[-1],
        "already_shown": replayed,
    }
    return json_answer(shown, status=201, replayed=replayed)


@post(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/gift/cancel",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def cancel_gift(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int]
) -> Response[GiftBackAnswer]:
    """Take a gift back that nobody has taken yet. Its token is worth nothing from then on."""
    await require_no_members(request)
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> dict[str, JSON]:
        return await give.take_gift_back(connection, programme, coupon_id)

    document, replayed = await _once(request, programme)(_noted(request, act))
    return json_answer(document, replayed=replayed)


@post(
    "/v1/programmes/{programme:str}/gifts/claim",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def claim_gift(
    request: Call, code: ProgrammeInPath, data: JSONBody[ClaimBody]
) -> Response[ClaimAnswer]:
    """Take a gift: the coupon gets a new code, and the old one is dead. Its last day stays.

    Whoever may not have it gets one answer, `gift-gone`, whatever the reason.
    """
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> dict[str, JSON]:
        return await give.claim_gift(
            connection,
            programme,
            data.gift,
            data.member,
            key_of(request),
            is_new=data.new_member,
        )

    document, replayed = await _once(request, programme)(_noted(request, act))
    return json_answer(document, replayed=replayed)


@post("/v1/coupons/deactivate", guards=[OPERATOR], opt=CHANGES, status_code=200, tags=["coupons"])
async def deactivate(
    request: Call, data: JSONBody[DeactivateCouponBody]
) -> Response[DeactivateCouponAnswer]:
    """Withdraw a coupon that was not used. Its points go back, or are kept: after a fraud."""
    programme = await own_programme(request, data.programme)
    document, replayed = await give.deactivate_coupon(
        context_of(request).ledger,
        programme,
        give.Deactivation(data.coupon, data.reason, data.points, key_of(request), deed_of(request)),
        _once(request, programme),
    )
    return json_answer(document, replayed=replayed)


ROUTES = [return_coupon, gift_coupon, cancel_gift, claim_gift, deactivate]
