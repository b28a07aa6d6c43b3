"""A user's own page: the password, and where that user is signed in."""

from litestar import Response, get, post

from api.console.door import document_of
from api.console.shell import SESSION_COOKIE, Shell, enter, enter_form
from api.http.auth import PAGE, Call, context_of
from api.identity.passwords import require_strong
from api.identity.sessions import end_sessions, load_sessions
from api.identity.users import find_secret, rehash
from api.pages.forms import Form
from api.pages.guard import read_cookie
from ledger import Refusal


class PasswordWrong(Refusal):
    """The password until now is another one."""

    code = "password-wrong"
    status = 403
    title = "The password until now is another one."


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
    """Another password. All other sessions of the user end."""
    shell, form = await enter_form(request)
    context, password = context_of(request), form.value("password")
    try:
        async with context.database.transaction() as connection:
            secret = await find_secret(connection, shell.signed_in.email)
        old = None if secret is None else secret.password_hash
        if not await context.passwords.is_right(old, form.value("old_password")[:200]):
            raise PasswordWrong("type the password with which you signed in", field="old_password")
        require_strong(password, shell.signed_in.email, shell.signed_in.name)
    except Refusal as refusal:
        shown = Form()
        shown.blame(document_of(refusal))
        return await _page(shell, form=shown, refusal=refusal)
    hashed = await context.passwords.hash(password)
    async with context.database.transaction() as connection:
        await rehash(connection, shell.user.user_id, hashed)
        token = read_cookie(request, SESSION_COOKIE)
        await end_sessions(connection, shell.user.user_id, but=token)
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
