"""Payments, netting and the journal of money over HTTP: who may, who sees, what is refused."""

from typing import Any

import pytest

from tests.http.conftest import Caller, accepted, add_party, refused
from tests.http.journey_money import PAID_ON, RUN, confirmed, drafted, finalise_fees
from tests.http.test_billing import TERMS, use_coupon


@pytest.fixture
async def bills(operator: Caller, brand: Caller, supplier: Caller) -> list[Any]:
    """What the grocer owes: the operator a fee of 10, and the cinema 61. Both are final."""
    accepted(await operator.post("/v1/contracts", TERMS))
    await use_coupon(brand, supplier)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    fees, cost = accepted(await brand.get("/v1/statements"), 200)["items"]
    await finalise_fees(operator, brand, fees)
    path = f"/v1/statements/{cost['statement_id']}"
    for caller, step in ((brand, "agree"), (supplier, "agree"), (operator, "finalise")):
        accepted(await caller.post(f"{path}/{step}", {}), 200)
    return [fees, cost]


async def test_a_statement_is_paid_in_parts_and_its_parties_see_it(
    operator: Caller, brand: Caller, supplier: Caller, bills: list[Any]
) -> None:
    fees, cost = (bill["statement_id"] for bill in bills)
    paid = {"statement_id": cost, "paid_on": PAID_ON, "amount_minor": 20}
    for wrong, pointer in (
        ({"paid_on": PAID_ON, "amount_minor": 1}, "/statement_id"),
        ({**paid, "netting_id": 1, "party": "grocer"}, "/statement_id"),
        ({**paid, "party": "grocer"}, "/party"),
        ({"netting_id": 1, "paid_on": PAID_ON, "amount_minor": 1}, "/party"),
        ({**paid, "amount_minor": 0}, "/amount_minor"),
        ({**paid, "amount_minor": 10**15 + 1}, "/amount_minor"),
        ({**paid, "paid_on": "2017-02-30"}, "/paid_on"),
        ({**paid, "reference": ""}, "/reference"),
        ({**paid, "note": "x"}, "/note"),
    ):
        problem = refused(await operator.post("/v1/payments", wrong), 400, "request-invalid")
        assert [each["pointer"] for each in problem["errors"]] == [pointer], wrong
    for caller in (brand, supplier):
        refused(await caller.post("/v1/payments", paid), 403, "role-required")
    too_much = refused(
        await operator.post("/v1/payments", {**paid, "amount_minor": 62}),
        409,
        "payment-exceeds-due",
    )
    assert too_much["due_minor"] == 61
    later = {**paid, "paid_on": "2090-01-01"}
    refused(await operator.post("/v1/payments", later), 422, "payment-day-invalid")
    missing = {**paid, "statement_id": 10**6}
    refused(await operator.post("/v1/payments", missing), 404, "statement-not-found")
    first = await operator.post("/v1/payments", paid, key="once")
    assert (await operator.post("/v1/payments", paid, key="once")).content == first.content
    answer = accepted(first)
    assert (answer["payer_party"], answer["payee_party"]) == ("grocer", "cinema")
    due = accepted(await supplier.get(f"/v1/statements/{cost}/due"), 200)
    assert (due["paid_minor"], due["due_minor"]) == (20, 41)
    refused(await supplier.get(f"/v1/statements/{fees}/due"), 404, "statement-not-found")
    refused(await supplier.get(f"/v1/statements/{2**70}/due"), 404, "statement-not-found")
    settled = accepted(await operator.post(f"/v1/statements/{cost}/settle", {}), 200)
    assert settled["state"] == "settled"
    for caller, expected in ((supplier, [20, 41]), (brand, [20, 41]), (operator, [20, 41])):
        items = accepted(await caller.get("/v1/payments", statement_id=cost), 200)["items"]
        assert [each["amount_minor"] for each in items] == expected
    assert accepted(await brand.get("/v1/payments", netting_id=1), 200)["items"] == []
    page = accepted(await brand.get("/v1/payments", limit=1), 200)
    rest = accepted(await brand.get("/v1/payments", cursor=page["next_cursor"]), 200)
    assert [each["amount_minor"] for each in rest["items"]] == [41]
    refused(await operator.post("/v1/payments", paid), 409, "payment-refused")
    own = {"currency": "CNY", "netted_minor": 0}
    assert accepted(await supplier.get("/v1/positions"), 200)["positions"] == [
        {"party": "cinema", "open_minor": 0, **own}
    ]
    everybody = accepted(await operator.get("/v1/positions"), 200)["positions"]
    assert {each["party"]: each["open_minor"] for each in everybody} == {
        "operator": 10,
        "grocer": -10,
        "cinema": 0,
    }


