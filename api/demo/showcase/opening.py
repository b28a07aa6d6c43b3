"""Opens the exchange: categories, parties and their keys, programmes, members, shops, offers.

The address of the suppliers is set by each run, as their server gets another port each time.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from api.demo.setup import SupplierSide
from api.demo.showcase.asking import JSON, Desk, together
from api.demo.showcase.publishing import begin_of, publish
from api.demo.showcase.story import Story, phone_of, price_at, seeded
from api.demo.showcase.world import (
    ALLOWED,
    CURRENCY,
    FEW_CODES,
    ISOLATED,
    POPULAR,
    ZONE,
    Member,
    World,
)
from api.demo.tally import Connect
from catalog import Scope, scopes_of

OPERATOR = "operator"
HISTORY = "history"
"""The label of the key that may tell what happened in the past."""
TIERS = ({"code": "silver", "label": "银卡 Silver", "rank": 1},
         {"code": "gold", "label": "金卡 Gold", "rank": 2},
         {"code": "black", "label": "黑金 Black", "rank": 3})  # fmt: skip
TAGS = (
    {"code": "product:tea", "label": "爱喝茶 Drinks tea"},
    {"code": "brand:staff", "label": "员工 Staff"},
)
_TIER_SHARES = (("silver", 0.24), ("gold", 0.09), ("black", 0.02))
_CONTACT_SHARE, _TEA_SHARE = 0.7, 0.15
_SCOPES: Mapping[str, tuple[Scope, ...]] = {
    HISTORY: tuple(scopes_of(["brand", "supplier"])),
    "marketing": ("read", "points", "rights", "offers"),
    "finance": ("read", "statements", "reconcile"),
    "customer_service": ("read", "points", "rights"),
    "supplier": ("read", "offers", "coupons"),
}
_REGIONS = ("310101", "310104", "310115", "310106", "310110", "310112")
_DEADLINE_SECONDS = 900
_STOCK_MORE = 60
NEARLY_EMPTY = 3
"""So many offers of each brand are nearly sold out."""


@dataclass(slots=True)
class Exchange:
    """The exchange, with desks by party and kind of work, offers by code, and tills by shop."""

    world: World
    story: Story
    operator: Desk
    desks: dict[tuple[str, str], Desk]
    tills: dict[str, Desk]
    offers: dict[str, int]

    def of(self, party: str, work: str = HISTORY) -> Desk:
        """A party at some kind of work, or with the key that may do all, where it has no other."""
        return self.desks.get((party, work), self.desks[party, HISTORY])


class Keys:
    """API keys by party and label, kept in a file that nobody else can read.

    A key is shown once, so it is written down before anything else is asked.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.touch(mode=0o600)
        kept = self._path.read_text(encoding="utf-8")
        self._keys: dict[str, dict[str, str]] = json.loads(kept) if kept else {}

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Each key with its party and label."""
        for party, labels in self._keys.items():
            for label, key in labels.items():
                yield party, label, key

    def find(self, party: str, label: str) -> str | None:
        """The key, if it is known."""
        return self._keys.get(party, {}).get(label)

    def keep(self, party: str, label: str, key: str) -> None:
        """Write a key down."""
        self._keys.setdefault(party, {})[label] = key
        self._path.write_text(json.dumps(self._keys, indent=2) + "\n", encoding="utf-8")


async def open_exchange(
    connect: Connect, keys: Keys, world: World, story: Story, suppliers: SupplierSide
) -> Exchange:
    """Make everything that is there before the first purchase. The operator's key is known."""
    operator_key = keys.find(OPERATOR, OPERATOR)
    assert operator_key is not None
    operator = Desk(connect(operator_key))
    exchange = Exchange(world, story, operator, {}, {}, {})
    calendar = {"time_zone": ZONE, "dispute_days": 15, "payment_days": 30, "number_prefix": "CN-"}
    await operator.put("/v1/settlement-calendar", calendar)
    await operator.put("/v1/parties/operator/name", {"name": "Tongdui 通兑"})
    await operator.do("/v1/categories/usual", key="usual-categories")
    for path in world.categories:
        await operator.do("/v1/categories", {"path": path}, key=f"category-{path}")
    rule = {"kind": "node", "category": ISOLATED, "valid_from": begin_of(story)}
    await operator.do("/v1/isolation-rules", rule, key="isolation-menswear")
    await together(_party(exchange, connect, keys, each, suppliers) for each in world.parties)
    allowed = {
        "kind": "allow",
        "buyer": {"category": "shopping"},
        "supplier": {"party": ALLOWED},
        "valid_from": begin_of(story),
    }
    await operator.do("/v1/isolation-rules", allowed, key="isolation-cards")
    await together(_shops(exchange, connect, keys, each) for each in world.suppliers)
    for made in await together(
        publish(each, world, story, exchange.of(each.code), operator) for each in world.suppliers
    ):
        exchange.offers |= made
    await together(_programme(exchange, each) for each in world.brands)
    return exchange


