"""Pages of suppliers: who sees which, what is written in them, and each deed, done once."""

import csv
import io

import httpx2
import pytest

from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, accepted
from tests.http.console.supply_world import SCRIPT, SupplyWorld, build_supply_world
from tests.http.console.visitors import Visitor, seen, sign_in


@pytest.fixture
async def world(operator: Caller) -> SupplyWorld:
    return await build_supply_world(operator)


async def test_each_page_opens_for_its_roles_and_writes_script_as_text(
    http: httpx2.AsyncClient, world: SupplyWorld, database: Database
) -> None:
    offer, card = world.offers["ticket"], world.offers["card"]
    supplier_only = [
        "/console/till",
        "/console/shops",
        "/console/shops/uses",
        "/console/shops/E-1",
        "/console/shops/leases",
    ]
    managed = [
        "/console/offers/new",
        f"/console/offers/{offer}/version",
        "/console/codes",
        f"/console/codes/{card}",
        "/console/supply-terms",
        "/console/procurements-waiting",
    ]
    of_all = [
        "/console/offers",
        f"/console/offers/{offer}",
        "/console/orders",
        f"/console/orders/{world.order}",
        "/console/cases",
    ]
    manager = await sign_in(http, database, "cinema", "manager")
    till = await sign_in(http, database, "cinema", "till")
    auditor = await sign_in(http, database, "operator", "auditor")
    for path in ["/console", *supplier_only, *managed, *of_all, "/console/connection"]:
        answer = await manager.open(path)
        assert answer.status_code == 200, (path, answer.text)
        assert SCRIPT not in answer.text, path
        assert "style=" not in answer.text, path
    assert "&lt;script&gt;" in (await manager.open("/console/shops")).text
    for path in ["/console", *supplier_only]:
        assert (await till.open(path)).status_code == 200, path
    for path in [*managed, *of_all, "/console/connection"]:
        assert (await till.open(path)).status_code == 403, path
    for path in of_all:
        assert (await auditor.open(path)).status_code == 200, path
    for path in [*supplier_only, *managed, "/console/connection"]:
        assert (await auditor.open(path)).status_code == 403, path
    assert 'action="/console/offers/' not in (await auditor.open(of_all[1])).text
    places = set(seen(await till.open("/console")).links)
    assert "/console/till" in places
    assert not places & {"/console/offers", "/console/orders", "/console/codes"}
    for path in (
        f"/console/offers/{world.others_offer}",
        f"/console/codes/{world.others_offer}",
        "/console/shops/X-9",
        "/console/orders/FO-10NONE",
    ):
        foreign = await manager.open(path)
        assert foreign.status_code == 404, path
    missing = await manager.open("/console/offers/987654321")
    foreign = await manager.open(f"/console/offers/{world.others_offer}")
    texts = [
        each.text.replace("987654321", "N").replace(str(world.others_offer), "N")
        for each in (missing, foreign)
    ]
    assert texts[0] == texts[1]
    await manager.send("/console/preferences", {"locale": "zh-Hans", "back": "/console"})
    for path in ["/console", *supplier_only, *managed, *of_all, "/console/connection"]:
        assert (await manager.open(path)).status_code == 200, path
    offers = await manager.open("/console/offers")
    assert "IMAX 电影票" in offers.text
    assert "已上架" in offers.text
    assert "查券" in (await manager.open("/console/till")).text
    overview = await manager.open("/console")
    assert "供应方控制台" in overview.text
    assert "查找商品券、对账单或订单" in overview.text
    assert 'role="search" action="/console/find"' not in (await till.open("/console/till")).text


