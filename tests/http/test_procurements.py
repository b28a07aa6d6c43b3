"""A brand gets stock by its supplier's yes: stated before, or given to the request."""

from typing import Any

from sqlalchemy import text

from ledger import Database
from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    Take,
    accepted,
    add_party,
    grants_all,
    offer,
    refused,
    without_stored_answers,
)

WINDOW = {"points": 7, "window_from": BEGIN, "window_until": "2117-01-01T00:00:00Z"}


async def published(supplier: Caller, code: str = "ticket") -> int:
    return int(accepted(await supplier.post("/v1/offers", offer(code)))["offer_id"])


async def wanted(brand: Caller, offer_id: int, quantity: int, key: str = "want") -> Any:
    item = {"key": key, "offer_id": offer_id, "quantity": quantity, **WINDOW}
    answer = await brand.post(f"{PROGRAMME}/allotments", {"allotments": [item]}, key=None)
    return accepted(answer, 200)["answers"][0]


async def test_without_the_suppliers_yes_nothing_is_granted(
    brand: Caller, supplier: Caller, member: str
) -> None:
    offer_id = await published(supplier)
    asked = await wanted(brand, offer_id, 5)
    assert (asked["key"], asked["status"], asked["state"]) == ("want", "waiting", "waiting")
    assert accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"] == []
    right = {"member": member, "offer_id": offer_id}
    refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "allotment-not-found")
    assert await wanted(brand, offer_id, 5) == asked

    (listed,) = accepted(await supplier.get("/v1/procurements"), 200)["items"]
    assert listed == {
        "procurement_id": asked["procurement_id"],
        "brand": "grocer",
        "offer_id": offer_id,
        "offer_code": "ticket",
        "quantity": 5,
        "unit_cost_minor": None,
        "currency": None,
        **WINDOW,
        "state": "waiting",
        "allotment_no": None,
        "returned": 0,
        "terms_id": None,
        "reason": None,
        "requested_at": listed["requested_at"],
        "decided_at": None,
    }
    path = f"/v1/procurements/{asked['procurement_id']}/approve"
    first = await supplier.post(path, key="yes")
    granted = accepted(first, 200)
    assert granted == {
        **listed,
        "state": "granted",
        "allotment_no": 1,
        "decided_at": granted["decided_at"],
    }
    again = await supplier.post(path, key="yes")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert accepted(await supplier.post(path), 200) == granted
    (held,) = accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"]
    (batch,) = held.pop("batches")
    named = {"offer_id": offer_id, "name": "A ticket"}
    assert held == {**named, "granted": 5, "remaining": 5, **WINDOW}
    for state, found in (("granted", 1), ("refused", 0)):
        page = accepted(await brand.get(f"{PROGRAMME}/procurements", state=state), 200)
        assert len(page["items"]) == found, state
    assert batch == {
        "allotment_no": 1,
        "granted": 5,
        "remaining": 5,
        "returned": 0,
        "unit_cost_minor": None,
        "currency": None,
        **WINDOW,
        "procurement_id": asked["procurement_id"],
        "closed_at": None,
    }
    assert accepted(await brand.get(f"{PROGRAMME}/procurements"), 200)["items"] == [granted]
    assert accepted(await supplier.get("/v1/procurements"), 200)["items"] == []
    found = accepted(await supplier.get("/v1/procurements", state="granted"), 200)["items"]
    assert found == [granted]
    bought = accepted(await brand.post(f"{PROGRAMME}/rights", right))
    assert bought["points"] == WINDOW["points"]


async def test_a_refusal_holds_and_the_brand_reads_why(brand: Caller, supplier: Caller) -> None:
    asked = await wanted(brand, await published(supplier), 5)
    path = f"/v1/procurements/{asked['procurement_id']}"
    body = {"reason": "not before spring"}
    decided = accepted(await supplier.post(f"{path}/refuse", body, key="no"), 200)
    assert (decided["state"], decided["reason"]) == ("refused", "not before spring")
    assert accepted(await supplier.post(f"{path}/refuse", body, key="no"), 200) == decided
    assert accepted(await supplier.post(f"{path}/refuse", {}), 200) == decided
    problem = refused(await supplier.post(f"{path}/approve"), 409, "procurement-decided")
    assert problem["state"] == "refused"
    assert accepted(await brand.get(f"{PROGRAMME}/procurements"), 200)["items"] == [decided]
    assert accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"] == []


