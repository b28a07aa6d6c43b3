"""Parties, keys, categories, offers, allotments, rights and uses over HTTP."""

import asyncio
import time

import pytest
from sqlalchemy import text

from api.process import caches
from ledger import Database
from tests.conftest import owner_transaction
from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    add_party,
    offer,
    refused,
    serving,
    stock,
)


async def test_parties_are_added_once_and_listed_by_pages(operator: Caller) -> None:
    for code in ("one", "two", "three"):
        accepted(
            await operator.post("/v1/parties", {"code": code, "name": code, "roles": ["brand"]})
        )
    refused(
        await operator.post("/v1/parties", {"code": "one", "name": "x", "roles": ["brand"]}),
        409,
        "party-exists",
    )
    first = accepted(await operator.get("/v1/parties", limit=2), 200)
    assert [item["code"] for item in first["items"]] == ["operator", "one"]
    second = accepted(await operator.get("/v1/parties", limit=2, cursor=first["next_cursor"]), 200)
    assert [item["code"] for item in second["items"]] == ["two", "three"]
    refused(await operator.get("/v1/parties", cursor="-1"), 400, "request-invalid")
    refused(await operator.get("/v1/parties", limit=1_001), 400, "request-invalid")
    assert accepted(await operator.get("/v1/parties/self"), 200)["code"] == "operator"


async def test_a_key_is_shown_once_and_never_stored(operator: Caller, database: Database) -> None:
    accepted(await operator.post("/v1/parties", {"code": "one", "name": "One", "roles": ["brand"]}))
    body = {"label": "till", "scopes": ["read", "import"]}
    first = await operator.post("/v1/parties/one/keys", body, key="k")
    shown = accepted(first)
    key = shown["key"]
    assert not shown["already_shown"]
    assert accepted(await Caller(operator.http, key).get("/v1/parties/self"), 200)["code"] == "one"
    for _ in range(2):
        again = await operator.post("/v1/parties/one/keys", body, key="k")
        assert accepted(again) == {**shown, "key": None, "already_shown": True}
        assert again.headers["idempotency-replayed"] == "true"
    async with database.transaction() as connection:
        stored = (
            await connection.execute(
                text("SELECT string_agg(answer::text, ' ') FROM ledger.request")
            )
        ).scalar_one()
    assert key not in stored
    listed = accepted(await operator.get("/v1/parties/one/keys"), 200)["items"]
    assert [each["label"] for each in listed] == ["till"]
    assert key not in str(listed)


async def test_a_key_that_an_earlier_release_stored_is_not_shown(
    operator: Caller, database: Database
) -> None:
    accepted(await operator.post("/v1/parties", {"code": "one", "name": "One", "roles": ["brand"]}))
    body = {"label": "till"}
    accepted(await operator.post("/v1/parties/one/keys", body, key="k"))
    sealed = """
        UPDATE ledger.request SET answer = CAST(
            '{"party": "one", "label": "till", "key": "c2VhbGVk", "permissions": []}' AS json)
        WHERE key = 'k'
    """
    answered_once = "ALTER TABLE ledger.request {} TRIGGER request_answered_once"
    async with owner_transaction(database) as connection:
        await connection.execute(text(answered_once.format("DISABLE")))
        await connection.execute(text(sealed))
        await connection.execute(text(answered_once.format("ENABLE")))
    again = accepted(await operator.post("/v1/parties/one/keys", body, key="k"))
    assert (again["key"], again["already_shown"]) == (None, True)


async def test_no_answer_is_kept_by_a_cache(
    operator: Caller, brand: Caller, supplier: Caller, member: str
) -> None:
    offer_id = await stock(supplier, brand)
    right = {"member": member, "offer_id": offer_id}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    for response in (
        await brand.get(f"{PROGRAMME}/coupons/{coupon}"),
        await operator.post("/v1/parties/grocer/keys", {"label": "till"}),
        await brand.get("/v1/nothing"),
    ):
        assert response.headers["cache-control"] == "no-store"
    for path in ("/docs", "/problems", "/static/docs.js", "/v1/parties/self", "/nothing"):
        response = await operator.get(path)
        assert response.headers["x-content-type-options"] == "nosniff", path
        policies = response.headers.get_list("content-security-policy")
        assert any("frame-ancestors 'none'" in each for each in policies), path