async def test_a_run_is_seen_by_its_parties_and_paid_to_the_operator(
    operator: Caller, brand: Caller, supplier: Caller, bills: list[Any]
) -> None:
    stranger = await add_party(operator, "rival", "supplier", category="other")
    for caller in (brand, supplier):
        refused(await caller.post("/v1/nettings", RUN), 403, "role-required")
    days = {**RUN, "call_on": "2017-01-01"}
    refused(await operator.post("/v1/nettings", days), 422, "netting-days-invalid")
    for nothing in ({"currency": "EUR"}, dict.fromkeys(("closure_on",), "2017-01-01")):
        refused(await operator.post("/v1/nettings", {**RUN, **nothing}), 409, "netting-empty")
    path = await drafted(operator)
    refused(await brand.get(path), 404, "netting-not-found")
    cost = bills[1]["statement_id"]
    part = {"statement_id": cost, "paid_on": PAID_ON, "amount_minor": 1}
    refused(await operator.post("/v1/payments", part), 409, "payment-refused")
    refused(await operator.post(f"/v1/statements/{cost}/settle", {}), 409, "payment-refused")
    refused(await operator.post(f"{path}/confirm", {}), 409, "netting-step-refused")
    nobody = {"party": "nobody"}
    refused(await operator.post(f"{path}/remove", nobody), 404, "party-not-found")
    refused(
        await operator.post(f"{path}/default", {"party": "grocer"}), 409, "netting-step-refused"
    )
    accepted(await operator.post(f"{path}/cancel", {}), 200)
    refused(await operator.post(f"{path}/cancel", {}), 409, "netting-step-refused")
    path, run = await confirmed(operator)
    assert {each["party"]: each["due_minor"] for each in run["positions"]} == {
        "operator": 10,
        "grocer": -71,
        "cinema": 61,
    }
    seen = accepted(await supplier.get(path), 200)
    assert [each["party"] for each in seen["positions"]] == ["cinema"]
    (own,) = accepted(await supplier.get(f"{path}/statements"), 200)["items"]
    assert (own["statement_id"], own["state"]) == (cost, "netted")
    for hidden in (path, f"{path}/statements", f"/v1/nettings/{2**70}"):
        refused(await stranger.get(hidden), 404, "netting-not-found")
    assert accepted(await stranger.get("/v1/nettings"), 200)["items"] == []
    assert len(accepted(await operator.get("/v1/nettings"), 200)["items"]) == 2
    for position in run["positions"]:
        body = {
            "netting_id": run["netting_id"],
            "party": position["party"],
            "paid_on": PAID_ON,
            "amount_minor": abs(position["due_minor"]),
        }
        paid = accepted(await operator.post("/v1/payments", body))
        assert paid["party"] == position["party"]
    assert accepted(await brand.get(path), 200)["state"] == "paid"
    states = {each["state"] for each in accepted(await brand.get("/v1/statements"), 200)["items"]}
    assert states == {"settled"}


async def test_the_journal_is_the_operators_and_leads_to_its_balances(
    operator: Caller, brand: Caller, bills: list[Any]
) -> None:
    for path in ("/v1/journal/CNY", "/v1/journal/CNY/export"):
        refused(await brand.get(path), 403, "role-required")
        refused(await operator.get(path, since="soon"), 400, "request-invalid")
        refused(await operator.get(path, since="2017-02-30"), 400, "request-invalid")
        for nothing in ("EUR", "yuan", "x" * 200):
            nowhere = path.replace("CNY", nothing)
            refused(await operator.get(nowhere), 404, "money-book-not-found")
    items = accepted(await operator.get("/v1/journal/CNY"), 200)["items"]
    assert [each["document"] for each in items] == [bill["number"] for bill in bills]
    assert items[1]["transfers"] == [
        {"from_account": "open:grocer", "to_account": "open:cinema", "amount_minor": 61}
    ]
    after = accepted(await operator.get("/v1/journal/CNY", cursor="1"), 200)["items"]
    assert after == items[1:]
    export = "/v1/journal/CNY/export"
    days = {"since": "2017-02-01", "before": "2017-02-01"}
    refused(await operator.get(export, **days), 422, "journal-days-invalid")
    for form, kind, told in (
        ("csv", "text/csv; charset=utf-8", "Liabilities:Open:CINEMA,cinema,,,0.61,CNY"),
        ("beancount", "text/plain; charset=utf-8", "balance Liabilities:Open:CINEMA  -0.61 ~ 0"),
        ("hledger", "text/plain; charset=utf-8", 'Liabilities:Open:CINEMA  0 "CNY" = -0.61'),
    ):
        answer = await operator.get(export, format=form)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert told in answer.text
    # Before anything was posted, there is nothing but the heading.
    early = await operator.get(export, since="2017-02-01", before="2017-03-01")
    assert len(early.text.splitlines()) == 1
