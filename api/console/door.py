"""The pages outside the console's door: signing in and out, and for whom to act."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from api.console.proof import PASSWORD_LENGTH_READ, SignInBarred, account_of
from api.console.shell import (
    HALF_COOKIE,
    LOCALE_COOKIE,
    PREFERENCE_SECONDS,
    SESSION_COOKIE,
    THEME_COOKIE,
    THEMES,
    NotSignedIn,
    back_to,
    locale_of,
    theme_of,
)
from api.http.auth import PAGE, Call, address_of, context_of
from api.identity.half_way import HALF_WAY_SECONDS
from api.identity.passwords import is_outdated
from api.identity.sessions import (
    SESSION_SECONDS_MAX,
    begin_session,
    choose_party,
    count_failure,
    end_session,
    find_session,
    forgive,
    is_barred,
    take_try,
)
from api.identity.users import (
    EmailInvalid,
    find_secret,
    read_email,
    rehash,
)
from api.pages.explain import explain
from api.pages.forms import Form, read_form
from api.pages.guard import cookie, read_cookie
from api.pages.render import html, render, see_other
from api.pages.translations import catalogue, read_locale
from catalog import find_party_by_id
from ledger import Refusal, read_clock


class SignInRefused(Refusal):
    """The address or the password is wrong. It is not said which."""

    code = "sign-in-refused"
    status = HTTPStatus.UNAUTHORIZED
    title = "The e-mail address or the password is wrong."


def door(
    request: Call,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    form: Form | None = None,
    problem: Mapping[str, Any] | None = None,
    back: str = "/console",
    **values: Any,
) -> Response[bytes]:
    """A page that needs no session."""
    locale = locale_of(request)
    text = render(
        locale,
        template,
        theme=theme_of(request),
        form=form or Form(),
        problem=problem,
        explain=lambda document: explain(document, catalogue(locale)),
        path=request.scope["path"],
        back=back,
        has_issuer=context_of(request).oidc is not None,
        **values,
    )
    return html(request, text, status=status)


def document_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal of a page itself, as the interface would show it."""
    document = dict(refusal.document())
    return {"type": f"/problems/{document.pop('code')}", **document}


@get("/console/sign-in", opt=PAGE, include_in_schema=False)
async def sign_in_page(request: Call) -> Response[bytes]:
    """Where users sign in."""
    back = back_to(request.query_params.get("back"))
    return door(request, "console/sign_in.html", back=back)


@post("/console/sign-in", opt=PAGE, include_in_schema=False)
async def sign_in(request: Call) -> Response[bytes]:
    """Sign in, and go on where the user wanted to be."""
    form = await read_form(request)
    back = back_to(form.optional("back"))
    try:
        signed_in = await _sign_in(request, form)
    except (SignInRefused, SignInBarred) as refusal:
        return door(
            request,
            "console/sign_in.html",
            status=refusal.status,
            form=Form({"email": form.text("email")}),
            problem=document_of(refusal),
            back=back,
        )
    if signed_in.half is not None:
        answer = see_other("/console/sign-in/code" + (f"?{urlencode({'back': back})}"))
        answer.set_cookie(cookie(request, HALF_COOKIE, signed_in.half, seconds=HALF_WAY_SECONDS))
        return answer
    return with_session(request, see_other(back), signed_in.token)


@dataclass(frozen=True, slots=True)
class _SignedIn:
    """A session, or a text that says that the password was right and the code is missing."""

    token: str = ""
    half: str | None = None


