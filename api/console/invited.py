"""Where a link leads that lets somebody in, or lets a user act for one more party."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.door import document_of, door, sign_in_first, with_session
from api.console.shell import SESSION_COOKIE
from api.http.auth import PAGE, Call, address_of, context_of
from api.identity.passwords import require_strong
from api.identity.sessions import SignedIn, begin_session, choose_party, find_session
from api.identity.users import (
    Asked,
    InvitationInvalid,
    User,
    accept_invitation,
    find_invited,
    join_party,
)
from api.pages.forms import Form, read_form
from api.pages.guard import read_cookie
from api.pages.render import see_other
from catalog import Party, find_party_by_id
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
    return door(request, "console/join.html", user=asked.user, party=party)


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
    async with context_of(request).database.transaction() as connection:
        joined = await join_party(connection, token, signed_in.user_id)
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


def _require_same(asked: Asked, signed_in: SignedIn) -> None:
    if asked.user.user_id != signed_in.user_id:
        raise InvitationInvalid("sign in as the user for whom the link was made")


async def _begin(request: Call, form: Form, token: str, user: User) -> Response[bytes]:
    context = context_of(request)
    password = form.value("password")
    try:
        require_strong(password, user.email, user.name)
    except Refusal as refusal:
        form.blame(document_of(refusal))
        return door(
            request,
            "console/invitation.html",
            status=refusal.status,
            form=form,
            problem=document_of(refusal),
            user=user,
        )
    hashed = await context.passwords.hash(password)
    async with context.database.transaction() as connection:
        await accept_invitation(connection, token, hashed)
        session = await begin_session(
            connection,
            user.user_id,
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
        )
    return with_session(request, see_other("/console"), session)


ROUTES = [invitation_page, accept]
