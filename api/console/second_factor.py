"""The second factor: asked for after the password, set up with a QR code, and removed."""

from collections.abc import Sequence

import segno
from litestar import Response, get, post

from api.console.account import deed_at
from api.console.door import (
    SignInRefused,
    document_of,
    door,
    with_session,
)
from api.console.proof import SignInBarred, require_password
from api.console.shell import HALF_COOKIE, SESSION_COOKIE, Shell, back_to, enter, enter_form
from api.http.auth import PAGE, Call, address_of, context_of
from api.identity.half_way import HalfWay
from api.identity.roles import names_of_roles
from api.identity.second_factor import (
    CodeWrong,
    address_of_secret,
    begin_totp,
    confirm_totp,
    find_factor,
    remove_totp,
    renew_recovery_codes,
    secret_of,
    take_code,
)
from api.identity.sessions import (
    begin_session,
    count_failure,
    end_sessions,
    forgive,
    is_barred,
    take_try,
)
from api.identity.users import find_secret, find_user
from api.pages.forms import Form, read_form
from api.pages.guard import cookie, read_cookie
from api.pages.render import see_other
from catalog import note
from ledger import Refusal, read_clock

PATH = "/console/account/second-factor"
CODE_LENGTH_MAX = 40


@get("/console/sign-in/code", opt=PAGE, include_in_schema=False)
async def code_page(request: Call) -> Response[bytes]:
    """Where the code is asked for, after the password."""
    if read_cookie(request, HALF_COOKIE) is None:
        return see_other("/console/sign-in")
    back = back_to(request.query_params.get("back"))
    return door(request, "console/sign_in_code.html", back=back)


@post("/console/sign-in/code", opt=PAGE, include_in_schema=False)
async def give_code(request: Call) -> Response[bytes]:
    """Sign in by the code. Before it, there is no session."""
    form = await read_form(request)
    back = back_to(form.optional("back"))
    half = read_cookie(request, HALF_COOKIE) or ""
    user_id = HalfWay.user_of(half)
    if user_id is None:
        return see_other("/console/sign-in")
    try:
        token = await _by_code(request, half, user_id, form.text("code")[:CODE_LENGTH_MAX])
    except (CodeWrong, SignInBarred) as refusal:
        shown = Form()
        shown.blame(document_of(refusal))
        return door(
            request,
            "console/sign_in_code.html",
            status=refusal.status,
            form=shown,
            problem=document_of(refusal),
            back=back,
        )
    except SignInRefused:
        return see_other("/console/sign-in")
    answer = with_session(request, see_other(back), token)
    answer.set_cookie(cookie(request, HALF_COOKIE, "", seconds=0))
    return answer


async def _by_code(request: Call, half: str, user_id: int, code: str) -> str:
    context, address = context_of(request), address_of(request)
    subject, place = f"code {user_id}", f"address {address}"
    async with context.database.transaction() as connection:
        now = await read_clock(connection)
        user = await find_user(connection, user_id)
        secret = await find_secret(connection, user.email)
        if secret is None or not context.half_way.holds(half, secret.password_hash, now):
            raise SignInRefused
        may_try = not await is_barred(connection, place) and await take_try(connection, subject)
    if not may_try:
        raise SignInBarred
    async with context.database.transaction() as connection:
        if await take_code(connection, context.vault, user_id, code, now):
            await forgive(connection, subject)
            agent = request.headers.get("user-agent", "")
            return await begin_session(connection, user_id, address=address, agent=agent)
    async with context.database.transaction() as connection:
        await count_failure(connection, place)
    raise CodeWrong("type the code that the authenticator shows now", field="code")


