"""A page in Chromium that notes everything that must not happen there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from api.pages.assets import assets

AXE = (Path(__file__).parent / "axe-4.14.1.min.js").read_text(encoding="utf-8")
FIRST_VIEW_BYTES_MAX = 60_000
NARROW, WIDE = 375, 1440
OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > wide + 1)
        .filter((each) => !each.closest(".scroll, .seg, .chartbox, nav, .tabs, pre"))
        .slice(0, 3).map((each) => each.outerHTML.slice(0, 160));
}"""
TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        const isWord = !walker.currentNode.parentElement.closest(".mono, code, pre");
        if (text && isWord) found.push(text);
    }
    return found;
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    locale: str
    theme: str
    width: int

    def __str__(self) -> str:
        """Such as `en-light-1440`."""
        return f"{self.locale}-{self.theme}-{self.width}"


@dataclass
class Watched:
    """A page, and what was wrong there since it was last asked."""

    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, origin: str) -> "Watched":
        """A new page of a browser."""
        found = cls(context.new_page(), origin)
        found.page.on("console", found._heard)
        found.page.on("pageerror", lambda error: found.wrong.append(f"error: {error}"))
        found.page.on("request", found._asked)
        return found

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.wrong.append(f"asks another site: {request.url}")

    def look(self, path: str, look: Look, english: frozenset[str]) -> list[str]:
        """Go to a page, and tell all that is wrong with it in this look."""
        self.wrong.clear()
        context = self.page.context
        context.add_cookies(
            [
                {"name": "comity-locale", "value": look.locale, "url": self.origin},
                {"name": "comity-theme", "value": look.theme, "url": self.origin},
            ]
        )
        self.page.set_viewport_size({"width": look.width, "height": 900})
        answer = self.page.goto(self.origin + path, wait_until="load")
        if answer is None or answer.status != 200:
            return [f"answers {answer.status if answer else 'nothing'}"]
        size = int(answer.header_value("content-length") or 0) + _assets_bytes()
        if size > FIRST_VIEW_BYTES_MAX:
            self.wrong.append(f"has {size} bytes")
        self.wrong += [f"overflows: {each}" for each in self.page.evaluate(OVERFLOW)]
        if look.locale == "zh-Hans":
            untranslated = english & set(self.page.evaluate(TEXTS))
            self.wrong += [f"is not translated: {each}" for each in sorted(untranslated)]
        self.wrong += self.violations()
        return list(self.wrong)

    def violations(self) -> list[str]:
        """What axe finds: the rules of WCAG 2.2 AA, and best practice."""
        self.page.evaluate(AXE)
        found: Any = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"axe {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]
        ]

    def sign_in(self, email: str, password: str) -> None:
        """Sign in at the console as a person does."""
        self.page.goto(f"{self.origin}/console/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: not url.endswith("/sign-in"))  # a till goes to its till


def _assets_bytes() -> int:
    """What the console's pages load beside their text."""
    names = ("tokens.css", "parts.css", "layout.css", "console.js", "htmx-4.0.1.min.js")
    # The overviews alone load the second script of htmx.
    more = ("htmx-4.0.1-sse.min.js", "icons.svg", "favicon.svg")
    return sum(len(assets()[name].zipped) for name in (*names, *more))


def new_context(browser: Browser) -> BrowserContext:
    """A browser of somebody else: nothing is known there yet."""
    return browser.new_context(locale="en-GB", timezone_id="Asia/Shanghai")