async def _party(
    exchange: Exchange, connect: Connect, keys: Keys, party: Member, suppliers: SupplierSide
) -> None:
    operator = exchange.operator
    body = {
        "code": party.code,
        "name": party.name,
        "roles": list(party.roles),
        "category": party.category,
    }
    await operator.do("/v1/parties", body, key=f"party-{party.code}")
    for label in (HISTORY, *(each for each in party.logins if each in _SCOPES)):
        key = keys.find(party.code, label)
        if key is None:
            key = await _new_key(
                operator,
                f"/v1/parties/{party.code}/keys",
                label,
                scopes=sorted(scopes_of(party.roles) & set(_SCOPES[label])),
            )
            keys.keep(party.code, label, key)
        exchange.desks[party.code, label] = Desk(connect(key))
    if party.code in suppliers.secrets:
        await set_endpoint(operator, party.code, suppliers)
    profile = {"legal_name": f"{party.zh}有限公司", "address": "上海市示例路 1 号"}
    await operator.put(f"/v1/parties/{party.code}/billing-profile", profile)


async def set_endpoint(operator: Desk, supplier: str, suppliers: SupplierSide) -> None:
    """Say where a supplier takes orders in this run."""
    address = {
        "url": f"{suppliers.url}/{supplier}",
        "secret": suppliers.secrets[supplier],
        "deadline_seconds": _DEADLINE_SECONDS,
    }
    await operator.put(f"/v1/parties/{supplier}/endpoint", address)


async def _new_key(operator: Desk, path: str, label: str, **more: JSON) -> str:
    """A new key. If an earlier run made it and did not write it down, another one is made."""
    for number in range(100):
        body = {"label": label, **more}
        granted = await operator.do(
            path, body, key=f"key-{path}-{label.replace(' ', '-')}-{number}"
        )
        if not granted["already_shown"]:
            return str(granted["key"])
    raise AssertionError("a run cannot be cut off so often between two requests")


async def _shops(exchange: Exchange, connect: Connect, keys: Keys, party: Member) -> None:
    shops = [
        {
            "key": f"showcase-shop-{party.code}-{number}",
            "code": f"{party.code}-{number}",
            "name": f"{party.zh}{name}",
            "region": _REGIONS[number % len(_REGIONS)],
            "groups": ["上海"],
        }
        for number, name in enumerate(party.shops, 1)
    ]
    if not shops:
        return
    supplier = exchange.of(party.code)
    await supplier.batch("/v1/shops/batch", "shops", shops)
    if "till" in party.logins:
        for shop in [f"{party.code}-{number}" for number in (1, 2)]:
            key = keys.find(party.code, f"till {shop}")
            if key is None:
                key = await _new_key(supplier, f"/v1/shops/{shop}/keys", f"till {shop}")
                keys.keep(party.code, f"till {shop}", key)
            exchange.tills[shop] = Desk(connect(key))


async def _programme(exchange: Exchange, brand: Member) -> None:
    """A brand's points, members and stock."""
    story, points = exchange.story, brand.programme
    assert points is not None
    desk = exchange.of(brand.code)
    body = {
        "code": brand.code,
        "name": points.name,
        "unit": "积分",
        "time_zone": ZONE,
        "expiry": {"kind": "months", "count": points.months},
        "point_value": points.value,
        "currency": CURRENCY,
        "debt": points.debt,
    }
    await desk.do("/v1/programmes", body, key=f"programme-{brand.code}")
    path = f"/v1/programmes/{brand.code}"
    await desk.put(f"{path}/tiers", {"tiers": list(TIERS)})
    await desk.put(f"{path}/tags", {"tags": list(TAGS)})
    profiles = [_profile(member, story.now) for member in story.members[brand.code]]
    await desk.batch(f"{path}/members", "members", profiles)
    taken = story.taken()
    codes = [offer.code for offer in story.stocks[brand.code] if offer.code not in POPULAR]
    nearly = {*codes[-NEARLY_EMPTY:], FEW_CODES}
    items = [
        {
            "key": f"showcase-stock-{brand.code}-{offer.code}",
            "offer_id": exchange.offers[offer.code],
            "quantity": taken[brand.code, offer.code]
            + (1 if offer.code in nearly else _STOCK_MORE),
            "points": price_at(brand, offer),
            "window_from": story.rights_from.isoformat(),
        }
        for offer in story.stocks[brand.code]
    ]
    await desk.batch(f"{path}/allotments", "allotments", items)


def _profile(member: str, now: datetime) -> JSON:
    draw = seeded(f"profile-{member}")
    row: dict[str, Any] = {
        "key": f"showcase-profile-{member}",
        "member": member,
        "identifiers": [{"kind": "phone", "value": phone_of(member)}],
        "birthday": f"{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        "consents": {"contact": draw.random() < _CONTACT_SHARE, "rights_by_third_party": True},
    }
    place = draw.random()
    for code, share in _TIER_SHARES:
        if place < share:
            end = now.replace(month=12, day=31, hour=0, minute=0, second=0, microsecond=0)
            row["tier"] = {"code": code, "valid_until": (end + timedelta(days=366)).isoformat()}
            break
        place -= share
    if draw.random() < _TEA_SHARE:
        row["tags"] = {"add": [{"tag": "product:tea"}]}
    return row
