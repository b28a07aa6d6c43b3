"""What is set up before the first purchase: parties, categories, programmes, offers, a contract.

All idempotency keys are fixed. So a second run is answered with what the first one made, including
the API keys. Only the address of the suppliers is set again, as their server gets another port each
time.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.demo.client import BATCH_ITEMS_MAX, JSON, Caller
from api.demo.dataset import Brand, Dataset
from api.demo.errors import require, require_equal
from api.demo.plan import COUPON_POINTS, LIFETIME_MONTHS, Plan
from catalog import scopes_of

YEAR_BEGINS = "2017-01-01T00:00:00Z"
CURRENCY = "USD"
FACE_VALUE_MINOR = 100
COUPON_COST_MINOR = 60
PLATFORM_FEE_MINOR = 10
KEY_SCOPES = sorted(scopes_of(["brand", "supplier"]))
"""All that a party of the demo may do, and `import`: the purchases are of a past year."""
ALLOTMENT_QUANTITY = 1_000
SUPPLY_QUANTITY_MAX = 1_000_000_000

Connect = Callable[[str], Caller]
"""Makes the caller of an API key."""


@dataclass(frozen=True, slots=True)
class SupplierSide:
    """Where the suppliers' server listens, and with which secret each supplier signs."""

    url: str
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange as the demo uses it: callers by brand, and offers by coupon."""

    operator: Caller
    brands: dict[str, Caller]
    offer_ids: dict[int, int]


@dataclass(frozen=True, slots=True)
class IsolationRefusal:
    """A brand tried to redeem an offer from which it is isolated, and was refused.

    To the brand there is no such offer. The rule and the explanation are the operator's.
    """

    brand: str
    supplier: str
    coupon: int
    rule: str
    explanation: str


async def set_up(
    connect: Connect, operator_key: str, dataset: Dataset, plan: Plan, suppliers: SupplierSide
) -> Exchange:
    """Make everything that the replay needs."""
    operator = connect(operator_key)
    await _categories(operator, dataset.brands)
    brands = {
        brand.code: await _brand(connect, operator, brand, suppliers) for brand in dataset.brands
    }
    await operator.change(
        "/v1/contracts",
        {
            "coupon_cost_minor": str(COUPON_COST_MINOR),
            "platform_fee_minor": str(PLATFORM_FEE_MINOR),
            "currency": CURRENCY,
            "valid_from": YEAR_BEGINS[:10],
        },
        key="demo-contract",
    )
    published = await asyncio.gather(
        *(_offers(brands[code], code, dataset.offers) for code in brands)
    )
    offer_ids = {coupon: offer_id for offers in published for coupon, offer_id in offers.items()}
    await asyncio.gather(*(_supply_terms(brands[code], code) for code in brands))
    await asyncio.gather(*(_allotments(brands[code], code, plan, offer_ids) for code in brands))
    return Exchange(operator, brands, offer_ids)


async def attempt_isolated_offers(exchange: Exchange, dataset: Dataset) -> list[IsolationRefusal]:
    """Let every brand try to redeem one offer of each supplier from which it is isolated.

    Raises:
        DemoFailed: one of these attempts was not refused.
    """
    first_coupon: dict[str, int] = {}
    for coupon, supplier in dataset.offers.items():
        first_coupon.setdefault(supplier, coupon)
    groups = {brand.code: brand.group for brand in dataset.brands}
    return [
        await _attempt(exchange, brand, supplier, coupon)
        for brand in exchange.brands
        for supplier, coupon in sorted(first_coupon.items())
        if supplier != brand and groups[supplier] == groups[brand]
    ]


async def _attempt(exchange: Exchange, brand: str, supplier: str, coupon: int) -> IsolationRefusal:
    caller, offer_id = exchange.brands[brand], exchange.offer_ids[coupon]
    body = {
        "member": "isolation-probe",
        "offer_id": offer_id,
        "free": True,
        "occurred_at": YEAR_BEGINS,
    }
    problem = await caller.change_refused(
        f"/v1/programmes/{brand}/rights", body, key=f"demo-isolation-{brand}-{supplier}"
    )
    require_equal(
        f"the refusal of an offer of {supplier} to {brand}", problem.code, "offer-not-found"
    )
    decision = await exchange.operator.read(f"/v1/programmes/{brand}/offers/{offer_id}/isolation")
    require(
        decision["isolated"],
        f"{brand} was refused an offer of {supplier}, but is not isolated from it",
    )
    return IsolationRefusal(brand, supplier, coupon, decision["rule"], decision["explanation"])


async def _categories(operator: Caller, brands: Sequence[Brand]) -> None:
    """Make the category tree, with a rule on each top node: all brands below it are isolated."""
    for path in sorted({part for brand in brands for part in (brand.group, brand.category)}):
        await operator.change("/v1/categories", {"path": path}, key=f"demo-category-{path}")
    for group in sorted({brand.group for brand in brands}):
        await operator.change(
            "/v1/isolation-rules",
            {"kind": "node", "category": group, "valid_from": YEAR_BEGINS},
            key=f"demo-isolation-rule-{group}",
        )


async def _brand(
    connect: Connect, operator: Caller, brand: Brand, suppliers: SupplierSide
) -> Caller:
    """Make a home brand that is also a supplier: party, API key, endpoint and programme."""
    name = brand.code.replace("-", " ").title()
    party = {
        "code": brand.code,
        "name": name,
        "roles": ["brand", "supplier"],
        "category": brand.category,
    }
    await operator.change("/v1/parties", party, key=f"demo-party-{brand.code}")
    api_key = await _api_key(operator, brand.code)
    await operator.put(
        f"/v1/parties/{brand.code}/endpoint",
        {"url": f"{suppliers.url}/{brand.code}", "secret": suppliers.secrets[brand.code]},
    )
    caller = connect(api_key)
    programme = {
        "code": brand.code,
        "name": f"{name} points",
        "time_zone": "UTC",
        "expiry": {"kind": "months", "count": LIFETIME_MONTHS},
    }
    await caller.change("/v1/programmes", programme, key=f"demo-programme-{brand.code}")
    return caller


async def _api_key(operator: Caller, party: str) -> str:
    """An API key of the party. A key is shown once, so a later run takes another in its place."""
    path, body = f"/v1/parties/{party}/keys", {"label": "demo", "scopes": KEY_SCOPES}
    granted = await operator.change(path, body, key=f"demo-key-{party}")
    if granted["already_shown"]:
        for each in await operator.pages(path):
            await operator.remove(f"{path}/{each['key_id']}")
        granted = await operator.renew(path, body)
    key: str = granted["key"]
    return key


async def _offers(caller: Caller, supplier: str, offers: Mapping[int, str]) -> dict[int, int]:
    """Publish the supplier's offers. Returns their ids by coupon."""
    coupons = [coupon for coupon, owner in offers.items() if owner == supplier]
    items = [
        {
            "key": f"demo-offer-{coupon}",
            "code": str(coupon),
            "name": f"1.00 off with coupon {coupon}",
            "face_value_minor": FACE_VALUE_MINOR,
            "currency": CURRENCY,
            "points": COUPON_POINTS,
            "fulfilment": "direct",
            "valid_from": YEAR_BEGINS,
        }
        for coupon in coupons
    ]
    answers = await _batches(caller, "/v1/offers/batch", "offers", items)
    return {coupon: answer["offer_id"] for coupon, answer in zip(coupons, answers, strict=True)}


