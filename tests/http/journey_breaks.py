"""The parts of the journey that are about what a reconciliation found."""

from typing import Any

from tests.http.conftest import Caller, accepted

RESOLVED = {"resolution": "explained", "note": "The till was offline that evening."}


async def use_breaks(operator: Caller, supplier: Caller, reconciliation_id: int) -> None:
    """Look at what a reconciliation found, work it off, and sign it on both sides."""
    path = f"/v1/reconciliations/{reconciliation_id}"
    accepted(await supplier.get("/v1/reconciliations", month="2017-01"), 200)
    accepted(await supplier.get(path), 200)
    accepted(await supplier.get(f"{path}/matches"), 200)
    found: list[Any] = accepted(await supplier.get(f"{path}/breaks"), 200)["items"]
    for each in found:
        of_break = f"/v1/breaks/{each['break_id']}"
        accepted(await supplier.post(f"{of_break}/assign", {"assignee": "Li Wei"}), 200)
        accepted(await supplier.post(f"{of_break}/comments", {"note": "Asked the shop."}), 200)
        accepted(await operator.post(f"{of_break}/resolve", RESOLVED), 200)
        accepted(await supplier.get(of_break), 200)
        accepted(await supplier.get(f"{of_break}/steps"), 200)
    for caller in (supplier, operator):
        accepted(await caller.post(f"{path}/sign", {}), 200)
