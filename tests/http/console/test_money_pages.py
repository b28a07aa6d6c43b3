"""The pages about money: whom each opens for, what each form does, and what is refused."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest

from api.console.shell import SESSION_COOKIE
from api.identity.roles import RoleName
from api.identity.sessions import begin_session
from api.identity.users import invite_user
from catalog import find_party
from ledger import Database
from settlement.closing import freeze
from tests.http import test_billing
from tests.http.conftest import Caller, accepted
from tests.http.console.visitors import Visitor, seen

bill = test_billing.statement
SCRIPT = "<script>alert(1)</script>"
CARD = """{"currency": "CNY", "legs": [
    {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "55"}
]}"""
UNCLEAR = b"Slip,Right,When,Due,<b>\ntill-9,ticket,21/01/2017,0.60,x\ntill-8,ticket,soon,0.60,x\n"


@pytest.fixture
async def visitors(
    http: httpx2.AsyncClient, bill: Any, database: Database
) -> Mapping[str, Visitor]:
    """The people who work with money, and one who does not."""
    people: tuple[tuple[str, RoleName], ...] = (
        ("operator", "finance"),
        ("operator", "auditor"),
        ("grocer", "brand_finance"),
        ("cinema", "manager"),
        ("grocer", "service"),
    )
    return {role: await _let_in(http, database, party, role) for party, role in people}


async def _let_in(
    http: httpx2.AsyncClient, database: Database, party: str, role: RoleName
) -> Visitor:
    """A user with a session. The door has tests of its own, so no password is hashed here."""
    async with database.transaction() as connection:
        found = await find_party(connection, party)
        email = f"{role}@{party}.example"
        invited = await invite_user(connection, found.party_id, email=email, name=role, role=role)
        token = await begin_session(connection, invited.user.user_id, address="::1", agent="test")
    return Visitor(http, {SESSION_COOKIE: token})


EVERYBODY = {"finance", "auditor", "brand_finance", "manager"}
PAGES: Mapping[str, set[str]] = {
    "/console/money": EVERYBODY,
    "/console/statements": EVERYBODY,
    "/console/statements?export=csv": EVERYBODY,
    "/console/statements/billing": EVERYBODY,
    "/console/disputes": EVERYBODY,
    "/console/adjustments": EVERYBODY,
    "/console/payments": EVERYBODY,
    "/console/nettings": EVERYBODY,
    "/console/rate-cards": EVERYBODY,
    "/console/contracts": EVERYBODY,
    "/console/reconciliations": EVERYBODY,
    "/console/reconciliations/mappings": EVERYBODY,
    "/console/periods": {"finance"},
    "/console/periods/2017-01": {"finance"},
    "/console/periods/calendar": {"finance"},
    "/console/rate-cards/new": {"finance"},
    "/console/rate-cards/simulate": {"finance"},
    "/console/reconciliations/new": {"finance", "manager"},
    "/console/journal": {"finance", "auditor"},
    "/console/liability": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer/2017-01": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer/estimates": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer/ladder": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer/what-if": {"finance", "auditor", "brand_finance"},
    "/console/liability/grocer/settings": {"finance", "auditor", "brand_finance"},
}


async def test_each_page_opens_for_its_roles_in_both_languages(
    visitors: Mapping[str, Visitor], bill: Any, brand: Caller
) -> None:
    number = bill["statement_id"]
    pages = {**PAGES, f"/console/statements/{number}": EVERYBODY}
    for role, visitor in visitors.items():
        if role == "auditor":
            visitor.cookies["comity-locale"] = "zh-Hans"
        for path, roles in pages.items():
            address, _, query = path.partition("?")
            answer = await visitor.open(address, partial=False, **dict(parse_qsl(query)))
            assert (answer.status_code == 200) is (role in roles), (role, path, answer.status_code)
    chinese = await visitors["auditor"].open("/console/statements", partial=False)
    assert "<h2>运营</h2>" in chinese.text, "the navigation says the same around every wing"
    shown = await visitors["manager"].open(f"/console/statements/{number}")
    assert "Agree" in shown.text
    assert f"/console/statements/{number}/finalise" not in shown.text
    reading = await visitors["auditor"].open(f"/console/statements/{number}")
    acting = [each for each, _ in seen(reading).forms if "/statements/" in each]
    assert acting == []
    for path in ("999", "999/dispute"):
        missing = await visitors["manager"].open(f"/console/statements/{path}")
        assert missing.status_code == 404
    lines = await visitors["manager"].open(f"/console/statements/{number}", export="csv")
    assert "1:1.1" in lines.text
    saved = await visitors["manager"].open(f"/console/statements/{number}/download")
    assert saved.headers["content-disposition"].startswith("attachment")
    detail = f"/console/statements/{number}/download?format=csv.gz"
    assert detail in seen(shown).links
    kept = await visitors["auditor"].open(detail.partition("?")[0], format="csv.gz")
    assert hashlib.sha256(kept.content).hexdigest() in shown.text, "what the page says of the file"
    assert "Rated again" in (await visitors["manager"].open("/console/lines/1/1.1")).text
    await _terms(visitors, brand)


async def test_a_month_that_is_not_over_is_not_offered_to_be_closed(
    visitors: Mapping[str, Visitor],
    bill: Any,
    brand: Caller,
    supplier: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert bill["month"] == "2017-01"
    await test_billing.use_coupon(brand, supplier, "corn")
    month = "/console/periods/2017-02"
    over = await visitors["finance"].open(month)
    assert f"{month}/close" in [action for action, _ in seen(over).forms]
    monkeypatch.setattr(freeze, "_ends_at", lambda *_: datetime.max.replace(tzinfo=UTC))
    early = await visitors["finance"].open(month)
    assert "The month is not over" in early.text
    assert f"{month}/close" not in [action for action, _ in seen(early).forms]


async def test_a_statement_goes_from_dispute_to_settled_by_its_forms(
    visitors: Mapping[str, Visitor], bill: Any, brand: Caller
) -> None:
    path = f"/console/statements/{bill['statement_id']}"
    payer, payee, finance = (visitors[role] for role in ("brand_finance", "manager", "finance"))
    await payer.open(f"{path}/dispute")
    typed = {"line": "1:1.1|coupon_cost|charge", "reason": "price", "text": SCRIPT}
    wrong = await payer.submit(f"{path}/dispute", **typed, claimed="many")
    assert wrong.status_code == 400
    assert "claimed_minor" in wrong.text
    assert 'id="w-form-claimed"' in wrong.text
    listed = f'href="{path}"'
    assert listed in (await payer.open("/console/money")).text
    await payer.open(f"{path}/dispute")
    opened = await payer.submit(f"{path}/dispute", **{**typed, "claimed": "0.50"})
    assert opened.status_code == 200, opened.text
    assert SCRIPT not in opened.text
    assert "&lt;script&gt;" in opened.text
    dispute = opened.request.url.path
    stored = accepted(await brand.get("/v1/disputes"), 200)["items"]
    assert [each["claimed_minor"] for each in stored] == [50]
    assert listed not in (await payer.open("/console/money")).text  # it is the payee's turn
    assert listed in (await payee.open("/console/money")).text
    asked = await payee.open(dispute)
    fields = next(fields for action, fields in seen(asked).forms if action.endswith("/accept"))
    for _ in range(2):
        accepted_page = await payee.send(f"{dispute}/accept", {**fields, "answer": "Right."})
        assert accepted_page.status_code == 200
    adjustments = accepted(await brand.get("/v1/adjustments"), 200)["items"]
    assert [each["state"] for each in adjustments] == ["approved"]
    shown = await payer.open(f"/console/adjustments/{adjustments[0]['adjustment_id']}")
    assert shown.status_code == 200
    for visitor, step in ((payer, "agree"), (payee, "agree"), (finance, "finalise")):
        await visitor.open(path)
        done = await visitor.submit(f"{path}/{step}")
        assert (done.status_code, done.request.url.path) == (200, path), done.text
    await finance.open("/console/payments", statement_id=str(bill["statement_id"]))
    too_much = await finance.submit("/console/payments", amount="x", paid_on="2017-02-03")
    assert too_much.status_code == 400
    due = accepted(await brand.get(f"/v1/statements/{bill['statement_id']}/due"), 200)
    paid = await finance.submit(
        "/console/payments", amount=f"{due['due_minor'] / 100:.2f}", paid_on="2017-02-03"
    )
    assert (paid.status_code, paid.request.url.path) == (200, path), paid.text
    settled = accepted(await brand.get(f"/v1/statements/{bill['statement_id']}"), 200)
    assert settled["state"] == "settled"
    refused = await payer.send(f"{path}/void", {"_key": "k", "reason": "no"})
    assert refused.status_code == 403


@pytest.mark.usefixtures("reconciler")
async def test_a_file_is_looked_at_compared_and_signed(visitors: Mapping[str, Visitor]) -> None:
    manager, finance = visitors["manager"], visitors["finance"]
    await manager.open("/console/reconciliations/mappings")
    kept = await manager.submit(
        "/console/reconciliations/mappings", name="tills", column_reference="reference"
    )
    assert kept.status_code == 200
    run = await _preview_and_confirm(manager, visitors["brand_finance"])
    assert run.status_code == 200, run.text
    address = run.request.url.path
    assert "Unexplained" in run.text
    assert "What was understood" in run.text
    breaks = sorted({each for each in seen(run).links if each.startswith("/console/breaks/")})
    assert breaks
    assert (await visitors["brand_finance"].open("/console/breaks/999")).status_code == 404
    for each in breaks:
        await finance.open(each)
        noted = await finance.submit(f"{each}/comments", note=SCRIPT)
        assert SCRIPT not in noted.text
        await finance.submit(f"{each}/assign", assignee="Li Wei")
        done = await finance.submit(f"{each}/resolve", resolution="explained", note="Offline.")
        assert done.status_code == 200, done.text
    for visitor in (manager, finance):
        await visitor.open(address)
        signed = await visitor.submit(f"{address}/sign")
        assert signed.status_code == 200
    assert "2 / 2" in (await manager.open(address)).text
    assert (await manager.open(f"{address}/matches")).status_code == 200
    assert (await manager.open(address, export="csv")).text.count("\n") == len(breaks) + 1


async def _preview_and_confirm(manager: Visitor, stranger: Visitor) -> httpx2.Response:
    """Look at a file before anything is compared, say how it is read, and confirm it."""
    new = "/console/reconciliations/new"
    await manager.open(new)
    without = await manager.send(new, {"_key": "none", "month": "2017-01"})
    assert (without.status_code, "Choose a file" in without.text) == (400, True)
    shown = await manager.send(
        new,
        {"_key": "file-1", "month": "2017-01"},
        files={"upload": ("uses.csv", UNCLEAR, "text/csv")},
    )
    assert shown.status_code == 422, shown.text
    address = shown.request.url.path
    assert (await manager.open("/console/reconciliations")).text.count("2017-01") == 0
    columns = {"column_used_on": "When", "column_amount": "Due", "column_reference": "Slip"}
    stated = {"date_format": "day-first", "unit": "yuan", "month": "2017-01"}
    tried = await manager.send(address, {"_key": "try", "do": "try", **columns, **stated})
    assert tried.status_code == 200, tried.text
    assert "&lt;b&gt;" in tried.text
    assert all(each in tried.text for each in ("21/01/2017", "soon is not a day", "0.60"))
    confirms = address.replace("/preview", "/compare")
    assert confirms not in [action for action, _ in seen(tried).forms], "it is not kept yet"
    kept = await manager.submit(address, do="keep", name="slips")
    assert (kept.status_code, kept.request.url.params["mapping"]) == (200, "slips"), kept.text
    assert (await stranger.open(address)).status_code == 403
    return await manager.submit(confirms)


async def _write_a_card(finance: Visitor) -> str:
    """Fields, more of them, a fault at its field, a trial, JSON, and a draft. Returns its page."""
    new = "/console/rate-cards/new"
    await finance.open(new)
    first = {"leg0_rate": "0.55", "leg1_leg": "", "home_party": "grocer", "months": "2017-01"}
    grown = await finance.submit(new, do="tiers", **first)
    assert "leg0_tier5_rate" in grown.text
    assert "leg0_tier6_rate" not in grown.text
    assert 'value="0.55"' in grown.text
    wrong = await finance.submit(new, valid_from="2117-01-01", leg0_rate=SCRIPT)
    assert (wrong.status_code, SCRIPT in wrong.text) == (422, False)
    assert "is a number as text" in wrong.text.partition('name="leg0_rate"')[2][:400]
    tried = await finance.submit(new, do="try", leg0_rate="0.55")
    assert "&#34;rate&#34;: &#34;55&#34;" in tried.text
    await finance.open(new)
    as_json = await finance.submit(new, do="json", **first)
    assert "&#34;rate&#34;: &#34;55&#34;" in as_json.text
    assert (await finance.open(new, way="json")).status_code == 200
    by_json = await finance.submit(new, card=CARD, valid_from="2117-01-01")
    assert "The card is kept as a draft." in by_json.text
    await finance.open(new)
    written = await finance.submit(new, **first, valid_from="2117-01-01")
    assert written.status_code == 200, written.text
    path = written.request.url.path
    again = await finance.open(new, card=path.rpartition("/")[2])
    assert 'value="0.55"' in again.text
    await finance.open(path)
    return path


async def _terms(visitors: Mapping[str, Visitor], brand: Caller) -> None:
    finance, owner = visitors["finance"], visitors["brand_finance"]
    await finance.open("/console/periods/calendar")
    stated = await finance.submit("/console/periods/calendar", dispute_days="9")
    assert 'value="9"' in stated.text
    card = await _write_a_card(finance)
    published = await finance.submit(f"{card}/publish")
    assert published.status_code == 200, published.text
    assert (await owner.open(card)).status_code == 200
    await finance.open("/console/rate-cards/simulate")
    tried = await finance.submit("/console/rate-cards/simulate", months="2017-01", card=CARD)
    assert tried.status_code == 200, tried.text
    assert "Difference" in tried.text
    assert "The same use by this card" in tried.text
    assert "1 use x 55 = 55 CNY minor" in tried.text
    assert "1 use x 60.5 = 61 CNY minor" in tried.text
    unclear = await finance.submit("/console/rate-cards/simulate", card="{", months="2017-01")
    assert unclear.status_code == 400
    await finance.open("/console/nettings")
    days = {"closure_on": "2090-01-01", "advice_on": "2090-01-04", "call_on": "2090-01-11"}
    run = await finance.submit("/console/nettings", **days)
    assert run.status_code in {200, 409}
    estimates = "/console/liability/grocer/estimates"
    await owner.open(estimates)
    values = {
        "from_month": "2017-02", "redeem_rate": "0.5", "use_rate": "0.8", "reason": "History",
        "value_minor_per_1000_points": "1000", "cost_minor_per_1000_points": "600",
        "currency": "JPY",
    }  # fmt: skip
    proposed = await owner.submit(estimates, **values)
    assert proposed.status_code == 200, proposed.text
    approved = await owner.submit(f"{estimates}/1/approve")
    assert approved.status_code == 200, approved.text
    found = accepted(await brand.get("/v1/programmes/grocer/liability/estimates"), 200)["items"]
    assert found[0]["approved_by"].startswith("user:")
    path = "/console/liability/grocer/what-if"
    what_if = await owner.open(path, redeem_rate="0.5", sale="12", sale_points="3")
    assert re.search(r"sale_minor=12\b", what_if.text), "a yen has no smaller unit"
    await owner.open("/console/statements/billing")
    profile = await owner.submit("/console/statements/billing", legal_name=SCRIPT)
    assert SCRIPT not in profile.text
