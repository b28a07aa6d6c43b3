"""An offer's way over HTTP: drafted, reviewed, listed, paused, ended, and said anew."""

from typing import Any

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    accepted,
    grants_all,
    offer,
    refused,
)


async def say(caller: Caller, offer_id: int, verb: str, **body: Any) -> Any:
    return accepted(await caller.post(f"/v1/offers/{offer_id}/{verb}", body), 200)


async def stock(brand: Caller, offer_id: int, key: str = "stock") -> Any:
    item = {"key": key, "offer_id": offer_id, "quantity": 9, "window_from": BEGIN}
    answer = await brand.post(f"{PROGRAMME}/allotments", {"allotments": [item]}, key=None)
    (made,) = accepted(answer, 200)["answers"]
    return made


async def test_a_paused_offer_is_neither_shown_nor_redeemed(
    operator: Caller, brand: Caller, supplier: Caller, member: str
) -> None:
    await grants_all(supplier)
    made = accepted(await supplier.post("/v1/offers", offer()))
    offer_id, path = made["offer_id"], f"{PROGRAMME}/offers/{made['offer_id']}"
    assert (made["state"], made["paused_by"], made["state_reason"]) == ("LISTED", None, None)
    await stock(brand, offer_id)
    right = {"member": member, "offer_id": offer_id}
    accepted(await brand.post(f"{PROGRAMME}/rights", right))

    paused = await say(supplier, offer_id, "pause", reason="The machine is broken.")
    assert (paused["state"], paused["paused_by"]) == ("PAUSED", "supplier")
    assert paused["state_reason"] == "The machine is broken."
    problem = refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "offer-not-listed")
    assert problem["state"] == "PAUSED"
    assert accepted(await brand.get(f"{PROGRAMME}/offers"), 200)["items"] == []
    # The brand may still read what its members hold coupons of, but not why it was paused.
    seen = accepted(await brand.get(path), 200)
    assert (seen["state"], seen["paused_by"], seen["state_reason"]) == ("PAUSED", None, None)
    assert (await stock(brand, offer_id, "more"))["problem"]["type"].endswith("offer-not-listed")

    # The operator takes the pause over, and then the supplier cannot end it.
    taken = await say(operator, offer_id, "pause")
    assert (taken["paused_by"], taken["state_reason"]) == ("operator", None)
    problem = refused(await supplier.post(f"/v1/offers/{offer_id}/resume", {}), 409, "offer-state")
    assert (problem["state"], problem["allowed"]) == ("PAUSED", ["end", "revise"])
    assert (await say(operator, offer_id, "resume"))["state"] == "LISTED"
    accepted(await brand.post(f"{PROGRAMME}/rights", right))

    assert (await say(supplier, offer_id, "end"))["state"] == "ENDED"
    problem = refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "offer-not-listed")
    assert problem["state"] == "ENDED"
    coupons = f"{PROGRAMME}/members/{member}/coupons"
    states = [each["state"] for each in accepted(await brand.get(coupons), 200)["items"]]
    assert states == ["ACTIVE", "ACTIVE"]


