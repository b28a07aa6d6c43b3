"""A shop's till over HTTP: its key, what it looks up, locks, uses and reverses, and its day."""

import base64
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.http.scopes import SCOPE_OF, TILL_ADDRESSES
from exchange.coupons.codes import new_code
from tests.http.conftest import (
    JSON,
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    add_party,
    refused,
    serving,
    stock,
)

LOOK_UP, LOCK, UNLOCK = "/v1/coupons/look-up", "/v1/coupons/lock", "/v1/coupons/unlock"
USE, REVERSE = "/v1/coupons/use", "/v1/coupons/reverse-use"


@dataclass
class Till:
    """A till's key, and what it asks in short."""

    caller: Caller

    async def say(self, path: str, code: str, **fields: Any) -> Any:
        key = None if path == LOOK_UP else ""
        return await self.caller.post(path, {"code": code, **fields}, key=key)


@dataclass
class Street:
    """A supplier with three shops, of which the offer is for those of Shanghai, and its tills."""

    brand: Caller
    supplier: Caller
    offer_id: int
    west: Till
    east: Till
    north: Till

    async def right(self) -> tuple[int, str]:
        body = {"member": "m1", "offer_id": self.offer_id, "free": True}
        coupon = accepted(await self.brand.post(f"{PROGRAMME}/rights", body))["coupon"]
        shown = accepted(await self.brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)
        return coupon, shown["code"]


async def till_of(supplier: Caller, shop: str) -> Till:
    made = accepted(await supplier.post(f"/v1/shops/{shop}/keys", {"label": f"Till of {shop}"}))
    assert (made["scopes"], made["shop"]) == (["till"], shop)
    return Till(replace(supplier, key=made["key"]))


@pytest.fixture
async def street(brand: Caller, supplier: Caller, member: str) -> Street:
    shops = [
        {"key": code, "code": code, "name": f"Shop {code}", "region": region}
        for code, region in (("west", "310101"), ("east", "310115"), ("north", "110101"))
    ]
    accepted(await supplier.post("/v1/shops/batch", {"shops": shops}, key=None), 200)
    offer_id = await stock(
        supplier,
        brand,
        quantity=50,
        threshold_minor=5_000,
        reverse_minutes=0,
        usable={"online": False, "shops": {"regions": ["310000"]}},
        texts={"zh": {"name": "电影票"}},
    )
    tills = [await till_of(supplier, code) for code in ("west", "east", "north")]
    return Street(brand, supplier, offer_id, *tills)


async def test_a_till_looks_up_uses_and_compares_its_day(street: Street) -> None:
    west, north = street.west, street.north
    coupon, code = await street.right()
    shown = accepted(await west.say(LOOK_UP, code.lower()), 200)
    assert (shown["coupon"], shown["state"], shown["usable"], shown["why_not"]) == (
        coupon,
        "ACTIVE",
        True,
        [],
    )
    assert (shown["threshold_minor"], shown["shop"], shown["kind"]) == (
        5_000,
        "west",
        "cash_voucher",
    )
    assert shown["names"] == {"zh": "电影票", "en": shown["name"]}
    assert shown["member"] == "•••", "a short reference is hidden whole"
    assert shown["words"]["zh"] == "可以使用。"
    shown = accepted(await north.say(LOOK_UP, code), 200)
    assert (shown["usable"], shown["why_not"]) == (False, ["shop-not-allowed"])
    refused(await north.say(USE, code, order_minor=9_000), 409, "shop-not-allowed")
    refused(await west.say(USE, code), 409, "threshold-not-met")
    problem = refused(await west.say(USE, code, order_minor=4_999), 409, "threshold-not-met")
    assert problem["threshold_minor"] == 5_000
    said = {"order_minor": 5_000, "staff": "Li", "reference": "bill-2207"}
    used = accepted(await west.say(USE, code, **said))
    assert (used["state"], used["shop"], used["store"]) == ("USED", "west", None)
    assert (used["staff"], used["order_minor"], used["price_rule"]) == ("Li", 5_000, None)
    shown = accepted(await street.east.say(LOOK_UP, code), 200)
    assert (shown["why_not"], shown["used_store"], shown["reference_tail"]) == (
        ["coupon-already-used"],
        "west",
        "2207",
    )
    assert "west" in shown["words"]["zh"]
    again = refused(await street.east.say(USE, code, order_minor=5_000), 409, "coupon-already-used")
    assert (again["store"], again["reference_tail"]) == ("west", "2207")
    # The offer lets a till reverse for 0 minutes, and the supplier at any time.
    refused(await street.east.say(REVERSE, code), 409, "shop-not-allowed")
    refused(await west.say(REVERSE, code), 409, "reverse-too-late")
    accepted(await street.supplier.post(REVERSE, {"code": code}))
    accepted(await west.say(USE, code, order_minor=6_000))
    day = used["occurred_at"][:10]
    listed = accepted(await west.caller.get("/v1/shops/west/uses", day=day, limit=1), 200)
    rest = accepted(
        await west.caller.get("/v1/shops/west/uses", day=day, cursor=listed["next_cursor"]), 200
    )
    (first,), (second,) = listed["items"], rest["items"]
    assert (first["use"], first["order_minor"], first["staff"]) == (1, 5_000, "Li")
    assert (first["programme"], first["offer_code"]) == ("grocer", "ticket")
    assert first["reversed_at"] is not None
    assert (second["use"], second["reversed_at"]) == (2, None)
    whole = accepted(await street.supplier.get("/v1/shops/east/uses", day=day), 200)
    assert whole["items"] == []


