"""Which version of an offer a brand deals with: the one on sale, and never an unreviewed one."""

from typing import Any

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    accepted,
    add_party,
    grants_all,
    offer,
    refused,
)

LATER = "2117-01-01T00:00:00Z"


async def published(supplier: Caller, code: str, **changes: Any) -> int:
    return int(accepted(await supplier.post("/v1/offers", offer(code, **changes)))["offer_id"])


async def revised(supplier: Caller, offer_id: int, **changes: Any) -> Any:
    said = offer("any", **changes)
    del said["code"]
    return accepted(await supplier.post(f"/v1/offers/{offer_id}/versions", said))


async def procured(brand: Caller, offer_id: int, key: str) -> Any:
    item = {"key": key, "offer_id": offer_id, "quantity": 9, "window_from": BEGIN}
    body = {"allotments": [item]}
    (made,) = accepted(await brand.post(f"{PROGRAMME}/allotments", body, key=None), 200)["answers"]
    return made["problem"]["type"].split("/")[-1] if "problem" in made else made["status"]


async def test_a_version_that_is_not_on_sale_yet_changes_nothing_today(
    operator: Caller, brand: Caller, supplier: Caller, member: str
) -> None:
    await grants_all(supplier)
    offer_id = await published(supplier, "latte", name="Now")
    assert await procured(brand, offer_id, "k1") == "accepted"
    await revised(supplier, offer_id, name="Later", points=90, valid_from=LATER)
    path = f"{PROGRAMME}/offers/{offer_id}"
    assert await _seen(brand, path, member) == [("Now", 20, True, None)] * 3
    assert await procured(brand, offer_id, "k2") == "accepted"

    # One that nobody sells yet is shown as it will be.
    coming = await published(supplier, "coming", name="Soon", valid_from=LATER)
    await revised(supplier, coming, name="After", valid_from="2118-01-01T00:00:00Z")
    shown = accepted(await brand.get(f"{PROGRAMME}/offers/{coming}"), 200)
    assert (shown["name"], shown["why_not"]) == ("Soon", "closed")
    found = accepted(await brand.get(f"{PROGRAMME}/offers", all="true"), 200)["items"]
    assert {each["name"] for each in found} == {"Now", "Soon"}

    # What will be isolated is so when it is on sale. Nobody procures it any more.
    await add_party(operator, "barn", "brand", category="grocery.fresh")
    rival = {"presented_brand": "barn", "valid_from": "2118-01-01T00:00:00Z"}
    await revised(supplier, offer_id, name="Rival", **rival)
    assert await _seen(brand, path, member) == [("Now", 20, True, None)] * 3
    accepted(await brand.get(f"{path}/isolation"), 200)
    access = {"open_to": {"first_redemption": True}}
    accepted(await brand.put(f"{path}/access", access), 200)
    accepted(await brand.get(f"{path}/access"), 200)
    right = {"member": member, "offer_id": offer_id}
    accepted(await brand.post(f"{PROGRAMME}/rights", right))
    assert await procured(brand, offer_id, "k3") == "offer-not-found"


async def _seen(brand: Caller, path: str, member: str) -> list[Any]:
    offers = f"{PROGRAMME}/offers"
    pages = [
        accepted(await brand.get(offers, member=member, **query), 200)["items"]
        for query in ({}, {"all": "true"})
    ]
    mine = [each for page in pages for each in page if path.endswith(str(each["offer_id"]))]
    shown = [*mine, accepted(await brand.get(path, member=member), 200)]
    return [(each["name"], each["price"], each["eligible"], each["why_not"]) for each in shown]


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


async def test_an_offer_that_is_over_is_not_procured(brand: Caller, supplier: Caller) -> None:
    offer_id = await published(supplier, "past", valid_until="2017-02-01T00:00:00Z")
    body = {"offer_id": offer_id, "quantity": 1, "window_from": BEGIN}
    problem = refused(await brand.post(f"{PROGRAMME}/procurements", body), 409, "offer-not-listed")
    assert problem["state"] == "ENDED"
    await grants_all(supplier)
    assert await procured(brand, offer_id, "k1") == "offer-not-listed"

    # What was asked for in time is not granted after the end.
    other = await published(supplier, "other", points=1)
    terms = accepted(await supplier.get("/v1/supply-terms"), 200)["items"]
    await supplier.delete(f"/v1/supply-terms/{terms[0]['terms_id']}")
    asked = accepted(await brand.post(f"{PROGRAMME}/procurements", {**body, "offer_id": other}))
    ended = {"valid_from": "2017-01-15T00:00:00Z", "valid_until": "2017-02-01T00:00:00Z"}
    await revised(supplier, other, **ended)
    path = f"/v1/procurements/{asked['procurement_id']}"
    refused(await supplier.post(f"{path}/approve"), 409, "offer-not-listed")
    (waiting,) = accepted(await supplier.get("/v1/procurements"), 200)["items"]
    assert waiting["state"] == "waiting"