async def test_an_untrusted_suppliers_offer_is_reviewed(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    trust = f"/v1/parties/{await code_of(supplier)}/trust"
    said = accepted(await operator.put(trust, {"trusted": False}), 200)
    assert said == {"party": await code_of(supplier), "trusted": False}
    made = accepted(await supplier.post("/v1/offers", offer("reviewed")))
    offer_id = made["offer_id"]
    path = f"{PROGRAMME}/offers/{offer_id}"
    assert made["state"] == "IN_REVIEW"
    refused(await brand.get(path), 404, "offer-not-found")
    refused(await supplier.post(f"/v1/offers/{offer_id}/approve", {}), 403, "role-required")
    refused(await operator.post(f"/v1/offers/{offer_id}/reject", {}), 400, "request-invalid")
    rejected = await say(operator, offer_id, "reject", reason="Say where it can be used.")
    assert (rejected["state"], rejected["state_reason"]) == ("DRAFT", "Say where it can be used.")
    assert accepted(await supplier.get("/v1/offers"), 200)["items"] == [rejected]

    said_better = {**offer(), "valid_from": "2017-02-01T00:00:00Z", "terms_text": "In all shops."}
    del said_better["code"]
    second = accepted(await supplier.post(f"/v1/offers/{offer_id}/versions", said_better))
    assert (second["version"], second["state"], second["terms_text"]) == (
        *(2, "DRAFT", "In all shops."),
    )
    assert (await say(supplier, offer_id, "submit"))["state"] == "IN_REVIEW"
    assert (await say(operator, offer_id, "approve"))["state"] == "LISTED"
    assert accepted(await brand.get(path), 200)["terms_text"] == "In all shops."

    # What it says anew is not listed before the operator has seen it.
    third = accepted(
        await supplier.post(
            f"/v1/offers/{offer_id}/versions", {**said_better, "valid_from": "2017-03-01T00:00:00Z"}
        )
    )
    assert third["state"] == "IN_REVIEW"
    assert (await stock(brand, offer_id))["problem"]["state"] == "IN_REVIEW"

    accepted(await operator.put(trust, {"trusted": True}), 200)
    assert accepted(await supplier.post("/v1/offers", offer("trusted")))["state"] == "LISTED"
    buyer = f"/v1/parties/{await code_of(brand)}/trust"
    refused(await operator.put(buyer, {"trusted": True}), 403, "role-missing")
    refused(
        await operator.put("/v1/parties/nobody/trust", {"trusted": True}), 404, "party-not-found"
    )
    refused(await supplier.put(trust, {"trusted": True}), 403, "role-required")


async def code_of(caller: Caller) -> str:
    return str(accepted(await caller.get("/v1/parties/self"), 200)["code"])


async def test_every_step_out_of_turn_is_refused_and_changes_nothing(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    made = accepted(await supplier.post("/v1/offers", {**offer(), "state": "DRAFT"}))
    offer_id = made["offer_id"]
    assert made["state"] == "DRAFT"
    refused(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 404, "offer-not-found")
    for verb in ("pause", "resume", "end"):
        problem = refused(
            await supplier.post(f"/v1/offers/{offer_id}/{verb}", {}), 409, "offer-state"
        )
        assert (problem["state"], problem["allowed"]) == ("DRAFT", ["submit", "revise"])
    reason = {"reason": "a"}
    for verb in ("approve", "reject", "deactivate"):
        refused(await operator.post(f"/v1/offers/{offer_id}/{verb}", reason), 409, "offer-state")
    refused(await brand.post(f"/v1/offers/{offer_id}/submit", {}), 403, "role-required")
    refused(await supplier.post("/v1/offers/1/submit", {}), 404, "offer-not-found")
    refused(await supplier.post("/v1/offers/1/versions", _version()), 404, "offer-not-found")
    padded = {"reason": " a"}
    problem = refused(
        await supplier.post(f"/v1/offers/{offer_id}/submit", padded), 422, "offer-terms-invalid"
    )
    assert problem["field"] == "reason"
    assert accepted(await supplier.get("/v1/offers"), 200)["items"] == [made]

    first = await supplier.post(f"/v1/offers/{offer_id}/submit", {}, key="once")
    again = await supplier.post(f"/v1/offers/{offer_id}/submit", {}, key="once")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert accepted(first, 200)["state"] == "LISTED"
    early = {**_version(), "valid_from": BEGIN}
    refused(
        await supplier.post(f"/v1/offers/{offer_id}/versions", early), 409, "offer-period-taken"
    )
    withdraw = {"reason": "Recalled.", "coupons": "burn"}
    path = f"/v1/offers/{offer_id}/deactivate"
    refused(await operator.post(path, withdraw), 400, "request-invalid")
    gone = await say(operator, offer_id, "deactivate", reason="Recalled.", coupons="honour")
    assert gone["state"] == "DEACTIVATED"
    problem = refused(
        await supplier.post(f"/v1/offers/{offer_id}/versions", _version()), 409, "offer-state"
    )
    assert problem["allowed"] == []


def _version() -> dict[str, Any]:
    return {
        name: value
        for name, value in offer(valid_from="2017-06-01T00:00:00Z").items()
        if name != "code"
    }


async def test_an_offer_ends_by_itself_until_a_version_lets_it_go_on(
    brand: Caller, supplier: Caller
) -> None:
    over = accepted(await supplier.post("/v1/offers", offer(valid_until="2017-03-01T00:00:00Z")))
    assert over["state"] == "ENDED"
    problem = refused(
        await supplier.post(f"/v1/offers/{over['offer_id']}/pause", {}), 409, "offer-state"
    )
    assert problem["state"] == "ENDED"
    path = f"/v1/offers/{over['offer_id']}/versions"
    assert accepted(await supplier.post(path, _version()))["state"] == "LISTED"
    assert (await say(supplier, over["offer_id"], "pause"))["state"] == "PAUSED"


async def test_wrong_terms_are_named_and_publish_nothing(supplier: Caller) -> None:
    for changes, code, field in (
        ({"discount_permille": 200}, "offer-terms-invalid", "discount_permille"),
        ({"kind": "discount"}, "offer-terms-invalid", "discount_permille"),
        ({"per_member": 1, "per_member_per_day": 2}, "offer-terms-invalid", "per_member_per_day"),
        ({"account_pattern": "1[0-9]*"}, "offer-terms-invalid", "account_pattern"),
        ({"usable": {"online": False, "shops": "none"}}, "offer-terms-invalid", "usable"),
        ({"use_times": [{"weekdays": [1], "opens": "9:00", "closes": "10:00"}]}, None, None),
        ({"images": ["http://a.example/a.png"]}, None, None),
        ({"gift_hops": 4}, None, None),
        ({"category": "nowhere.at.all"}, "category-unknown", None),
    ):
        answer = await supplier.post("/v1/offers", offer(**changes))
        problem = refused(answer, 422 if code else 400, code or "request-invalid")
        assert problem.get("field") == field
    answer = await supplier.post("/v1/offers", offer(presented_brand="nobody"))
    refused(answer, 404, "party-not-found")
    items = [
        {**offer("good"), "key": "a"},
        {**offer("bad", kind="code"), "key": "b"},
        {**offer("draft", state="DRAFT"), "key": "c"},
    ]
    answers = accepted(await supplier.post("/v1/offers/batch", {"offers": items}, key=None), 200)[
        "answers"
    ]
    assert [each["status"] for each in answers] == ["accepted", "rejected", "accepted"]
    assert answers[1]["problem"]["field"] == "kind"
    found = accepted(await supplier.get("/v1/offers"), 200)["items"]
    assert sorted((each["code"], each["state"]) for each in found) == [
        *(("draft", "DRAFT"), ("good", "LISTED")),
    ]


async def test_a_supplier_finds_its_offers_by_state_category_and_words(
    operator: Caller, supplier: Caller
) -> None:
    for path in ("drinks", "drinks.coffee"):
        accepted(await operator.post("/v1/categories", {"path": path}))
    latte = {"name": "生椰拿铁", "subtitle": "Coconut Latte, any size", "category": "drinks.coffee"}
    accepted(await supplier.post("/v1/offers", offer("latte", **latte)))
    accepted(await supplier.post("/v1/offers", offer("tea", category="drinks", state="DRAFT")))
    accepted(await supplier.post("/v1/offers", offer("film")))

    async def found(caller: Caller, **query: str) -> list[str]:
        items = accepted(await caller.get("/v1/offers", **query), 200)["items"]
        return sorted(each["code"] for each in items)

    assert await found(supplier) == ["film", "latte", "tea"]
    assert await found(supplier, state="DRAFT") == ["tea"]
    assert await found(supplier, category="drinks") == ["latte", "tea"]
    assert await found(supplier, category="drinks.coffee") == ["latte"]
    assert await found(supplier, q="拿铁") == ["latte"]
    assert await found(supplier, q="coco latte") == ["latte"]
    assert await found(supplier, q="铁拿") == []
    assert await found(operator, state="DRAFT", category="drinks") == ["tea"]
    refused(await supplier.get("/v1/offers", q="!!"), 422, "search-invalid")
    refused(await supplier.get("/v1/offers", q="a" * 51), 400, "request-invalid")
    refused(await supplier.get("/v1/offers", state="GONE"), 400, "request-invalid")
    refused(await supplier.get("/v1/offers", category="Drinks"), 400, "request-invalid")
