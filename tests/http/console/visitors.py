"""Users at the console, as tests have them: a browser with cookies, links and forms, without a
window. What needs a real browser is in tests/browser.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2

from api.identity.passwords import Passwords
from api.identity.roles import RoleName
from api.identity.users import add_role, invite_user, set_password
from catalog import find_party
from ledger import Database

PASSWORD = "a quiet mountain stream"
ADDRESS = "http://localhost"
_HASHED: list[str] = []


@dataclass
class FormSeen(HTMLParser):
    """The forms of a page: where each leads, and what it sends if nothing is typed."""

    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif self.forms and tag in {"input", "textarea"} and given.get("name"):
            kind = given.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self.forms[-1][1][given["name"]] = given.get("value", "")
        elif self.forms and tag == "select" and given.get("name"):
            self._select = given["name"]
        elif self.forms and tag == "option":
            values = self.forms[-1][1]
            if "selected" in given or self._select not in values:
                values[self._select] = given.get("value", "")

    _select: str = ""


def seen(answer: httpx2.Response) -> FormSeen:
    """The forms and links of a page."""
    found = FormSeen()
    found.feed(answer.text)
    return found


@dataclass(slots=True)
class Visitor:
    """A browser. `html` is the page that it shows."""

    http: httpx2.AsyncClient
    cookies: dict[str, str] = field(default_factory=dict)
    page: httpx2.Response | None = None

    async def open(self, path: str, *, partial: bool = False, **query: str) -> httpx2.Response:
        """Go to a page, and on to where it leads."""
        headers = {"hx-request-type": "partial"} if partial else {}
        answer = await self.http.get(
            ADDRESS + path, params=query or None, headers={**headers, **self._cookie()}
        )
        return await self._arrive(answer)

    async def send(
        self, action: str, values: dict[str, str], *, site: str = "same-origin", **more: Any
    ) -> httpx2.Response:
        """Send a form as a page of ours sends it."""
        answer = await self.http.post(
            ADDRESS + action,
            data=values,
            headers={"Sec-Fetch-Site": site, **self._cookie()},
            **more,
        )
        return await self._arrive(answer)

    async def submit(self, action: str, **typed: str) -> httpx2.Response:
        """Type into the form of the shown page that leads to this action, and send it."""
        assert self.page is not None, "no page is shown"
        fields = next(fields for where, fields in seen(self.page).forms if where == action)
        return await self.send(action, {**fields, **typed})

    def _cookie(self) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": held} if held else {}

    async def _arrive(self, answer: httpx2.Response) -> httpx2.Response:
        self.http.cookies.clear()  # several visitors share this client
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if answer.status_code == httpx2.codes.SEE_OTHER:
            return await self.open(answer.headers["location"])
        self.page = answer
        return answer


async def add_user(
    database: Database, party: str, role: RoleName, *, email: str | None = None
) -> str:
    """A user with this role, who signs in with PASSWORD. Returns the e-mail address."""
    address = email or f"{role}@{party}.example"
    if not _HASHED:
        _HASHED.append(await Passwords().hash(PASSWORD))
    async with database.transaction() as connection:
        found = await find_party(connection, party)
        invited = await invite_user(
            connection, found.party_id, email=address, name=f"{role} of {party}", role=role
        )
        # Whoever has a password already would have to join by the link.
        await add_role(connection, invited.user.user_id, found.party_id, role)
        await set_password(connection, invited.user.user_id, _HASHED[0])
    return address


async def sign_in(
    http: httpx2.AsyncClient, database: Database, party: str, role: RoleName
) -> Visitor:
    """A user of a party at the console."""
    email = await add_user(database, party, role)
    visitor = Visitor(http)
    await visitor.open("/console/sign-in")
    answer = await visitor.submit("/console/sign-in", email=email, password=PASSWORD)
    assert answer.status_code == httpx2.codes.OK, answer.text
    return visitor
