"""A user's own page: the password, and where that user is signed in."""

from litestar import Response, get, post

from api.console.door import document_of
from api.console.proof import require_password
from api.console.shell import SESSION_COOKIE, Shell, enter, enter_form
from api.http.auth import PAGE, Call, context_of
from api.http.deeds import request_id
from api.identity.links import end_password_links
from api.identity.passwords import require_strong
from api.identity.sessions import end_sessions, load_sessions
from api.identity.users import rehash
from api.pages.forms import Form
from api.pages.guard import read_cookie
from catalog import Deed, note
from ledger import Refusal


def deed_at(shell: Shell, action: str) -> Deed:
    """What a user does at the own page, as the audit log has it."""
    user = shell.user
    return Deed(user.actor_id, action, user.party.party_id, request_id())


async def _page(
    shell: Shell, *, form: Form | None = None, refusal: Refusal | None = None
) -> Response[bytes]:
    token = read_cookie(shell.request, SESSION_COOKIE) or ""
    async with context_of(shell.request).database.transaction() as connection:
        sessions = await load_sessions(connection, shell.user.user_id, token)
    return shell.page(
        "console/account.html",
        status=200 if refusal is None else refusal.status,
        form=form,
        problem=None if refusal is None else document_of(refusal),
        sessions=sessions,
    )


@get("/console/account", opt=PAGE, include_in_schema=False)
async def account_page(request: Call) -> Response[bytes]:
    """The user's own page."""
    return await _page(await enter(request))


@post("/console/account/password", opt=PAGE, include_in_schema=False)
async def change_password(request: Call) -> Response[bytes]:
    """Another password. All other sessions of the user end, and links to choose one."""
    shell, form = await enter_form(request)
    context, password = context_of(request), form.value("password")
    try:
        email, old = shell.signed_in.email, form.value("old_password")
        await require_password(request, email, old, field="old_password")
        require_strong(password, email, shell.signed_in.name)
    except Refusal as refusal:
        shown = Form()
        shown.blame(document_of(refusal))
        return await _page(shell, form=shown, refusal=refusal)
    hashed = await context.passwords.hash(password)
    async with context.database.transaction() as connection:
        user_id = shell.user.user_id
        await rehash(connection, user_id, hashed)
        await end_password_links(connection, user_id)
        await end_sessions(connection, user_id, but=read_cookie(request, SESSION_COOKIE))
        await note(connection, deed_at(shell, "change_password"), "user", [user_id])
    return shell.done("/console/account", "The password was changed.")


@post("/console/account/sign-out-elsewhere", opt=PAGE, include_in_schema=False)
async def sign_out_elsewhere(request: Call) -> Response[bytes]:
    """End all other sessions of the user."""
    shell, _ = await enter_form(request)
    async with context_of(request).database.transaction() as connection:
        token = read_cookie(request, SESSION_COOKIE)
        await end_sessions(connection, shell.user.user_id, but=token)
    return shell.done("/console/account", "You are signed out everywhere else.")


ROUTES = [account_page, change_password, sign_out_elsewhere]
