"""Bad input: each a clear problem document, and nothing changed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.http.conftest import (
    BEGIN,
    Caller,
    MakeSettings,
    Snapshot,
    accepted,
    add_party,
    refused,
    serving,
    stock,
)

PROGRAMME = "/v1/programmes/grocer"
Take = Callable[[], Awaitable[Snapshot]]


@pytest.fixture
async def member(brand: Caller) -> str:
    """A member with 100 points."""
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100}))
    return "m1"


@pytest.fixture
async def stranger(operator: Caller) -> Caller:
    """Another supplier."""
    return await add_party(operator, "stranger", "supplier", category="other.things")


def without_stored_answers(found: Snapshot) -> Snapshot:
    """Business refusals are stored under their key: these tables record that, and nothing else may change."""
    recorded = ("ledger.journal", "ledger.lane", "ledger.request", "exchange.use_request")
    return {name: value for name, value in found.items() if not name.startswith(recorded)}


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


@pytest.mark.parametrize(
    "points",
    [-1, 0, 1.5, 5.0, "5", True, None, [], {}, 1_000_000_001, 10**18, 10**40, "abc"],
)
async def test_points_that_are_no_points(
    brand: Caller, member: str, snapshot: Take, points: Any
) -> None:
    before = await snapshot()
    for kind in ("issue", "redeem"):
        problem = refused(
            await brand.post(f"{PROGRAMME}/{kind}", {"member": member, "points": points}),
            400,
            "invalid-request",
        )
        assert [error["pointer"] for error in problem["errors"]] == ["/points"]
    item = {"kind": "issue", "key": "k", "member": member, "points": points}
    answer = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"][0]
    assert answer["problem"]["errors"][0]["pointer"] == "/operations/0/points"
    assert await snapshot() == before


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-Infinity", "1e400", "1e2", "1.0"])
async def test_numbers_that_json_readers_disagree_on(
    brand: Caller, snapshot: Take, points: str
) -> None:
    before = await snapshot()
    content = f'{{"member": "m1", "points": {points}}}'.encode()
    assert (await brand.post(f"{PROGRAMME}/issue", content=content)).status_code == 400
    batch = f'{{"operations": [{{"kind": "issue", "key": "k", "member": "m1", "points": {points}}}]}}'.encode()
    response = await brand.post(f"{PROGRAMME}/operations", content=batch, key=None)
    assert response.status_code == 400 or response.json()["answers"][0]["status"] == "rejected"
    assert await snapshot() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member", ""),
        ("member", "m" * 101),
        ("member", "a\x00b"),
        ("member", "a\nb"),
        ("member", "zero\u200bwidth"),
        ("member", 7),
        ("store", "s" * 201),
        ("occurred_at", "2017-01-01"),
        ("occurred_at", "2017-01-01T00:00:00"),
        ("occurred_at", 1483228800),
        ("occurred_at", "2017-02-30T00:00:00Z"),
        ("occurred_at", "0001-01-01T00:00:00+23:00"),
        ("expires_on", "2017-1-1"),
        ("expires_on", 20170101),
        ("unknown", 1),
    ],
)
async def test_fields_that_are_none(brand: Caller, snapshot: Take, field: str, value: Any) -> None:
    before = await snapshot()
    response = await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 1, field: value})
    assert response.status_code in {400, 422}, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert field in response.text
    assert await snapshot() == before


async def test_surrogates_are_refused(brand: Caller, snapshot: Take) -> None:
    before = await snapshot()
    content = b'{"member": "\\ud800", "points": 1}'
    assert (await brand.post(f"{PROGRAMME}/issue", content=content)).status_code == 400
    batch = b'{"operations": [{"kind": "issue", "key": "k", "member": "\\ud800", "points": 1}]}'
    response = await brand.post(f"{PROGRAMME}/operations", content=batch, key=None)
    assert response.status_code == 400 or response.json()["answers"][0]["status"] == "rejected"
    assert await snapshot() == before


async def test_missing_and_malformed_idempotency_keys(brand: Caller, snapshot: Take) -> None:
    before = await snapshot()
    body = {"member": "m1", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/issue", body, key=None), 400, "idempotency-key-missing")
    for key in ("k" * 121, "with space", "tab\there"):
        refused(
            await brand.post(f"{PROGRAMME}/issue", body, key=key), 400, "idempotency-key-invalid"
        )
    item = {"kind": "issue", "member": "m1", "points": 1}
    for items in ([item], [{**item, "key": ""}], [{**item, "key": "é"}]):
        answers = accepted(
            await brand.post(f"{PROGRAMME}/operations", {"operations": items}, key=None), 200
        )["answers"]
        assert answers[0]["problem"]["errors"][0]["pointer"] == "/operations/0/key"
    assert await snapshot() == before


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
        403,
        "offer-isolated",
    )
    assert "category grocery isolates everything beneath it" in problem["explanation"]
    refused(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 403, "offer-isolated")
    item = {"key": "k", "offer_id": offer_id, "quantity": 1, "window_from": BEGIN}
    answers = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": [item]}, key=None), 200
    )["answers"]
    assert answers[0]["problem"]["type"] == "/problems/offer-isolated"
    assert accepted(await brand.get(f"{PROGRAMME}/offers"), 200)["items"] == []
    decision = accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}/isolation"), 200)
    assert decision["isolated"] is True
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


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"member": "m1", "points": 1',
        b"\xff\xfe",
        b'{"a":1}{"b":2}',
        b"[" * 100_000,
    ],
)
async def test_malformed_json(brand: Caller, snapshot: Take, content: bytes) -> None:
    before = await snapshot()
    for path, key in (
        ("issue", ""),
        ("operations", None),
        ("allotments", None),
        ("rights/batch", None),
    ):
        response = await brand.post(f"{PROGRAMME}/{path}", content=content, key=key)
        assert response.status_code == 400, (path, response.status_code, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] in {"/problems/malformed-json", "/problems/invalid-request"}
    assert await snapshot() == before


async def test_oversized_bodies(
    make_settings: MakeSettings, operator_key: str, snapshot: Take
) -> None:
    async with serving(make_settings(request_bytes_max=2_000)) as (_, client):
        operator = Caller(client, operator_key)
        before = await snapshot()
        body = b'{"path": "' + b"x" * 2_000 + b'"}'
        refused(await operator.post("/v1/categories", content=body), 413, "body-too-large")

        async def chunks() -> Any:
            for _ in range(10):
                yield b" " * 500

        headers = {
            "Authorization": f"Bearer {operator_key}",
            "Idempotency-Key": "k",
            "Content-Type": "application/json",
        }
        refused(
            await client.post("/v1/categories", content=chunks(), headers=headers),
            413,
            "body-too-large",
        )
        assert await snapshot() == before


async def test_addresses_methods_and_media_types_that_are_not_served(
    brand: Caller, snapshot: Take
) -> None:
    before = await snapshot()
    refused(await brand.get("/v1/nothing"), 404, "not-found")
    refused(await brand.get(f"{PROGRAMME}/coupons/abc"), 404, "not-found")
    response = await brand.delete(f"{PROGRAMME}/issue")
    refused(response, 405, "method-not-allowed")
    assert "POST" in response.headers["allow"]
    body, form = (
        b'{"member": "m1", "points": 1}',
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    refused(
        await brand.post(f"{PROGRAMME}/issue", content=body, headers=form),
        415,
        "unsupported-media-type",
    )
    assert await snapshot() == before


async def test_who_calls_and_what_the_role_allows(
    brand: Caller, supplier: Caller, snapshot: Take
) -> None:
    before = await snapshot()
    http = brand.http
    for headers in (
        {},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {brand.key[:-1]}x"},
        {"Authorization": f"Bearer {brand.key}x"},
    ):
        response = await http.get("/v1/programmes", headers=headers)
        refused(response, 401, "unauthenticated")
        assert response.headers["www-authenticate"].startswith("Bearer")
    refused(
        await brand.post("/v1/parties", {"code": "x", "name": "X", "roles": ["operator"]}),
        403,
        "role-required",
    )
    refused(await brand.post("/v1/offers", {}), 403, "role-required")
    refused(
        await supplier.post(f"{PROGRAMME}/issue", {"member": "m", "points": 1}),
        403,
        "role-required",
    )
    refused(
        await brand.post("/v1/programmes", {"code": "q", "name": "Q", "party": "pharmacy"}),
        403,
        "role-required",
    )
    assert without_stored_answers(await snapshot()) == without_stored_answers(before)


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30])
async def test_numbers_beyond_what_the_database_holds(
    brand: Caller, supplier: Caller, operator: Caller, snapshot: Take, number: int
) -> None:
    before = await snapshot()
    for caller, path in (
        (brand, f"{PROGRAMME}/coupons/{number}"),
        (brand, f"{PROGRAMME}/offers/{number}"),
        (brand, f"{PROGRAMME}/offers/{number}/isolation"),
        (brand, f"/v1/statements/{number}"),
        (brand, f"/v1/statements/{number}/download"),
    ):
        assert (await caller.get(path)).status_code == 404, path
    for path in (f"/v1/isolation-rules/{number}", f"/v1/parties/grocer/keys/{number}"):
        assert (await operator.delete(path)).status_code == 404, path
    for caller, path in (
        (operator, "/v1/parties"),
        (supplier, "/v1/offers"),
        (brand, f"{PROGRAMME}/offers"),
        (brand, f"{PROGRAMME}/allotments"),
        (brand, "/v1/statements"),
    ):
        response = await caller.get(path, cursor=str(number))
        assert response.status_code in {200, 400, 422}, (path, response.text)
    assert await snapshot() == before
