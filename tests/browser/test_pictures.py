"""The pictures of the documentation, taken from a served showcase (`make pictures`).

Each shows the page of one role as that role sees it. A page that is gone or that does not show what
its picture is for fails here, so the pictures stay true.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from api.demo.showcase.story import Size
from api.identity.roles import RoleName
from tests.browser.conftest import PASSWORD, SUPPLIER, Site, showcase
from tests.browser.test_member import call
from tests.browser.watching import NARROW, WIDE, Look, Watched
from tests.docs.pages import DOCS, pages, prose

PICTURES = DOCS / "pictures"
BYTES_MAX = 150_000
HEIGHTS = {WIDE: 900, NARROW: 812}
LARGE = Size(members=600)
POINTS_ENOUGH = 500
DESK, DARK_DESK = Look("en", "light", WIDE), Look("zh-Hans", "dark", WIDE)
PHONE, CHINESE_PHONE = Look("en", "light", NARROW), Look("zh-Hans", "light", NARROW)
_PICTURE = re.compile(r"!\[[^\]]+\]\((?:[^)\s]*/)?pictures/([^)\s]+)\)")

Deed = Callable[[Page, Site], None]
pytestmark = [pytest.mark.xdist_group("pictures"), pytest.mark.timeout(3600)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: of which page, as who sees it, and what that person does there first."""

    name: str
    who: RoleName | None
    """None is a member."""
    path: str
    look: Look
    shows: str
    """What must be on the page, as a selector."""
    deed: Deed | None = None


def follow(selector: str) -> Deed:
    """Go where the first such link leads."""

    def go(page: Page, _: Site) -> None:
        address = page.locator(selector).first.get_attribute("href")
        page.goto(f"{page.url.partition('/console')[0].partition('/m/')[0]}{address}")

    return go


def open_drawer(page: Page, _: Site) -> None:
    """Open what the first row of the list is about, beside the list."""
    page.locator("tbody a[hx-get]").first.click()


def look_up(page: Page, site: Site) -> None:
    """Type a coupon's code at the till, as its member shows it."""
    page.fill("#code", code_of_a_coupon(site))
    page.click("form[action$=look-up] button.primary")


STATEMENT = "tbody a[href^='/console/statements/']"
RECONCILIATION = "tbody a[href^='/console/reconciliations/']"
COUPON = "a[href^='/m/coupons/']"
SHOWN = (
    Picture("overview", "marketer", "/console", DESK, ".kpis"),
    Picture("overview-dark", "marketer", "/console", DARK_DESK, ".kpis"),
    Picture("coupons", "service", "/console/coupons", DESK, "dialog[open] .timeline", open_drawer),
    Picture("market", "marketer", "/console/market", DESK, "main img"),
    Picture(
        "statement",
        "brand_finance",
        "/console/statements?state=issued",
        DESK,
        "form[action$=agree]",
        follow(STATEMENT),
    ),
    Picture(
        "reconciliation",
        "finance",
        "/console/reconciliations",
        DESK,
        "#bridge svg",
        follow(RECONCILIATION),
    ),
    Picture("isolation", "operator", "/console/isolation", DESK, "main tbody td"),
    Picture("audit-log", "auditor", "/console/audit-log", DESK, "main tbody tr"),
    Picture("supplier", "manager", "/console", DESK, ".kpis"),
    Picture("member-home", None, "/m/home", CHINESE_PHONE, "main a"),
    Picture("member-receipt", None, "/m/wallet", CHINESE_PHONE, ".sentence", follow(COUPON)),
    Picture("till", "till", "/console/till", PHONE, ".verdict.ok", look_up),
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A showcase of a year, in place of the small one."""
    with showcase(LARGE) as made:
        yield made


def asked(site: Site, method: str, path: str, body: Any = None, key: str = "") -> Any:
    """Ask about the programme of the site."""
    return call(site, method, f"/v1/programmes/{site.programme}{path}", body, key)


def who_may_spend(site: Site) -> str:
    """A member with points to spend and a coupon to use."""
    for coupon in asked(site, "GET", "/coupons?state=ACTIVE")["items"]:
        member = str(coupon["holder"])
        is_own = coupon["member"] == coupon["holder"]
        if is_own and asked(site, "GET", f"/members/{member}")["spendable"] >= POINTS_ENOUGH:
            return member
    raise AssertionError("nobody has points and a coupon")


def code_of_a_coupon(site: Site) -> str:
    """The code of a coupon that was redeemed just now, for the supplier's shops."""
    member = "picture-1"
    offers = asked(site, "GET", f"/offers?supplier={SUPPLIER}")["items"]
    offer = next(each for each in offers if each["fulfilment"] == "own_code")
    asked(site, "POST", "/issue", {"member": member, "points": 5_000}, key="picture-points")
    right = {"member": member, "offer_id": offer["offer_id"]}
    coupon = asked(site, "POST", "/rights", right, key="picture-right")["coupon"]
    return str(asked(site, "GET", f"/coupons/{coupon}")["code"])


def come_in(watched: Watched, site: Site, who: RoleName | None) -> None:
    """Sign in as a person of a role, or come as a member from the brand's app."""
    if who is not None:
        watched.sign_in(site.emails[who], PASSWORD)
        return
    launch = {"member": who_may_spend(site), "locale": "zh-Hans", "seconds": 600}
    key = f"launch-{id(watched)}"
    url = str(asked(site, "POST", "/launches", launch, key=key)["url"])
    watched.page.goto(f"{site.url}/m/#{url.partition('#')[2]}")
    watched.page.wait_for_url("**/m/home")


def at_look(browser: Browser, look: Look) -> BrowserContext:
    """A browser of the size of the look."""
    return browser.new_context(
        locale=look.locale,
        timezone_id="Asia/Shanghai",
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        reduced_motion="reduce",
    )


def taken(browser: Browser, site: Site, picture: Picture) -> bytes:
    """The picture, as a PNG."""
    with at_look(browser, picture.look) as context:
        watched = Watched.open(context, site.url)
        cookies = {"comity-locale": picture.look.locale, "comity-theme": picture.look.theme}
        context.add_cookies(
            [{"name": name, "value": text, "url": site.url} for name, text in cookies.items()]
        )
        come_in(watched, site, picture.who)
        answer = watched.page.goto(f"{site.url}{picture.path}")
        assert answer is not None
        assert answer.status == 200, picture.name
        if picture.deed is not None:
            picture.deed(watched.page, site)
        watched.page.locator(picture.shows).first.wait_for()
        watched.page.wait_for_load_state("networkidle")
        seen = watched.page.screenshot(animations="disabled")
        assert watched.wrong == [], picture.name
    return compressed(Image.open(io.BytesIO(seen)).convert("RGB"))


def compressed(seen: Image.Image) -> bytes:
    """A picture as a PNG of few colours, which is small."""
    content = io.BytesIO()
    seen.quantize(256, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


@pytest.mark.campaign
def test_pictures_are_taken(
    browser: Browser, site: Site, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    folder = Path(pytestconfig.getoption("--pictures") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for picture in SHOWN:
        content = taken(browser, site, picture)
        assert len(content) <= BYTES_MAX, picture.name
        (folder / f"{picture.name}.png").write_bytes(content)


def test_the_documentation_shows_the_pictures_that_are_taken() -> None:
    kept = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    shown = {name for page in pages() for name in _PICTURE.findall(prose(page))}

    assert set(kept) == shown
    assert shown == {f"{each.name}.png" for each in SHOWN}
    assert max(kept.values()) <= BYTES_MAX
