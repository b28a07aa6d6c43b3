"""What every page of the console has: who is signed in, for whom, and the frame around it.

A handler enters with `enter` or `enter_form`, asks by the shell, and answers with `page` or, after
a deed, `done`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import orjson
from litestar import Response
from litestar.routes import HTTPRoute

from api.console.navigation import places_for
from api.http.auth import Call, context_of
from api.identity.roles import ROLES, Permission, names_of_roles
from api.identity.sessions import SignedIn, UserIdentity, find_session
from api.identity.users import Locale
from api.pages.ask import Answer, Problem, Query, ask, at
from api.pages.charts import chart_ticks
from api.pages.explain import explain
from api.pages.export import PAGE_ROWS, Column, export
from api.pages.formats import Formats
from api.pages.forms import Form, new_key, read_form
from api.pages.guard import cookie, is_loopback, read_cookie
from api.pages.render import html, is_partial, render, see_other
from api.pages.translations import catalogue, preferred, read_locale
from catalog import Role
from ledger import JSON, Refusal, read_clock
from settlement import load_calendar

SESSION_COOKIE = "comity"
HALF_COOKIE = "comity-half"
SAID_COOKIE = "comity-said"
LOCALE_COOKIE = "comity-locale"
THEME_COOKIE = "comity-theme"
PREFERENCE_SECONDS = 365 * 86_400
SAID_SECONDS = 30
THEMES = ("light", "dark")
CHOOSE_FIRST = "choose for whom to act first"
"""Why a page is not for a user who acts for several parties, and has not said for which one now."""


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


class NotSignedIn(Refusal):
    """The page is for users, and nobody is signed in."""

    code = "not-signed-in"
    status = HTTPStatus.UNAUTHORIZED
    title = "Sign in first."


class NotForYou(Refusal):
    """The page is not for users with this role."""

    code = "not-for-you"
    status = HTTPStatus.FORBIDDEN
    title = "Your role does not include this page."


class SecondFactorMissing(Refusal):
    """The user's role asks for a second factor, and none is set up yet."""

    code = "second-factor-missing"
    status = HTTPStatus.FORBIDDEN
    title = "Your role asks for a second factor. Set it up first."


def locale_of(request: Call, signed_in: SignedIn | None = None) -> Locale:
    """The language to answer in: that of the cookie, the user, or the browser."""
    chosen = read_locale(read_cookie(request, LOCALE_COOKIE))
    own = read_locale(signed_in.locale) if signed_in is not None else None
    return chosen or own or preferred(request.headers.get("accept-language", ""))


def theme_of(request: Call) -> str:
    """The theme that was chosen, or nothing: then the browser's own."""
    found = read_cookie(request, THEME_COOKIE)
    return found if found in THEMES else ""


def back_to(path: str | None) -> str:
    """A path of the console to go on at. Anything else becomes the first page."""
    is_ours = path is not None and path.startswith("/console") and path.isprintable()
    return path if is_ours and path is not None and "\\" not in path else "/console"


def _shown_at(request: Call) -> str:
    """Where the answer to a form belongs: to the page that had the form, as the browser says.

    Nothing: the address is a page itself, or the browser does not say it.
    """
    template = cast("dict[str, Any]", request.scope)["path_template"]
    if request.method == "GET" or any(
        isinstance(each, HTTPRoute) and each.path_format == template and "GET" in each.methods
        for each in request.app.routes
    ):
        return ""
    before = urlsplit(request.headers.get("referer", ""))
    path = unquote(before.path)
    is_ours = before.netloc == request.headers.get("host") and back_to(path) == path
    return path if is_ours else ""