async def test_a_lock_keeps_other_tills_away_until_it_is_used_or_ended(street: Street) -> None:
    west, east = street.west, street.east
    coupon, code = await street.right()
    lock = accepted(await west.say(LOCK, code, seconds=600))
    assert (lock["state"], lock["coupon"], lock["name"]) == ("LOCKED", coupon, "A ticket")
    shown = accepted(await east.say(LOOK_UP, code), 200)
    assert (shown["state"], shown["why_not"]) == ("LOCKED", ["coupon-locked"])
    assert shown["lock_until"] == lock["lock_until"]
    asked: list[tuple[str, JSON]] = [
        (LOCK, {}),
        (USE, {"order_minor": 5_000}),
        (USE, {"order_minor": 5_000, "lock": "x"}),
    ]
    for path, fields in asked:
        problem = refused(await east.say(path, code, **fields), 409, "coupon-locked")
        assert problem["lock_until"] == lock["lock_until"]
    refused(await east.say(UNLOCK, code, lock="x"), 409, "coupon-not-locked")
    ended = accepted(await west.say(UNLOCK, code, lock=lock["lock"]), 200)
    assert (ended["state"], ended["lock"]) == ("ACTIVE", None)
    refused(await west.say(UNLOCK, code, lock=lock["lock"]), 409, "coupon-not-locked")
    lock = accepted(await east.say(LOCK, code))
    used = accepted(await east.say(USE, code, order_minor=5_000, lock=lock["lock"]))
    assert used["state"] == "USED"
    receipt = accepted(await street.brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)
    assert [step["step"] for step in receipt["steps"]] == [
        *("redeemed", "delivered", "locked", "unlocked", "locked", "used")
    ]
    assert receipt["steps"][-1]["detail"] == {"store": "east"}


async def test_a_member_shows_a_token_and_any_till_can_check_it(street: Street) -> None:
    coupon, code = await street.right()
    path = f"{PROGRAMME}/coupons/{coupon}"
    shown = accepted(await street.brand.get(f"{path}/token"), 200)
    assert shown["code"] == code
    kind, said, signature = shown["token"].split(".")
    assert kind == "cq1"
    keys = accepted(await replace(street.brand, key="none").http.get("/v1/keys/exchange"), 200)
    (jwk,) = keys["keys"]
    assert (jwk["kty"], jwk["crv"], jwk["holds_until"]) == ("OKP", "Ed25519", None)
    public = Ed25519PublicKey.from_public_bytes(_bytes(jwk["x"]))
    public.verify(_bytes(signature), f"{kind}.{said}".encode())
    svg = await street.brand.get(f"{path}/qr")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.headers["cache-control"] == "no-store"
    assert svg.text.startswith("<svg")
    ask = {"token": shown["token"]}
    till = street.west.caller
    assert accepted(await till.post(LOOK_UP, ask, key=None), 200)["coupon"] == coupon
    forged = {"token": f"{kind}.{said}.{signature[::-1]}"}
    refused(await till.post(LOOK_UP, forged, key=None), 404, "coupon-not-found")
    refused(await till.post(USE, {**ask, "code": code}), 400, "request-invalid")
    refused(await till.post(USE, {"order_minor": 1}), 400, "request-invalid")
    body = {**ask, "order_minor": 5_000}
    assert accepted(await till.post(USE, body, key="scan"))["coupon"] == coupon
    # The member's app shows another token by now. It stands for the same coupon.
    refused(await street.brand.get(f"{path}/token"), 409, "coupon-not-active")
    again = await till.post(USE, {"code": code, "order_minor": 5_000}, key="scan")
    assert accepted(again)["coupon"] == coupon


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_a_till_may_nothing_else(street: Street, operator: Caller) -> None:
    till = street.west.caller
    for address in SCOPE_OF.keys() - TILL_ADDRESSES:
        method, path = address.split(" ")
        if "{" not in path:
            response = await till.http.request(
                method, path, headers={"Authorization": f"Bearer {till.key}"}
            )
            refused(response, 403, "scope-required")
    for path in (LOOK_UP, LOCK, USE, REVERSE):
        refused(await street.west.say(path, "no code", shop="east"), 403, "shop-mismatch")
    refused(await street.west.say(USE, "no code", store="east"), 403, "shop-mismatch")
    refused(await till.get("/v1/shops/east/uses", day="2026-01-01"), 404, "shop-not-found")
    refused(await street.supplier.get("/v1/shops/east/uses"), 400, "request-invalid")
    for body in ({"label": "a", "scopes": ["till"]}, {"label": "a", "scopes": ["till", "read"]}):
        assert refused(await street.supplier.post("/v1/keys", body), 422, "scope-unknown")
    missing = await street.supplier.post("/v1/shops/nowhere/keys", {"label": "a"})
    refused(missing, 404, "shop-not-found")
    refused(await street.brand.post("/v1/shops/west/keys", {"label": "a"}), 403, "role-required")
    made = await operator.post("/v1/shops/west/keys", {"label": "By the operator"}, party="cinema")
    assert accepted(made)["party"] == "cinema"