async def test_a_till_uses_a_coupon_once_and_gives_it_back(
    http: httpx2.AsyncClient, world: SupplyWorld, database: Database
) -> None:
    visitor = await sign_in(http, database, "cinema", "till")
    await visitor.open("/console/till")
    chosen = await visitor.submit("/console/till/shop", shop="W-1")
    assert 'value="W-1" selected' in chosen.text
    unknown = await visitor.submit("/console/till/look-up", code="1000-nothing")
    assert unknown.status_code == 404
    assert "There is no such coupon of yours" in unknown.text
    gaps = " ".join(world.codes[0][place : place + 6] for place in range(0, 20, 6)).lower()
    looked = await visitor.submit("/console/till/look-up", code=gaps)
    assert "IMAX ticket" in looked.text
    assert "– –" not in looked.text
    assert world.codes[0] not in str(looked.request.url)
    form = next(fields for where, fields in seen(looked).forms if where.endswith("/use"))
    mistyped = await visitor.send("/console/till/use", {**form, "order_minor": "12o.50"})
    assert mistyped.status_code == 400
    assert 'class="verdict ok"' in mistyped.text
    assert "This is not a code" not in mistyped.text
    assert 'value="12o.50" aria-invalid="true"' in mistyped.text
    form = next(fields for where, fields in seen(mistyped).forms if where.endswith("/use"))
    form |= {"order_minor": "120.50", "reference": "R-1"}
    for _ in range(2):  # a double click
        used = await visitor.send("/console/till/use", form)
        assert used.status_code == 200, used.text
        assert 'class="verdict ok"' in used.text
        assert "IMAX ticket ·" in used.text
    listed = accepted(await world.supplier.get("/v1/coupons/uses"), 200)["items"]
    assert [(each["store"], each["reference"], each["uses"]) for each in listed] == [
        ("W-1", "R-1", 1)
    ]
    again = await visitor.send("/console/till/use", {**form, "_key": "form-another"})
    assert again.status_code == 409
    assert "This coupon was used before." in again.text
    await visitor.submit("/console/till/look-up", code=world.codes[0])
    visitor.cookies["comity-locale"] = "zh-Hans"
    chinese = await visitor.submit("/console/till/look-up", code=world.codes[0])
    assert "IMAX 电影票" in chinese.text
    visitor.cookies["comity-locale"] = "en"
    back = await visitor.submit("/console/till/reverse")
    assert "The use was reversed" in back.text
    assert accepted(await world.supplier.get("/v1/coupons/uses"), 200)["items"] == []
    path = f"{PROGRAMME}/coupons/{world.coupons[1]}/token"
    token = accepted(await world.brand.get(path), 200)["token"]
    await visitor.submit("/console/till/look-up", code=token)
    assert 'class="verdict ok"' in (await visitor.submit("/console/till/use")).text
    shop = await visitor.open("/console/shops/W-1")
    assert shop.text.count("<td>ticket") == 2