@dataclass(slots=True)
class Shell:
    """One visit of a user to a page."""

    request: Call
    signed_in: SignedIn
    user: UserIdentity
    locale: Locale
    f: Formats
    now: datetime
    calls: list[str] = field(default_factory=list)
    shown_at: str = ""
    """The page that answers a form, where the form was sent to another address."""

    @property
    def path(self) -> str:
        """The address of the page, without its filters."""
        return self.shown_at or str(self.request.scope["path"])

    @property
    def query(self) -> dict[str, str]:
        """The filters in the address."""
        return dict(self.request.query_params)

    def may(self, permission: Permission) -> bool:
        """Whether the user may do this kind of thing."""
        return permission in self.user.permissions

    @property
    def sides(self) -> frozenset[Role]:
        """As what kinds of party the user acts: of those that the party is, what its roles are for.

        A supplier's manager is none of the same party's brand.
        """
        held = (role for name, role in ROLES.items() if name in self.user.roles)
        return frozenset(role.party_role for role in held) & self.user.party.roles

    def is_party(self, role: str) -> bool:
        """Whether the user acts for a party of this kind."""
        return role in self.sides

    @property
    def findable(self) -> str:
        """What the search in the head of the page finds for the user. Nothing: it is not shown."""
        if self.is_party("operator"):
            return _("Find a party, statement or order")
        if self.may("members.read") or self.may("coupons.read"):
            return _("Find a member, coupon, statement or order")
        is_found = self.may("statements.read") or self.may("orders.read")
        return _("Find an offer, statement or order") if is_found else ""

    @property
    def origin(self) -> str:
        """Where the interface is, for calls that are shown."""
        scheme = "http" if is_loopback(self.request) else "https"
        return f"{scheme}://{self.request.headers.get('host', '')}"

    @property
    def today(self) -> date:
        """The day in the zone in which the page tells its times."""
        return self.now.astimezone(ZoneInfo(self.f.zone)).date()

    @property
    def wing(self) -> str:
        """The part of the console that answers: its words are the page's."""
        name: str = getattr(self.request.route_handler.fn, "__module__", "")
        return name.removeprefix("api.console.").partition(".")[0]

    def _(self, text: str) -> str:
        return catalogue(self.locale, self.wing).gettext(text)

    async def get(self, path: str, /, query: Query | None = None, **parts: object) -> Answer:
        """Read an address, such as `shell.get("/v1/offers/{offer}", offer=7)`."""
        address = at(path, **parts) if parts else path
        shown = {name: value for name, value in (query or {}).items() if value not in {None, ""}}
        self.calls.append(f"{address}?{urlencode(shown, doseq=True)}" if shown else address)
        return await ask(self.request, self.user, "GET", address, query=query)

    async def need(self, path: str, /, query: Query | None = None, **parts: object) -> Any:
        """What is at an address, without which the page has nothing to show.

        Raises:
            Problem: the interface refused it.
        """
        answer = await self.get(path, query, **parts)
        if not answer.is_good:
            raise Problem(answer)
        return answer.json

    async def read_by_post(self, path: str, body: JSON, /, **parts: object) -> Answer:
        """Ask an address that only computes, and takes its question as a body."""
        address = at(path, **parts) if parts else path
        return await ask(self.request, self.user, "POST", address, body=body, key=new_key())

    async def act(
        self,
        method: str,
        path: str,
        body: JSON = None,
        /,
        *,
        form: Form,
        query: Query | None = None,
        content: bytes | None = None,
        media_type: str = "application/json",
        **parts: object,
    ) -> Answer:
        """Do something, once for the key of the form. What is wrong is noted in the form."""
        address = at(path, **parts) if parts else path
        answer = await ask(
            self.request,
            self.user,
            method,
            address,
            query=query,
            body=body,
            content=content,
            media_type=media_type,
            key=form.key,
        )
        form.blame(answer.problem)
        return answer

    async def export(
        self,
        path: str,
        query: Query,
        *,
        name: str,
        columns: Mapping[str, Column],
        items: str = "items",
        limit: int = PAGE_ROWS,
    ) -> Response[bytes]:
        """All rows of a list as CSV. `items` and `limit` are for a list that is unlike others."""
        headed = {self._(title): read for title, read in columns.items()}
        return await export(
            self.request,
            self.user,
            path,
            query,
            name=name,
            columns=headed,
            items=items,
            limit=limit,
        )

    def link(self, **changed: object) -> str:
        """The address of this page with other filters."""
        held = {**self.query, **{name: str(value) for name, value in changed.items()}}
        left = {name: value for name, value in held.items() if value not in {"", "None"}}
        path = quote(self.path)
        return f"{path}?{urlencode(left)}" if left else path

    def page(
        self,
        template: str,
        /,
        *,
        status: int = HTTPStatus.OK,
        form: Form | None = None,
        problem: Mapping[str, Any] | None = None,
        block: str | None = None,
        **values: Any,
    ) -> Response[bytes]:
        """The page. `block` is what of it is sent where only a part is asked for."""
        # The frame speaks alike around all pages: a word may mean something else in a wing.
        frame = catalogue(self.locale)
        groups = [
            (frame.gettext(group), [(each, frame.gettext(each.name)) for each in places])
            for group, places in places_for(self.user.permissions, self.sides)
        ]
        said = read_cookie(self.request, SAID_COOKIE)
        text = render(
            self.locale,
            template,
            block=block if is_partial(self.request) else None,
            shell=self,
            f=self.f,
            now=self.now,
            theme=theme_of(self.request),
            groups=groups,
            path=self.path,
            query=self.query,
            link=self.link,
            form=form or Form(),
            problem=problem,
            explain=lambda document: explain(document, catalogue(self.locale)),
            new_key=new_key,
            chart_ticks=chart_ticks,
            said=unquote(said) if said else "",
            calls=self.calls,
            json=lambda value: orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(),
            **values,
        )
        answer = html(self.request, text, status=status)
        if said:
            answer.set_cookie(cookie(self.request, SAID_COOKIE, "", seconds=0))
        return answer

    def part(self, template: str, /, **values: Any) -> str:
        """A piece of a page, to be sent by itself."""
        return render(self.locale, template, shell=self, f=self.f, now=self.now, **values)

    def done(self, path: str, text: str) -> Response[bytes]:
        """After a deed: go on at a page that says, once, what was done."""
        answer = see_other(path)
        answer.set_cookie(
            cookie(self.request, SAID_COOKIE, quote(self._(text)), seconds=SAID_SECONDS)
        )
        return answer


