"""Which programme a page of a brand is about: the one in the address, or the brand's first.

A brand with several programmes has a select in the head of its pages. The choice stands in the
address as `programme`, and goes along to the next page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response

from api.console.brand import words
from api.console.shell import NotForYou, Shell, enter, enter_form
from api.http.auth import Call
from api.identity.roles import Permission
from api.pages.ask import Answer, Query, at
from api.pages.formats import Formats
from api.pages.forms import Form
from ledger import JSON, Refusal

PROGRAMME = "/v1/programmes/{programme}"
NAMES_MAX = 500
"""The names of so many offers are read for a list. Beyond them, an offer is called by its code."""


class NoProgramme(Refusal):
    """The brand has no programme yet, so there is nothing to show."""

    code: ClassVar[str] = "no-programme-yet"
    status: ClassVar[int] = HTTPStatus.NOT_FOUND
    title: ClassVar[str] = "There is no programme yet. Make one first, under Programme."


@dataclass(slots=True)
class Brand:
    """A visit to a page about one programme of a brand."""

    shell: Shell
    programmes: list[dict[str, Any]]
    programme: dict[str, Any]

    @property
    def code(self) -> str:
        """The programme's code."""
        return str(self.programme["code"])

    async def get(self, path: str, /, query: Query | None = None, **parts: object) -> Answer:
        """Read an address of the programme, given as what comes after its code."""
        return await self.shell.get(PROGRAMME + path, query, programme=self.code, **parts)

    async def need(self, path: str, /, query: Query | None = None, **parts: object) -> Any:
        """What is at an address of the programme.

        Raises:
            Problem: the interface refused it.
        """
        return await self.shell.need(PROGRAMME + path, query, programme=self.code, **parts)

    async def act(
        self, method: str, path: str, body: JSON = None, /, *, form: Form, **parts: object
    ) -> Answer:
        """Do something to the programme, once for the key of the form."""
        address = at(PROGRAMME + path, programme=self.code, **parts)
        return await self.shell.act(method, address, body, form=form)

    def to(self, path: str, /, **query: object) -> str:
        """The address of another page, about the same programme."""
        held = {name: str(value) for name, value in query.items() if value not in {None, ""}}
        if len(self.programmes) > 1:
            held = {"programme": self.code, **held}
        return f"{path}?{urlencode(held)}" if held else path

    def page(self, template: str, /, **values: Any) -> Response[bytes]:
        """A page about the programme."""
        return show_page(self.shell, template, brand=self, **values)

    def instant(self, text: str | None) -> str | None:
        """A day, or a day with a time, of the programme's zone, as an instant.

        What is none is left as it is, and the interface says what is wrong.
        """
        return instant_in(text, self.programme["time_zone"])

    async def names(self) -> dict[int, str]:
        """What offers are called in the reader's language, by their ids.

        Those that the programme can have, and those that it procured, sold no longer or not.
        """
        if not self.shell.may("market.read"):
            return {}
        query: Query = {"limit": NAMES_MAX, "lang": language(self.shell)}
        held = await self.shell.get(PROGRAMME + "/allotments", query, programme=self.code)
        answer = await self.shell.get(
            PROGRAMME + "/offers", {**query, "all": True}, programme=self.code
        )
        del self.shell.calls[-2:]  # they only help to read the page
        return {each["offer_id"]: each["name"] for each in held.items + answer.items}


def show_page(shell: Shell, template: str, /, **values: Any) -> Response[bytes]:
    """A page with the words of the closed lists, and what templates do with them."""

    def pairs(table: Mapping[Any, Any]) -> list[tuple[Any, str]]:
        return [(value, shell._(_text(each))) for value, each in table.items()]

    def segments(
        table: Mapping[str, Any], counts: Mapping[str, int] | None = None
    ) -> list[tuple[str, str, int | None]]:
        known = counts or {}
        total = sum(known.values()) if known else None
        named = [(value, text, known.get(value)) for value, text in pairs(table)]
        return [("", shell._("All"), total), *named]

    return shell.page(template, words=words, pairs=pairs, segments=segments, at=at, **values)


def _text(word: str | tuple[str, str]) -> str:
    return word if isinstance(word, str) else word[0]


def language(shell: Shell) -> str:
    """The reader's language, as the interface calls it."""
    return "en" if shell.locale == "en" else "zh"


def instant_in(text: str | None, zone: str) -> str | None:
    """A day, or a day with a time, of this zone, as an instant."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(zone))
    return read.isoformat()


async def enter_brand(request: Call, permission: Permission) -> Brand:
    """Let a user of a brand into a page about a programme.

    Raises:
        NotForYou: the user's roles do not include the page, or the party is no brand.
        NoProgramme: the brand has no programme yet.
        Problem: the programme in the address is not there, or is another party's.
    """
    return await choose(await enter(request, permission))


async def enter_brand_form(request: Call, permission: Permission) -> tuple[Brand, Form]:
    """Let a user of a brand in who sends a form about a programme.

    Raises:
        ForeignForm: the form was not sent from a page of ours.
        NotForYou: the user's roles do not include the page, or the party is no brand.
        NoProgramme: the brand has no programme yet.
        Problem: the programme in the address is not there, or is another party's.
    """
    shell, form = await enter_form(request, permission)
    return await choose(shell), form


async def choose(shell: Shell) -> Brand:
    """The programme that the address names, or else the first.

    Raises:
        NotForYou: the party is no brand.
        NoProgramme: the brand has no programme yet.
        Problem: the programme in the address is not there, or is another party's.
    """
    if not shell.is_party("brand"):
        raise NotForYou("this page is for brands")
    found = await shell.need("/v1/programmes")
    shell.calls.pop()
    programmes: list[dict[str, Any]] = found["items"]
    wanted = shell.query.get("programme", "")
    if wanted:
        named = [each for each in programmes if each["code"] == wanted]
        chosen = named[0] if named else await shell.need(PROGRAMME, programme=wanted)
    elif programmes:
        chosen = programmes[0]
    else:
        raise NoProgramme
    shell.f = Formats(shell.locale, chosen["time_zone"])  # its days are those of the programme
    return Brand(shell, programmes, chosen)
