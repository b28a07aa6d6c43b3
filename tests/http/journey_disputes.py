"""The part of the journey that is about disputes, corrections, invoices and lines of statements."""

from typing import Any

from tests.http.conftest import Caller, accepted


async def use_disputes(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """Use every operation on what is in question, corrected and invoiced, and on lines.

    The brand owes the supplier for one use at least, and the operator the fees of it.
    """
    fees, bill = accepted(await operator.get("/v1/statements", state="issued"), 200)["items"]
    assert (bill["kind"], fees["kind"]) == ("coupons", "fees")
    path = f"/v1/statements/{bill['statement_id']}"
    lines = accepted(await brand.get(f"{path}/lines"), 200)["items"]
    reversed_uses = {each["use"] for each in lines if each["kind"] == "reversal"}
    found = next(each for each in lines if each["use"] not in reversed_uses)
    line, gross = {"use": found["use"], "leg": found["leg"]}, found["gross_minor"]

    async def dispute(**more: Any) -> str:
        body = {"lines": [line], "reason": "price", "text": "55 were agreed.", **more}
        opened = accepted(await brand.post(f"{path}/disputes", body))
        return f"/v1/disputes/{opened['dispute_id']}"

    first = await dispute(claimed_minor=gross - 5)
    accepted(await brand.get(first), 200)
    for about in (f"{path}/disputes", "/v1/disputes"):
        accepted(await supplier.get(about, state="open"), 200)
    accepted(await supplier.post(f"{first}/accept", {"answer": "You are right."}), 200)
    second = await dispute(claimed_minor=0)
    answer = {"answer": "It was used at the counter."}
    accepted(await supplier.post(f"{second}/reject", answer), 200)
    accepted(await brand.post(f"{await dispute()}/withdraw", {}), 200)
    corrections = [
        accepted(
            await operator.post(
                "/v1/adjustments",
                {
                    "statement": bill["statement_id"],
                    "lines": [{**line, "amount_minor": amount}],
                    "reason": "Agreed on the phone.",
                },
            )
        )["adjustment_id"]
        for amount in (2, 3)
    ]
    for number, verb in zip(corrections, ("approve", "discard"), strict=True):
        accepted(await operator.post(f"/v1/adjustments/{number}/{verb}", {}), 200)
    accepted(await brand.get("/v1/adjustments", statement=bill["statement_id"]), 200)
    accepted(await brand.get(f"/v1/adjustments/{corrections[0]}"), 200)
    invoice = {
        "number": "25442000000012345678",
        "issued_on": "2017-02-03",
        "net_minor": bill["billed_minor"],
        "tax_minor": 0,
        "gross_minor": bill["billed_minor"],
    }
    accepted(await supplier.post(f"{path}/invoices", invoice))
    accepted(await brand.get(f"{path}/invoices"), 200)
    accepted(await brand.get(f"{path}/steps"), 200)
    wrong = {"reason": "The address of the payee is wrong."}
    accepted(await operator.post(f"/v1/statements/{fees['statement_id']}/void", wrong), 200)