async def enter(
    request: Call, permission: Permission | None = None, *, without_factor: bool = False
) -> Shell:
    """Let a user into a page.

    Raises:
        NotSignedIn: nobody is signed in, or the session is over.
        SecondFactorMissing: the user's role asks for one, and the page is not for setting it up.
        NotForYou: the user's roles do not include the page.
    """
    token = read_cookie(request, SESSION_COOKIE)
    context = context_of(request)
    async with context.database.transaction() as connection:
        signed_in = await find_session(connection, token) if token else None
        now = await read_clock(connection)
        zone = (await load_calendar(connection)).time_zone
    if signed_in is None:
        raise NotSignedIn
    if signed_in.identity is None:
        raise NotForYou(CHOOSE_FIRST)
    asked = names_of_roles(context.settings.totp_roles) & set(signed_in.identity.roles)
    if asked and not signed_in.has_totp and not without_factor:
        raise SecondFactorMissing(f"it is asked of the role {min(asked)}")
    if permission is not None and permission not in signed_in.identity.permissions:
        raise NotForYou(f"this page needs the permission {permission}")
    request.scope["state"]["party"] = signed_in.identity.party.code
    locale = locale_of(request, signed_in)
    shell = Shell(request, signed_in, signed_in.identity, locale, Formats(locale, zone), now)
    shell.shown_at = _shown_at(request)
    return shell


async def enter_form(
    request: Call,
    permission: Permission | None = None,
    *,
    name: str = "form",
    without_factor: bool = False,
) -> tuple[Shell, Form]:
    """Let a user in who sends a form.

    Raises:
        ForeignForm: the form was not sent from a page of ours.
        NotSignedIn: nobody is signed in, or the session is over.
        NotForYou: the user's roles do not include the page.
    """
    form = await read_form(request, name)
    return await enter(request, permission, without_factor=without_factor), form
