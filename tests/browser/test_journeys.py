"""Each role's main job as a person does it at the console: from signing in until it is done."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, expect

from api.demo.showcase.run import KEYS_FILE
from api.identity.roles import RoleName
from tests.browser.conftest import BRAND, PASSWORD, SUPPLIER, Site
from tests.browser.watching import Watched, new_context

SCRIPT = "<script>alert(1)</script>"
OFFER = f"Cold brew {SCRIPT}"
MEMBER = "m-<img src=x onerror=alert(1)>"
PROGRAMME = f"/v1/programmes/{BRAND}"
MOVES_SECONDS = 30
"""How long a number on an open page may take to move. The worker writes events meanwhile."""

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@dataclass
class Person:
    """Somebody at a browser."""

    site: Site
    watched: Watched

    def __post_init__(self) -> None:
        self.page = self.watched.page
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        """A question before a deed is answered with yes. Nothing else may open."""
        if dialog.type != "confirm":
            self.watched.wrong.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def go(self, *names: str) -> None:
        """Follow the navigation, or links of the page, by what they are called."""
        for name in names:
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str, *, within: Locator | None = None, twice: bool = False) -> None:
        """Press a button: twice as fast as people do who are used to icons."""
        button = (within or self.page.locator("main")).get_by_role("button", name=name, exact=True)
        if twice:
            button.dblclick()
        else:
            button.click()

    def reads(self, text: str | re.Pattern[str]) -> None:
        """The page says this, once it is there."""
        expect(self.page.locator("main")).to_contain_text(text)

    def another_tab(self, path: str = "") -> "Person":
        """The same page in another tab."""
        other = Person(self.site, Watched.open(self.page.context, self.site.url))
        other.page.goto(self.site.url + path if path else self.page.url)
        return other


@contextmanager
def at_work(browser: Browser, site: Site, role: RoleName) -> Iterator[Person]:
    """Somebody with this role, signed in. In the end nothing may have gone wrong in the browser."""
    with new_context(browser) as context:
        person = Person(site, Watched.open(context, site.url))
        person.watched.sign_in(site.emails[role], PASSWORD)
        yield person
        assert person.watched.wrong == []


def call(site: Site, party: str, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
    """Ask the interface as the server of a party does."""
    keys = json.loads((site.data_dir / "showcase" / KEYS_FILE).read_text(encoding="utf-8"))
    headers = {"Authorization": f"Bearer {next(iter(keys[party].values()))}"}
    headers |= {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{site.url}{path}", content, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def coupon_of(site: Site, member: str) -> Any:
    """A coupon of the supplier's that a member has, as an app of the brand would redeem it."""
    query = f"?supplier={SUPPLIER}&limit=100"
    offers = call(site, BRAND, "GET", f"{PROGRAMME}/offers{query}")["items"]
    own = next(each for each in offers if each["fulfilment"] == "own_code" and not each["why_not"])
    issued = {"member": member, "points": 300}
    call(site, BRAND, "POST", f"{PROGRAMME}/issue", issued, key=f"points-{member}")
    right = {"member": member, "offer_id": own["offer_id"], "free": True}
    made = call(site, BRAND, "POST", f"{PROGRAMME}/rights", right, key=f"journey-{member}")
    return call(site, BRAND, "GET", f"{PROGRAMME}/coupons/{made['coupon']}")


def test_an_offer_is_published_procured_and_granted(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "manager") as manager, at_work(browser, site, "marketer") as buyer:
        manager.go("Offers", "New offer")
        manager.page.locator("input[name=code]").fill("cold-brew")
        manager.page.locator("input[name=name]").fill(OFFER)
        manager.page.locator("select[name=fulfilment]").select_option("own_code")
        manager.page.locator("input[name=face_value_minor]").fill("28.00")
        manager.page.locator("input[name=points]").fill("1400")
        yesterday = datetime.now(UTC) - timedelta(days=1)
        manager.page.locator("input[name=valid_from]").fill(f"{yesterday:%Y-%m-%dT%H:%M}")
        manager.press("Publish the offer", twice=True)
        expect(manager.page.locator("h1")).to_have_text(OFFER)
        manager.go("Offers")
        expect(manager.page.get_by_role("link", name=OFFER)).to_have_count(1)

        buyer.go("Market")
        buyer.page.locator("main").get_by_role("searchbox").fill("Cold brew")
        buyer.press("Search")
        buyer.go(OFFER, "Procure")
        drawer = buyer.page.locator("#drawer")
        # More than the supplier's terms grant by themselves.
        drawer.get_by_label("Pieces").fill("2000000")
        buyer.press("Procure", within=drawer, twice=True)
        buyer.page.wait_for_url("**/console/procurement*")
        buyer.reads("It waits for the supplier's answer.")
        expect(buyer.page.get_by_text(OFFER)).to_have_count(1)
        # Going back shows the offer again, and asks for nothing.
        buyer.page.go_back()
        buyer.go("Procurement")
        expect(buyer.page.get_by_text(OFFER)).to_have_count(1)

        manager.go("Procurements")
        other = manager.another_tab()
        row = manager.page.get_by_role("row").filter(has_text=OFFER)
        manager.press("Grant", within=row, twice=True)
        expect(row).to_have_count(0)
        # The other tab still offers it. It says what became of it, and nothing is granted twice.
        offered = other.page.get_by_role("row").filter(has_text=OFFER)
        other.press("Grant", within=offered)
        expect(offered).to_have_count(0)
        assert other.watched.wrong == []
        buyer.go("Procurement", OFFER)
        buyer.reads("of 2,000,000 granted")


