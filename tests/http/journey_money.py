"""The part of the journey that is about payments, netting runs and the journal of money."""

from typing import Any

from tests.http.conftest import Caller, accepted

RUN = {
    "currency": "CNY",
    "closure_on": "2090-01-01",
    "advice_on": "2090-01-04",
    "call_on": "2090-01-11",
}
PAID_ON = "2017-02-03"


async def finalise_fees(operator: Caller, brand: Caller, fees: Any) -> None:
    """Make a statement final that the brand owes the operator."""
    path = f"/v1/statements/{fees['statement_id']}"
    for caller, step in ((brand, "agree"), (operator, "agree"), (operator, "finalise")):
        accepted(await caller.post(f"{path}/{step}", {}), 200)


async def drafted(operator: Caller) -> str:
    """The address of a new run of all that is final and due."""
    run = accepted(await operator.post("/v1/nettings", RUN))
    return f"/v1/nettings/{run['netting_id']}"


async def confirmed(operator: Caller) -> tuple[str, Any]:
    """A new run that is confirmed, and its address."""
    path = await drafted(operator)
    accepted(await operator.post(f"{path}/advise", {}), 200)
    return path, accepted(await operator.post(f"{path}/confirm", {}), 200)


async def use_money(operator: Caller, brand: Caller, paid: Any, netted: Any) -> None:
    """Pay a part of one final statement, and net another one, which the brand owes the operator."""
    part = {"statement_id": paid["statement_id"], "paid_on": PAID_ON, "amount_minor": 1}
    accepted(await operator.post("/v1/payments", {**part, "reference": "B-2017-7"}))
    due = accepted(await brand.get(f"/v1/statements/{paid['statement_id']}/due"), 200)
    assert due["due_minor"] == paid["billed_minor"] - 1
    accepted(await operator.post(f"/v1/statements/{paid['statement_id']}/settle", {}), 200)
    own = {"party": "grocer"}
    path = await drafted(operator)
    accepted(await operator.post(f"{path}/remove", own), 200)
    accepted(await operator.post(f"{path}/cancel", {}), 200)
    path, _ = await confirmed(operator)
    accepted(await operator.post(f"{path}/default", own), 200)
    path, run = await confirmed(operator)
    accepted(await brand.get(path), 200)
    accepted(await brand.get(f"{path}/statements"), 200)
    for position in run["positions"]:
        body = {
            "netting_id": run["netting_id"],
            "party": position["party"],
            "paid_on": PAID_ON,
            "amount_minor": abs(position["due_minor"]),
        }
        accepted(await operator.post("/v1/payments", body))
    accepted(await brand.get("/v1/nettings"), 200)
    accepted(await brand.get("/v1/payments"), 200)
    accepted(await brand.get("/v1/positions"), 200)
    accepted(await operator.get("/v1/journal/CNY"), 200)
    exported = await operator.get("/v1/journal/CNY/export")
    assert exported.text.startswith("posted_on,")
    settled = accepted(await brand.get(f"/v1/statements/{netted['statement_id']}"), 200)
    assert settled["state"] == "settled"
