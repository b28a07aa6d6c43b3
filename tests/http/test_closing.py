"""The calendar and the closing of months over HTTP: local months, drafts, four eyes, dry runs."""

from typing import Any

import pytest
from sqlalchemy import text

from catalog import SCOPES
from ledger import Database, outbox
from tests.conftest import owner_transaction
from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock
from tests.http.test_billing import TERMS

SHANGHAI = {"time_zone": "Asia/Shanghai"}
CALENDAR = "/v1/settlement-calendar"
MONTH = "/v1/periods/2017-01"


async def use_at(brand: Caller, supplier: Caller, offer_id: int, moments: dict[str, str]) -> None:
    """A coupon for each reference, used at its moment."""
    for reference, moment in moments.items():
        right = {"member": "m1", "offer_id": offer_id, "free": True}
        right["occurred_at"] = "2017-01-01T10:00:00+08:00"
        coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
        code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
        use = {"code": code, "reference": reference, "occurred_at": moment}
        accepted(await supplier.post("/v1/coupons/use", use))


async def reconciled(supplier: Caller, month: str, *rows: str) -> Any:
    """What matches and what does not, of the supplier's file of a month."""
    heading = "reference,offer_code,member,used_on,amount_minor"
    content = "\n".join([heading, *rows]).encode()
    headers = {"Content-Type": "text/csv"}
    found = accepted(
        await supplier.post("/v1/reconciliations", content=content, headers=headers, month=month)
    )
    return found["matched"], found["breaks_by_category"]


async def other_key(operator: Caller) -> Caller:
    """Another key of the operator: another pair of eyes."""
    made = accepted(await operator.post("/v1/keys", {"label": "second", "scopes": [*SCOPES]}))
    return Caller(operator.http, made["key"])


@pytest.mark.usefixtures("reconciler")
async def test_months_and_days_of_contracts_are_those_of_the_calendar(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand, quantity=100)
    accepted(await operator.put(CALENDAR, SHANGHAI), 200)
    cheap = {**TERMS, "coupon_cost_minor": "3000", "valid_until": "2017-01-15"}
    dear = {**TERMS, "coupon_cost_minor": "4000", "valid_from": "2017-01-15"}
    for terms in (cheap, dear):
        accepted(await operator.post("/v1/contracts", terms))
    moments = {
        "T-BEFORE": "2017-01-14T23:30:00+08:00",
        "T-EDGE": "2017-01-15T07:30:00+08:00",
        "T-JAN": "2017-01-31T23:59:59+08:00",
        "T-FEB1": "2017-02-01T03:00:00+08:00",
        "T-FEB2": "2017-02-01T09:00:00+08:00",
    }
    await use_at(brand, supplier, offer_id, moments)
    closed = accepted(await operator.post(f"{MONTH}/close", {}), 200)
    assert (closed["uses"], closed["coupon_cost_minor"], closed["late_lines"]) == (3, 11_000, 0)
    january = (
        "T-BEFORE,ticket,m1,2017-01-14,3000",
        "T-EDGE,ticket,m1,2017-01-15,4000",
        "T-JAN,ticket,m1,2017-01-31,4000",
    )
    february = ("T-FEB1,ticket,m1,2017-02-01,4000", "T-FEB2,ticket,m1,2017-02-01,4000")
    assert await reconciled(supplier, "2017-01", *january) == (3, {})
    assert await reconciled(supplier, "2017-02", *february) == (2, {})


