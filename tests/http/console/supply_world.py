"""A supplier with offers of each kind, shops, a brand that has procured, and members who redeem."""

from dataclasses import dataclass, field

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    SECRET,
    Caller,
    accepted,
    add_party,
    grants_all,
    offer,
)

SCRIPT = "<script>alert(1)</script>"
TEXTS = {
    "zh": {"name": "IMAX 电影票", "subtitle": "全国影院通用", "terms_text": "周末可用。"},
    "en": {"name": "IMAX ticket", "terms_text": "On weekends."},
}


@dataclass(slots=True)
class SupplyWorld:
    """What the pages are about."""

    operator: Caller
    brand: Caller
    supplier: Caller
    other: Caller
    offers: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    coupons: list[int] = field(default_factory=list)
    order: str = ""
    others_offer: int = 0

    async def redeem(self, name: str, **said: object) -> dict[str, object]:
        """A member redeems an offer, for nothing."""
        body = {"member": "m1", "offer_id": self.offers[name], "free": True, **said}
        made = accepted(await self.brand.post(f"{PROGRAMME}/rights", body))
        path = f"{PROGRAMME}/coupons/{made['coupon']}"
        return dict(accepted(await self.brand.get(path), 200))


async def _publish(world: SupplyWorld, code: str, /, **said: object) -> int:
    answer = accepted(await world.supplier.post("/v1/offers", offer(code, **said)))
    world.offers[code] = int(answer["offer_id"])
    return world.offers[code]


async def build_supply_world(operator: Caller) -> SupplyWorld:
    """All of it, by the interface alone."""
    brand = await add_party(operator, "grocer", "brand", category="grocery.fresh")
    points = {"code": "grocer", "name": "Grocer points"}
    accepted(await brand.post("/v1/programmes", points))
    supplier = await add_party(operator, "cinema", "supplier", category="leisure.cinema")
    other = await add_party(operator, "theatre", "supplier", category="leisure.theatre")
    world = SupplyWorld(operator, brand, supplier, other)
    endpoint = {"url": "http://127.0.0.1:9/orders", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    for code, title in (("W-1", "West gate"), ("E-1", f"East gate {SCRIPT}")):
        shop = {"code": code, "name": title, "region": "310101", "groups": ["centre"]}
        accepted(await supplier.post("/v1/shops", shop))
    say = {"name": "IMAX ticket", "category": "leisure.cinema", "texts": TEXTS}
    await _publish(world, "ticket", **say, face_value_minor=4_500, terms_text=SCRIPT)
    await _publish(
        world, "streaming", name="Streaming month", fulfilment="direct", face_value_minor=2_500
    )
    await _publish(world, "card", name="Gift card", fulfilment="card_code", kind="code")
    waits = await _publish(world, "popcorn", name="Popcorn", face_value_minor=1_800)
    others = accepted(await other.post("/v1/offers", offer("play", name="A play")))
    world.others_offer = int(others["offer_id"])
    for name in ("ticket", "streaming", "card"):
        await grants_all(supplier, offer_id=world.offers[name], quantity_max=1_000)
    codes = [
        {"key": str(place), "number": f"7001-{place:04}", "secret": "47110815", "batch": "May"}
        for place in range(3)
    ]
    sent = {"codes": codes}
    card = world.offers["card"]
    accepted(await supplier.post(f"/v1/offers/{card}/codes", sent, key=None), 200)
    for name in ("ticket", "streaming", "card"):
        item = {"key": name, "offer_id": world.offers[name], "quantity": 50, "window_from": BEGIN}
        body = {"allotments": [item]}
        made = accepted(await brand.post(f"{PROGRAMME}/allotments", body, key=None), 200)
        assert made["answers"][0]["status"] == "accepted", made
    asked = {"offer_id": waits, "quantity": 70, "window_from": BEGIN}
    accepted(await brand.post(f"{PROGRAMME}/procurements", asked))
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 1_000}))
    for _ in range(4):
        right = await world.redeem("ticket")
        world.codes.append(str(right["code"]))
        world.coupons.append(int(str(right["coupon"])))
    ordered = await world.redeem("streaming", account="13800138000")
    found = accepted(await supplier.get("/v1/orders"), 200)["items"]
    world.order = str(found[0]["request_number"])
    assert ordered["coupon"] == found[0]["coupon"]
    return world
