"""What is set up before the first purchase: parties, categories, programmes, offers, a contract.

All idempotency keys are fixed. So a second run is answered with what the first one made, including
the API keys. Only the address of the suppliers is set again, as their server gets another port each
time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from api.client import AsyncComity, new_key, problems
from api.demo.dataset import Brand, Dataset
from api.demo.errors import DemoFailed, require, require_equal
from api.demo.plan import COUPON_POINTS, LIFETIME_MONTHS, Plan
from api.demo.tally import JSON, RENEWAL, Connect, accepted
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


@dataclass(frozen=True, slots=True)
class SupplierSide:
    """Where the suppliers' server listens, and with which secret each supplier signs."""

    url: str
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange as the demo uses it: clients by brand, and offers by coupon."""

    operator: AsyncComity
    brands: dict[str, AsyncComity]
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
    await operator.add_contract(
        coupon_cost_minor=str(COUPON_COST_MINOR),
        platform_fee_minor=str(PLATFORM_FEE_MINOR),
        currency=CURRENCY,
        valid_from=YEAR_BEGINS[:10],
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
    with suppress(problems.OfferNotFound):
        await caller.add_right(
            brand,
            member="isolation-probe",
            offer_id=offer_id,
            free=True,
            occurred_at=YEAR_BEGINS,
            key=f"demo-isolation-{brand}-{supplier}",
        )
        raise DemoFailed(f"an offer of {supplier} was not refused to {brand}")
    decision = await exchange.operator.get_offer_isolation(brand, offer_id)
    require(
        decision["isolated"],
        f"{brand} was refused an offer of {supplier}, but is not isolated from it",
    )
    return IsolationRefusal(brand, supplier, coupon, decision["rule"], decision["explanation"])


async def _categories(operator: AsyncComity, brands: Sequence[Brand]) -> None:
    """Make the category tree, with a rule on each top node: all brands below it are isolated."""
    for path in sorted({part for brand in brands for part in (brand.group, brand.category)}):
        await operator.add_category(path=path, key=f"demo-category-{path}")
    for group in sorted({brand.group for brand in brands}):
        await operator.add_isolation_rule(
            kind="node",
            category=group,
            valid_from=YEAR_BEGINS,
            key=f"demo-isolation-rule-{group}",
        )


async def _brand(
    connect: Connect, operator: AsyncComity, brand: Brand, suppliers: SupplierSide
) -> AsyncComity:
    """Make a home brand that is also a supplier: party, API key, endpoint and programme."""
    name = brand.code.replace("-", " ").title()
    await operator.add_party(
        code=brand.code,
        name=name,
        roles=["brand", "supplier"],
        category=brand.category,
        key=f"demo-party-{brand.code}",
    )
    api_key = await _api_key(operator, brand.code)
    await operator.set_endpoint(
        brand.code, url=f"{suppliers.url}/{brand.code}", secret=suppliers.secrets[brand.code]
    )
    caller = connect(api_key)
    await caller.add_programme(
        code=brand.code,
        name=f"{name} points",
        time_zone="UTC",
        expiry={"kind": "months", "count": LIFETIME_MONTHS},
        key=f"demo-programme-{brand.code}",
    )
    return caller


async def _api_key(operator: AsyncComity, party: str) -> str:
    """An API key of the party. A key is shown once, so a later run takes another in its place."""
    given: JSON = {"label": "demo", "scopes": KEY_SCOPES}
    granted = await operator.add_key(party, **given, key=f"demo-key-{party}")
    if granted["already_shown"]:
        for each in (await operator.list_keys(party))["items"]:
            await operator.revoke_key(party, each["key_id"])
        granted = await operator.add_key(party, **given, key=RENEWAL + new_key())
    key = granted["key"]
    assert key is not None
    return key


async def _offers(caller: AsyncComity, supplier: str, offers: Mapping[int, str]) -> dict[int, int]:
    """Publish the supplier's offers. Returns their ids by coupon."""
    coupons = [coupon for coupon, owner in offers.items() if owner == supplier]
    items: list[JSON] = [
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
    answers = accepted(f"offers of {supplier}", await caller.add_offers(offers=items))
    return {coupon: answer["offer_id"] for coupon, answer in zip(coupons, answers, strict=True)}


async def _supply_terms(caller: AsyncComity, supplier: str) -> None:
    """Let the supplier grant its offers to every brand, so that none has to wait for its yes."""
    await caller.add_supply_terms(
        offer_id=None,
        brands=None,
        quantity_max=SUPPLY_QUANTITY_MAX,
        valid_from=YEAR_BEGINS,
        key=f"demo-supply-terms-{supplier}",
    )


async def _allotments(
    caller: AsyncComity, brand: str, plan: Plan, offer_ids: Mapping[int, int]
) -> None:
    """Procure what the members of the brand will redeem."""
    wanted = sorted(
        {
            use.redemption.coupon
            for month in plan.months
            for use in month.uses()
            if use.home == brand
        }
    )
    items: list[JSON] = [
        {
            "key": f"demo-allotment-{coupon}",
            "offer_id": offer_ids[coupon],
            "quantity": ALLOTMENT_QUANTITY,
            "window_from": YEAR_BEGINS,
        }
        for coupon in wanted
    ]
    # Where a brand wants nothing, there is nothing to send.
    done = await caller.add_allotments(brand, allotments=items)
    for answer in accepted(f"allotments of {brand}", done):
        require_equal(f"an allotment of {brand}", answer["status"], "accepted")
