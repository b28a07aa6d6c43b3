"""Signing in by the operator's organisation: to its service, and back with what it says.

A session begins as after a password. A second factor of ours is not asked for: the organisation
decides how its users show who they are.
"""

import structlog
from litestar import Response, get

from api.console.door import document_of, door, with_session
from api.console.proof import SignInBarred
from api.console.shell import back_to
from api.http.auth import PAGE, Call, address_of, context_of
from api.http.problems import RouteNotFound
from api.identity.issuer_line import IssuerRefused
from api.identity.oidc import (
    CALLBACK_PATH,
    SIGN_IN_SECONDS,
    NotInvited,
    Oidc,
    SignInLost,
)
from api.identity.sessions import (
    begin_session,
    count_failure,
    is_barred,
)
from api.identity.users import find_user_by_email
from api.pages.guard import cookie, read_cookie
from api.pages.render import see_other
from ledger import Refusal, read_clock

ISSUER_COOKIE = "comity-issuer"
_log = structlog.get_logger("comity.console")


@get("/console/sign-in/oidc", opt=PAGE, include_in_schema=False)
async def to_issuer(request: Call) -> Response[bytes]:
    """On to the service of the organisation."""
    oidc = _oidc_of(request)
    back = back_to(request.query_params.get("back"))
    async with context_of(request).database.transaction() as connection:
        now = await read_clock(connection)
    try:
        begun = await oidc.begin(back, now)
    except Refusal as refusal:
        return _refused(request, refusal)
    answer = see_other(begun.address)
    answer.set_cookie(cookie(request, ISSUER_COOKIE, begun.held, seconds=SIGN_IN_SECONDS))
    return answer


@get(CALLBACK_PATH, opt=PAGE, include_in_schema=False)
async def from_issuer(request: Call) -> Response[bytes]:
    """Back from the service of the organisation, signed in or not."""
    oidc = _oidc_of(request)
    try:
        token, back = await _sign_in(request, oidc)
    except Refusal as refusal:
        answer = _refused(request, refusal)
    else:
        answer = with_session(request, see_other(back), token)
    answer.set_cookie(cookie(request, ISSUER_COOKIE, "", seconds=0))
    return answer


async def _sign_in(request: Call, oidc: Oidc) -> tuple[str, str]:
    context, address = context_of(request), address_of(request)
    held, place = read_cookie(request, ISSUER_COOKIE), f"address {address}"
    if held is None:
        raise SignInLost
    async with context.database.transaction() as connection:
        now = await read_clock(connection)
        if await is_barred(connection, place):
            raise SignInBarred
    try:
        known = await oidc.finish(held, dict(request.query_params), now)
        token = await _let_in(request, known.email)
    except (IssuerRefused, NotInvited):
        async with context.database.transaction() as connection:
            await count_failure(connection, place)
        raise
    return token, back_to(known.back)


async def _let_in(request: Call, email: str) -> str:
    """A session of the user with this address.

    Raises:
        NotInvited: there is none, or it was disabled. It is not said which.
    """
    agent = request.headers.get("user-agent", "")
    async with context_of(request).database.transaction() as connection:
        user = await find_user_by_email(connection, email)
        if user is None or user.disabled_at is not None:
            raise NotInvited
        return await begin_session(
            connection, user.user_id, address=address_of(request), agent=agent
        )


def _oidc_of(request: Call) -> Oidc:
    if (oidc := context_of(request).oidc) is None:
        raise RouteNotFound
    return oidc


def _refused(request: Call, refusal: Refusal) -> Response[bytes]:
    """The sign-in page, which says what went wrong."""
    _log.warning("issuer_sign_in_refused", problem=refusal.code, detail=refusal.detail)
    return door(
        request,
        "console/sign_in.html",
        status=refusal.status,
        problem=document_of(refusal),
    )


ROUTES = [to_issuer, from_issuer]