def spendable(person: Person) -> int:
    card = person.page.locator("section.kpi").filter(has_text="Spendable")
    return int(re.sub(r"\D", "", card.locator(".v").inner_text()))


def test_a_marketer_adjusts_points_once(browser: Browser, site: Site) -> None:
    issued = {"member": MEMBER, "points": 500, "reference": SCRIPT}
    call(site, BRAND, "POST", f"{PROGRAMME}/issue", issued, key="journey-issue")
    with at_work(browser, site, "marketer") as person:
        person.page.get_by_role("searchbox").fill(MEMBER)
        person.page.keyboard.press("Enter")
        person.go(MEMBER)
        expect(person.page.locator("h1")).to_have_text(MEMBER)
        before = spendable(person)
        other = person.another_tab()
        for tab in (person, other):
            tab.go("Adjust points")
        drawer = person.page.locator("#drawer")
        drawer.get_by_label("Points").fill("250")
        drawer.get_by_label("Reason").fill(SCRIPT)
        person.press("Adjust points", within=drawer, twice=True)
        person.reads("The points were adjusted.")
        assert spendable(person) == before + 250
        person.reads(SCRIPT)
        person.page.go_back()
        person.page.reload()
        assert spendable(person) == before + 250
        # Another tab has a form of its own, which is another deed.
        drawer = other.page.locator("#drawer")
        drawer.get_by_label("Points").fill("-50")
        drawer.get_by_label("Reason").fill("too many")
        other.press("Adjust points", within=drawer)
        other.reads("The points were adjusted.")
        assert spendable(other) == before + 200
        assert other.watched.wrong == []
        # Going back to a page of its own, the form has what was typed and the key that was used.
        form = other.page.get_by_role("link", name="Adjust points", exact=True).get_attribute(
            "href"
        )
        person.page.goto(f"{site.url}{form}")
        person.page.get_by_label("Points").fill("30")
        person.page.get_by_label("Reason").fill("once")
        for _ in range(2):
            person.press("Adjust points")
            person.reads("The points were adjusted.")
            assert spendable(person) == before + 230
            person.page.go_back()


def test_a_till_uses_a_coupon_once_and_the_brand_sees_it_move(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "marketer") as brand, at_work(browser, site, "manager") as supplier:
        today = brand.page.locator("section.kpi").filter(has_text=re.compile("^Today"))
        used = supplier.page.locator("section.kpi").filter(has_text="Used today")
        before, used_before = today.inner_text(), used.inner_text()
        code = coupon_of(site, "journey-till")["code"]
        with at_work(browser, site, "till") as till:
            till.page.wait_for_url("**/console/till")
            till.page.get_by_label("Code of the coupon").fill(code)
            till.press("Look up")
            till.press("Use it", twice=True)
            expect(till.page.locator(".verdict.ok .title")).to_have_text("Used")
            till.page.get_by_label("Next code").fill(code)
            till.press("Look up")
            expect(till.page.locator(".verdict.bad .title")).to_have_text("Do not take it")
            expect(till.page.get_by_role("button", name="Use it")).to_have_count(0)
            # The answer to a form is a page like any other: it is told in the other language,
            # loaded again and gone back to, and no form is sent again.
            till.press("Look up")
            till.page.get_by_role("button", name="中文").click()
            till.page.get_by_role("button", name="English").click()
            expect(till.page.locator("h1")).to_have_text("Till")
            till.page.get_by_label("Code of the coupon").fill(code)
            till.press("Look up")
            expect(till.page.locator(".verdict.bad .title")).to_be_visible()
            till.page.reload()
            till.page.go_back()
            expect(till.page.locator("h1")).to_have_text("Till")
            expect(till.page.locator(".uses li").filter(has_text=code[-4:])).to_have_count(1)
        for number, shown in ((today, before), (used, used_before)):
            expect(number).not_to_have_text(shown, timeout=MOVES_SECONDS * 1000)
        assert brand.page.url == f"{site.url}/console"


def test_service_finds_a_member_and_complains_about_a_right(browser: Browser, site: Site) -> None:
    coupon = coupon_of(site, "journey-service")
    with at_work(browser, site, "service") as person:
        person.page.get_by_role("searchbox").fill("journey-service")
        person.page.keyboard.press("Enter")
        person.go("journey-service")
        person.page.locator(f'main a[href*="/console/coupons/{coupon["coupon"]}"]').first.click()
        drawer = person.page.locator("#drawer")
        drawer.get_by_role("link", name="Full page").click()
        person.go("Complain")
        drawer.get_by_label("Reason").fill("The shop was closed.")
        person.press("Complain about the coupon", within=drawer, twice=True)
        person.reads("The complaint was passed on.")
        complaints = person.page.get_by_text("Somebody says that something is wrong.")
        expect(complaints).to_have_count(1)
        case = re.search(r"CS-\w+", person.page.locator("main").inner_text())
        assert case is not None
        person.page.go_back()
        person.go("Cases")
        expect(person.page.get_by_role("row").filter(has_text=case[0])).to_have_count(1)


