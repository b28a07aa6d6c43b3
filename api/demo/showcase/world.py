"""Who takes part in the showcase, and what is offered: read from `world.toml` (pure)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

CURRENCY = "CNY"
ZONE = "Asia/Shanghai"
ISOLATED = "shopping.menswear"
"""Whoever trades in this category is isolated from all others in it."""
POPULAR = frozenset(
    {
        *("mobile-30", "mobile-50", "video-month", "video-season", "noodle-20", "beef-noodles"),
        *("ticket-2d", "popcorn", "americano", "massage"),
    }
)
"""What every brand procures that may, in plenty: `today` is played with it."""
FEW_CODES = "audiobook"
"""The offer whose card codes are nearly all given out."""
LISTED = "LISTED"
ALLOWED = "cardbay"
"""The operator lets all shops see the cards of this supplier, though they are of their trade."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A brand's points. `scale` is how many of them another brand's 1 point is worth here."""

    name: str
    months: int
    """How many months points live after the one in which they were issued."""
    value: str
    scale: float
    debt: str


@dataclass(frozen=True, slots=True)
class Member:
    """A brand, a supplier or both. `logins` are the roles of the people who will log in."""

    code: str
    zh: str
    en: str
    roles: tuple[Literal["brand", "supplier"], ...]
    category: str
    programme: Programme | None
    share: int
    """Its share of all members, in percent."""
    shops: tuple[str, ...]
    logins: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name in both languages."""
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier offers. `zh` and `en` are its name, its subtitle and its terms."""

    code: str
    supplier: str
    category: str
    kind: str
    fulfilment: str
    face_value_minor: int
    points: int
    zh: tuple[str, str, str]
    en: tuple[str, str, str]
    lifetime_days: int | None
    gift_hops: int
    return_within_days: int
    threshold_minor: int | None
    discount_permille: int | None
    state: str


@dataclass(frozen=True, slots=True)
class World:
    """All of them. `terms` is what offers of a kind of delivery say at their end, by language."""

    parties: tuple[Member, ...]
    offers: tuple[Offer, ...]
    terms: Mapping[str, Mapping[str, str]]

    @property
    def brands(self) -> tuple[Member, ...]:
        """Those whose members hold points."""
        return tuple(party for party in self.parties if party.programme is not None)

    @property
    def suppliers(self) -> tuple[Member, ...]:
        """Those that offer something."""
        return tuple(party for party in self.parties if "supplier" in party.roles)

    @property
    def categories(self) -> tuple[str, ...]:
        """All categories beneath the usual ones, in an order in which they can be made."""
        named = {party.category for party in self.parties} | {each.category for each in self.offers}
        return tuple(sorted(path for path in named if "." in path))

    def party(self, code: str) -> Member:
        """A party by its code."""
        return next(party for party in self.parties if party.code == code)

    def open_to(self, brand: Member) -> list[Offer]:
        """The offers that a brand may give to its members, by the rules of the showcase.

        Nobody has its own offers, or those of its own trade. The cards of ALLOWED are for all.
        """
        return [
            offer
            for offer in self.offers
            if offer.state == LISTED
            and offer.supplier != brand.code
            and (offer.supplier == ALLOWED or not self._is_rival(brand, offer))
        ]

    def _is_rival(self, brand: Member, offer: Offer) -> bool:
        owner = self.party(offer.supplier)
        trades = [offer.category, *([owner.category] if "brand" in owner.roles else [])]
        return any(_is_within(brand.category, each) for each in trades)


def _is_within(one: str, other: str) -> bool:
    """Whether one of two categories is, or contains, the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


@cache
def load_world() -> World:
    """Read the world."""
    document = tomllib.loads(files(__package__).joinpath("world.toml").read_text("utf-8"))
    return World(
        tuple(_member(row) for row in document["party"]),
        tuple(_offer(row) for row in document["offer"]),
        document["terms"],
    )


def _member(row: Mapping[str, Any]) -> Member:
    points = row.get("programme")
    return Member(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        roles=tuple(row["roles"]),
        category=row["category"],
        programme=None if points is None else Programme(**{"debt": "refuse", **points}),
        share=row.get("members", 0),
        shops=tuple(row.get("shops", ())),
        logins=tuple(row["logins"]),
    )


def _offer(row: Mapping[str, Any]) -> Offer:
    zh, en = tuple(row["zh"]), tuple(row["en"])
    threshold = row.get("threshold")
    return Offer(
        code=row["code"],
        supplier=row["supplier"],
        category=row["category"],
        kind=row["kind"],
        fulfilment=row["by"],
        face_value_minor=row["yuan"] * 100,
        points=row["points"],
        zh=(zh[0], zh[1], zh[2]),
        en=(en[0], en[1], en[2]),
        lifetime_days=row.get("days"),
        gift_hops=row.get("gift", 0),
        return_within_days=row.get("returns", 0),
        threshold_minor=None if threshold is None else threshold * 100,
        discount_permille=row.get("discount"),
        state=row.get("state", LISTED),
    )