async def _sign_in(request: Call, form: Form) -> _SignedIn:
    context, address = context_of(request), address_of(request)
    password = form.value("password")[:PASSWORD_LENGTH_READ]
    try:
        email = read_email(form.text("email"))
    except EmailInvalid:
        email = ""
    account, place = account_of(email), f"address {address}"
    async with context.database.transaction() as connection:
        may_try = not await is_barred(connection, place) and await take_try(connection, account)
        secret = await find_secret(connection, email)
    if not may_try:
        raise SignInBarred
    # Also for nobody, so that the time says nothing about who is a user.
    is_right = await context.passwords.is_right(
        None if secret is None else secret.password_hash, password
    )
    if secret is None or not is_right:
        async with context.database.transaction() as connection:
            await count_failure(connection, place)
        raise SignInRefused
    fresh = await context.passwords.hash(password) if is_outdated(secret.password_hash) else None
    async with context.database.transaction() as connection:
        # Others from there, who tried at the same time, were wrong too often.
        if await is_barred(connection, place):
            raise SignInBarred
        # While it was checked, the user has chosen another one, or was disabled.
        if await find_secret(connection, email) != secret:
            raise SignInRefused
        await forgive(connection, account)
        if fresh is not None:
            await rehash(connection, secret.user_id, fresh)
        if secret.has_totp:
            now = await read_clock(connection)
            hashed = fresh or secret.password_hash
            return _SignedIn(half=context.half_way.sign(secret.user_id, hashed, now))
        agent = request.headers.get("user-agent", "")
        token = await begin_session(connection, secret.user_id, address=address, agent=agent)
        return _SignedIn(token)


def with_session(request: Call, answer: Response[bytes], token: str) -> Response[bytes]:
    """An answer that gives the browser a session."""
    answer.set_cookie(cookie(request, SESSION_COOKIE, token, seconds=SESSION_SECONDS_MAX))
    return answer


@post("/console/sign-out", opt=PAGE, include_in_schema=False)
async def sign_out(request: Call) -> Response[bytes]:
    """Sign out."""
    await read_form(request)
    if (token := read_cookie(request, SESSION_COOKIE)) is not None:
        async with context_of(request).database.transaction() as connection:
            await end_session(connection, token)
    answer = see_other("/console/sign-in")
    answer.set_cookie(cookie(request, SESSION_COOKIE, "", seconds=0))
    return answer


@get("/console/choose", opt=PAGE, include_in_schema=False)
async def choose_page(request: Call) -> Response[bytes]:
    """For whom a user of several parties acts."""
    token = read_cookie(request, SESSION_COOKIE)
    async with context_of(request).database.transaction() as connection:
        signed_in = await find_session(connection, token) if token else None
        if signed_in is None:
            raise NotSignedIn
        parties = [await find_party_by_id(connection, each) for each in signed_in.parties]
    return door(request, "console/choose.html", parties=parties)


@post("/console/choose", opt=PAGE, include_in_schema=False)
async def choose(request: Call) -> Response[bytes]:
    """Act for this party from now on."""
    form = await read_form(request)
    token, party_id = read_cookie(request, SESSION_COOKIE), form.whole("party_id")
    if token and isinstance(party_id, int):
        async with context_of(request).database.transaction() as connection:
            await choose_party(connection, token, party_id)
    return see_other("/console")


@post("/console/preferences", opt=PAGE, include_in_schema=False)
async def preferences(request: Call) -> Response[bytes]:
    """The language and the theme, kept by the browser."""
    form = await read_form(request)
    answer = see_other(back_to(form.optional("back")))
    if (locale := read_locale(form.optional("locale"))) is not None:
        answer.set_cookie(cookie(request, LOCALE_COOKIE, locale, seconds=PREFERENCE_SECONDS))
    if (theme := form.text("theme")) in THEMES:
        answer.set_cookie(cookie(request, THEME_COOKIE, theme, seconds=PREFERENCE_SECONDS))
    return answer


def sign_in_first(request: Call) -> Response[bytes]:
    """To the page where users sign in, and back afterwards."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["path"] + (f"?{query}" if query else "")
    wanted = {} if request.method != "GET" or path == "/console" else {"back": path}
    return see_other(f"/console/sign-in{'?' if wanted else ''}{urlencode(wanted)}")


ROUTES = [
    sign_in_page,
    sign_in,
    sign_out,
    choose_page,
    choose,
    preferences,
]