async def test_terms_grant_at_once_until_they_are_used_up_or_withdrawn(
    brand: Caller, supplier: Caller
) -> None:
    offer_id = await published(supplier)
    terms_id = await grants_all(supplier, quantity_max=8)
    first = await wanted(brand, offer_id, 5, "one")
    assert (first["status"], first["granted"]) == ("accepted", 5)
    assert (await wanted(brand, offer_id, 4, "two"))["status"] == "waiting"
    assert (await wanted(brand, offer_id, 2, "three"))["granted"] == 7
    (terms,) = accepted(await supplier.get("/v1/supply-terms"), 200)["items"]
    assert (terms["terms_id"], terms["granted"], terms["withdrawn_at"]) == (terms_id, 7, None)
    assert (await supplier.delete(f"/v1/supply-terms/{terms_id}")).status_code == 204
    assert (await supplier.delete(f"/v1/supply-terms/{terms_id}")).status_code == 204
    assert (await wanted(brand, offer_id, 1, "four"))["status"] == "waiting"
    granted = accepted(await supplier.get("/v1/procurements", state="granted"), 200)["items"]
    assert {(each["quantity"], each["terms_id"]) for each in granted} == {
        (5, terms_id),
        (2, terms_id),
    }


async def test_nobody_else_decides_or_sees(
    operator: Caller, brand: Caller, other_brand: Caller, supplier: Caller, snapshot: Take
) -> None:
    stranger = await add_party(operator, "stranger", "supplier", category="other.things")
    offer_id = await published(supplier)
    terms_id = await grants_all(supplier, quantity_max=1)
    asked = await wanted(brand, offer_id, 5)
    before = without_stored_answers(await snapshot())
    path = f"/v1/procurements/{asked['procurement_id']}"
    for step, body in (("approve", None), ("refuse", {})):
        for other, code in ((stranger, "procurement-not-found"), (brand, "role-required")):
            status = 404 if code == "procurement-not-found" else 403
            refused(await other.post(f"{path}/{step}", body), status, code)
        for absent in (0, asked["procurement_id"] + 1, 10**30):
            problem = refused(
                await supplier.post(f"/v1/procurements/{absent}/{step}", body),
                404,
                "procurement-not-found",
            )
            assert problem["detail"] == f"there is no procurement {absent}"
    refused(await stranger.delete(f"/v1/supply-terms/{terms_id}"), 404, "supply-terms-not-found")
    terms = {"offer_id": offer_id, "brands": None, "quantity_max": 1, "valid_from": BEGIN}
    refused(await stranger.post("/v1/supply-terms", terms), 404, "offer-not-found")
    refused(await brand.post("/v1/supply-terms", terms), 403, "role-required")
    for caller, address in (
        (stranger, "/v1/procurements"),
        (stranger, "/v1/supply-terms"),
        (other_brand, "/v1/programmes/pharmacy/procurements"),
    ):
        assert accepted(await caller.get(address), 200)["items"] == []
    refused(await other_brand.get(f"{PROGRAMME}/procurements"), 404, "programme-not-found")
    assert without_stored_answers(await snapshot()) == before


