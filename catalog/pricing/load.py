"""Everything that decides prices in a book for some offers, read at once and judged without I/O."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.pricing.eligible import ANYONE, MemberFacts, Who, WhyNot, why_not_eligible
from catalog.pricing.price import Price, Priced, PriceRate, price_of
from catalog.pricing.price_list import PriceList
from catalog.pricing.price_rule import PriceRule
from catalog.pricing.rules import instant_of, rule_of
from catalog.pricing.terms import who_of
from ledger import Refusal

# Of rates and of access, the version before the first instant and all later ones.
_LOAD = text(
    """
    SELECT 'rule' AS part, to_jsonb(r)::text AS document
    FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND (
        r.price_id = ANY (:price_ids)
        OR (r.offer_id IS NULL OR r.offer_id = ANY (:offer_ids))
        AND r.valid_from <= :latest AND (r.valid_until IS NULL OR r.valid_until > :earliest)
        AND (r.ended_at IS NULL OR r.ended_at > :earliest)
    )
    UNION ALL
    SELECT 'rate', to_jsonb(r)::text
    FROM catalog.price_rate AS r
    WHERE r.book_id = :book_id AND r.recorded_at <= :latest AND r.version >= (
        SELECT coalesce(max(b.version), 0) FROM catalog.price_rate AS b
        WHERE b.book_id = :book_id AND b.recorded_at <= :earliest
    )
    UNION ALL
    SELECT 'access', to_jsonb(a)::text
    FROM catalog.offer_access AS a
    WHERE a.book_id = :book_id AND a.offer_id = ANY (:offer_ids) AND a.recorded_at <= :latest
        AND a.version >= (
            SELECT coalesce(max(b.version), 0) FROM catalog.offer_access AS b
            WHERE b.book_id = :book_id AND b.offer_id = a.offer_id AND b.recorded_at <= :earliest
        )
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("price_ids", type_=ARRAY(BIGINT)),
    bindparam("earliest", type_=TIMESTAMP(timezone=True)),
    bindparam("latest", type_=TIMESTAMP(timezone=True)),
)


class NotEligible(Refusal):
    """The offer is not for this member."""

    code: ClassVar[str] = "not-eligible"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The offer is not for this member."


@dataclass(frozen=True, slots=True)
class Version:
    """What was stated at an instant, of a rate or of access."""

    recorded_at: datetime
    rate: PriceRate | None = None
    offer_id: int = 0
    open_to: Who = ANYONE


@dataclass(frozen=True, slots=True)
class Pricing:
    """The rules, rates and access of a book, for some offers and some time."""

    time_zone: str
    rules: Sequence[PriceRule]
    rates: Sequence[Version]
    """In the order in which they were recorded."""
    access: Mapping[int, Sequence[Version]]
    """By offer, in the order in which they were recorded."""

    @property
    def asks_class(self) -> bool:
        """Whether any condition asks for tiers or tags."""
        return any(who.asks_class for who in self._conditions())

    @property
    def asks_past(self) -> bool:
        """Whether any condition asks what a member has done so far."""
        return any(who.asks_past for who in self._conditions())

    @property
    def asks_points(self) -> bool:
        """Whether any condition is about points."""
        return any(who.asks_points for who in self._conditions())

    def why_not(self, offer_id: int, facts: MemberFacts, at: datetime) -> WhyNot | None:
        """Why the member may not have the offer at this instant. None: it may."""
        stated = _at(self.access.get(offer_id, ()), at)
        return None if stated is None else why_not_eligible(stated.open_to, facts)

    def is_meant(self, price_id: int, facts: MemberFacts) -> bool:
        """Whether a rule's conditions hold for the member, whether or not it is in force."""
        return any(
            rule.price_id == price_id and why_not_eligible(rule.who, facts) is None
            for rule in self.rules
        )

    def price_list(self, facts: MemberFacts | None, at: datetime) -> PriceList:
        """What many offers cost the member, or anybody, at this instant."""
        stated = _at(self.rates, at)
        rate = None if stated is None else stated.rate
        return PriceList(self.rules, rate, facts, at, self.time_zone)

    def price(
        self, offer: Priced, batch_points: int | None, facts: MemberFacts, at: datetime
    ) -> Price:
        """What the offer costs the member at this instant."""
        stated = _at(self.rates, at)
        rate = None if stated is None else stated.rate
        return price_of(self.rules, offer, batch_points, rate, facts, at, self.time_zone)

    def _conditions(self) -> Iterator[Who]:
        yield from (rule.who for rule in self.rules)
        yield from (version.open_to for each in self.access.values() for version in each)


async def load_pricing(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    wanted: Collection[tuple[int, datetime]],
    price_ids: Collection[int] = (),
) -> Pricing:
    """What decides the prices of these offers at these instants. One round trip.

    The rules `price_ids` are among it, even if they have ended.
    """
    instants = [at for _, at in wanted]
    bound = {
        "book_id": book_id,
        "offer_ids": sorted({offer_id for offer_id, _ in wanted}),
        "price_ids": sorted(price_ids),
        "earliest": min(instants),
        "latest": max(instants),
    }
    rules: list[PriceRule] = []
    rates: list[Version] = []
    access: dict[int, list[Version]] = {}
    for row in await connection.execute(_LOAD, bound):
        if row.part == "rule":
            rules.append(rule_of(row.document))
            continue
        version = _version(row.part, row.document)
        (rates if row.part == "rate" else access.setdefault(version.offer_id, [])).append(version)
    for versions in (rates, *access.values()):
        versions.sort(key=_recorded_at)
    return Pricing(time_zone, rules, rates, access)


def not_eligible(offer_id: int, why: WhyNot) -> NotEligible:
    """The refusal of an offer that is not for the member."""
    return NotEligible(f"offer {offer_id} is not for this member: {_REASONS[why]}", why=why)


_REASONS: Mapping[WhyNot, str] = {
    "tier": "it is for another tier",
    "tag": "it is for other tags",
    "points": "it is for those with more or with fewer points",
    "new": "it is for new members",
}


@lru_cache(maxsize=4096)
def _version(part: str, document: str) -> Version:
    row = orjson.loads(document)
    recorded_at = instant_of(row["recorded_at"])
    if part == "access":
        return Version(recorded_at, offer_id=row["offer_id"], open_to=who_of(row["open_to"]))
    terms = [row[name] for name in ("points", "minor", "step", "currency")]
    return Version(recorded_at, rate=PriceRate(*terms) if row["points"] else None)


def _recorded_at(version: Version) -> datetime:
    return version.recorded_at


def _at(versions: Sequence[Version], at: datetime) -> Version | None:
    place = bisect_right(versions, at, key=_recorded_at)
    return versions[place - 1] if place else None
