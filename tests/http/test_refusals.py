"""Well-formed requests that are refused: the reason is clear, and nothing is changed."""

import pytest

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    Take,
    accepted,
    add_party,
    refused,
    stock,
    without_stored_answers,
)


@pytest.fixture
async def stranger(operator: Caller) -> Caller:
    """Another supplier."""
    return await add_party(operator, "stranger", "supplier", category="other.things")


async def test_unknown_member(brand: Caller, member: str, snapshot: Take) -> None:
    before = without_stored_answers(await snapshot())
    problem = refused(
        await brand.post(f"{PROGRAMME}/redeem", {"member": "nobody", "points": 1}),
        404,
        "member-not-found",
    )
    assert "nobody" in problem["detail"]
    assert without_stored_answers(await snapshot()) == before


@pytest.mark.parametrize(
    "programme", ["missing", "pharmacy", "../grocer", "GROCER", "grocer%00", "%F0%9F%92%A5"]
)
async def test_wrong_programme(
    brand: Caller, other_brand: Caller, snapshot: Take, programme: str
) -> None:
    before = await snapshot()
    response = await brand.post(f"/v1/programmes/{programme}/issue", {"member": "m1", "points": 1})
    assert response.status_code == 404
    assert await snapshot() == before


async def test_a_foreign_programme_cannot_be_told_from_a_missing_one(
    brand: Caller, other_brand: Caller
) -> None:
    foreign = refused(await brand.get("/v1/programmes/pharmacy/totals"), 404, "programme-not-found")
    missing = refused(await brand.get("/v1/programmes/nowhere/totals"), 404, "programme-not-found")
    said = str({**foreign, "instance": ""}).replace("pharmacy", "X")
    assert said == str({**missing, "instance": ""}).replace("nowhere", "X")


async def test_same_key_with_another_body(
    brand: Caller, supplier: Caller, member: str, snapshot: Take
) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": member, "points": 1}, key="used"))
    before = await snapshot()
    for path, body in (
        ("issue", {"member": member, "points": 2}),
        ("issue", {"member": "other", "points": 1}),
        ("redeem", {"member": member, "points": 1}),
    ):
        refused(
            await brand.post(f"{PROGRAMME}/{path}", body, key="used"), 422, "idempotency-key-reused"
        )
    item = {"kind": "issue", "key": "used", "member": member, "points": 3}
    answers = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"]
    assert answers[0]["problem"]["type"] == "/problems/idempotency-key-reused"
    assert await snapshot() == before


async def test_same_key_with_another_body_for_what_is_no_operation(
    operator: Caller, snapshot: Take
) -> None:
    accepted(await operator.post("/v1/categories", {"path": "one"}, key="used"))
    before = await snapshot()
    refused(
        await operator.post("/v1/categories", {"path": "two"}, key="used"),
        422,
        "idempotency-key-reused",
    )
    assert await snapshot() == before


async def test_foreign_ids_are_as_missing(
    brand: Caller, other_brand: Caller, supplier: Caller, stranger: Caller, snapshot: Take
) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100}))
    offer_id = await stock(supplier, brand)
    right = accepted(
        await brand.post(f"{PROGRAMME}/rights", {"member": "m1", "offer_id": offer_id})
    )
    coupon = right["coupon"]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    before = without_stored_answers(await snapshot())
    refused(await other_brand.get(f"{PROGRAMME}/coupons/{coupon}"), 404, "programme-not-found")
    refused(
        await other_brand.get(f"/v1/programmes/pharmacy/coupons/{coupon}"), 404, "coupon-not-found"
    )
    refused(await brand.get(f"{PROGRAMME}/coupons/{10**30}"), 404, "coupon-not-found")
    refused(await brand.get(f"{PROGRAMME}/offers/{10**30}"), 404, "offer-not-found")
    refused(await stranger.post("/v1/coupons/use", {"code": code}), 404, "coupon-not-found")
    refused(await brand.get("/v1/statements/1"), 404, "statement-not-found")
    refused(await brand.get(f"/v1/statements/{10**30}"), 404, "statement-not-found")
    endpoint = {"url": "http://127.0.0.1:1", "secret": "whsec_" + "A" * 44}
    refused(await supplier.put("/v1/parties/stranger/endpoint", endpoint), 404, "party-not-found")
    assert without_stored_answers(await snapshot()) == before


async def test_a_secret_that_nobody_can_sign_with_is_not_stored(
    operator: Caller, supplier: Caller
) -> None:
    endpoint = {"url": "http://127.0.0.1:1", "secret": "whsec_" + "A" * 33}
    for caller in (operator, supplier):
        refused(await caller.put("/v1/parties/cinema/endpoint", endpoint), 422, "secret-invalid")


async def test_an_isolated_offer_is_refused_with_its_reason(
    brand: Caller, operator: Caller, member: str, snapshot: Take
) -> None:
    rival = await add_party(operator, "rival", "supplier", category="grocery.packaged")
    accepted(await operator.post("/v1/isolation-rules", {"kind": "node", "category": "grocery"}))
    offer = {
        "code": "o",
        "name": "O",
        "face_value_minor": 1,
        "currency": "CNY",
        "points": 1,
        "fulfilment": "own_code",
        "valid_from": BEGIN,
    }
    offer_id = accepted(await rival.post("/v1/offers", offer))["offer_id"]
    before = without_stored_answers(await snapshot())
    problem = refused(
        await brand.post(f"{PROGRAMME}/rights", {"member": member, "offer_id": offer_id}),
        404,
        "offer-not-found",
    )
    assert problem["detail"] == f"there is no offer {offer_id}"
    refused(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 404, "offer-not-found")
    item = {"key": "k", "offer_id": offer_id, "quantity": 1, "window_from": BEGIN}
    answers = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": [item]}, key=None), 200
    )["answers"]
    assert answers[0]["problem"]["type"] == "/problems/offer-not-found"
    assert accepted(await brand.get(f"{PROGRAMME}/offers"), 200)["items"] == []
    refused(await brand.get(f"{PROGRAMME}/offers/{offer_id}/isolation"), 404, "offer-not-found")
    decision = accepted(await operator.get(f"{PROGRAMME}/offers/{offer_id}/isolation"), 200)
    assert decision["isolated"] is True
    assert "category grocery isolates everything beneath it" in decision["explanation"]
    assert without_stored_answers(await snapshot()) == before


async def test_unknown_and_used_coupons(
    brand: Caller, supplier: Caller, member: str, snapshot: Take
) -> None:
    offer_id = await stock(supplier, brand)
    right = accepted(
        await brand.post(f"{PROGRAMME}/rights", {"member": member, "offer_id": offer_id})
    )
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{right['coupon']}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code, "reference": "till-1"}))
    before = without_stored_answers(await snapshot())
    refused(await supplier.post("/v1/coupons/use", {"code": code}), 409, "coupon-already-used")
    for unknown in ("x", "0" * 18, code[:-1] + ("0" if code[-1] != "0" else "1")):
        refused(await supplier.post("/v1/coupons/use", {"code": unknown}), 404, "coupon-not-found")
    assert without_stored_answers(await snapshot()) == before
