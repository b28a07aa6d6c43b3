"""One journey through every operation of the interface, for the examples of the description.

What differs from run to run is replaced by `still`: times of today, random numbers, codes, keys.
"""

import re
from datetime import UTC, datetime
from typing import Any

import httpx2

from settlement.files.credit_code import is_credit_code
from tests.http.conftest import PROGRAMME, Caller, accepted
from tests.http.journey_breaks import use_breaks
from tests.http.journey_cards import set_cards
from tests.http.journey_closing import close_months
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_events import use_webhooks
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    describe_members,
    give_rights,
    set_prices,
    step_offers,
    use_figures,
    use_files,
    use_isolation,
    use_orders,
    use_tills,
)
from tests.http.journey_money import finalise_fees, use_money
from tests.http.journey_partner_files import use_partner_files
from tests.http.journey_pictures import use_pictures
from tests.http.journey_reads import use_reads
from tests.http.journey_swaps import use_swaps
from tests.http.journey_users import use_users
from tests.http.promises import Promises

JSON = Any
DRAWN = {
    *("prefix", "request_id", "quote", "token", "lock", "x", "signed", "coupon_code_tail"),
    "code_tail",
}
"""Members whose values differ from run to run."""
NOW = "2026-01-06T09:00:00Z"
DAY = "2026-01-06"
NUMBER_FIRST = 4_711_000_001
NUMBER_LENGTH_MIN = 10_000_000
AT = {"occurred_at": "2017-01-10T12:00:00+08:00"}