async def _supply_terms(caller: Caller, supplier: str) -> None:
    """Let the supplier grant its offers to every brand, so that none has to wait for its yes."""
    terms = {
        "offer_id": None,
        "brands": None,
        "quantity_max": SUPPLY_QUANTITY_MAX,
        "valid_from": YEAR_BEGINS,
    }
    await caller.change("/v1/supply-terms", terms, key=f"demo-supply-terms-{supplier}")


async def _allotments(caller: Caller, brand: str, plan: Plan, offer_ids: Mapping[int, int]) -> None:
    """Procure what the members of the brand will redeem."""
    wanted = sorted(
        {
            use.redemption.coupon
            for month in plan.months
            for use in month.uses()
            if use.home == brand
        }
    )
    items = [
        {
            "key": f"demo-allotment-{coupon}",
            "offer_id": offer_ids[coupon],
            "quantity": ALLOTMENT_QUANTITY,
            "window_from": YEAR_BEGINS,
        }
        for coupon in wanted
    ]
    for answer in await _batches(caller, f"/v1/programmes/{brand}/allotments", "allotments", items):
        require_equal(f"an allotment of {brand}", answer["status"], "accepted")


async def _batches(caller: Caller, path: str, member: str, items: list[JSON]) -> list[JSON]:
    answers: list[JSON] = []
    for first in range(0, len(items), BATCH_ITEMS_MAX):
        answers += await caller.batch(path, member, items[first : first + BATCH_ITEMS_MAX])
    return answers
