"""Billing over HTTP: closings that wait for contracts, and the steps of a statement."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from ledger import Database
from tests.http.conftest import BEGIN, Caller, accepted, add_party, refused, stock

TERMS = {
    "coupon_cost_minor": "60.50",
    "platform_fee_minor": 10,
    "currency": "CNY",
    "valid_from": "2017-01-01",
}
USED_AT = "2017-01-20T20:00:00+08:00"


async def use_coupon(brand: Caller, supplier: Caller, code: str = "ticket") -> None:
    """One coupon of a new offer, given for free and used in January 2017."""
    offer_id = await stock(supplier, brand, code=code)
    accepted(
        await brand.post(
            "/v1/programmes/grocer/issue", {"member": "m1", "points": 1, "occurred_at": BEGIN}
        )
    )
    body = {"member": "m1", "offer_id": offer_id, "free": True, "occurred_at": BEGIN}
    coupon = accepted(await brand.post("/v1/programmes/grocer/rights", body))["coupon"]
    receipt = accepted(await brand.get(f"/v1/programmes/grocer/coupons/{coupon}"), 200)
    use = {"code": receipt["code"], "occurred_at": USED_AT, "reference": f"till-{code}"}
    accepted(await supplier.post("/v1/coupons/use", use))


@pytest.fixture
async def statement(operator: Caller, brand: Caller, supplier: Caller) -> Any:
    """What the grocer owes the cinema for January: one coupon."""
    accepted(await operator.post("/v1/contracts", TERMS))
    await use_coupon(brand, supplier)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    (found,) = accepted(await supplier.get("/v1/statements"), 200)["items"]
    return found


def path(statement: Any, step: str = "") -> str:
    return f"/v1/statements/{statement['statement_id']}" + (f"/{step}" if step else "")


async def test_a_use_before_its_contract_holds_the_closing_up_until_the_contract_is_there(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    await use_coupon(brand, supplier)
    close = "/v1/periods/2017-01/close"
    problem = refused(await operator.post(close, {}, key="close"), 409, "period-has-pending-uses")
    assert problem["pending"] == 1
    assert problem["reasons"] == [
        "no contract covers uses of offer ticket in programme grocer in 2017-01"
    ]
    assert problem["reasons"][0] in problem["detail"]
    accepted(await operator.post("/v1/contracts", TERMS))
    closed = accepted(await operator.post(close, {}, key="close"), 200)
    assert (closed["statements"], closed["billed_minor"]) == (2, 71)


async def test_a_statement_is_agreed_by_both_made_final_and_settled(
    operator: Caller, brand: Caller, supplier: Caller, statement: Any
) -> None:
    assert (statement["state"], statement["payer_agreed_at"]) == ("issued", None)
    first = await brand.post(path(statement, "agree"), {}, key="a")
    again = await brand.post(path(statement, "agree"), {}, key="a")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    half = accepted(first, 200)
    assert half["state"] == "issued"
    assert half["payer_agreed_at"].endswith("Z")
    assert half["payee_agreed_at"] is None
    assert accepted(await brand.post(path(statement, "agree"), {}), 200) == half, (
        "agreeing twice changes nothing"
    )
    refused(
        await operator.post(path(statement, "finalise"), {}, key="early"),
        409,
        "statement-step-refused",
    )
    assert accepted(await supplier.post(path(statement, "agree"), {}), 200)["state"] == "agreed"
    assert accepted(await operator.post(path(statement, "finalise"), {}), 200)["state"] == "final"
    refused(
        await brand.post(path(statement, "dispute"), {"reason": "too late"}),
        409,
        "statement-step-refused",
    )
    settled = accepted(await operator.post(path(statement, "settle"), {}, key="settle"), 200)
    assert settled["state"] == "settled"
    assert settled["file_sha256"] == statement["file_sha256"]
    assert accepted(await supplier.get(path(statement)), 200) == settled
    # The first answer is repeated for its key, even if the statement has changed since.
    assert (await brand.post(path(statement, "agree"), {}, key="a")).content == first.content


async def test_a_dispute_states_its_reason_and_takes_the_agreement_back(
    operator: Caller, brand: Caller, supplier: Caller, statement: Any
) -> None:
    accepted(await brand.post(path(statement, "agree"), {}), 200)
    for body in (
        {},
        {"reason": ""},
        {"reason": "r" * 1_001},
        {"reason": 7},
        {"reason": "a\x00b"},
        {"why": "x"},
    ):
        refused(await supplier.post(path(statement, "dispute"), body), 400, "request-invalid")
    disputed = accepted(
        await supplier.post(path(statement, "dispute"), {"reason": "one use is not ours"}), 200
    )
    assert (disputed["state"], disputed["dispute_reason"]) == ("disputed", "one use is not ours")
    assert disputed["payer_agreed_at"] is None
    assert accepted(await operator.post(path(statement, "finalise"), {}), 200)["state"] == "final"


async def test_steps_are_taken_by_those_they_belong_to(
    operator: Caller, brand: Caller, supplier: Caller, other_brand: Caller, statement: Any
) -> None:
    rival = await add_party(operator, "rival", "supplier", category="other")
    for stranger in (other_brand, rival):
        for step, body in (("agree", {}), ("dispute", {"reason": "mine"})):
            refused(await stranger.post(path(statement, step), body), 404, "statement-not-found")
    for party in (brand, supplier):
        for step in ("finalise", "settle"):
            refused(await party.post(path(statement, step), {}), 403, "role-required")
    refused(await operator.post(path(statement, "agree"), {}), 409, "statement-step-refused")
    for missing in (0, statement["statement_id"] + 1, 2**63):
        for step in ("agree", "settle"):
            refused(
                await operator.post(f"/v1/statements/{missing}/{step}", {}),
                404,
                "statement-not-found",
            )
    response = await brand.post(path(statement, "agree"), {}, key=None)
    refused(response, 400, "idempotency-key-missing")
    assert accepted(await brand.get(path(statement)), 200) == statement


async def test_both_parties_at_once_agree(brand: Caller, supplier: Caller, statement: Any) -> None:
    answers = await asyncio.gather(
        *(party.post(path(statement, "agree"), {}) for party in (brand, supplier) * 3)
    )
    assert {accepted(each, 200)["state"] for each in answers} <= {"issued", "agreed"}
    assert accepted(await brand.get(path(statement)), 200)["state"] == "agreed"


async def test_a_key_of_one_statement_is_not_anothers(brand: Caller, statement: Any) -> None:
    accepted(await brand.post(path(statement, "agree"), {}, key="k"), 200)
    body = {"reason": "another step"}
    refused(
        await brand.post(path(statement, "dispute"), body, key="k"), 422, "idempotency-key-reused"
    )


@pytest.mark.usefixtures("reconciler")
async def test_a_reconciliation_counts_all_breaks(supplier: Caller, statement: Any) -> None:
    rows = [f"till-{number},ticket,m{number},2017-01-20,61" for number in range(10_005)]
    content = "\n".join(["reference,offer_code,member,used_on,amount_minor", *rows]).encode()
    headers = {"Content-Type": "text/csv"}
    found = accepted(await supplier.post("/v1/reconciliations", content=content, headers=headers))
    assert len(found["breaks"]) == 10_000
    assert found["break_count"] == 10_006
    assert found["breaks_by_category"] == {"missing_ours": 10_005, "missing_theirs": 1}


@pytest.mark.usefixtures("reconciler")
async def test_a_key_of_one_month_or_supplier_is_not_anothers(
    operator: Caller, supplier: Caller, statement: Any
) -> None:
    await add_party(operator, "museum", "supplier", category="culture")
    content = b"reference,offer_code,member,used_on,amount_minor\n"

    async def send(caller: Caller, **query: str) -> httpx2.Response:
        headers = {"Content-Type": "text/csv"}
        return await caller.post(
            "/v1/reconciliations", content=content, headers=headers, key="k", **query
        )

    january, february = {"month": "2017-01"}, {"month": "2017-02"}
    cinema, museum = {"supplier": "cinema"}, {"supplier": "museum"}
    for caller, first, others in (
        (supplier, january, [february]),
        (operator, january | cinema, [january | museum, february | cinema]),
    ):
        answer = await send(caller, **first)
        accepted(answer)
        assert (await send(caller, **first)).content == answer.content
        for other in others:
            refused(await send(caller, **other), 422, "idempotency-key-reused")


async def test_rates_are_told_without_trailing_zeros(operator: Caller, database: Database) -> None:
    first = await operator.post("/v1/contracts", TERMS, key="terms")
    contract = accepted(first)
    assert (contract["coupon_cost_minor"], contract["platform_fee_minor"]) == ("60.5", "10")
    assert (contract["valid_from"], contract["valid_until"]) == ("2017-01-01", None)
    assert (await operator.post("/v1/contracts", TERMS, key="terms")).content == first.content
    async with database.transaction() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM settlement.contract")) == 1
