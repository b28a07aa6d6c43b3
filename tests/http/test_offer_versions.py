"""Which version of an offer a brand deals with: the one on sale, and never an unreviewed one."""

from typing import Any

from tests.http.conftest import PROGRAMME, Caller, accepted, offer

LATER = "2117-01-01T00:00:00Z"


async def published(supplier: Caller, code: str, **changes: Any) -> int:
    return int(accepted(await supplier.post("/v1/offers", offer(code, **changes)))["offer_id"])


async def revised(supplier: Caller, offer_id: int, **changes: Any) -> Any:
    said = offer("any", **changes)
    del said["code"]
    return accepted(await supplier.post(f"/v1/offers/{offer_id}/versions", said))


async def test_a_brand_never_reads_what_is_not_reviewed(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    code = accepted(await supplier.get("/v1/parties/self"), 200)["code"]
    offer_id = await published(supplier, "latte", name="Reviewed")
    path = f"{PROGRAMME}/offers/{offer_id}"
    accepted(await operator.put(f"/v1/parties/{code}/trust", {"trusted": False}), 200)
    step = f"/v1/offers/{offer_id}"
    said = await revised(supplier, offer_id, name="Rude", valid_from="2017-02-01T00:00:00Z")
    assert (said["name"], said["state"]) == ("Rude", "IN_REVIEW")
    shown = accepted(await brand.get(path), 200)
    assert (shown["name"], shown["version"], shown["state"]) == ("Reviewed", 1, "IN_REVIEW")
    accepted(await operator.post(f"{step}/reject", {"reason": "No."}), 200)
    await revised(supplier, offer_id, name="Ruder", valid_from="2017-03-01T00:00:00Z")
    assert accepted(await brand.get(path), 200)["name"] == "Reviewed"
    accepted(await supplier.post(f"{step}/submit", {}), 200)
    accepted(await operator.post(f"{step}/approve", {}), 200)
    assert accepted(await brand.get(path), 200)["name"] == "Ruder"
    await revised(supplier, offer_id, name="Rudest", valid_from=LATER)
    accepted(await operator.post(f"{step}/deactivate", {"reason": "No."}), 200)
    assert accepted(await brand.get(path), 200)["name"] == "Ruder"