def test_brand_finance_downloads_a_statement_and_disputes_a_line(
    browser: Browser, site: Site
) -> None:
    with at_work(browser, site, "brand_finance") as person:
        person.go("Statements")
        issued = person.page.get_by_role("row").filter(has_text="Issued")
        issued.get_by_role("link").first.click()
        number = person.page.locator("h1").inner_text()
        disputes = person.page.locator('#disputes a[href^="/console/disputes/"]')
        before = disputes.count()
        with person.page.expect_download() as download:
            person.page.get_by_role("link", name="Export CSV").click()
        lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) > 1
        person.go("Dispute")
        person.page.get_by_role("checkbox").first.check()
        person.page.get_by_label("In your words").fill(f"Reversed at the till. {SCRIPT}")
        person.press("Open the dispute", twice=True)
        person.reads("Reversed at the till.")
        person.go("Statements", number)
        expect(disputes).to_have_count(before + 1)


def test_an_operator_invites_a_user_who_comes_in_by_the_link(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "operator") as person:
        person.go("Users")
        person.page.get_by_label("E-mail").fill("new@example.com")
        person.page.locator("main input[name=name]").fill("Chen New")
        person.page.locator("select[name=role]").select_option("auditor")
        person.press("Invite", twice=True)
        link = person.page.get_by_role("status").locator(".mono").inner_text()
        with new_context(browser) as context:
            page = context.new_page()
            page.goto(site.url + link[link.index("/console/") :])
            page.get_by_label("New password").fill("sixteen quiet geese")
            page.get_by_role("button", name="Set password and sign in").click()
            page.wait_for_url("**/console")
            assert "Chen New" in page.inner_text("header")
        person.go("Users")
        expect(person.page.get_by_role("row").filter(has_text="new@example.com")).to_have_count(1)


def test_finance_runs_a_month_dry_and_works_on_a_break(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "finance") as person:
        person.go("Periods")
        person.page.get_by_role("row").filter(has_text="Open").get_by_role("link").last.click()
        person.reads("A dry run: nothing is changed")
        person.go("Reconciliation")
        person.page.locator('main a[href^="/console/reconciliations/"]').last.click()
        person.page.locator('main a[href^="/console/breaks/"]').first.click()
        person.page.get_by_label("Who works on it").fill("Lin")
        person.press("Assign", twice=True)
        expect(person.page.get_by_label("Who works on it")).to_have_value("Lin")
        person.page.get_by_label("What you found out").fill(f"The shop sent it late. {SCRIPT}")
        person.press("Comment", twice=True)
        said = person.page.locator(".timeline li").filter(has_text="The shop sent it late.")
        expect(said).to_have_count(1)
        expect(said).to_contain_text(SCRIPT)


def test_an_auditor_has_nothing_to_press(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "auditor") as person:
        for place in ("Statements", "Offers", "Parties"):
            person.go(place)
            expect(person.page.locator("h1")).to_have_text(place)
            expect(person.page.locator('main form[method="post"]')).to_have_count(0)
        person.page.locator('main a[href^="/console/parties/"]').last.click()
        expect(person.page.locator("main h1")).to_be_visible()
        expect(person.page.locator('main form[method="post"]')).to_have_count(0)


def forget(context: BrowserContext) -> None:
    """The session is over, as far as this browser can tell."""
    context.clear_cookies()


def test_a_session_that_is_over_leads_to_the_door_and_back(browser: Browser, site: Site) -> None:
    with at_work(browser, site, "marketer") as person:
        person.go("Coupons")
        filtered = f"{site.url}/console/coupons?state=USED"
        person.page.goto(filtered)
        forget(person.page.context)
        person.page.reload()
        person.page.wait_for_url("**/console/sign-in?back=*")
        person.page.get_by_label("E-mail").fill(site.emails["marketer"])
        person.page.get_by_label("Password").fill(PASSWORD)
        person.page.get_by_role("button", name="Sign in").click()
        person.page.wait_for_url(filtered)
        # A form that is sent too late does nothing, and says where to begin.
        person.go("Members")
        person.page.locator('main a[href^="/console/members/"]').first.click()
        before = spendable(person)
        member = person.page.url
        person.go("Adjust points")
        drawer = person.page.locator("#drawer")
        drawer.get_by_label("Points").fill("7")
        drawer.get_by_label("Reason").fill("late")
        forget(person.page.context)
        person.press("Adjust points", within=drawer)
        person.page.wait_for_url("**/console/sign-in*")
        person.watched.sign_in(site.emails["marketer"], PASSWORD)
        person.page.goto(member)
        assert spendable(person) == before
