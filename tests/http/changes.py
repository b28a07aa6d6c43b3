"""Every change that the interface offers, made once: the requests of a whole small exchange."""

from datetime import UTC, datetime

from sqlalchemy import text

from ledger import Database
from tests.exchange.supplier_server import signed
from tests.http.conftest import BEGIN, PROGRAMME, SECRET, Caller, accepted, offer, stock
from tests.http.journey_breaks import use_breaks
from tests.http.journey_cards import set_cards
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    set_prices,
    use_figures,
    use_files,
    use_isolation,
    use_tills,
)
from tests.http.journey_money import finalise_fees, use_money
from tests.http.journey_reads import change_names_and_rules
from tests.http.journey_swaps import use_swaps

OTHER = "grocer--other"
TERMS = {
    "coupon_cost_minor": "60",
    "platform_fee_minor": 10,
    "currency": "CNY",
    "valid_from": "2017-01-01",
}


async def make_every_change(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    """Send one request at least to each address that changes something. All are accepted.

    The fixtures have added categories, parties, keys and a programme before.
    """
    await _keys(operator, brand)
    await _rules(operator, brand, supplier)
    await _points(operator, brand)
    await _coupons(operator, brand, supplier, database)
    await _gifts(operator, brand, supplier)
    await make_every_offer_step(operator, supplier)
    await _profiles(brand)
    accepted(await operator.post("/v1/categories", {"path": "drinks"}))
    await use_isolation(operator, brand)
    offers = accepted(await supplier.get("/v1/offers", state="LISTED"), 200)["items"]
    offer_id = next(each["offer_id"] for each in offers if each["fulfilment"] == "own_code")
    await use_files(supplier, brand)
    await _procurements(brand, offer_id)
    await set_prices(brand, offer_id)
    await use_tills(brand, supplier, await stock(supplier, brand, code="at-the-till"))
    await use_figures(brand, offer_id)
    await change_names_and_rules(operator, brand)
    await earn_and_give(brand, offer_id)
    await _bill(operator, brand, supplier)
    await set_cards(operator, brand)
    await use_swaps(operator)
    await use_liability(brand)
    await use_leases(supplier, brand)
    accepted(await brand.delete(f"/v1/programmes/{OTHER}/consents/grocer"), 200)
    await check_and_stage(operator, supplier)


async def _procurements(brand: Caller, offer_id: int) -> None:
    wanted = {"offer_id": offer_id, "quantity": 2, "window_from": BEGIN}
    asked = accepted(await brand.post(f"{PROGRAMME}/procurements", wanted))["procurement_id"]
    accepted(await brand.post(f"{PROGRAMME}/procurements/{asked}/cancel", {}), 200)
    granted = next(
        each["procurement_id"]
        for each in accepted(await brand.get(f"{PROGRAMME}/procurements"), 200)["items"]
        if each["state"] == "granted"
    )
    path = f"{PROGRAMME}/procurements/{granted}"
    accepted(await brand.post(f"{path}/return", {"quantity": 1}), 200)
    accepted(await brand.post(f"{path}/close", {}), 200)


async def _profiles(brand: Caller) -> None:
    tags = {"tags": [{"code": "brand:vip", "label": "VIP"}]}
    accepted(await brand.put(f"{PROGRAMME}/tags", tags), 200)
    tiers = {"tiers": [{"code": "gold", "label": "Gold", "rank": 1}]}
    accepted(await brand.put(f"{PROGRAMME}/tiers", tiers), 200)
    member = f"{PROGRAMME}/members/described"
    accepted(await brand.put(member, {"tier": {"code": "gold"}}, key=""), 200)
    rows = {"members": [{"key": "row", "member": "described", "birthday": "01-01"}]}
    accepted(await brand.post(f"{PROGRAMME}/members", rows, key=None), 200)
    assert (await brand.delete(f"{member}/identifiers")).status_code == 204
    accepted(await brand.post(f"{member}/forget", {}), 200)
    said = {
        "identifiers": [{"kind": "card", "value": "c-1234"}],
        "tags": {"set": [{"tag": "brand:vip"}]},
        "tier": {"code": "gold"},
    }
    accepted(await brand.put(member, said, key=""), 200)


async def _keys(operator: Caller, brand: Caller) -> None:
    for caller, path in ((brand, "/v1/keys"), (operator, "/v1/parties/grocer/keys")):
        key_id = accepted(await caller.post(path, {"label": "spare"}))["key_id"]
        accepted(await caller.post(f"{path}/{key_id}/rotate", {}))
        assert (await caller.delete(f"{path}/{key_id}")).status_code == 204


async def _rules(operator: Caller, brand: Caller, supplier: Caller) -> None:
    rule = accepted(await operator.post("/v1/isolation-rules", {"kind": "node", "category": "x"}))
    path = f"/v1/isolation-rules/{rule['rule_id']}"
    assert (await operator.delete(path)).status_code == 204
    accepted(await operator.post("/v1/isolation-rules", {"kind": "node", "category": "x"}))
    await _groups(operator, brand)
    accepted(
        await supplier.put(
            "/v1/parties/cinema/endpoint", {"url": "http://127.0.0.1:9/x", "secret": SECRET}
        ),
        200,
    )
    accepted(await brand.post("/v1/programmes", {"code": OTHER, "name": "Other"}))
    accepted(
        await operator.post(
            f"{PROGRAMME}/rates", {"to_programme": OTHER, "numerator": 1, "denominator": 2}
        )
    )
    consent = {
        "from_programme": "grocer",
        "numerator": 1,
        "denominator": 1,
        "member_month_points_max": 1000,
        "points_max": 1000,
        "price_minor": "1",
        "valid_from": BEGIN[:10],
    }
    accepted(await brand.post(f"/v1/programmes/{OTHER}/consents", consent))
    accepted(await operator.post("/v1/contracts", TERMS))


async def _groups(operator: Caller, brand: Caller) -> None:
    (rule,) = accepted(await operator.get("/v1/isolation-rules"), 200)["items"]
    accepted(await operator.post(f"/v1/isolation-rules/{rule['rule_id']}/end", {}), 200)
    accepted(await operator.post("/v1/isolation-rules", {"kind": "node", "category": "x"}))
    veto = {"against": {"category": "x"}, "role": "buyer"}
    stated = accepted(await brand.post("/v1/vetoes", veto))
    accepted(await brand.post(f"/v1/vetoes/{stated['veto_id']}/end", {}), 200)
    group = {"code": "sky", "kind": "alliance", "label": "Sky"}
    accepted(await operator.post("/v1/groups", group))
    accepted(await operator.put("/v1/groups/sky/members/grocer", {}), 200)
    accepted(await brand.post("/v1/groups/sky/accept", {}), 200)
    assert (await operator.delete("/v1/groups/sky/members/grocer")).status_code == 204
    change = {"categories": ["grocery.fresh", "x"]}
    accepted(await operator.post("/v1/parties/grocer/categories", change), 200)


async def _points(operator: Caller, brand: Caller) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 500}))
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 1}, key="redeem"))
    for key, kind, body in (
        ("hold-1", "hold", {"points": 5}),
        ("hold-2", "hold", {"points": 5}),
        ("", "capture", {"hold_key": "hold-1", "points": 2}),
        ("", "release", {"hold_key": "hold-2"}),
        ("", "reverse", {"operation_key": "redeem"}),
        ("", "gift", {"points": 5, "to_member": "m3"}),
        ("", "convert", {"points": 4, "to_programme": OTHER, "to_member": "m1"}),
        ("", "expire", {}),
    ):
        accepted(await brand.post(f"{PROGRAMME}/{kind}", {"member": "m1", **body}, key=key))
    accepted(await brand.post(f"{PROGRAMME}/merge", {"member": "m3", "into_member": "m1"}))
    accepted(await brand.post(f"{PROGRAMME}/expire", {}))
    body = {"member": "m1", "points": -3, "reason": "typed twice", "actor": "Ann"}
    accepted(await operator.post(f"{PROGRAMME}/adjust", body, key="adjust"))
    items = [{"kind": "issue", "key": f"b{each}", "member": "m2", "points": 5} for each in range(2)]
    accepted(await brand.post(f"{PROGRAMME}/operations", {"operations": items}, key=None), 200)


