"""Where a link leads that lets somebody in, or lets a user act for one more party."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api.console.door import document_of, door, sign_in_first, with_session
from api.console.proof import require_password
from api.console.shell import SESSION_COOKIE
from api.http.auth import PAGE, Call, address_of, context_of
from api.http.deeds import request_id
from api.identity.passwords import require_strong
from api.identity.sessions import SignedIn, begin_session, choose_party, find_session
from api.identity.users import (
    Asked,
    InvitationInvalid,
    User,
    accept_invitation,
    find_invited,
    join_party,
    load_memberships,
)
from api.pages.forms import Form, read_form
from api.pages.guard import read_cookie
from api.pages.render import see_other
from catalog import Deed, Party, ensure_actor, find_party_by_id, note
from ledger import Refusal


@get("/console/invitations/{token:str}", opt=PAGE, include_in_schema=False)
async def invitation_page(request: Call, token: FromPath[str]) -> Response[bytes]:
    """Where somebody who was invited sets a password, or joins a party."""
    asked, signed_in, party = await _find(request, token)
    if party is None:
        return door(request, "console/invitation.html", user=asked.user)
    if signed_in is None:
        return sign_in_first(request)
    _require_same(asked, signed_in)
    return _join(request, asked, party)


@post("/console/invitations/{token:str}", opt=PAGE, include_in_schema=False)
async def accept(request: Call, token: FromPath[str]) -> Response[bytes]:
    """Set the password and sign in, or join the party."""
    form = await read_form(request)
    asked, signed_in, party = await _find(request, token)
    if party is None:
        return await _begin(request, form, token, asked.user)
    if signed_in is None:
        return sign_in_first(request)
    _require_same(asked, signed_in)
    if asked.user.has_password:
        try:
            await require_password(request, asked.user.email, form.value("password"))
        except Refusal as refusal:
            return _join(request, asked, party, refusal)
    async with context_of(request).database.transaction() as connection:
        joined = await join_party(connection, token, signed_in.user_id)
        await _note(connection, signed_in.user_id, joined, "join_party")
        session = read_cookie(request, SESSION_COOKIE)
        if session is not None:
            await choose_party(connection, session, joined)
    return see_other("/console")


async def _find(request: Call, token: str) -> tuple[Asked, SignedIn | None, Party | None]:
    """Whom a link is for, who looks at it, and the party that it opens to a user."""
    session = read_cookie(request, SESSION_COOKIE)
    async with context_of(request).database.transaction() as connection:
        asked = await find_invited(connection, token)
        if asked.party_id is None:
            return asked, None, None
        party = await find_party_by_id(connection, asked.party_id)
        return asked, await find_session(connection, session) if session else None, party


def _join(
    request: Call, asked: Asked, party: Party, refusal: Refusal | None = None
) -> Response[bytes]:
    """The page that asks for the password once more, if there is one.

    Whoever is signed in by an organisation, or has left a browser open, may not be who chose it.
    """
    form = Form()
    if refusal is not None:
        form.blame(document_of(refusal))
    return door(
        request,
        "console/join.html",
        status=HTTPStatus.OK if refusal is None else refusal.status,
        form=form,
        problem=None if refusal is None else document_of(refusal),
        user=asked.user,
        party=party,
    )


async def _note(
    connection: AsyncConnection, user_id: int, party_id: int | None, action: str
) -> None:
    actor_id = await ensure_actor(connection, "user", str(user_id), party_id=party_id)
    await note(connection, Deed(actor_id, action, party_id, request_id()), "user", [user_id])


def _require_same(asked: Asked, signed_in: SignedIn) -> None:
    if asked.user.user_id != signed_in.user_id:
        raise InvitationInvalid("sign in as the user for whom the link was made")


async def _begin(request: Call, form: Form, token: str, user: User) -> Response[bytes]:
    context = context_of(request)
    password = form.value("password")
    try:
        require_strong(password, user.email, user.name)
    except Refusal as refusal:
        shown = Form()  # a password does not come back in a page
        shown.blame(document_of(refusal))
        return door(
            request,
            "console/invitation.html",
            status=refusal.status,
            form=shown,
            problem=document_of(refusal),
            user=user,
        )
    hashed = await context.passwords.hash(password)
    async with context.database.transaction() as connection:
        await accept_invitation(connection, token, hashed)
        parties = await load_memberships(connection, user.user_id)
        await _note(connection, user.user_id, next(iter(parties), None), "choose_password")
        session = await begin_session(
            connection,
            user.user_id,
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
        )
    return with_session(request, see_other("/console"), session)


ROUTES = [invitation_page, accept]
