"""The parts of the journey that are about the market, and what is said of members."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    accepted,
    grants_all,
    offer,
    stock,
)


async def use_files(supplier: Caller, brand: Caller) -> None:
    """Use every operation on shops, card codes and files."""
    west = {"code": "W-1", "name": "West gate", "region": "310101", "groups": ["east"]}
    accepted(await supplier.post("/v1/shops", west))
    more = {"shops": [{**west, "key": "shop-2", "code": "W-2"}, {**west, "key": "shop-3"}]}
    accepted(await supplier.post("/v1/shops/batch", more, key=None), 200)
    for path in ("/v1/shops/W-1/close", "/v1/shops/W-1/open"):
        accepted(await supplier.post(path), 200)
    for path in ("/v1/shops", "/v1/shops/W-1"):
        accepted(await supplier.get(path), 200)
    let_in = {"member": "m-1001", "locale": "zh-Hans", "return_url": "https://tea.example/app"}
    accepted(await brand.post(f"{PROGRAMME}/launches", let_in))
    framing = {"origins": ["https://app.tea.example"]}
    assert accepted(await brand.put("/v1/frame-origins", framing), 200)["party"] == "grocer"
    accepted(await brand.get("/v1/frame-origins"), 200)
    accepted(await brand.put("/v1/frame-origins", {"origins": []}), 200)
    codes = {"codes": [{"key": "1", "number": "7001-0001", "secret": "4711", "batch": "May"}]}
    card = offer("card", fulfilment="card_code", kind="code")
    offer_id = accepted(await supplier.post("/v1/offers", card))["offer_id"]
    await grants_all(supplier, offer_id=offer_id)
    item = {"key": "cards", "offer_id": offer_id, "quantity": 5, "window_from": BEGIN}
    allotments = {"allotments": [item]}
    accepted(await brand.post(f"{PROGRAMME}/allotments", allotments, key=None), 200)
    accepted(await supplier.post(f"/v1/offers/{offer_id}/codes", codes, key=None), 200)
    right = {"member": "m-1001", "offer_id": offer_id, "free": True}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    accepted(await brand.post(f"{PROGRAMME}/coupons/{coupon}/reveal"), 200)
    accepted(await supplier.get(f"/v1/offers/{offer_id}/codes/summary"), 200)
    accepted(await supplier.post(f"/v1/offers/{offer_id}/codes/withdraw", {"batch": "May"}), 200)
    mapping = {"kind": "shops", "columns": {"code": "No."}, "constants": {"state": "open"}}
    accepted(await supplier.put("/v1/import-mappings/west", mapping), 200)
    accepted(await supplier.get("/v1/import-mappings/west"), 200)
    path = await _checked(supplier, b"No.,name\nW-3,South gate\nW 4,No code\n")
    accepted(await supplier.get(path), 200)
    accepted(await supplier.get(f"{path}/rows", status="rejected"), 200)
    accepted(await supplier.post(f"{path}/apply", {"accept_partial": True}), 200)
    path = await _checked(supplier, b"No.,name\nW 5,No code\n")
    accepted(await supplier.post(f"{path}/cancel"), 200)


async def use_tills(brand: Caller, supplier: Caller, offer_id: int) -> None:
    """Use every operation of a till, in the shop that `use_files` has added."""
    settings = "/v1/parties/cinema/use-settings"
    accepted(await supplier.put(settings, {"require_shop": False}), 200)
    accepted(await supplier.get(settings), 200)
    accepted(await supplier.post("/v1/shops/W-1/keys", {"label": "Till 2 of West gate"}))
    accepted(await brand.get("/v1/keys/exchange"), 200)
    right = {"member": "m-1003", "offer_id": offer_id, "free": True}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right, key="till-right"))["coupon"]
    path = f"{PROGRAMME}/coupons/{coupon}"
    shown = {"token": accepted(await brand.get(f"{path}/token"), 200)["token"], "shop": "W-1"}
    assert (await brand.get(f"{path}/qr")).status_code == HTTPStatus.OK
    accepted(await supplier.post("/v1/coupons/look-up", shown, key=None), 200)
    locked = {**shown, "seconds": 120}
    lock = accepted(await supplier.post("/v1/coupons/lock", locked, key="lock-1"))["lock"]
    ended = {**shown, "lock": lock}
    accepted(await supplier.post("/v1/coupons/unlock", ended, key="unlock-1"), 200)
    lock = accepted(await supplier.post("/v1/coupons/lock", shown, key="lock-2"))["lock"]
    sold = {**shown, "lock": lock, "staff": "Li", "order_minor": 12_000, "reference": "till-8"}
    used = accepted(await supplier.post("/v1/coupons/use", sold, key="use-4"))
    day = used["occurred_at"][:10]
    accepted(await supplier.get("/v1/shops/W-1/uses", day=day), 200)


async def _checked(supplier: Caller, file: bytes) -> str:
    """The address of an import with a rejected row, once it is checked."""
    query = {"kind": "shops", "dry_run": "true", "mapping": "west"}
    headers = {"Content-Type": "text/csv"}
    sent = accepted(await supplier.post("/v1/imports", content=file, headers=headers, **query), 202)
    path = f"/v1/imports/{sent['import_id']}"
    accepted(await supplier.get("/v1/imports"), 200)
    while True:
        if (await supplier.get(f"{path}/rejected")).status_code == HTTPStatus.OK:
            return path
        await asyncio.sleep(0.05)


async def use_isolation(operator: Caller, brand: Caller) -> None:
    """Use every operation on rules with periods, groups and vetoes. A category is `drinks`."""
    code = accepted(await brand.get("/v1/parties/self"), 200)["code"]
    sides = {"buyer": {"party": code}, "supplier": {"party": "cinema"}}
    body = {"kind": "deny", **sides, "valid_until": "2031-01-01T00:00:00+08:00"}
    rule = accepted(await operator.post("/v1/isolation-rules", body))
    accepted(await operator.post(f"/v1/isolation-rules/{rule['rule_id']}/end", {}), 200)
    group = {"code": "harvest", "kind": "alliance", "label": "Harvest Alliance"}
    accepted(await operator.post("/v1/groups", group))
    member = f"/v1/groups/harvest/members/{code}"
    accepted(await operator.put(member, {"valid_until": "2031-01-01T00:00:00+08:00"}), 200)
    accepted(await brand.get("/v1/groups"), 200)
    accepted(await brand.post("/v1/groups/harvest/accept", {}), 200)
    assert (await operator.delete(member)).status_code == 204
    veto = {"against": {"category": "drinks"}, "role": "buyer"}
    stated = accepted(await brand.post("/v1/vetoes", veto))
    accepted(await brand.get("/v1/vetoes"), 200)
    accepted(await brand.post(f"/v1/vetoes/{stated['veto_id']}/end", {}), 200)
    accepted(await operator.get("/v1/isolation/matrix", buyer=code), 200)
    downloaded = await operator.get("/v1/isolation/matrix/download", buyer=code)
    assert downloaded.status_code == 200
    change = {"categories": ["drinks"], "dry_run": True}
    accepted(await operator.post(f"/v1/parties/{code}/categories", change), 200)


async def step_offers(operator: Caller, supplier: Caller, tasting: Mapping[str, Any]) -> None:
    """Give an offer every state, by way of a review. The supplier is `cinema`."""
    accepted(await operator.put("/v1/parties/cinema/trust", {"trusted": False}), 200)
    draft = {**tasting, "code": "white-tasting", "state": "DRAFT"}
    offer_id = accepted(await supplier.post("/v1/offers", draft))["offer_id"]
    path, ready = f"/v1/offers/{offer_id}", {"reason": "All is said."}
    accepted(await supplier.post(f"{path}/submit", ready), 200)
    reason = {"reason": "Say where it can be used."}
    accepted(await operator.post(f"{path}/reject", reason), 200)
    version = {name: value for name, value in tasting.items() if name != "code"}
    version |= {"valid_from": "2017-02-01T00:00:00Z", "terms_text": "In all tea houses."}
    accepted(await supplier.post(f"{path}/versions", version))
    accepted(await supplier.post(f"{path}/submit", ready), 200)
    accepted(await operator.post(f"{path}/approve", ready), 200)
    accepted(await supplier.get(path), 200)
    accepted(await supplier.get(f"{path}/versions"), 200)
    closed = {"reason": "The tea house is closed this week."}
    accepted(await supplier.post(f"{path}/pause", closed), 200)
    accepted(await supplier.post(f"{path}/resume", ready), 200)
    accepted(await supplier.post(f"{path}/end", closed), 200)
    recalled = {"reason": "The tea is recalled.", "coupons": "honour"}
    accepted(await operator.post(f"{path}/deactivate", recalled), 200)
    accepted(await operator.put("/v1/parties/cinema/trust", {"trusted": True}), 200)


async def give_rights(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """Give a right back and one on, and withdraw it. The offer is of the supplier `cinema`."""
    offer_id = await stock(supplier, brand, code="matinee", gift_hops=1, return_within_days=7)
    points = {"member": "m-1004", "points": 100}
    accepted(await brand.post(f"{PROGRAMME}/issue", points, key="issue-1004"))
    right = {"member": "m-1004", "offer_id": offer_id}
    kept, given = [
        accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"] for _ in range(2)
    ]
    back = {"reason": "The member is away that week."}
    accepted(await brand.post(f"{PROGRAMME}/coupons/{kept}/return", back), 200)
    path, asked = f"{PROGRAMME}/coupons/{given}", {"from_member": "m-1004", "note": "Enjoy!"}
    accepted(await brand.post(f"{path}/gift", asked))
    accepted(await brand.post(f"{path}/gift/cancel", {}), 200)
    gift = accepted(await brand.post(f"{path}/gift", {**asked, "to_member": "m-1005"}))["gift"]
    claim = {"gift": gift, "member": "m-1005", "new_member": True}
    accepted(await brand.post(f"{PROGRAMME}/gifts/claim", claim), 200)
    recalled = {
        "programme": "grocer",
        "coupon": given,
        "reason": "The cinema is closed.",
        "points": "back",
    }
    accepted(await operator.post("/v1/coupons/deactivate", recalled), 200)


async def set_prices(brand: Caller, offer_id: int) -> None:
    """Use every operation on prices."""
    points_day = {
        "scope": {"offer_id": offer_id},
        "price": {"percent": 50, "floor": 10},
        "schedule": {"monthly": [8]},
        "hours": {"opens": "10:00", "closes": "22:00"},
        "who": {"points_at_least": 1_000},
        "valid_from": "2017-01-01T00:00:00Z",
        "earning_multiplier_percent": 200,
        "label": "Points day",
    }
    tried = {"rule": points_day, "days": 30}
    accepted(await brand.post(f"{PROGRAMME}/prices/simulate", tried, key=None), 200)
    made = accepted(await brand.post(f"{PROGRAMME}/prices", points_day))["price_id"]
    rate = {"rate": {"points": 100, "minor": 500, "currency": "CNY"}}
    accepted(await brand.put(f"{PROGRAMME}/price-rate", rate), 200)
    accepted(await brand.get(f"{PROGRAMME}/price-rate"), 200)
    accepted(await brand.put(f"{PROGRAMME}/price-rate", {"rate": None}), 200)
    access = f"{PROGRAMME}/offers/{offer_id}/access"
    accepted(await brand.put(access, {"open_to": {"points_at_least": 20}}), 200)
    accepted(await brand.get(access), 200)
    accepted(await brand.put(access, {"open_to": {}}), 200)
    asked = {"member": "m-1001", "offer_ids": [offer_id, 4_711]}
    accepted(await brand.post(f"{PROGRAMME}/quotes", asked, key=None), 200)
    days = {"from": "2017-03-01", "until": "2017-05-01"}
    accepted(await brand.get(f"{PROGRAMME}/points-days", **days), 200)
    accepted(await brand.get(f"{PROGRAMME}/prices"), 200)
    accepted(await brand.post(f"{PROGRAMME}/prices/{made}/end", {}), 200)


async def use_figures(brand: Caller, offer_id: int) -> None:
    """Report what was shown, and read every figure. The brand is `grocer`."""
    count = {"offer_id": offer_id, "day": "2017-01-20", "channel": "app"}
    shown = {"shown": [{**count, "impressions": 900, "members": 400}]}
    accepted(await brand.post(f"{PROGRAMME}/shown", shown, key="shown-1"))
    days = {"from": "2017-01-01", "until": "2017-03-01"}
    for by in ("shop", "channel", "offer"):
        accepted(await brand.get("/v1/figures/funnel", by=by, **days), 200)
    accepted(await brand.get("/v1/figures/redemption-rate", programme="grocer", **days), 200)
    accepted(await brand.get("/v1/scorecards/grocer", **days), 200)


async def describe_members(brand: Caller) -> None:
    """What the brand says of its members, and how they are found by it."""
    tags = {"tags": [{"code": "product:tea", "label": "Drinks tea"}]}
    tiers = {"tiers": [{"code": "gold", "label": "Gold", "rank": 2}]}
    for name, body in (("tags", tags), ("tiers", tiers)):
        accepted(await brand.put(f"{PROGRAMME}/{name}", body), 200)
        accepted(await brand.get(f"{PROGRAMME}/{name}"), 200)
    phone = {"kind": "phone", "value": "138 0000 1234"}
    profile = {
        "identifiers": [phone],
        "tags": {"add": [{"tag": "product:tea", "origin": "crm"}]},
        "tier": {"code": "gold", "valid_until": "2999-01-01T00:00:00+08:00"},
        "birthday": "02-29",
        "consents": {"contact": True, "rights_by_third_party": True},
    }
    member = f"{PROGRAMME}/members/m-1001"
    accepted(await brand.put(member, profile, key="profile-1"), 200)
    rows = {"members": [{"key": "profile-2", "member": "m-1004", "birthday": "12-31"}]}
    accepted(await brand.post(f"{PROGRAMME}/members", rows, key=None), 200)
    accepted(await brand.get(f"{member}/profile"), 200)
    accepted(await brand.post(f"{PROGRAMME}/resolve", {"identifiers": [phone]}, key=None), 200)
    left = f"{PROGRAMME}/members/m-1004"
    assert (await brand.delete(f"{left}/identifiers")).status_code == 204
    accepted(await brand.post(f"{left}/forget", {}, key="forget-1"), 200)


async def check_and_stage(operator: Caller, supplier: Caller) -> None:
    """Use every operation on checks and stages, but the callback of a check."""
    path = "/v1/parties/cinema"
    wanted = {"offer_code": "year-pass", "accounts": {"refuse": "13800000001"}, "orders": 50}
    check = accepted(await supplier.post(f"{path}/check", wanted), 202)
    accepted(await supplier.get(f"{path}/checks"), 200)
    accepted(await supplier.get(f"{path}/checks/{check['check_id']}"), 200)
    canary = {
        "stage": "CANARY",
        "share_permyriad": 500,
        "tags": ["brand:staff"],
        "per_day_max": 100,
        "open_orders_max": 20,
        "limits": {"failure_permyriad": 200, "p95_seconds": 60},
        "is_automatic": True,
        "reason": "A new platform",
    }
    accepted(await operator.post(f"{path}/stage", canary), 200)
    accepted(await supplier.get(f"{path}/stage"), 200)


async def use_orders(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """Use every operation on orders and cases. The supplier cannot be reached."""
    film = await stock(supplier, brand, code="film-month", fulfilment="direct")
    wanted = {"member": "m-1003", "offer_id": film, "free": True, "account": "13800001234"}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", wanted, key="right-5"))["coupon"]
    (order,) = accepted(await operator.get("/v1/orders", older_than_seconds=0), 200)["items"]
    path = f"/v1/orders/{order['request_number']}"
    accepted(await supplier.get(path), 200)
    for verb in ("query-now", "replay"):
        accepted(await operator.post(f"{path}/{verb}", {}), 200)
    said = {"reason": "The film month does not show in the app."}
    complaint = await brand.post(f"{PROGRAMME}/coupons/{coupon}/complain", said, key="complaint-1")
    number = accepted(complaint)["case"]
    accepted(await supplier.get("/v1/cases"), 200)
    accepted(await brand.get(f"/v1/cases/{number}"), 200)
    decision = {"decision": "return_points", "reason": "The supplier has closed its service."}
    accepted(await operator.post(f"/v1/cases/{number}/resolve", decision), 200)