async def _coupons(operator: Caller, brand: Caller, supplier: Caller, database: Database) -> None:
    ticket = await stock(supplier, brand)
    item = {**offer("film", fulfilment="direct"), "key": "film"}
    answers = accepted(await supplier.post("/v1/offers/batch", {"offers": [item]}, key=None), 200)[
        "answers"
    ]
    film = answers[0]["offer_id"]
    await _withdraw_terms(supplier)
    grants = [
        {"key": key, "offer_id": film, "quantity": 2, "window_from": item["valid_from"]}
        for key in ("film-1", "film-2")
    ]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": grants}, key=None), 200
    )["answers"]
    first, second = (f"/v1/procurements/{each['procurement_id']}" for each in answers)
    accepted(await supplier.post(f"{first}/approve", {}), 200)
    accepted(await supplier.post(f"{second}/refuse", {"reason": "sold out"}), 200)
    price = {"scope": {"all": True}, "price": {"points": 9}, "valid_from": BEGIN, "label": "Nine"}
    made = accepted(await brand.post(f"{PROGRAMME}/prices", price))["price_id"]
    accepted(await brand.post(f"{PROGRAMME}/prices/{made}/end", {}), 200)
    rate = {"points": 100, "minor": 500, "currency": "CNY"}
    accepted(await brand.put(f"{PROGRAMME}/price-rate", {"rate": rate}), 200)
    accepted(
        await brand.put(f"{PROGRAMME}/offers/{ticket}/access", {"open_to": {"points_at_least": 1}}),
        200,
    )
    right = {"member": "m1", "offer_id": ticket}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    rights = [{"key": "film-right", "member": "m1", "offer_id": film, "account": "m1@cinema"}]
    accepted(await brand.post(f"{PROGRAMME}/rights/batch", {"rights": rights}, key=None), 200)
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code}))
    accepted(await supplier.post("/v1/coupons/reverse-use", {"code": code}))
    uses = [{"key": "use", "code": code}]
    accepted(await supplier.post("/v1/coupons/use/batch", {"uses": uses}, key=None), 200)
    async with database.transaction() as connection:
        number = (
            await connection.execute(text("SELECT request_number FROM exchange.fulfilment_order"))
        ).scalar_one()
    body = f'{{"request_number": "{number}", "status": "SUCCESS"}}'
    headers = signed(SECRET, "said", body, datetime.now(UTC))
    told = await supplier.http.post(
        "/v1/fulfilment/callbacks/cinema",
        content=body,
        headers={**headers, "Content-Type": "application/json"},
    )
    assert accepted(told, 200)["changed"] is True
    for verb in ("query-now", "replay"):
        accepted(await operator.post(f"/v1/orders/{number}/{verb}", {}), 200)
    said = {"reason": "It is not there."}
    case = accepted(await brand.post(f"{PROGRAMME}/coupons/{coupon}/complain", said))["case"]
    decision = {"decision": "keep", "reason": "It is there."}
    accepted(await operator.post(f"/v1/cases/{case}/resolve", decision), 200)


