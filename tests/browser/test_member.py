"""A member's way as a person goes it: from the brand's app to the receipt, in a real browser."""

import json
import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import Site
from tests.browser.watching import NARROW, Look, Watched, new_context

PHONE = Look("zh-Hans", "light", NARROW)
PATHS = ("/m/home", "/m/market", "/m/wallet", "/m/history", "/m/claim")

pytestmark = pytest.mark.timeout(600)


def call(site: Site, method: str, path: str, body: Any = None, key: str = "") -> Any:
    """Ask the interface as the brand's server does."""
    headers = {"Authorization": f"Bearer {site.brand_key}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{site.url}{path}", method=method, headers=headers, data=content
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def let_in(site: Site, member: str, key: str) -> str:
    """The link with which a member comes in. The member has points enough for anything."""
    programme = f"/v1/programmes/{site.programme}"
    points = {"member": member, "points": 900_000}
    call(site, "POST", f"{programme}/issue", points, key=f"points-{member}")
    asked = {"member": member, "locale": "zh-Hans", "seconds": 600}
    made = call(site, "POST", f"{programme}/launches", asked, key=key)
    url: str = made["url"]
    return site.url + "/m/#" + url.partition("#")[2]


def offer_of(watched: Watched) -> str:
    """The page that confirms an offer which can be had at once, with its own code."""
    for path in watched.page.evaluate(
        """() => [...document.querySelectorAll('a[href^="/m/offers/"]')]
            .map((each) => each.getAttribute("href"))"""
    ):
        watched.page.goto(watched.origin + path)
        confirm = f"{path}/confirm"
        if watched.page.locator(f'a[href="{confirm}"]').count():
            watched.page.click(f'a[href="{confirm}"]')
            watched.page.wait_for_url(f"**{confirm}")
            return confirm
    raise AssertionError("the market has nothing to redeem")


def spendable(site: Site, member: str) -> int:
    path = f"/v1/programmes/{site.programme}/members/{member}"
    return int(call(site, "GET", path)["spendable"])


def phone(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    return browser.new_context(
        locale="zh-CN",
        viewport={"width": NARROW, "height": 812},
        has_touch=True,
        java_script_enabled=scripts,
    )


def test_from_the_launch_to_the_receipt_once_whatever_is_pressed(
    browser: Browser, site: Site
) -> None:
    link = let_in(site, "browser-1", "launch-1")
    with phone(browser) as context:
        watched = Watched.open(context, site.url)
        watched.page.goto(link)
        watched.page.wait_for_url("**/m/home")
        assert "#" not in watched.page.url
        for path in PATHS:
            assert watched.look(path, PHONE, frozenset()) == [], path
        watched.page.goto(f"{site.url}/m/market")
        offer = offer_of(watched)
        before = spendable(site, "browser-1")
        shown = offer.removesuffix("/confirm")
        assert watched.look(shown, PHONE, frozenset()) == []
        price = int(re.sub(r"\D", "", watched.page.inner_text(".price.big b")))
        assert watched.look(offer, PHONE, frozenset()) == []
        watched.page.dblclick("form[action$=redeem] button")
        watched.page.wait_for_url("**/m/coupons/*")
        receipt = watched.page.url
        assert watched.page.locator(".sentence").count() == 1
        # The browser's back button shows the form again, with the key that was used.
        watched.page.go_back()
        watched.page.locator("form[action$=redeem] button").click()
        watched.page.wait_for_url("**/m/coupons/*")
        assert watched.page.url == receipt
        assert before - spendable(site, "browser-1") == price
        assert watched.look(receipt.removeprefix(site.url), PHONE, frozenset()) == []


def test_the_pages_need_no_script(browser: Browser, site: Site) -> None:
    link = let_in(site, "browser-2", "launch-2").replace("/m/#t=", "/m?t=")
    with phone(browser, scripts=False) as context:
        page = context.new_page()
        page.goto(link)
        page.click("button")
        page.wait_for_url("**/m/home")
        page.goto(f"{site.url}/m/market")
        links = page.locator('a[href^="/m/offers/"]')
        offers = [str(links.nth(place).get_attribute("href")) for place in range(links.count())]
        for offer in offers:
            page.goto(site.url + offer)
            onward = page.locator('a[href$="/confirm"]')
            if onward.count():
                onward.click()
                page.click("form[action$=redeem] button")
                break
        page.wait_for_url("**/m/coupons/*")
        assert page.locator(".sentence").inner_text()
        page.click('a[href="/m/wallet"]')
        assert page.locator('a[href^="/m/coupons/"]').count() == 1


def test_two_tabs_and_a_visit_that_is_over(browser: Browser, site: Site) -> None:
    link = let_in(site, "browser-3", "launch-3")
    with phone(browser) as context:
        one = Watched.open(context, site.url)
        one.page.goto(link)
        one.page.wait_for_url("**/m/home")
        one.page.goto(f"{site.url}/m/market")
        offer = offer_of(one)
        other = Watched.open(context, site.url)
        other.page.goto(site.url + offer)
        one.page.click("form[action$=redeem] button")
        one.page.wait_for_url("**/m/coupons/*")
        # Another tab has a form of its own, which is another deed.
        other.page.click("form[action$=redeem] button")
        other.page.wait_for_url("**/m/coupons/*")
        assert one.page.url != other.page.url
        context.clear_cookies()
        answer = one.page.goto(f"{site.url}/m/home")
        assert answer is not None
        assert answer.status == 401
    with new_context(browser) as stranger:
        answer = stranger.new_page().goto(one.page.url)
        assert answer is not None
        assert answer.status == 401
