"""One sweep over the console: all pages of all roles, in both languages, themes and widths.

The pages are found as a person finds them: by the navigation, and by the links on pages. Of pages
that differ in a number or a name alone, one is visited. In the suite each page of a role is
looked at once: in English, light and wide, or in Chinese, dark and narrow, by turns. The campaign
looks at all eight together.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.identity.roles import ROLE_NAMES, RoleName
from api.pages.translations import catalogue
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
PAGES_MAX = 120
"""The most pages of one role. If there were more, links would lead round in circles."""
LINKS = """() => [...document.querySelectorAll('a[href^="/console"]')]
    .map((each) => each.getAttribute("href"))"""
NO_PAGES = re.compile(r"export=|/export|/download|/sign-out|/choose|\.csv|/content")

pytestmark = pytest.mark.timeout(900)


def kind_of(path: str) -> str:
    """What pages have in common that differ in a number or a name: the address without both."""
    place = path.partition("?")[0].partition("#")[0]
    return re.sub(r"/(?=[^/]*\d)[^/]+", "/…", place)


def walk(watched: Watched) -> Iterator[str]:
    """Every kind of page that links lead to, from the overview on, each as it was found."""
    waiting, known = ["/console"], {"/console"}
    while waiting and len(known) <= PAGES_MAX:
        path = waiting.pop(0)
        yield path
        for link in watched.page.evaluate(LINKS):
            kind = kind_of(link)
            if kind not in known and NO_PAGES.search(link) is None:
                known.add(kind)
                waiting.append(link.partition("#")[0])
    assert len(known) <= PAGES_MAX, sorted(known)


def sweep(
    browser: Browser,
    site: Site,
    role: RoleName,
    looks: Mapping[int, Sequence[Look]],
    pictures: Path | None,
) -> dict[str, list[str]]:
    """What is wrong with which page of a role. `looks` are those of pages in turn."""
    english = frozenset(catalogue("zh-Hans").texts) - set(catalogue("zh-Hans").texts.values())
    wrong: dict[str, list[str]] = {}
    with new_context(browser) as context:
        watched = Watched.open(context, site.url)
        watched.sign_in(site.emails[role], PASSWORD)
        for place, path in enumerate(walk(watched)):
            for look in looks[place % len(looks)]:
                if found := watched.look(path, look, english):
                    wrong[f"{role} {path} {look}"] = found
                if pictures is not None:
                    name = kind_of(path).strip("/").replace("/", "-").replace("…", "one")
                    watched.page.screenshot(
                        path=pictures / f"{role}-{name}-{look}.png", full_page=True
                    )
    return wrong


def test_every_page_of_every_role_is_sound(browser: Browser, site: Site) -> None:
    wrong: dict[str, list[str]] = {}
    for turn, role in enumerate(ROLE_NAMES):
        by_turns = {0: (ONE,), 1: (OTHER,)} if turn % 2 == 0 else {0: (OTHER,), 1: (ONE,)}
        wrong |= sweep(browser, site, role, by_turns, None)
    assert wrong == {}


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_every_page_is_sound_in_every_look(
    browser: Browser, site: Site, pytestconfig: pytest.Config
) -> None:
    given = pytestconfig.getoption("--pictures")
    pictures = Path(given) if given else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    wrong: dict[str, list[str]] = {}
    for role in ROLE_NAMES:
        wrong |= sweep(browser, site, role, {0: EVERY}, pictures)
    assert wrong == {}