async def _withdraw_terms(supplier: Caller) -> None:
    stated = accepted(await supplier.get("/v1/supply-terms"), 200)["items"]
    (terms,) = [each for each in stated if each["withdrawn_at"] is None]
    path = f"/v1/supply-terms/{terms['terms_id']}"
    assert (await supplier.delete(path)).status_code == 204


async def _gifts(operator: Caller, brand: Caller, supplier: Caller) -> None:
    tea = await stock(supplier, brand, code="tea", gift_hops=1, return_within_days=7)
    await _withdraw_terms(supplier)
    right = {"member": "m1", "offer_id": tea}
    coupon, other = [
        accepted(await brand.post(f"{PROGRAMME}/rights", {**right, "free": is_free}))["coupon"]
        for is_free in (True, False)
    ]
    path, given = f"{PROGRAMME}/coupons/{coupon}", {"from_member": "m1"}
    accepted(await brand.post(f"{path}/gift", given))
    accepted(await brand.post(f"{path}/gift/cancel", {}), 200)
    gift = accepted(await brand.post(f"{path}/gift", given))["gift"]
    accepted(await brand.post(f"{PROGRAMME}/gifts/claim", {"gift": gift, "member": "m2"}), 200)
    back = {"reason": "bought by mistake"}
    accepted(await brand.post(f"{PROGRAMME}/coupons/{other}/return", back), 200)
    recalled = {"programme": "grocer", "coupon": coupon, "reason": "recalled"}
    accepted(await operator.post("/v1/coupons/deactivate", recalled), 200)
    all_of_it = {"reason": "The tea is recalled.", "coupons": "withdraw"}
    accepted(await operator.post(f"/v1/offers/{tea}/deactivate", all_of_it), 200)


