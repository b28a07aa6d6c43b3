"""Pages of brands: who opens which, deeds that are done once, and texts that are never run."""

import re

import httpx2
import pytest

from api.console.brand.choice import instant_in
from api.console.brand.receipt import STEPS
from api.console.brand.who import read_who
from api.identity.roles import RoleName
from api.pages.forms import Form
from exchange.coupons import CouponState, OrderState, Step
from ledger import Database
from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, stock
from tests.http.console.visitors import Visitor, seen, sign_in
from tests.http.journey_swaps import placing

SCRIPT = "<script>alert(1)</script>"
ROLES: tuple[RoleName, ...] = ("marketer", "brand_finance", "service")
EVERYBODY: set[RoleName] = set(ROLES)
BY_ROLE: dict[str, set[RoleName]] = {
    "/console": EVERYBODY,
    "/console/members": {"marketer", "service"},
    "/console/members/m1": {"marketer", "service"},
    "/console/members/m1/adjust": {"marketer", "service"},
    "/console/members/m1/issue": {"marketer"},
    "/console/members/m1/gift": {"marketer"},
    "/console/members/m1/release": {"marketer"},
    "/console/members/m1/reverse": {"marketer", "service"},
    "/console/members/m1/merge": {"marketer"},
    "/console/members/m1/forget": {"marketer"},
    "/console/points": EVERYBODY,
    "/console/points/issue": {"marketer"},
    "/console/points/earning": EVERYBODY,
    "/console/points/earning/add": {"marketer"},
    "/console/points/batches": EVERYBODY,
    "/console/points/batches/add": {"marketer"},
    "/console/points/batches/box/codes": {"marketer"},
    "/console/points/batches/box/new-codes": {"marketer"},
    "/console/market": EVERYBODY,
    "/console/market/{offer}": EVERYBODY,
    "/console/market/{offer}/procure": {"marketer"},
    "/console/market/{offer}/access": {"marketer"},
    "/console/procurement": EVERYBODY,
    "/console/procurement/1/return": {"marketer"},
    "/console/prices": EVERYBODY,
    "/console/prices/add": {"marketer"},
    "/console/prices/rate": {"marketer"},
    "/console/prices/simulate": EVERYBODY,
    "/console/prices/quotes": EVERYBODY,
    "/console/coupons": {"marketer", "service"},
    "/console/coupons/{coupon}": {"marketer", "service"},
    "/console/coupons/{coupon}/return": {"marketer", "service"},
    "/console/coupons/{coupon}/complain": {"marketer", "service"},
    "/console/coupons/{coupon}/reveal": {"marketer", "service"},
    "/console/coupons/{coupon}/gift": {"marketer", "service"},
    "/console/coupons/{coupon}/gift-cancel": {"marketer", "service"},
    "/console/swaps": EVERYBODY,
    "/console/swaps/propose": {"marketer"},
    "/console/figures": {"marketer", "brand_finance"},
    "/console/programme": EVERYBODY,
    "/console/programme/add": {"marketer"},
    "/console/programme/rules": {"marketer"},
    "/console/programme/rules-from-day": {"marketer"},
    "/console/programme/tags": {"marketer"},
    "/console/programme/tiers": {"marketer"},
    "/console/programme/gift-plan": {"marketer"},
    "/console/programme/consents": {"marketer"},
    "/console/imports": {"marketer"},
    "/console/imports/send": {"marketer"},
    "/console/find": EVERYBODY,
}


async def _world(brand: Caller, supplier: Caller) -> dict[str, int]:
    """A member with points, a coupon, rules, and texts that are scripts."""
    issue = {"member": "m1", "points": 100, "store": SCRIPT, "reference": SCRIPT}
    accepted(await brand.post(f"{PROGRAMME}/issue", issue, key="issue-m1"))
    offer = await stock(
        supplier, brand, name=SCRIPT, subtitle=SCRIPT, terms_text=SCRIPT, gift_hops=1
    )
    right = {"member": "m1", "offer_id": offer, "channel": SCRIPT}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    price = {"scope": {"all": True}, "price": {"percent": 80}, "valid_from": BEGIN}
    accepted(await brand.post(f"{PROGRAMME}/prices", {**price, "label": SCRIPT}))
    rule = {"rule": "box", "event": "product-code", "points": 5, "valid_from": BEGIN}
    accepted(await brand.post(f"{PROGRAMME}/earning-rules", {**rule, "label": SCRIPT}))
    batch = {"batch": "box", "label": SCRIPT, "rule": "box"}
    accepted(await brand.post(f"{PROGRAMME}/product-batches", batch))
    return {"offer": offer, "coupon": coupon}