async def test_a_revoked_key_stops_working(
    operator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "CACHE_SECONDS", 0.05)
    brand = await add_party(operator, "one", "brand", category="a")
    accepted(await brand.get("/v1/programmes"), 200)
    (key,) = accepted(await operator.get("/v1/parties/one/keys"), 200)["items"]
    assert (await operator.delete(f"/v1/parties/one/keys/{key['key_id']}")).status_code == 204
    await asyncio.sleep(0.1)
    refused(await brand.get("/v1/programmes"), 401, "unauthenticated")


async def test_a_revoked_key_stops_working_while_it_is_in_constant_use(
    operator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "CACHE_SECONDS", 0.5)
    brand = await add_party(operator, "one", "brand", category="a")
    accepted(await brand.get("/v1/programmes"), 200)
    (key,) = accepted(await operator.get("/v1/parties/one/keys"), 200)["items"]
    assert (await operator.delete(f"/v1/parties/one/keys/{key['key_id']}")).status_code == 204
    revoked = time.monotonic()
    while (answer := await brand.get("/v1/programmes")).status_code == 200:
        assert time.monotonic() < revoked + 5, "each request renews the key"
        await asyncio.sleep(0.02)
    refused(answer, 401, "unauthenticated")


async def test_programmes_are_their_brands_own(
    operator: Caller, brand: Caller, other_brand: Caller
) -> None:
    mine = accepted(await brand.get("/v1/programmes"), 200)["items"]
    assert [programme["code"] for programme in mine] == ["grocer"]
    assert mine[0]["expiry"] == {"kind": "months", "count": 6, "dates": []}
    everybodys = accepted(await operator.get("/v1/programmes"), 200)["items"]
    assert {programme["party"] for programme in everybodys} == {"grocer", "pharmacy"}
    made = accepted(
        await operator.post("/v1/programmes", {"code": "extra", "name": "E", "party": "pharmacy"})
    )
    assert made["party"] == "pharmacy"
    assert accepted(await other_brand.get("/v1/programmes/extra"), 200)["name"] == "E"


async def test_a_rule_is_answered_with_its_sides_as_they_were_stated(operator: Caller) -> None:
    await add_party(operator, "rival", "supplier", category="grocery.packaged")
    sides = ({"party": "rival"}, {"category": "grocery"})
    for index, (buyer, supplier) in enumerate((sides, sides[::-1])):
        body = {"kind": "deny", "buyer": buyer, "supplier": supplier}
        rule = accepted(await operator.post("/v1/isolation-rules", body))
        assert (rule["buyer"], rule["supplier"], rule["mutual"]) == (buyer, supplier, True)
        assert rule["rule"].startswith(("rival is denied", "category grocery is denied")[index])
        assert accepted(await operator.get("/v1/isolation-rules"), 200)["items"] == [rule]
        turned = {"kind": "allow", "buyer": supplier, "supplier": buyer}
        for again in (body, turned):
            refused(await operator.post("/v1/isolation-rules", again), 409, "isolation-rule-exists")
        await operator.delete(f"/v1/isolation-rules/{rule['rule_id']}")


async def test_isolation_rules_come_and_go(operator: Caller, brand: Caller) -> None:
    rival = await add_party(operator, "rival", "supplier", category="grocery.packaged")
    offer_id = accepted(await rival.post("/v1/offers", offer()))["offer_id"]
    accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 200)
    rule = accepted(
        await operator.post("/v1/isolation-rules", {"kind": "node", "category": "grocery"})
    )
    refused(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 404, "offer-not-found")
    sides = {"buyer": {"party": "grocer"}, "supplier": {"party": "rival"}}
    accepted(await operator.post("/v1/isolation-rules", {"kind": "allow", **sides}))
    accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 200)
    assert len(accepted(await operator.get("/v1/isolation-rules"), 200)["items"]) == 2
    assert (await operator.delete(f"/v1/isolation-rules/{rule['rule_id']}")).status_code == 204
    for bad in (
        {"kind": "node"},
        {"kind": "allow", "category": "grocery"},
        {"kind": "allow", "buyer": {"party": "grocer"}},
        {"kind": "deny", "buyer": {}, "supplier": {"party": "rival"}},
    ):
        refused(await operator.post("/v1/isolation-rules", bad), 400, "request-invalid")