async def test_what_is_not_theirs_is_one_answer_and_is_counted(
    street: Street, operator: Caller, make_settings: MakeSettings
) -> None:
    rival = await add_party(operator, "theatre", "supplier", category="leisure.stage")
    coupon, code = await street.right()
    token = accepted(await street.brand.get(f"{PROGRAMME}/coupons/{coupon}/token"), 200)["token"]
    named: list[JSON] = [
        {"code": code},
        {"code": new_code(1, 0)},
        {"code": "mistyped"},
        {"token": token},
        {"token": "cq1.x.y"},
    ]
    details = set()
    for each in named:
        for path in (LOOK_UP, LOCK, USE):
            key = None if path == LOOK_UP else ""
            problem = refused(await rival.post(path, each, key=key), 404, "coupon-not-found")
            details.add(problem["title"])
    assert len(details) == 1
    settings = make_settings(code_misses_burst=3, code_misses_per_second=0.001)
    async with serving(settings) as (_, client):
        guesser = replace(rival, http=client)
        for each in named[1:4]:
            refused(await guesser.post(LOOK_UP, each, key=None), 404, "coupon-not-found")
        refused(await guesser.post(LOOK_UP, named[0], key=None), 429, "too-many-code-misses")
        refused(await guesser.post(LOCK, named[0]), 429, "too-many-code-misses")


async def test_a_supplier_that_says_so_wants_a_shop_named(street: Street) -> None:
    supplier = street.supplier
    _, code = await street.right()
    # Before that, any text will do, and the offer's shops are not judged.
    free = accepted(await supplier.post(USE, {"code": code, "store": "the fair"}, key="old"))
    assert (free["store"], free["shop"]) == ("the fair", None)
    path = "/v1/parties/cinema/use-settings"
    assert accepted(await supplier.get(path), 200) == {"party": "cinema", "require_shop": False}
    accepted(await supplier.put(path, {"require_shop": True}), 200)
    refused(await street.brand.get(path), 403, "role-required")
    other = "/v1/parties/operator/use-settings"
    refused(await supplier.put(other, {"require_shop": True}), 404, "party-not-found")
    fresh = accepted(await supplier.post("/v1/keys", {"label": "another", "scopes": ["coupons"]}))
    caller = replace(supplier, key=fresh["key"])
    _, code_2 = await street.right()
    refused(await caller.post(LOOK_UP, {"code": code_2}, key=None), 422, "shop-required")
    refused(await caller.post(USE, {"code": code_2, "store": "x"}, key="u"), 422, "shop-required")
    wrong = {"code": code_2, "shop": "nowhere", "order_minor": 5_000}
    refused(await caller.post(USE, wrong, key="u"), 404, "shop-not-found")
    accepted(await caller.post(USE, {**wrong, "shop": "west"}, key="u"))
    replay = await caller.post(USE, {"code": code, "store": "the fair"}, key="old")
    assert accepted(replay) == free
    accepted(await supplier.post("/v1/shops/west/close"), 200)
    _, code_3 = await street.right()
    refused(await street.west.say(USE, code_3, order_minor=5_000), 409, "shop-not-allowed")