async def test_offers_are_published_and_reviewed_and_a_case_is_decided(
    http: httpx2.AsyncClient, world: SupplyWorld, database: Database
) -> None:
    accepted(await world.operator.put("/v1/parties/cinema/trust", {"trusted": False}), 200)
    visitor = await sign_in(http, database, "cinema", "manager")
    blank = await visitor.open("/console/offers/new")
    fields = next(fields for where, fields in seen(blank).forms if where == "/console/offers")
    typed = {
        "code": "matinee",
        "name": "Matinee",
        "face_value_minor": "not money",
        "points": "30",
        "valid_from": "2026-01-01T10:00",
        "texts.zh.name": "日场",
        "usable": "some",
        "usable.shops.codes": "W-1, E-1",
        "use_times.0.weekdays": "1",
        "use_times.0.opens": "10:00",
        "use_times.0.closes": "17:00",
        "as": "draft",
    }
    wrong = await visitor.send("/console/offers", {**fields, **typed})
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in wrong.text
    assert 'value="日场"' in wrong.text
    made = await visitor.send("/console/offers", {**fields, **typed, "face_value_minor": "30.50"})
    assert "Draft" in made.text, made.text
    path = made.request.url.path
    number = path.rpartition("/")[2]
    kept = accepted(await world.supplier.get(f"/v1/offers/{number}"), 200)
    assert (kept["face_value_minor"], kept["state"]) == (3_050, "DRAFT")
    assert kept["usable"]["shops"]["codes"] == ["W-1", "E-1"]
    assert kept["use_times"] == [{"weekdays": [1], "opens": "10:00", "closes": "17:00"}]
    assert "In review" in (await visitor.submit(f"{path}/submit", reason="All is said.")).text
    operator = await sign_in(http, database, "operator", "operator")
    assert "1 offer waits for your review" in (await operator.open("/console/offers")).text
    queue = await operator.open("/console/offers", state="IN_REVIEW")
    assert path in queue.text
    await operator.open(path)
    unsaid = await operator.submit(f"{path}/reject")
    assert unsaid.status_code == 400
    assert "Listed" in (await operator.submit(f"{path}/approve")).text
    await visitor.open(f"{path}/version")
    revised = await visitor.submit(f"{path}/version", points="40", valid_from="2027-01-01T00:00")
    assert "The next version was published." in revised.text
    versions = accepted(await world.supplier.get(f"/v1/offers/{number}/versions"), 200)["items"]
    assert [(each["version"], each["points"]) for each in versions] == [(2, 40), (1, 30)]
    assert versions[0]["texts"] == {"zh": {"name": "日场"}}
    table = await visitor.open("/console/offers", export="csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert "matinee" in {row["Code"] for row in rows}
    assert (await world.other.get(f"/v1/offers/{number}")).status_code == 404
    assert (await world.other.get(f"/v1/offers/{number}/versions")).status_code == 404
    auditor = await sign_in(http, database, "operator", "auditor")
    await _decide_a_case(world, visitor, operator, auditor)


async def test_a_supplier_grants_uploads_and_connects(
    http: httpx2.AsyncClient, world: SupplyWorld, database: Database
) -> None:
    visitor = await sign_in(http, database, "cinema", "manager")
    page = await visitor.open("/console/procurements-waiting")
    grants = [where for where, _ in seen(page).forms if where.endswith("/approve")]
    granted = await visitor.submit(grants[0])
    assert "The procurement was granted." in granted.text
    await visitor.open("/console/supply-terms")
    wrong = await visitor.submit("/console/supply-terms", quantity_max="0")
    assert wrong.status_code == 400
    stated = await visitor.submit(
        "/console/supply-terms",
        quantity_max="12",
        brands="grocer",
        unit_cost_minor="8.50",
        valid_from="",
    )
    assert "The terms hold." in stated.text
    listed = accepted(await world.supplier.get("/v1/supply-terms"), 200)["items"]
    terms = next(each for each in listed if each["quantity_max"] == 12)
    assert (terms["unit_cost_minor"], terms["brands"]) == (850, ["grocer"])
    taken = await visitor.submit(f"/console/supply-terms/{terms['terms_id']}/withdraw")
    assert "The terms were taken back." in taken.text

    card = f"/console/codes/{world.offers['card']}"
    await visitor.open(card)
    lines = "number,secret,expires_on,batch\n7001-0000,47110815,,May\n8001,1234,,\n\u0007,,,\n"
    sent = await visitor.submit(f"{card}/upload", codes=lines, batch="June")
    assert "1 code is new" in sent.text, sent.text
    assert "line-4" in sent.text
    assert "8001" not in sent.text
    assert "1234" not in sent.text
    gone = await visitor.submit(f"{card}/withdraw", batch="June")
    assert "The codes were withdrawn." in gone.text

    await visitor.open("/console/connection")
    replaced = await visitor.submit("/console/connection/secret")
    assert "The secret was replaced." in replaced.text
    held = accepted(await world.supplier.get("/v1/parties/cinema/endpoint"), 200)
    assert held["url"] == "http://127.0.0.1:9/orders"
    assert held["old_secret_until"] is not None
    assert "secret" not in held
    refused = await visitor.submit("/console/connection", url="nonsense", secret="short")
    assert refused.status_code in {400, 422}
    assert (await world.other.get("/v1/parties/cinema/endpoint")).status_code == 404
    check = await visitor.submit("/console/connection/checks")
    assert check.request.url.path.startswith("/console/connection/checks/")
    await visitor.open("/console/shops")
    added = await visitor.submit("/console/shops", code="N-1", name="North gate", groups="a, b")
    assert "North gate" in added.text
    await visitor.open("/console/shops/N-1")
    assert "The shop is closed." in (await visitor.submit("/console/shops/N-1/close")).text
    key = await visitor.submit("/console/shops/N-1/keys", label="Till 1")
    assert "cmty_" in key.text
    shown = await visitor.open("/console/shops/N-1")
    (revoke,) = [where for where, _ in seen(shown).forms if where.endswith("/revoke")]
    assert "The key was revoked." in (await visitor.submit(revoke)).text
    assert revoke not in (await visitor.open("/console/shops/N-1")).text


async def _decide_a_case(
    world: SupplyWorld, visitor: Visitor, operator: Visitor, auditor: Visitor
) -> None:
    path = f"{PROGRAMME}/coupons/{world.coupons[0]}/complain"
    case = accepted(await world.brand.post(path, {"reason": SCRIPT}))["case"]
    shown = await visitor.open(f"/console/cases/{case}")
    assert "The operator decides this case." in shown.text
    assert SCRIPT not in shown.text
    order = await visitor.open(f"/console/orders/{world.order}")
    assert "query-now" not in order.text
    assert "/resolve" not in (await auditor.open(f"/console/cases/{case}")).text
    tried = await auditor.send(
        f"/console/cases/{case}/resolve", {"decision": "keep", "reason": "x"}
    )
    assert tried.status_code == 403
    await operator.open(f"/console/orders/{world.order}")
    asked = await operator.submit(f"/console/orders/{world.order}/query-now")
    assert "The supplier is asked now." in asked.text
    await operator.open(f"/console/cases/{case}")
    unsaid = await operator.submit(f"/console/cases/{case}/resolve", reason="")
    assert unsaid.status_code == 400
    decided = await operator.submit(
        f"/console/cases/{case}/resolve", decision="keep", reason="It is there."
    )
    assert "The case was decided." in decided.text
    assert "It is there." in (await visitor.open(f"/console/cases/{case}")).text
