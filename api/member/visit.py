"""What every member page has: who was let in, the programme, and the frame around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Response

from api.http.auth import Call, context_of
from api.identity.launches import MemberVisit, book_of, find_visit
from api.identity.roles import Permission
from api.identity.sessions import UserIdentity
from api.identity.users import Locale
from api.member.frame import (
    VISIT_COOKIE,
    allow_frames,
    allow_frames_of_book,
    frame_headers,
)
from api.member.words import CATEGORIES, OTHER_ICON
from api.pages.ask import Answer, Problem, Query, ask, at
from api.pages.explain import explain
from api.pages.formats import Formats
from api.pages.forms import Form, new_key, read_form
from api.pages.guard import read_cookie
from api.pages.render import html, render
from api.pages.translations import catalogue, preferred, read_locale
from catalog import Grant, Party, ensure_actor, find_party_by_id, scopes_of
from ledger import JSON, Refusal, read_clock
from ledger.book import Programme, find_programme_by_book

KEPT_BY_THE_BROWSER = {"Cache-Control": "private, no-cache"}
NAMES_MAX = 1000
"""Of so many offers that the programme procured, a coupon's can be found by its name."""
CATEGORIES_READ = 500
CHANNEL = "member-pages"
"""The channel of what members redeem here."""
MAY: frozenset[Permission] = frozenset(
    {"members.read", "market.read", "coupons.read", "rights.write", "programmes.read", "self.read"}
)
"""What pages ask for a member. They name that member, and check whose each coupon is."""


class NotLetIn(Refusal):
    """Nobody was let in, or the visit is over. The brand's app opens the pages again."""

    code = "not-let-in"
    status = HTTPStatus.UNAUTHORIZED
    title = "Open this page from your app again."


class CouponNotYours(Refusal):
    """The member has no such coupon. Whether another one has it is not said."""

    code = "coupon-not-yours"
    status = HTTPStatus.NOT_FOUND
    title = "You have no such coupon."


@dataclass(slots=True)
class Visit:
    """One visit of a member to a page."""

    request: Call
    member: str
    programme: Programme
    brand: Party
    user: UserIdentity
    return_url: str | None
    account: str | None
    locale: Locale
    f: Formats
    now: datetime

    @property
    def language(self) -> str:
        """The language as the interface names it."""
        return "zh" if self.locale == "zh-Hans" else "en"

    def _(self, text: str) -> str:
        return catalogue(self.locale, "member").gettext(text)

    async def get(self, path: str, /, query: Query | None = None, **parts: object) -> Answer:
        """Read an address below that of the programme."""
        return await ask(self.request, self.user, "GET", self._at(path, parts), query=query)

    async def need(self, path: str, /, query: Query | None = None, **parts: object) -> Any:
        """What is at an address, without which the page has nothing to show.

        Raises:
            Problem: the interface refused it.
        """
        answer = await self.get(path, query, **parts)
        if not answer.is_good:
            raise Problem(answer)
        return answer.json

    async def act(
        self, path: str, body: JSON, /, *, key: str | None = None, **parts: object
    ) -> Answer:
        """Do something, once for the key."""
        address = self._at(path, parts)
        return await ask(self.request, self.user, "POST", address, body=body, key=key or new_key())

    def _at(self, path: str, parts: Mapping[str, object]) -> str:
        return at(f"/v1/programmes/{{programme}}{path}", programme=self.programme.code, **parts)

    async def names(self, coupons: Sequence[Mapping[str, Any]]) -> dict[int, str]:
        """What the offers of coupons are called, sold no longer or not."""
        names = {each["offer"]: each["offer_code"] for each in coupons}
        is_gone = False
        for offer in names:
            answer = await self.get("/offers/{offer}", {"lang": self.language}, offer=offer)
            if answer.is_good:
                names[offer] = answer.json["name"]
            is_gone = is_gone or not answer.is_good
        if is_gone:
            held = await self.get("/allotments", {"lang": self.language, "limit": NAMES_MAX})
            procured = {each["offer_id"]: each["name"] for each in held.items}
            names |= {offer: procured[offer] for offer in names.keys() & procured.keys()}
        return names

    async def categories(self) -> list[tuple[str, str, str]]:
        """The categories at the top of the tree: path, name and icon. The usual ones first."""
        answer = await ask(
            self.request, self.user, "GET", "/v1/categories", query={"limit": CATEGORIES_READ}
        )
        paths = [each["path"] for each in answer.items if "." not in each["path"]]
        usual = list(CATEGORIES)
        paths.sort(key=lambda path: usual.index(path) if path in CATEGORIES else len(usual))
        shown = [(path, *CATEGORIES.get(path, (path, OTHER_ICON))) for path in paths]
        return [(path, self._(text), icon) for path, text, icon in shown]

    async def own_coupon(self, coupon: int) -> dict[str, Any]:
        """A coupon of the member, with its receipt.

        Raises:
            CouponNotYours: the member has no such coupon.
        """
        answer = await self.get("/coupons/{coupon}", coupon=coupon)
        found: dict[str, Any] = answer.json if answer.is_good else {}
        if self.member not in {found.get("holder"), found.get("member"), found.get("merged_into")}:
            raise CouponNotYours
        return found

    def page(
        self,
        template: str,
        /,
        *,
        tab: str = "",
        status: int = HTTPStatus.OK,
        problem: Mapping[str, Any] | None = None,
        form: Form | None = None,
        block: str | None = None,
        **values: Any,
    ) -> Response[bytes]:
        """The page, or one block of it."""
        text = render(
            self.locale,
            template,
            block=block,
            visit=self,
            f=self.f,
            now=self.now,
            theme="",
            tab=tab,
            problem=problem,
            explain=lambda document: explain(document, catalogue(self.locale)),
            form=form or Form(),
            new_key=new_key,
            **values,
        )
        # The browser keeps it for its back button: the form there has the key that was used.
        headers = {**KEPT_BY_THE_BROWSER, **frame_headers(self.request)}
        return html(self.request, text, status=status, headers=headers)