async def _ask(visitor: Visitor, path: str, query: dict[str, str]) -> httpx2.Response:
    """A page with filters, some of which are words of the language."""
    return await visitor.open(path, partial=False, **query)


async def test_each_page_opens_for_its_roles_alone_and_runs_no_text(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, database: Database
) -> None:
    made = await _world(brand, supplier)
    for role in ROLES:
        visitor = await sign_in(http, database, "grocer", role)
        for path, roles in BY_ROLE.items():
            answer = await visitor.open(path.format(**made), q="m1", member="m1")
            allowed = role in roles
            assert answer.status_code == (200 if allowed else 403), (role, path, answer.text)
            assert "alert(1)</script>" not in answer.text, path
            assert not allowed or "<h1>" in answer.text, path
    manager = await sign_in(http, database, "cinema", "manager")
    for path in ("/console/market", "/console/prices", "/console/swaps"):
        assert (await manager.open(path)).status_code == 403, path


async def test_what_is_foreign_is_answered_as_what_is_missing(
    http: httpx2.AsyncClient,
    brand: Caller,
    other_brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    made = await _world(brand, supplier)
    stranger = await sign_in(http, database, "pharmacy", "marketer")
    coupon = f"/console/coupons/{made['coupon']}"
    pairs: tuple[tuple[str, dict[str, str], str, dict[str, str]], ...] = (
        (coupon, {}, "/console/coupons/999999", {}),
        ("/console/members/m1", {}, "/console/members/m-nobody", {}),
        ("/console/points", {"programme": "grocer"}, "/console/points", {"programme": "none"}),
    )
    for foreign, its_query, missing, query in pairs:
        answers = [await _ask(stranger, foreign, its_query), await _ask(stranger, missing, query)]
        assert [each.status_code for each in answers] == [404, 404], foreign
        titles = {re.findall("<h1>(.*?)</h1>", each.text)[0] for each in answers}
        assert len(titles) == 1, foreign


async def test_a_form_does_its_deed_once_and_says_what_is_wrong(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, database: Database
) -> None:
    made = await _world(brand, supplier)
    marketer = await sign_in(http, database, "grocer", "marketer")
    member = f"{PROGRAMME}/members/m1"
    before = accepted(await brand.get(member), 200)["spendable"]

    adjust = "/console/members/m1/adjust"
    form = dict(seen(await marketer.open(adjust)).forms)[adjust]
    typed = {**form, "points": "7", "reason": "late"}
    for _ in range(2):
        await marketer.send(adjust, typed)
    assert accepted(await brand.get(member), 200)["spendable"] == before + 7
    history = accepted(await brand.get(f"{member}/history"), 200)["entries"]
    assert history[0]["recorded_by"].startswith("user:")

    await marketer.open(adjust)
    taken = await marketer.submit(adjust, points="-3", reason="early")
    assert "−3<" in taken.text
    await marketer.open(adjust)
    wrong = await marketer.submit(adjust, points="many", reason="late")
    assert wrong.status_code == 400
    assert 'class="wrong"' in wrong.text
    assert 'value="many"' in wrong.text

    coupon = f"/console/coupons/{made['coupon']}"
    receipt = (await marketer.open(coupon)).text
    assert "The right was delivered." in receipt
    part = await marketer.open(coupon, partial=True)
    assert "<html" not in part.text
    assert "The right was delivered." in part.text
    await marketer.open(f"{coupon}/complain")
    told = await marketer.submit(f"{coupon}/complain", reason="It is not there")
    assert "The complaint was passed on." in told.text
    assert "Somebody says that something is wrong." in told.text
    await marketer.open(f"{coupon}/gift")
    shown = await marketer.submit(f"{coupon}/gift", to_member="m2")
    assert "Token of the gift" in shown.text
    await marketer.open(f"{coupon}/gift-cancel")
    assert "The gift was taken back." in (await marketer.submit(f"{coupon}/gift-cancel")).text

    await _trade(marketer, made["offer"])
    await _settings(marketer)
    placed = accepted(await supplier.post("/v1/placements", placing("grocer", made["offer"])))
    await _report(marketer, brand, f"/v1/placements/{placed['placement_id']}")


async def _report(marketer: Visitor, brand: Caller, placement: str) -> None:
    """Tell of a placement's hours: looked at first, and recorded once."""
    page = f"/console/swaps/{placement.removeprefix('/v1/')}"
    path = f"{page}/impressions"
    assert path in seen(await marketer.open(page)).links
    await marketer.open(path)
    nothing = await marketer.submit(path, zone="Mars/Olympus")
    assert (nothing.status_code, nothing.text.count('class="wrong"')) == (400, 2)
    lines = f"hour,shown\n2017-01-05 10:00,1200\n2017-01-05 11:00,{SCRIPT}\n2016-01-05 10:00,7\n"
    file = {"file": ("hours.csv", lines.encode("gb18030"), "text/csv")}
    looked = await marketer.send(path, {"_key": "hours", "zone": "Asia/Shanghai"}, files=file)
    assert looked.status_code == 200, looked.text
    assert SCRIPT not in looked.text
    assert "1 hours lie outside the window" in looked.text
    assert "It is no whole number" in looked.text
    assert accepted(await brand.get(placement), 200)["reported"]["hours"] == 0
    fields = dict(seen(looked).forms)[f"{path}/record"]
    for _ in range(2):
        told = await marketer.send(f"{path}/record", fields)
        assert (told.status_code, "Outside the window" in told.text) == (200, True), told.text
    reported = accepted(await brand.get(placement), 200)["reported"]
    assert reported == {"impressions": 1200, "hours": 1}
    empty = await marketer.send(f"{path}/record", {"_key": "none", "told": ""})
    assert empty.status_code == 400
    gone = await marketer.open("/console/swaps/placements/999999999/impressions")
    assert gone.status_code == 404


async def _trade(marketer: Visitor, offer: int) -> None:
    """Procure, set access and prices, simulate, and end a rule."""
    path = f"/console/market/{offer}/procure"
    await marketer.open(path)
    assert "It was granted." in (await marketer.submit(path, quantity="3")).text
    path = f"/console/market/{offer}/access"
    await marketer.open(path)
    asked = {"open_to.points_at_least": "5", "open_to.first_redemption": "on"}
    await marketer.submit(path, **asked)
    assert "With at least so many points: 5" in (await marketer.open(path[:-7])).text
    await marketer.open(path)  # what held before holds on, unless it is unchecked
    await marketer.submit(path, **{"open_to.points_at_least": "6"})
    assert "Only at the first redemption" in (await marketer.open(path[:-7])).text
    path = "/console/prices/add"
    rule = {"label": "Tea day", "effect": "percent", "amount": "50", "schedule.monthly": "8, last"}
    await _try_first(marketer, rule)
    await marketer.open(path)
    page = await marketer.submit(path, **rule)
    assert "Tea day" in page.text
    end = next(action for action, _ in seen(page).forms if action.endswith("/end"))
    assert "The rule was ended." in (await marketer.submit(end)).text
    path = "/console/prices/simulate"
    await marketer.open(path)
    assert "Points under the rule" in (await marketer.submit(path, **rule)).text
    await marketer.open(path)
    refused = await marketer.submit(path, **{**rule, "amount": "500"})
    assert (refused.status_code, 'class="wrong"' in refused.text) == (400, True)


async def _try_first(marketer: Visitor, rule: dict[str, str]) -> None:
    """A rule is simulated from its form, and what was typed goes along to be saved."""
    add, simulate = "/console/prices/add", "/console/prices/simulate"
    form = await marketer.open(add)
    assert f'formaction="{simulate}' in form.text
    tried = await marketer.send(simulate, {**seen(form).forms[-1][1], **rule})
    assert "Points under the rule" in tried.text, tried.text
    assert f'formaction="{add}' in tried.text
    kept = next(fields for action, fields in seen(tried).forms if action.startswith(simulate))
    assert rule.items() <= kept.items()


async def _settings(marketer: Visitor) -> None:
    """Tiers, rules of the programme, an earning rule, and codes."""
    path = "/console/programme/tiers"
    await marketer.open(path)
    assert "Gold" in (await marketer.submit(path, lines="gold, Gold, 2")).text
    path = "/console/programme/rules"
    await marketer.open(path)
    changed = await marketer.submit(path, **{"cap.issue.day": "900"})
    assert "at most 900" in changed.text
    path = "/console/programme/rules-from-day"
    await marketer.open(path)
    change = {"since": "2099-01-01", "expiry.kind": "months", "expiry.count": "12"}
    seen = (await marketer.submit(f"{path}/preview", **change)).text
    assert "on expire 12 months later" in seen
    assert "keep their day" in seen
    planned = (await marketer.submit(path, **change)).text
    assert "→ At the end of a month, so many months after: 12" in planned
    await marketer.open(path)
    await marketer.submit(f"{path}/preview", **{**change, "since": "2001-01-01"})
    past = await marketer.submit(path)
    assert (past.status_code, "or later" in past.text) == (422, True)
    path = "/console/points/earning/add"
    await marketer.open(path)
    rule = {"rule": "sign-in", "event": "sign-in", "label": "Daily", "points": "5"}
    assert "The rule holds." in (await marketer.submit(path, **rule)).text
    path = "/console/points/batches/box/new-codes"
    await marketer.open(path)
    made = await marketer.submit(path, count="2")
    assert made.text.count("\n", made.text.index("<pre"), made.text.index("</pre>")) == 1


async def test_lists_are_filtered_by_their_address_and_exported(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, database: Database
) -> None:
    made = await _world(brand, supplier)
    marketer = await sign_in(http, database, "grocer", "marketer")
    coupon = f"/console/coupons/{made['coupon']}"
    # The offer takes nothing back, so nobody is asked to try.
    assert f'href="{coupon}/return' not in (await marketer.open(coupon)).text
    for query, is_there in (
        ({"member": "m1"}, True),
        ({"state": "USED"}, False),
        ({"offer_id": str(made["offer"])}, True),
        ({"until": "2000-01-01"}, False),
    ):
        answer = await _ask(marketer, "/console/coupons", query)
        assert (f'href="{coupon}"' in answer.text) is is_there, query
    wrong = await _ask(marketer, "/console/coupons", {"from": "never"})
    assert wrong.status_code == 400
    export = await marketer.open("/console/members", export="csv")
    assert export.text.startswith("\ufeffMember,Spendable")
    found = await marketer.open("/console/find", q="m")
    assert 'href="/console/members/m1"' in found.text
    await _of_a_guest(marketer, brand, supplier)


async def _of_a_guest(marketer: Visitor, brand: Caller, supplier: Caller) -> None:
    """Who has a free right and no points, of an offer that is sold no longer."""
    offer = await stock(supplier, brand, code="cup", texts={"en": {"name": "A cup of tea"}})
    right = {"member": "guest", "offer_id": offer, "free": True}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    accepted(await supplier.post(f"/v1/offers/{offer}/end", {}), 200)
    found = await marketer.open("/console/find", q="guest")
    assert 'href="/console/members/guest"' in found.text
    paths = ("/console/members/guest", "/console/coupons", f"/console/coupons/{coupon}")
    for path in (*paths, "/console/procurement"):
        assert "A cup of tea" in (await marketer.open(path)).text, path
    assert "/adjust" not in (await marketer.open("/console/members/guest")).text
    waiting = await marketer.open("/console/procurement", state="waiting")
    assert "No procurements here" in waiting.text
    granted = await marketer.open("/console/procurement", state="granted")
    assert "No procurements here" not in granted.text


@pytest.mark.usefixtures("reconciler")
async def test_a_file_is_looked_at_before_it_is_applied(
    http: httpx2.AsyncClient, brand: Caller, database: Database
) -> None:
    marketer = await sign_in(http, database, "grocer", "marketer")
    send = "/console/imports/send"
    form = dict(seen(await marketer.open(send)).forms)[send]
    file = {"file": ("members.csv", b"member,birthday\nm7,05-01\nm8,99-99\n", "text/csv")}
    page = await marketer.send(send, {**form, "kind": "members"}, files=file)
    path = page.request.url.path
    for _ in range(600):
        page = await marketer.open(path)
        if f"{path}/apply" in page.text:
            break
    assert "Leave the rejected rows out" in page.text, page.text
    assert (await marketer.open(f"{path}/rejected.csv")).text.count("m8") == 1
    await marketer.open(path)
    applied = await marketer.submit(f"{path}/apply", accept_partial="on")
    assert "The file is being applied." in applied.text
    assert path in (await marketer.open("/console/imports")).text


def test_every_state_and_step_has_words() -> None:
    from api.console.brand import words

    assert set(words.COUPON_STATES) == set(CouponState)
    assert set(words.ORDER_STATES) == set(OrderState)
    assert set(STEPS) == set(Step)


def test_days_and_conditions_are_read_as_they_are_typed() -> None:
    assert instant_in("2026-11-08", "Asia/Shanghai") == "2026-11-08T00:00:00+08:00"
    assert instant_in("8 November", "Asia/Shanghai") == "8 November"
    assert instant_in("", "Asia/Shanghai") is None
    typed = Form({"who.tiers": "gold， silver", "who.points_at_most": "x", "who.tags_all": " , "})
    assert read_who(typed, "who") == {"tiers": ["gold", "silver"], "points_at_most": "x"}