_INSTANT = re.compile(r"(\d{4})-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
_CURSOR = re.compile(r"\d{17}\.(\d+)")
_MONTH = re.compile(r"(\d{4})-\d\d")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_API_KEY = re.compile(r"cmty_[A-Za-z0-9_]+")
_EVENT = re.compile(r"evt_[0-9a-f]{32}")
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
_LINK = re.compile(r"(.*(?:#t=|/invitations/))[A-Za-z0-9._-]{43,}")
"""Of a launch, or to come in by."""
_GIFT = re.compile(r"cg1\.[A-Za-z0-9_-]{32}")
_NUMBER = re.compile(r"[FC][OS]-[0-9A-HJKMNP-TV-Z]{20,26}")
"""Of an order or of a case."""
_COUPON_CODE = re.compile(r"[0-9A-Z]{14,}")
_STILL = (
    (_SHA256, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    (_GIFT, "cg1." + "x" * 32),
    (_EVENT, "evt_" + "019ad5f0c0de7a3b9d7c0123456789ab"),
    (_SECRET, "whsec_" + "x" * 43 + "="),
)
"""What differs from run to run, and what stands for it."""


class Recorder:
    """The first request and the first answers of each operation."""

    def __init__(self, promises: Promises) -> None:
        self.promises = promises
        self.examples: dict[str, JSON] = {}
        self.numbers: dict[int, int] = {}

    async def note(self, response: httpx2.Response) -> None:
        """Keep an answer, unless there is one of this operation."""
        request = response.request
        operation = self.promises.find(request.method, request.url.path)
        if operation is None or not response.is_success:
            return
        kept = self.examples.setdefault(operation["operationId"], {})
        if kept:
            return
        body = request.content
        if body != b"{}" and request.headers.get("content-type") == "application/json":
            kept["request"] = self.still(httpx2.Response(200, content=body).json())
        elif body and body != b"{}":
            kept["request"] = body.decode()
        await response.aread()
        if response.headers.get("content-type") == "application/json":
            kept["answers"] = {str(response.status_code): self.still(response.json())}

    def still(self, value: JSON) -> JSON:
        """The value, as every run has it."""
        if isinstance(value, dict):
            return {
                name: "x" * 10 if name in DRAWN and each is not None else self.still(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return sorted((self.still(each) for each in value), key=_place)
        if isinstance(value, int) and not isinstance(value, bool) and value > NUMBER_LENGTH_MIN:
            return self.numbers.setdefault(value, NUMBER_FIRST + len(self.numbers))
        return _still_text(value) if isinstance(value, str) else value


def _place(value: JSON) -> int:
    """Where an item stands. The service orders some by their numbers, which are random."""
    if not isinstance(value, dict):
        return 0
    number: int = value.get("procurement_id") or value.get("offer_id") or 0
    return number if number >= NUMBER_FIRST else 0


def _still_text(text: str) -> str:
    this_year = datetime.now(UTC).year
    for pattern, still in ((_INSTANT, NOW), (_DAY, DAY), (_MONTH, DAY[:7])):
        if (found := pattern.fullmatch(text)) and int(found[1]) >= this_year - 1:
            return still
    if found := _CURSOR.fullmatch(text):
        return f"63900000000000000.{found[1]}"
    for pattern, still in _STILL:
        if pattern.fullmatch(text):
            return still
    if _API_KEY.fullmatch(text):
        return "cmty_" + "x" * 8 if len(text) < 20 else "cmty_" + "x" * 43
    if link := _LINK.fullmatch(text):
        return link[1] + "x" * 43
    if _NUMBER.fullmatch(text):
        return f"{text[:3]}107K3M9QX4T2WB8R5CJW"
    coupon = _COUPON_CODE.fullmatch(text) is not None and not is_credit_code(text)
    return "7K3M9QX4T2WB8R5C" if coupon else text


async def travel(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """Use every operation, but the callback of a supplier."""
    await _set_up(operator, brand, supplier)
    await _points(operator, brand)
    offer_id = await _offers(operator, brand, supplier)
    await use_pictures(supplier)
    await _rights(brand, supplier, offer_id)
    await give_rights(operator, brand, supplier)
    await use_figures(brand, offer_id)
    await use_orders(operator, brand, supplier)
    await _bill(operator, brand, supplier)
    await set_cards(operator, brand)
    await use_files(supplier, brand)
    await use_tills(brand, supplier, offer_id)
    await use_swaps(operator)
    await use_liability(brand)
    await use_leases(supplier, brand)
    await check_and_stage(operator, supplier)
    await use_reads(operator, brand, supplier)
    await use_webhooks(brand)


async def _own_keys(brand: Caller) -> None:
    till = {"label": "Till 7", "scopes": ["points", "read"]}
    own = accepted(await brand.post("/v1/keys", till))
    accepted(await brand.get("/v1/keys"), 200)
    rotate = f"/v1/keys/{own['key_id']}/rotate"
    again = accepted(await brand.post(rotate, {"overlap_seconds": 0}, key="rotate-till-7"))
    assert (await brand.delete(f"/v1/keys/{again['key_id']}")).status_code == 204
    accepted(await brand.get("/v1/audit-log", limit=2), 200)


async def _set_up(operator: Caller, brand: Caller, supplier: Caller) -> None:
    for path in ("/livez", "/readyz"):
        accepted(await operator.get(path), 200)
    accepted(await operator.post("/v1/categories", {"path": "drinks"}))
    accepted(await operator.post("/v1/categories/usual", {}))
    party = {"code": "tea-house", "name": "Tea House", "roles": ["brand"], "category": "drinks"}
    accepted(await operator.post("/v1/parties", party))
    accepted(await operator.post("/v1/parties/tea-house/keys", {"label": "Shop server"}))
    keys = accepted(await operator.get("/v1/parties/tea-house/keys"), 200)["items"]
    key = f"/v1/parties/tea-house/keys/{keys[0]['key_id']}"
    rotated = accepted(await operator.post(f"{key}/rotate", {"overlap_seconds": 3600}))
    removed = await operator.delete(f"/v1/parties/tea-house/keys/{rotated['key_id']}")
    assert removed.status_code == 204
    await _own_keys(brand)
    await use_users(operator, brand)
    rule = accepted(
        await operator.post(
            "/v1/isolation-rules",
            {"kind": "deny", "buyer": {"party": "tea-house"}, "supplier": {"category": "leisure"}},
        )
    )
    for path in ("/v1/parties", "/v1/categories", "/v1/isolation-rules"):
        accepted(await operator.get(path), 200)
    assert (await operator.delete(f"/v1/isolation-rules/{rule['rule_id']}")).status_code == 204
    accepted(await brand.get("/v1/parties/self"), 200)
    endpoint = {"url": "http://127.0.0.1:9/orders", "secret": "whsec_" + "A" * 32}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    accepted(await supplier.get("/v1/parties/cinema/endpoint"), 200)


async def _points(operator: Caller, brand: Caller) -> None:
    miles = {
        "code": "grocer--miles",
        "name": "Grocer miles",
        "time_zone": "Asia/Shanghai",
        "point_value": "0.05",
        "currency": "CNY",
        "expiry": {"kind": "months", "count": 12},
        "caps": [{"kind": "issue", "window": "day", "points": 5_000}],
    }
    accepted(await brand.post("/v1/programmes", miles))
    rate = {"to_programme": "grocer--miles", "numerator": 1, "denominator": 2}
    accepted(await operator.post(f"{PROGRAMME}/rates", rate))
    consent = {
        "from_programme": "grocer",
        "numerator": 1,
        "denominator": 2,
        "member_month_points_max": 1_000,
        "points_max": 100_000,
        "price_minor": "2.50",
        "valid_from": "2017-01-01",
    }
    accepted(await brand.post("/v1/programmes/grocer--miles/consents", consent))
    me = {"member": "m-1001"}
    there = {"to_programme": "grocer--miles", "to_member": "miles-7"}
    about = {"store": "west-gate", "reference": "receipt-4711", "metadata": {"till": "7"}}
    for kind, key, body in (
        ("issue", "issue-1", {"points": 200, **about}),
        ("redeem", "redeem-1", {"points": 20}),
        ("hold", "hold-1", {"points": 30}),
        ("capture", "capture-1", {"hold_key": "hold-1", "points": 10}),
        ("hold", "hold-2", {"points": 5}),
        ("release", "release-1", {"hold_key": "hold-2"}),
        ("reverse", "reverse-1", {"operation_key": "redeem-1", "points": 5}),
        ("gift", "gift-1", {"points": 10, "to_member": "m-1002"}),
        ("adjust", "adjust-1", {"points": 15, "reason": "forgotten card", "actor": "Li"}),
        ("convert", "convert-1", {"points": 10, **there}),
        ("expire", "expire-1", {}),
    ):
        accepted(await brand.post(f"{PROGRAMME}/{kind}", {**me, **body, **AT}, key=key))
    merge = {"member": "m-1002", "into_member": "m-1001", **AT}
    accepted(await brand.post(f"{PROGRAMME}/merge", merge, key="merge-1"))
    items = [
        {"kind": "issue", "key": "issue-2", "member": "m-1003", "points": 50, **AT},
        {"kind": "redeem", "key": "redeem-2", "member": "m-1003", "points": 80, **AT},
    ]
    batch = {"mode": "independent", "operations": items}
    accepted(await brand.post(f"{PROGRAMME}/operations", batch, key=None), 200)
    await describe_members(brand)
    asked = {"members": ["m-1001", "m-1003"], "at": "2017-01-31T00:00:00Z"}
    accepted(await brand.post(f"{PROGRAMME}/balances", asked, key=None), 200)
    for path in (
        *("", "/totals", "/trial-balance", "/rates", "/operations/issue-1"),
        *("/members/m-1001", "/members/m-1001/history"),
    ):
        accepted(await brand.get(PROGRAMME + path), 200)
    accepted(await brand.get("/v1/programmes"), 200)
    accepted(await brand.get("/v1/programmes/grocer--miles/consents"), 200)
    accepted(await brand.delete("/v1/programmes/grocer--miles/consents/grocer"), 200)


async def _offers(operator: Caller, brand: Caller, supplier: Caller) -> int:
    tasting = {
        "code": "oolong-tasting",
        "name": "Oolong tasting",
        "face_value_minor": 6_000,
        "currency": "CNY",
        "points": 20,
        "fulfilment": "own_code",
        "valid_from": "2017-01-01T00:00:00Z",
        "use_within_days": 90,
    }
    offer_id: int = accepted(await supplier.post("/v1/offers", tasting))["offer_id"]
    many = [{**tasting, "key": "offer-2", "code": "green-tasting"}, {**tasting, "key": "offer-3"}]
    accepted(await supplier.post("/v1/offers/batch", {"offers": many}, key=None), 200)
    window = {"window_from": "2017-01-01T00:00:00Z"}
    terms = {
        "offer_id": offer_id,
        "brands": ["grocer"],
        "quantity_max": 100,
        "valid_from": "2017-01-01T00:00:00Z",
    }
    stated = accepted(await supplier.post("/v1/supply-terms", terms))
    items = [
        {"key": "stock-1", "offer_id": offer_id, "quantity": 50, **window},
        {"key": "stock-2", "offer_id": offer_id, "quantity": 90, **window},
        {"key": "stock-3", "offer_id": offer_id, "quantity": 80, **window},
    ]
    made = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": items}, key=None), 200
    )["answers"]
    asked = [answer["procurement_id"] for answer in made if answer["status"] == "waiting"]
    accepted(await supplier.get("/v1/procurements"), 200)
    accepted(await supplier.post(f"/v1/procurements/{asked[0]}/approve", {}), 200)
    more = {"offer_id": offer_id, "quantity": 500, **window}
    cost = {"unit_cost_minor": 4_500, "currency": "CNY"}
    number = accepted(await brand.post(f"{PROGRAMME}/procurements", {**more, **cost}))[
        "procurement_id"
    ]
    accepted(await brand.post(f"{PROGRAMME}/procurements/{number}/cancel", {}), 200)
    reason = {"reason": "There are no more seats."}
    accepted(await supplier.post(f"/v1/procurements/{asked[1]}/refuse", reason), 200)
    unsold = f"{PROGRAMME}/procurements/{asked[0]}"
    accepted(await brand.post(f"{unsold}/return", {"quantity": 30}), 200)
    accepted(await brand.post(f"{unsold}/close", {}), 200)
    for path in ("/v1/supply-terms", "/v1/offers"):
        accepted(await supplier.get(path), 200)
    withdrawn = await supplier.delete(f"/v1/supply-terms/{stated['terms_id']}")
    assert withdrawn.status_code == 204
    for path in ("/offers", f"/offers/{offer_id}", "/allotments", "/procurements"):
        accepted(await brand.get(PROGRAMME + path), 200)
    accepted(await operator.get(f"{PROGRAMME}/offers/{offer_id}/isolation"), 200)
    sought = {"member": "m-1001", "affordable": "true", "sort": "price", "lang": "en"}
    accepted(await brand.get(f"{PROGRAMME}/offers", **sought), 200)
    await use_isolation(operator, brand)
    await step_offers(operator, supplier, tasting)
    await set_prices(brand, offer_id)
    await earn_and_give(brand, offer_id)
    return offer_id


async def _rights(brand: Caller, supplier: Caller, offer_id: int) -> None:
    wanted = {"member": "m-1001", "offer_id": offer_id, **AT}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", wanted, key="right-1"))["coupon"]
    items = [{**wanted, "key": "right-2"}, {**wanted, "key": "right-3", "member": "m-1003"}]
    items[1]["free"] = True
    items.append({**wanted, "key": "right-4", "offer_id": 4_711})
    accepted(await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200)
    code: str = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    accepted(await brand.get(f"{PROGRAMME}/members/m-1001/coupons"), 200)
    about = {"code": code, "store": "cinema-1", "reference": "till-7"}
    at = {"occurred_at": "2017-01-20T20:00:00+08:00"}
    accepted(await supplier.post("/v1/coupons/use", {**about, **at}, key="use-1"))
    later = {"occurred_at": "2017-01-20T20:05:00+08:00"}
    accepted(
        await supplier.post("/v1/coupons/reverse-use", {**about, **later}, key="reverse-use-1")
    )
    again = {"occurred_at": "2017-01-20T20:10:00+08:00", "key": "use-2"}
    uses = [{**about, **again}, {**about, "code": "unknown", "key": "use-3"}]
    accepted(await supplier.post("/v1/coupons/use/batch", {"uses": uses}, key=None), 200)


async def explain_and_try(operator: Caller, brand: Caller) -> None:
    """Ask why a use costs what it does, and what it would cost by another card."""
    coupons = accepted(await brand.get(f"{PROGRAMME}/members/m-1001/coupons"), 200)["items"]
    used = next(each["coupon"] for each in coupons if each["state"] == "USED")
    accepted(await brand.get(f"/v1/lines/1/{used}.2"), 200)
    accepted(await brand.get(f"{PROGRAMME}/coupons/{used}/lines"), 200)
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "55"}
    tried = {"card": {"currency": "CNY", "legs": [leg]}, "months": ["2017-01"]}
    accepted(await operator.post("/v1/rate-cards/simulate", tried, key=None), 200)


async def _bill(operator: Caller, brand: Caller, supplier: Caller) -> None:
    terms = {
        "home_party": "grocer",
        "supplier_party": "cinema",
        "coupon_cost_minor": "60",
        "platform_fee_minor": "1.25",
        "currency": "CNY",
        "valid_from": "2017-01-01",
    }
    accepted(await operator.post("/v1/contracts", terms))
    await close_months(operator)
    await explain_and_try(operator, brand)
    _, statement = accepted(await brand.get("/v1/statements"), 200)["items"]
    path = f"/v1/statements/{statement['statement_id']}"
    accepted(await brand.get(path), 200)
    assert (await brand.get(f"{path}/download")).status_code == 200
    profile = {
        "legal_name": "湖南影院有限公司",
        "credit_code": "91430111MA4L16JQ9B",
        "address": "长沙市 1 号",
        "bank": "某银行长沙支行",
        "bank_account": "6222001234567890123",
    }
    accepted(await supplier.put("/v1/parties/cinema/billing-profile", profile), 200)
    accepted(await supplier.get("/v1/parties/cinema/billing-profile"), 200)
    bill = await supplier.get("/v1/parties/cinema/daily-bills/2017-01-20")
    assert bill.status_code == 200
    await use_disputes(operator, brand, supplier)
    accepted(await brand.post(f"{path}/dispute", {"reason": "One use was reversed."}), 200)
    for caller, step in ((brand, "agree"), (supplier, "agree"), (operator, "finalise")):
        accepted(await caller.post(f"{path}/{step}", {}), 200)
    # The fees were taken back above. What replaces them is issued like any draft.
    accepted(await operator.post("/v1/periods/2017-01/issue", {}), 200)
    issued = accepted(await brand.get("/v1/statements", state="issued"), 200)["items"]
    fees = next(each for each in issued if each["kind"] == "fees")
    await finalise_fees(operator, brand, fees)
    await use_money(operator, brand, statement, fees)
    compared = await use_partner_files(supplier)
    await use_breaks(operator, supplier, compared)
