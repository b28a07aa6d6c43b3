"""Disputes and corrections over HTTP: who may, what is refused, and what each side sees."""

from typing import Any

from sqlalchemy import text

from ledger import Database
from tests.conftest import owner_transaction
from tests.http import test_billing
from tests.http.conftest import Caller, accepted, add_party, refused

path = test_billing.path
bill = test_billing.statement


async def test_each_side_sees_and_does_its_part(
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    bill: Any,
    database: Database,
) -> None:
    rival = await add_party(operator, "rival", "supplier", category="leisure.cinema")
    lines = [
        accepted(await each.get(path(bill, "lines")), 200)["items"]
        for each in (brand, supplier, operator)
    ]
    assert [each[0]["member"] for each in lines] == ["m1", None, None]
    assert lines[0][0]["use"] == "1:1.1"
    line = {"use": lines[0][0]["use"], "leg": lines[0][0]["leg"]}
    refused(await brand.get(path(bill, "lines"), cursor="WzFd"), 400, "request-invalid")
    body = {"lines": [line], "reason": "price", "text": "It was 50.", "claimed_minor": 50}
    for wrong, status, code in (
        ({**body, "typo": 1}, 400, "request-invalid"),
        ({**body, "lines": [{"use": "1:1.1"}]}, 422, "line-invalid"),
        ({**body, "lines": [line, line]}, 422, "line-invalid"),
        ({**body, "lines": [{**line, "use": "1:9.1"}]}, 404, "line-not-found"),
        ({**body, "claimed_minor": 61}, 422, "dispute-claim-invalid"),
    ):
        refused(await brand.post(path(bill, "disputes"), wrong), status, code)
    refused(await operator.post(path(bill, "disputes"), body), 409, "statement-step-refused")
    refused(await rival.post(path(bill, "disputes"), body), 404, "statement-not-found")
    first = await brand.post(path(bill, "disputes"), body, key="d")
    opened = accepted(first)
    assert (await brand.post(path(bill, "disputes"), body, key="d")).content == first.content
    refused(await brand.post(path(bill, "disputes"), body), 409, "dispute-exists")
    dispute = f"/v1/disputes/{opened['dispute_id']}"
    for step in ("accept", "withdraw"):
        refused(await rival.post(f"{dispute}/{step}", {}), 404, "dispute-not-found")
    refused(await brand.post(f"{dispute}/accept", {}), 409, "statement-step-refused")
    other = {"claimed_minor": 40}
    refused(await supplier.post(f"{dispute}/accept", other), 422, "dispute-claim-invalid")
    refused(await supplier.post(f"{dispute}/reject", {}), 400, "request-invalid")
    done = accepted(await supplier.post(f"{dispute}/accept", {}), 200)
    assert (done["state"], done["closed_by_party"]) == ("accepted", "cinema")
    refused(await operator.post(f"{dispute}/reject", {"answer": "No."}), 409, "dispute-closed")
    refused(await brand.get("/v1/disputes/99"), 404, "dispute-not-found")
    (credit,) = accepted(await brand.get("/v1/adjustments"), 200)["items"]
    assert (credit["kind"], credit["amount_minor"], credit["month"]) == ("credit", -11, "2017-02")
    await _correct(operator, brand, bill, line, database)
    await _list(brand, operator, rival, bill)


async def _correct(
    operator: Caller, brand: Caller, bill: Any, line: Any, database: Database
) -> None:
    body = {"statement": bill["statement_id"], "lines": [line], "reason": "Agreed."}
    assert (await brand.post("/v1/adjustments", body)).status_code == 403
    refused(
        await operator.post("/v1/adjustments", {**body, "amount_minor": 51}),
        *(409, "adjustment-too-large"),
    )
    refused(
        await operator.post("/v1/adjustments", {**body, "kind": "debit"}),
        *(422, "adjustment-invalid"),
    )
    drafted = accepted(await operator.post("/v1/adjustments", {**body, "amount_minor": 7}))
    correction = f"/v1/adjustments/{drafted['adjustment_id']}"
    refused(await brand.get(correction), 404, "adjustment-not-found")
    async with owner_transaction(database) as connection:
        await connection.execute(text("UPDATE settlement.calendar SET four_eyes = true"))
    refused(await operator.post(f"{correction}/approve", {}, key="a"), 409, "four-eyes-required")
    made = accepted(await operator.post("/v1/parties/operator/keys", {"label": "second"}))
    second = Caller(operator.http, made["key"])
    # The refusal was not stored: the same request is answered anew.
    refused(await operator.post(f"{correction}/approve", {}, key="a"), 409, "four-eyes-required")
    approved = accepted(await second.post(f"{correction}/approve", {}), 200)
    assert (approved["state"], approved["lines"][0]["amount_minor"]) == ("approved", -7)
    refused(await operator.post(f"{correction}/discard", {}), 409, "adjustment-decided")
    refused(await operator.post("/v1/adjustments/99/approve", {}), 404, "adjustment-not-found")
    invoice = {
        "number": "B-1",
        "issued_on": "2017-02-03",
        "net_minor": 61,
        "tax_minor": 0,
        "gross_minor": 61,
    }
    invoices = path(bill, "invoices")
    refused(await brand.post(invoices, invoice), 409, "statement-step-refused")
    wrong = {**invoice, "net_minor": 60, "gross_minor": 60}
    refused(await operator.post(invoices, wrong), 422, "invoice-sums-differ")
    accepted(await operator.post(invoices, invoice))
    refused(await operator.post(invoices, invoice), 409, "invoice-exists")
    refused(
        await operator.post(invoices, {**invoice, "number": "R", "cancels": "B-7"}),
        *(404, "invoice-not-found"),
    )


async def _list(brand: Caller, operator: Caller, rival: Caller, bill: Any) -> None:
    async def listed(caller: Caller, **filters: str) -> int:
        return len(accepted(await caller.get("/v1/statements", **filters), 200)["items"])

    assert await listed(brand, payee="cinema", state="issued", currency="CNY") == 1
    for none in (
        {"payee": "nobody"},
        {"state": "agreed"},
        {"payer": "cinema"},
        {"currency": "USD"},
    ):
        assert await listed(brand, **none) == 0
    assert await listed(operator, payer="grocer", month="2017-01") == 2
    assert await listed(rival) == 0
    refused(await brand.get("/v1/statements", supplier="kfc"), 422, "query-parameter-unknown")
    steps = accepted(await brand.get(path(bill, "steps")), 200)["items"]
    assert [(each["step"], each["party"]) for each in steps] == [
        *(("issue", None), ("dispute", "grocer"), ("accept", "cinema"), ("adjust", "operator")),
        *(("approve", "operator"), ("invoice", "operator")),
    ]
    # A key is told to its own party, and to the operator.
    assert [each["actor"] is None for each in steps] == [
        *(True, False, True, True, True, True),
    ]
    told = accepted(await operator.get(path(bill, "steps")), 200)["items"]
    assert len({each["actor"] for each in told}) == 4
    refused(await rival.get(path(bill, "steps")), 404, "statement-not-found")