async def _page(
    shell: Shell,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
    codes: Sequence[str] = (),
) -> Response[bytes]:
    shell.shown_at = PATH
    context, user = context_of(shell.request), shell.user
    async with context.database.transaction() as connection:
        factor = await find_factor(connection, user.user_id)
    secret, picture = None, None
    if factor.since is None:
        secret = secret_of(context.vault, user.user_id, factor)
    if secret is not None:
        written = address_of_secret(secret, shell.signed_in.email)
        picture = segno.make(written, error="m").svg_data_uri(border=2, light="#fff")
    return shell.page(
        "console/second_factor.html",
        status=200 if refusal is None else refusal.status,
        form=form,
        problem=None if refusal is None else document_of(refusal),
        factor=factor,
        secret=secret,
        picture=picture,
        codes=codes,
        is_asked=bool(names_of_roles(context.settings.totp_roles) & set(user.roles)),
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def factor_page(request: Call) -> Response[bytes]:
    """How it stands with the user's second factor."""
    return await _page(await enter(request, without_factor=True))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def begin(request: Call) -> Response[bytes]:
    """Make a secret and show it. It is pending until its first code was given."""
    shell, _ = await enter_form(request, without_factor=True)
    context = context_of(request)
    try:
        async with context.database.transaction() as connection:
            await begin_totp(connection, context.vault, shell.user.user_id)
    except Refusal as refusal:
        return await _page(shell, refusal=refusal)
    return see_other(PATH)


@post(f"{PATH}/confirm", opt=PAGE, include_in_schema=False, status_code=200)
async def confirm(request: Call) -> Response[bytes]:
    """Set it up by the first code, and show the recovery codes once. All other sessions end."""
    shell, form = await enter_form(request, without_factor=True)
    context, user_id = context_of(request), shell.user.user_id
    try:
        async with context.database.transaction() as connection:
            now = await read_clock(connection)
            code = form.text("code")[:CODE_LENGTH_MAX]
            codes = await confirm_totp(connection, context.vault, user_id, code, now)
            await end_sessions(connection, user_id, but=read_cookie(request, SESSION_COOKIE))
            await note(connection, deed_at(shell, "set_up_second_factor"), "user", [user_id])
    except Refusal as refusal:
        shown = Form()
        shown.blame(document_of(refusal))
        return await _page(shell, form=shown, refusal=refusal)
    return await _page(shell, codes=codes)


@post(f"{PATH}/recovery-codes", opt=PAGE, include_in_schema=False, status_code=200)
async def renew(request: Call) -> Response[bytes]:
    """New recovery codes, for the password. Those before them stop working."""
    shell, form = await enter_form(request, name="renew")
    context, user_id = context_of(request), shell.user.user_id
    try:
        await require_password(request, shell.signed_in.email, form.value("password"))
    except Refusal as refusal:
        return await _wrong(shell, "renew", refusal)
    async with context.database.transaction() as connection:
        codes = await renew_recovery_codes(connection, user_id)
        await note(connection, deed_at(shell, "renew_recovery_codes"), "user", [user_id])
    return await _page(shell, codes=codes)


@post(f"{PATH}/remove", opt=PAGE, include_in_schema=False, status_code=200)
async def remove(request: Call) -> Response[bytes]:
    """Remove it, for the password. All other sessions of the user end."""
    shell, form = await enter_form(request, name="remove")
    context, user_id = context_of(request), shell.user.user_id
    try:
        await require_password(request, shell.signed_in.email, form.value("password"))
    except Refusal as refusal:
        return await _wrong(shell, "remove", refusal)
    async with context.database.transaction() as connection:
        await remove_totp(connection, user_id)
        await end_sessions(connection, user_id, but=read_cookie(request, SESSION_COOKIE))
        await note(connection, deed_at(shell, "remove_second_factor"), "user", [user_id])
    return shell.done(PATH, "The second factor was removed.")


async def _wrong(shell: Shell, name: str, refusal: Refusal) -> Response[bytes]:
    shown = Form(name=name)
    shown.blame(document_of(refusal))
    return await _page(shell, form=shown, refusal=refusal)


ROUTES = [code_page, give_code, factor_page, begin, confirm, renew, remove]