async def _bill(operator: Caller, brand: Caller, supplier: Caller) -> None:
    offer_id = await stock(supplier, brand, code="past")
    right = {"member": "m1", "offer_id": offer_id, "free": True, "occurred_at": BEGIN}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    use = {"code": code, "occurred_at": "2017-01-20T12:00:00Z"}
    accepted(await supplier.post("/v1/coupons/use", use))
    invoices = {"legal_name": "Cinema Ltd"}
    accepted(await supplier.put("/v1/parties/cinema/billing-profile", invoices), 200)
    calendar = {"time_zone": "UTC", "payment_days": 10}
    accepted(await operator.put("/v1/settlement-calendar", calendar), 200)
    accepted(await operator.post("/v1/periods/2017-01/close", {"issue": False}), 200)
    drafts = accepted(await operator.get("/v1/periods/2017-01/drafts"), 200)["items"]
    draft = f"/v1/statements/{drafts[0]['statement_id']}"
    accepted(await operator.post(f"{draft}/review", {}), 200)
    accepted(await operator.post(f"{draft}/issue", {}), 200)
    accepted(await operator.post("/v1/periods/2017-01/issue", {}), 200)
    _, found = accepted(await operator.get("/v1/statements"), 200)["items"]
    path = f"/v1/statements/{found['statement_id']}"
    await use_disputes(operator, brand, supplier)
    accepted(await brand.post(f"{path}/dispute", {"reason": "not ours"}), 200)
    accepted(await brand.post(f"{path}/agree", {}), 200)
    accepted(await supplier.post(f"{path}/agree", {}), 200)
    accepted(await operator.post(f"{path}/finalise", {}), 200)
    # The fees were taken back above. What replaces them is issued like any draft.
    accepted(await operator.post("/v1/periods/2017-01/issue", {}), 200)
    issued = accepted(await operator.get("/v1/statements", state="issued"), 200)["items"]
    fees = next(each for each in issued if each["kind"] == "fees")
    await finalise_fees(operator, brand, fees)
    await use_money(operator, brand, found, fees)
    headers = {"Content-Type": "text/csv"}
    file = b"reference,offer_code,member,used_on,amount_minor\na,ticket,m1,2017-01-20,60"
    accepted(await supplier.post("/v1/partner-files", content=file, headers=headers))
    accepted(await supplier.put("/v1/mappings/tills", {"unit": "fen"}), 200)
    compared = accepted(await supplier.post("/v1/reconciliations", content=file, headers=headers))
    await use_breaks(operator, supplier, compared["reconciliation_id"])


async def make_every_offer_step(operator: Caller, supplier: Caller) -> None:
    """Take an offer through its states, and another into its next version."""
    accepted(await operator.post("/v1/categories/usual", {}))
    trust = "/v1/parties/cinema/trust"
    accepted(await operator.put(trust, {"trusted": False}), 200)
    draft = accepted(await supplier.post("/v1/offers", offer("draft", state="DRAFT")))
    path, reason = f"/v1/offers/{draft['offer_id']}", {"reason": "It is not known why."}
    for caller, verb in (
        *((supplier, "submit"), (operator, "reject"), (supplier, "submit"), (operator, "approve")),
        *((supplier, "pause"), (supplier, "resume"), (supplier, "end"), (operator, "deactivate")),
    ):
        accepted(await caller.post(f"{path}/{verb}", reason), 200)
    accepted(await operator.put(trust, {"trusted": True}), 200)
    second = accepted(await supplier.post("/v1/offers", offer("second")))
    version = {**offer(valid_from="2017-02-01T00:00:00Z")}
    del version["code"]
    accepted(await supplier.post(f"/v1/offers/{second['offer_id']}/versions", version))