async def test_offers_in_a_batch(supplier: Caller) -> None:
    offers = [
        {"key": "a", **offer("one")},
        {"key": "b", **offer("two", face_value_minor=1.5)},
        {"key": "c", **offer("one")},
        {"key": "d", **offer("three", fulfilment="magic")},
        7,
    ]
    first = await supplier.post("/v1/offers/batch", {"offers": offers}, key=None)
    answers = accepted(first, 200)["answers"]
    kinds = [answer.get("problem", {}).get("type", answer["status"]) for answer in answers]
    assert sorted(kinds[:3:2]) == ["/problems/offer-exists", "accepted"]
    assert [kinds[1], kinds[3], kinds[4]] == ["/problems/request-invalid"] * 3
    again = await supplier.post("/v1/offers/batch", {"offers": offers}, key=None)
    assert again.content == first.content
    assert again.headers["idempotency-replays"] == "2"
    assert len(accepted(await supplier.get("/v1/offers"), 200)["items"]) == 1


async def test_redeem_a_right_use_it_and_take_the_use_back(brand: Caller, supplier: Caller) -> None:
    offer_id = await stock(supplier, brand, quantity=1)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    body = {"member": "m1", "offer_id": offer_id}
    first = await brand.post(f"{PROGRAMME}/rights", body, key="r")
    again = await brand.post(f"{PROGRAMME}/rights", body, key="r")
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    right = accepted(first)
    assert (right["points"], right["balance"], right["state"]) == (20, 30, "ACTIVE")
    # The points of a right cannot be given back as long as the right exists.
    reverse = {"member": "m1", "operation_key": "r"}
    refused(await brand.post(f"{PROGRAMME}/reverse", reverse), 409, "operation-owned")
    refused(await brand.post(f"{PROGRAMME}/rights", body), 409, "allotment-exhausted")
    receipt = accepted(
        await brand.get(f"{PROGRAMME}/coupons/{right['coupon']}", wait_seconds=5), 200
    )
    assert [step["step"] for step in receipt["steps"]] == ["redeemed", "delivered"]
    assert receipt["supplier"] == "cinema"
    used = await supplier.post("/v1/coupons/use", {"code": receipt["code"], "store": "s"}, key="u")
    assert accepted(used)["state"] == "USED"
    replay = await supplier.post(
        "/v1/coupons/use", {"code": receipt["code"], "store": "s"}, key="u"
    )
    assert replay.content == used.content
    assert (
        accepted(await supplier.post("/v1/coupons/reverse-use", {"code": receipt["code"]}))["state"]
        == "ACTIVE"
    )
    uses = [{"key": "v", "code": receipt["code"]}, {"key": "w", "code": "unknown"}, {"key": "x"}]
    batch = accepted(await supplier.post("/v1/coupons/use/batch", {"uses": uses}, key=None), 200)[
        "answers"
    ]
    assert [answer.get("state") for answer in batch] == ["USED", None, None]
    assert batch[1]["problem"]["type"] == "/problems/coupon-not-found"
    assert batch[2]["problem"]["errors"][0]["pointer"] == "/uses/2"


async def test_rights_in_a_batch(brand: Caller, supplier: Caller) -> None:
    offer_id = await stock(supplier, brand, quantity=2)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    rights = [
        {"key": "a", "member": "m1", "offer_id": offer_id, "occurred_at": BEGIN, "free": True},
        {"key": "b", "member": "m1", "offer_id": -1},
        {"key": "c", "member": "m1", "offer_id": 999_999},
        {"key": "d", "member": "m1", "offer_id": offer_id},
        {"key": "e", "member": "m1", "offer_id": offer_id},
    ]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": rights}, key=None), 200
    )["answers"]
    kinds = [answer.get("problem", {}).get("type", answer["status"]) for answer in answers]
    assert kinds[0] == "accepted"
    assert answers[0]["points"] == 0
    assert kinds[1:3] == ["/problems/request-invalid", "/problems/offer-not-found"]
    assert sorted(kinds[3:]) == ["/problems/allotment-exhausted", "accepted"]


async def test_guessing_codes_is_stopped(
    brand: Caller, supplier: Caller, make_settings: MakeSettings, operator_key: str
) -> None:
    settings = make_settings(code_misses_burst=3, code_misses_per_second=0.01)
    async with serving(settings) as (_, client):
        guesser = Caller(client, supplier.key)
        for _ in range(3):
            refused(
                await guesser.post("/v1/coupons/use", {"code": "guess"}), 404, "coupon-not-found"
            )
        response = await guesser.post("/v1/coupons/use", {"code": "guess"})
        refused(response, 429, "too-many-code-misses")
        assert int(response.headers["retry-after"]) > 10