async def test_the_calendar_is_stated_by_the_operator_and_its_zone_until_a_use_is_rated(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    usual = {
        "time_zone": "UTC",
        "four_eyes": False,
        "dispute_days": 15,
        "payment_days": 30,
        "number_prefix": "",
    }
    assert accepted(await brand.get(CALENDAR), 200) == usual
    refused(await supplier.put(CALENDAR, SHANGHAI), 403, "role-required")
    refused(await operator.put(CALENDAR, {"time_zone": "Asia/Beijing"}), 422, "calendar-invalid")
    wrong: dict[str, Any]
    for wrong in ({}, {**SHANGHAI, "dispute_days": 0}, {**SHANGHAI, "number_prefix": "a/"}):
        refused(await operator.put(CALENDAR, wrong), 400, "request-invalid")
    new_york = {"time_zone": "America/New_York"}
    for zone in (SHANGHAI, new_york):
        assert accepted(await operator.put(CALENDAR, zone), 200) == {**usual, **zone}
    accepted(await operator.post("/v1/contracts", TERMS))
    offer_id = await stock(supplier, brand)
    # At noon of the first of March in UTC it is March there, and seven hours before it was not.
    moments = {"a": "2017-02-28T20:30:00-05:00"}
    await use_at(brand, supplier, offer_id, moments)
    # The closing rates the use, and February has it.
    assert accepted(await operator.post(f"{MONTH}/close", {}), 200)["uses"] == 0
    refused(await operator.put(CALENDAR, SHANGHAI), 409, "calendar-fixed")
    terms = {**new_york, "payment_days": 7, "number_prefix": "CN-"}
    accepted(await operator.put(CALENDAR, terms), 200)
    closed = accepted(await operator.post("/v1/periods/2017-02/close", {}), 200)
    assert (closed["uses"], closed["drafts"]) == (1, 0)
    numbers = [one["number"] for one in accepted(await brand.get("/v1/statements"), 200)["items"]]
    assert numbers == ["CN-2017-000001", "CN-2017-000002"]


async def test_uses_that_wait_are_accepted_and_billed_late(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)
    await use_at(brand, supplier, offer_id, {"a": "2017-01-20T12:00:00Z"})
    refused(await operator.get("/v1/periods/2016-11"), 404, "period-not-found")
    refused(await operator.get("/v1/periods/2016-13"), 422, "month-invalid")
    problem = refused(await operator.post(f"{MONTH}/close", {}), 409, "period-has-pending-uses")
    assert (problem["pending"], problem["waiting"]) == (1, {"no-contract": 1})
    dry = accepted(await operator.get(f"{MONTH}/dry-run"), 200)
    assert dry["obstacles"] == ["period-has-pending-uses"]
    assert (dry["waiting"], dry["pairs"], dry["state"]) == ({"no-contract": 1}, [], "open")
    accepting = {"accept_waiting": ["no-contract"], "reason": "The contract is being signed."}
    refused(
        await operator.post(f"{MONTH}/close", {"accept_waiting": ["no-contract"]}),
        422,
        "closing-invalid",
    )
    wrong: dict[str, Any]
    for wrong in ({"accept_waiting": ["not-tried"]}, {"accept": []}, {"reason": ""}):
        refused(await operator.post(f"{MONTH}/close", wrong), 400, "request-invalid")
    # What is accepted is one reason, not all of them.
    another = {**accepting, "accept_waiting": ["unreadable"]}
    refused(await operator.post(f"{MONTH}/close", another), 409, "period-has-pending-uses")
    closed = accepted(await operator.post(f"{MONTH}/close", accepting, key="c"), 200)
    assert (closed["statements"], closed["uses"]) == (0, 0)
    again = await operator.post(f"{MONTH}/close", accepting, key="c")
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", closed)
    refused(await operator.post(f"{MONTH}/close", {}, key="c"), 422, "idempotency-key-reused")
    found = accepted(await operator.get(MONTH), 200)
    assert found["accepted_waiting"] == {"no-contract": 1}
    assert (found["state"], found["reason"]) == ("closed", accepting["reason"])
    assert all(step["finished_at"] for step in found["steps"])
    accepted(await operator.post("/v1/contracts", TERMS))
    later = accepted(await operator.post("/v1/periods/2017-02/close", {}), 200)
    assert (later["uses"], later["late_lines"], later["billed_minor"]) == (1, 2, 71)


async def test_with_four_eyes_another_key_reviews_and_issues(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)
    accepted(await operator.post("/v1/contracts", TERMS))
    await use_at(brand, supplier, offer_id, {"a": "2017-01-20T12:00:00Z"})
    accepted(await operator.put(CALENDAR, {"time_zone": "UTC", "four_eyes": True}), 200)
    second = await other_key(operator)
    refused(await operator.post(f"{MONTH}/issue", {}), 409, "statement-not-drafted")
    refused(await operator.post(f"{MONTH}/close", {"issue": True}), 409, "four-eyes-required")
    closed = accepted(await operator.post(f"{MONTH}/close"), 200)
    assert (closed["statements"], closed["drafts"], closed["billed_minor"]) == (2, 2, 71)
    assert accepted(await brand.get("/v1/statements"), 200)["items"] == []
    refused(await brand.get(f"{MONTH}/drafts"), 403, "role-required")
    page = accepted(await operator.get(f"{MONTH}/drafts", limit=1), 200)
    (fees,) = page["items"]
    more = await operator.get(f"{MONTH}/drafts", cursor=page["next_cursor"])
    (coupons,) = accepted(more, 200)["items"]
    assert [one["kind"] for one in (fees, coupons)] == ["fees", "coupons"]
    assert (coupons["payer_party"], coupons["payee_party"]) == ("grocer", "cinema")
    draft = f"/v1/statements/{coupons['statement_id']}"
    for step in ("review", "issue"):
        refused(await operator.post(f"{draft}/{step}", {}), 409, "four-eyes-required")
        refused(await second.post(f"/v1/statements/999/{step}", {}), 404, "statement-not-found")
    refused(await operator.post(f"{MONTH}/issue", {}), 409, "four-eyes-required")
    reviewed = accepted(await second.post(f"{draft}/review", {}), 200)
    assert reviewed == {**coupons, "state": "under_review"}
    first = accepted(await second.post(f"{draft}/issue", {}), 200)
    assert (first["number"], first["state"], first["due_on"] > "2017") == (
        "2017-000001",
        "issued",
        True,
    )
    refused(await second.post(f"{draft}/review", {}), 409, "statement-not-drafted")
    rest = accepted(await second.post(f"{MONTH}/issue", {}), 200)
    assert (rest["statements"], rest["drafts"]) == (2, 0)
    numbers = [one["number"] for one in accepted(await brand.get("/v1/statements"), 200)["items"]]
    assert sorted(numbers) == ["2017-000001", "2017-000002"]
    assert (await operator.get(f"{MONTH}/drafts")).json()["items"] == []


async def test_a_use_that_is_nowhere_keeps_its_month_from_being_closed(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    offer_id = await stock(supplier, brand)
    accepted(await operator.post("/v1/contracts", {**TERMS, "platform_fee_minor": 0}))
    await use_at(brand, supplier, offer_id, {"a": "2017-01-20T12:00:00Z"})
    taken = text("DELETE FROM ledger.outbox WHERE topic = 'coupon.used' RETURNING payload")
    async with owner_transaction(database) as connection:
        payload = (await connection.execute(taken)).scalar_one()
    problem = refused(await operator.post(f"{MONTH}/close", {}), 409, "period-incomplete")
    assert problem["books"] == ["grocer"]
    assert "has 1 uses: 0 are billed, 0 wait" in problem["detail"]
    dry = accepted(await operator.get(f"{MONTH}/dry-run"), 200)
    assert dry["obstacles"] == ["period-incomplete"]
    assert [period["state"] for period in (await operator.get("/v1/periods")).json()["items"]] == []
    async with database.transaction() as connection:
        await outbox.append(connection, payload["book_id"], "coupon.used", [payload])
    assert accepted(await operator.post(f"{MONTH}/close", {}), 200)["uses"] == 1
    dry = accepted(await operator.get(f"{MONTH}/dry-run"), 200)
    assert (dry["state"], dry["obstacles"], dry["pair_count"]) == ("closed", [], 2)
    assert dry["currencies"] == [{"currency": "CNY", "pairs": 2, "billed_minor": 61}]
    assert dry["pairs"][0] == {
        "payer_party": "grocer",
        "payee_party": "cinema",
        "currency": "CNY",
        "uses": 1,
        "reversals": 0,
        "late_lines": 0,
        "billed_minor": 61,
    }
    (free,) = dry["suspicious"]
    assert (free["rule"], free["payee_party"], free["leg"]) == (
        "rate-zero",
        "operator",
        "platform_fee",
    )
    february = accepted(await operator.get("/v1/periods/2017-02/dry-run"), 200)
    missing = [one["payee_party"] for one in february["suspicious"]]
    assert (sorted(missing), {one["rule"] for one in february["suspicious"]}) == (
        ["cinema", "operator"],
        {"pair-missing"},
    )
