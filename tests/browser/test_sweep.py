"""One sweep over the console: all pages of all roles, in both languages, themes and widths.

The pages are found as a person finds them: by the navigation, and by the links on pages. Of pages
that differ in a number or a name alone, one is visited. In the suite every role walks through all
its pages, and a browser looks at each page once for each kind of party: in English, light and
wide, or in Chinese, dark and narrow, by turns. The campaign looks at all pages of all roles, in
all eight looks.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from api.identity.roles import ROLE_NAMES, ROLES, RoleName
from api.pages.translations import catalogue
from catalog import Role
from tests.browser.conftest import PASSWORD, Site
from tests.browser.watching import NARROW, WIDE, Look, Watched, new_context

ONE = Look("en", "light", WIDE)
OTHER = Look("zh-Hans", "dark", NARROW)
EVERY = [
    Look(locale, theme, width)
    for locale in ("en", "zh-Hans")
    for theme in ("light", "dark")
    for width in (NARROW, WIDE)
]
PAGES_MAX = 200
"""The most pages of one role. If there were more, links would lead round in circles."""
PAGES_MIN = 60
"""Fewer than these were seen only if links are no longer found."""
LINKS = re.compile(r'<a\b[^>]*?\shref="(/console[^"]*)"')
NO_PAGES = re.compile(r"export=|/export|/download|/sign-out|/choose|\.csv|/content")

pytestmark = pytest.mark.timeout(900)


def kind_of(path: str) -> str:
    """What pages have in common that differ in a number or a name: the address without both."""
    place = path.partition("?")[0].partition("#")[0]
    place = re.sub(r"/(?=[^/]*\d)[^/]+", "/…", place)
    return re.sub(r"^/console/(liability|parties)/[^/]+", r"/console/\1/…", place)


def walk(context: BrowserContext, site: Site, wrong: dict[str, list[str]]) -> Iterator[str]:
    """Every kind of page that links lead to, from the overview on, each as it was found.

    Notes in `wrong` which page leads to one that does not open.
    """
    waiting, known = ["/console"], {"/console"}
    found_on: dict[str, str] = {}
    while waiting and len(known) <= PAGES_MAX:
        path = waiting.pop(0)
        answer = context.request.get(site.url + path)
        if answer.status != HTTPStatus.OK:
            wrong[f"{found_on.get(path)} leads to {path}"] = [f"answers {answer.status}"]
            continue
        yield path
        for link in map(html.unescape, LINKS.findall(answer.text())):
            kind = kind_of(link)
            if kind not in known and NO_PAGES.search(link) is None:
                known.add(kind)
                waiting.append(link.partition("#")[0])
                found_on[waiting[-1]] = path
    assert len(known) <= PAGES_MAX, sorted(known)


def told(wrong: Mapping[str, list[str]]) -> str:
    """All that was found, a line for each."""
    return "\n".join(f"{page}: {each}" for page, found in wrong.items() for each in found)


@dataclass
class Sweep:
    """What is looked at, and what was wrong with it."""

    site: Site
    looks: Callable[[RoleName, str], Iterable[Look]]
    """How to look at this page of this role."""
    pictures: Path | None = None
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def see(self, browser: Browser, role: RoleName) -> None:
        """Look at the pages of a role."""
        chinese = catalogue("zh-Hans").texts
        english = frozenset(chinese) - set(chinese.values())
        with new_context(browser) as context:
            watched = Watched.open(context, self.site.url)
            watched.sign_in(self.site.emails[role], PASSWORD)
            for path in walk(context, self.site, self.wrong):
                for look in self.looks(role, kind_of(path)):
                    if found := watched.look(path, look, english):
                        self.wrong[f"{role} {path} {look}"] = found
                    if self.pictures is not None:
                        name = kind_of(path).strip("/").replace("/", "-").replace("…", "one")
                        picture = self.pictures / f"{role}-{name}-{look}.png"
                        watched.page.screenshot(path=picture, full_page=True)


def test_every_page_of_every_role_is_sound(browser: Browser, site: Site) -> None:
    seen: dict[tuple[Role, str], Look] = {}
    turn = cycle((ONE, OTHER))

    def once(role: RoleName, kind: str) -> list[Look]:
        page = (ROLES[role].party_role, kind)
        if page in seen:
            return []
        seen[page] = next(turn)
        return [seen[page]]

    sweep = Sweep(site, once)
    for role in ROLE_NAMES:
        sweep.see(browser, role)
    assert not sweep.wrong, told(sweep.wrong)
    assert len(seen) > PAGES_MIN


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_every_page_is_sound_in_every_look(
    browser: Browser, site: Site, pytestconfig: pytest.Config
) -> None:
    given = pytestconfig.getoption("--pictures")
    pictures = Path(given) if given else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    sweep = Sweep(site, lambda _role, _kind: EVERY, pictures)
    for role in ROLE_NAMES:
        sweep.see(browser, role)
    assert not sweep.wrong, told(sweep.wrong)