async def test_what_was_isolated_meanwhile_is_not_granted(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    asked = await wanted(brand, await published(supplier), 5)
    sides = {"buyer": {"party": "grocer"}, "supplier": {"party": "cinema"}}
    accepted(await operator.post("/v1/isolation-rules", {"kind": "deny", **sides}))
    path = f"/v1/procurements/{asked['procurement_id']}/approve"
    refused(await supplier.post(path), 404, "offer-not-found")
    (listed,) = accepted(await supplier.get("/v1/procurements"), 200)["items"]
    assert listed["state"] == "waiting"
    assert accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"] == []


async def test_a_grant_that_is_refused_counts_for_nothing(
    brand: Caller, supplier: Caller, database: Database
) -> None:
    offer_id = await published(supplier)
    await grants_all(supplier, quantity_max=1_000_000_000)
    assert (await wanted(brand, offer_id, 600_000_000, "one"))["status"] == "accepted"
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE catalog.supply_terms SET granted = 0"))
    too_many = await wanted(brand, offer_id, 600_000_000, "two")
    assert too_many["problem"]["type"] == "/problems/allotment-too-large"
    (terms,) = accepted(await supplier.get("/v1/supply-terms"), 200)["items"]
    assert terms["granted"] == 0
    assert len(accepted(await brand.get(f"{PROGRAMME}/procurements"), 200)["items"]) == 1


async def test_a_brand_asks_at_a_cost_gives_back_and_closes(
    brand: Caller, supplier: Caller, member: str, snapshot: Take
) -> None:
    body = offer("few", fulfilment="own_code", quantity_max=20)
    offer_id = int(accepted(await supplier.post("/v1/offers", body))["offer_id"])
    cost: dict[str, Any] = {"unit_cost_minor": 4_500, "currency": "CNY"}
    await grants_all(supplier, **cost)
    path = f"{PROGRAMME}/procurements"
    wish = {"offer_id": offer_id, "quantity": 12, **WINDOW}
    before = without_stored_answers(await snapshot())
    for changes, status, code in (
        ({"unit_cost_minor": 4_400, "currency": "CNY"}, 409, "price-not-agreed"),
        ({"unit_cost_minor": 4_500}, 422, "unit-cost-invalid"),
        ({"quantity": 21}, 409, "stock-total-exceeded"),
    ):
        problem = refused(await brand.post(path, {**wish, **changes}), status, code)
        if code == "price-not-agreed":
            assert (problem["unit_cost_minor"], problem["currency"]) == (4_500, "CNY")
    assert without_stored_answers(await snapshot()) == before

    granted = accepted(await brand.post(path, wish, key="ask"))
    again = await brand.post(path, wish, key="ask")
    assert (accepted(again), again.headers["idempotency-replayed"]) == (granted, "true")
    expected = {"state": "granted", "allotment_no": 1, "returned": 0, "quantity": 12, **cost}
    assert expected.items() <= granted.items()
    dearer = {"key": "more", **wish, "quantity": 8, "points": 9, **cost}
    answer = await brand.post(f"{PROGRAMME}/allotments", {"allotments": [dearer]}, key=None)
    (more,) = accepted(answer, 200)["answers"]
    assert (more["status"], more["allotment_no"], more["granted"]) == ("accepted", 2, 20)
    right = {"member": member, "offer_id": offer_id}
    assert accepted(await brand.post(f"{PROGRAMME}/rights", right))["points"] == 7

    number = granted["procurement_id"]
    refused(await brand.post(f"{path}/{number}/cancel"), 409, "procurement-decided")
    too_many = {"quantity": 12}
    refused(await brand.post(f"{path}/{number}/return", too_many), 409, "return-too-large")
    back = accepted(await brand.post(f"{path}/{number}/return", {"quantity": 4}, key="r"), 200)
    assert back == {**granted, "returned": 4}
    closed = accepted(await brand.post(f"{path}/{number}/close"), 200)
    assert closed == {**granted, "state": "closed", "returned": 11}
    (held,) = accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"]
    assert (held["granted"], held["remaining"], held["points"]) == (9, 8, 9)
    first = next(each for each in held["batches"] if each["allotment_no"] == 1)
    assert (first["remaining"], first["returned"], first["unit_cost_minor"]) == (0, 11, 4_500)
    assert accepted(await brand.post(f"{PROGRAMME}/rights", right))["points"] == 9
    found = accepted(await supplier.get("/v1/procurements", state="closed"), 200)["items"]
    assert found == [closed]
    assert accepted(await brand.post(path, {**wish, "quantity": 11}))["state"] == "granted"


async def test_only_the_brand_cancels_returns_and_closes(
    brand: Caller, other_brand: Caller, supplier: Caller, snapshot: Take
) -> None:
    asked = await wanted(brand, await published(supplier), 5)
    path = f"{PROGRAMME}/procurements"
    before = without_stored_answers(await snapshot())
    for step, body in (("cancel", None), ("close", None), ("return", {"quantity": 1})):
        own = f"{path}/{asked['procurement_id']}/{step}"
        refused(await other_brand.post(own, body), 404, "programme-not-found")
        refused(await supplier.post(own, body), 403, "role-required")
        for absent in (0, asked["procurement_id"] + 1, 10**30):
            missing = await brand.post(f"{path}/{absent}/{step}", body)
            refused(missing, 404, "procurement-not-found")
        if step != "cancel":
            refused(await brand.post(own, body), 409, "procurement-not-granted")
    assert without_stored_answers(await snapshot()) == before
    cancelled = accepted(await brand.post(f"{path}/{asked['procurement_id']}/cancel"), 200)
    assert cancelled["state"] == "cancelled"
    decision = f"/v1/procurements/{asked['procurement_id']}/approve"
    problem = refused(await supplier.post(decision), 409, "procurement-decided")
    assert problem["state"] == "cancelled"


async def test_limits_of_an_offer_are_told(
    brand: Caller, supplier: Caller, member: str, snapshot: Take
) -> None:
    limits = {"per_member": 3, "per_member_per_day": 1, "per_day": 2}
    body = offer("few", fulfilment="own_code", points=1, **limits)
    offer_id = int(accepted(await supplier.post("/v1/offers", body))["offer_id"])
    await grants_all(supplier)
    assert (await wanted(brand, offer_id, 5))["status"] == "accepted"
    right = {"member": member, "offer_id": offer_id, "free": True}
    accepted(await brand.post(f"{PROGRAMME}/rights", right))
    before = without_stored_answers(await snapshot())
    answer = await brand.post(f"{PROGRAMME}/rights", right)
    problem = refused(answer, 409, "limit-per-member")
    assert (problem["limit"], problem["per"]) == (1, "day")
    after = without_stored_answers(await snapshot())
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"ledger.journal", "ledger.lane", "ledger.account"}
    items = [{**right, "key": f"r{number}", "member": f"m{number}"} for number in range(7, 9)]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200
    )
    (one, two) = answers["answers"]
    assert one["status"] == "accepted"
    assert two["problem"]["type"] == "/problems/limit-per-day"
    assert two["problem"]["limit"] == 2
