"""Reveal: a member is shown the card code of a right.

What is stored under the request's key holds no code. The code is read for each answer, also for
that of a replay, and each time is in the audit log.
"""

from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import deed_of
from api.http.encoding import plain
from api.http.idempotency import identity_of, json_answer, key_of
from api.http.schemas.reveal import RevealedCodeAnswer
from catalog import note
from exchange.codes import reveal_code, show_code
from exchange.fulfil import party_keys_of
from ledger import JSON, idempotency

TAGS = ["rights"]


@post(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/reveal",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def reveal_card_code(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int]
) -> Response[RevealedCodeAnswer]:
    """Show a member the card code of a right.

    Where the delivery counts as the use, the right is used by that. It may be shown again.
    """
    await require_no_members(request)
    programme = await own_programme(request, code)
    context, key, deed = context_of(request), key_of(request), deed_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        revealed = await reveal_code(connection, programme, coupon_id, deed, key=key)
        return plain(
            {
                "coupon": revealed.coupon_id,
                "state": revealed.state,
                "revealed_at": revealed.revealed_at,
            }
        )

    stored, replayed = await idempotency.once(
        context.database,
        book_id=programme.book_id,
        party_id=request.user.party.party_id,
        key=key,
        body=await identity_of(request),
        action=act,
        actor=request.user.actor_id,
    )
    context.uses.ring()
    async with context.database.transaction(actor=request.user.actor_id) as connection:
        if replayed:
            await note(connection, deed, "coupon", [coupon_id], [key])
        shown = await show_code(
            connection, party_keys_of(context.vault), programme.book_id, coupon_id
        )
    document = {
        **stored,
        "number": shown.number,
        "secret": shown.secret,
        "expires_on": shown.expires_on,
    }
    return json_answer(document, replayed=replayed)


ROUTES = [reveal_card_code]