async def enter(request: Call) -> Visit:
    """Let a member into a page.

    Raises:
        NotLetIn: nobody was let in, or the visit is over.
    """
    token = read_cookie(request, VISIT_COOKIE)
    async with context_of(request).database.transaction() as connection:
        found = await find_visit(connection, token) if token else None
        if found is None:
            await allow_frames_of_book(request, connection, book_of(token or ""))
            raise NotLetIn
        now = await read_clock(connection)
        programme = await find_programme_by_book(connection, found.book_id)
        brand = await find_party_by_id(connection, programme.party_id)
        await allow_frames(request, connection, brand.party_id)
        actor = await ensure_actor(
            connection, "system", f"member-pages-{brand.code}"[:64], party_id=brand.party_id
        )
    request.scope["state"]["party"] = brand.code
    locale = locale_of(request, found)
    user = UserIdentity(
        party=brand,
        key_id=-(2**31) - brand.party_id,
        actor_id=actor,
        grant=Grant(scopes_of(brand.roles)),
        user_id=0,
        roles=(),
        permissions=MAY,
    )
    return Visit(
        request=request,
        member=found.member,
        programme=programme,
        brand=brand,
        user=user,
        return_url=_web_address(found.return_url),
        account=found.account,
        locale=locale,
        f=Formats(locale, str(programme.time_zone)),
        now=now,
    )


async def enter_form(request: Call) -> tuple[Visit, Form]:
    """Let a member in who sends a form.

    Raises:
        ForeignForm: the form was not sent from a page of ours.
        NotLetIn: nobody was let in, or the visit is over.
    """
    form = await read_form(request)
    return await enter(request), form


def locale_of(request: Call, found: MemberVisit | None = None) -> Locale:
    """The language of a visit, or that of the browser."""
    chosen = read_locale(None if found is None else found.locale)
    return chosen or preferred(request.headers.get("accept-language", ""))


def _web_address(text: str | None) -> str | None:
    """An address to link to, if it is one of the web. Others could run a script."""
    return text if text is not None and urlsplit(text).scheme in {"http", "https"} else None


def coupon_path(coupon: object) -> str:
    """The page of a coupon."""
    return f"/m/coupons/{quote(str(coupon))}"
