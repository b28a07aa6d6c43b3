"""What redemptions of the past would have cost under a price rule that is only a draft.

It supposes that just as much would have been redeemed. Redemptions that the rule does not touch
keep what they cost. For the others, the price is found as for a redemption: with the rules and the
rate of that instant, the member's tier and tags of now, and the points that it could spend then.
An offer's category and kind are those of the version that is shown now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.offers import Offer, load_visible_offers
from catalog.pricing import (
    MemberFacts,
    PriceRule,
    PriceTerms,
    Pricing,
    covers,
    is_for,
    load_pricing,
    require_declared,
    require_price_terms,
    rule_of_terms,
)
from catalog.procurement import load_allotments
from exchange.coupons.lifecycle import CouponState
from exchange.redeem.prices import Known, load_known
from ledger import Refusal, read_clock
from ledger.book import Programme, programme_day
from ledger.read import spendable_before

SIMULATED_DAYS_MAX = 366
SIMULATED_REDEMPTIONS_MAX = 50_000
"""The newest so many redemptions are looked at."""
STOCK_LISTED_MAX = 100

# The newest are those that were redeemed last: the index of that time has them in order.
_REDEEMED = text(
    f"""
    SELECT c.request_key, c.member, c.offer_id, c.points, c.price_rule_id, c.face_value_minor,
        c.currency, c.redeemed_at
    FROM exchange.coupon AS c
    WHERE c.book_id = :book_id AND c.redeemed_at > :since AND NOT c.free
        AND c.state <> '{CouponState.RETURNED}'
    ORDER BY c.redeemed_at DESC, c.coupon_id DESC LIMIT {SIMULATED_REDEMPTIONS_MAX + 1}
    """
)


@dataclass(slots=True)
class Sum:
    """What some redemptions came to, and would have come to."""

    redemptions: int = 0
    changed: int = 0
    points_before: int = 0
    points_after: int = 0

    def add(self, before: int, after: int) -> None:
        """Count one more."""
        self.redemptions += 1
        self.changed += before != after
        self.points_before += before
        self.points_after += after


@dataclass(slots=True)
class Simulation:
    """What the redemptions of some days would have come to.

    `stock` has the offers that the rule would have priced: how many pieces went, and what is left.
    """

    total: Sum = field(default_factory=Sum)
    days: dict[date, Sum] = field(default_factory=lambda: defaultdict(Sum))
    stock: list[tuple[int, int, int]] = field(default_factory=list)
    is_complete: bool = True


async def simulate_price(
    connection: AsyncConnection, programme: Programme, brand: Party, terms: PriceTerms, days: int
) -> Simulation:
    """Try a draft of a price rule on the redemptions of the last days. Nothing is stored.

    Raises:
        PriceInvalid, NameInvalid, TimeInvalid, PeriodBackwards: the terms are malformed.
        TagUnknown, TierUnknown: the condition names what the brand has not declared.
    """
    require_price_terms(terms)
    await require_declared(connection, programme.book_id, terms.who)
    # As if it had been there all the time.
    draft = replace(rule_of_terms(terms, _YOUNGEST), valid_from=_EVER, valid_until=None)
    now = await read_clock(connection)
    where = {"book_id": programme.book_id, "since": now - timedelta(days=days)}
    rows = list(await connection.execute(_REDEEMED, where))
    found = Simulation(is_complete=len(rows) <= SIMULATED_REDEMPTIONS_MAX)
    rows = rows[:SIMULATED_REDEMPTIONS_MAX]
    if not rows:
        return found
    replay = await _load(connection, programme, brand, rows, draft=draft, now=now)
    taken: dict[int, int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: (row.redeemed_at, row.request_key)):
        after = replay.price(row)
        if after is not None:
            taken[row.offer_id] += 1
        points = row.points if after is None else after
        found.total.add(row.points, points)
        found.days[programme_day(row.redeemed_at, programme.time_zone)].add(row.points, points)
    held = await load_allotments(connection, programme.book_id, taken)
    most = sorted(taken.items(), key=lambda each: (-each[1], each[0]))[:STOCK_LISTED_MAX]
    found.stock = [
        (offer_id, count, held[offer_id].remaining if offer_id in held else 0)
        for offer_id, count in most
    ]
    return found


_YOUNGEST = 2**63 - 1
_EVER = datetime.fromisoformat("0002-01-01T00:00:00+00:00")


@dataclass(slots=True)
class _Replay:
    """Everything by which a redemption is priced again."""

    pricing: Pricing
    draft: PriceRule
    offers: Mapping[int, Offer | Refusal]
    known: Known
    now: datetime
    spendable: Mapping[str, int]

    def price(self, row: "Row[tuple[object, ...]]") -> int | None:
        """What the redemption would have cost. None: the draft is not about it."""
        offer = self.offers[row.offer_id]
        if isinstance(offer, Refusal):
            return None
        sold = replace(offer, face_value_minor=row.face_value_minor, currency=row.currency)
        facts = replace(self._facts(row.member), spendable=self.spendable.get(row.request_key, 0))
        if not covers(self.draft, sold) or not is_for(
            self.draft, facts, row.redeemed_at, self.pricing.time_zone
        ):
            return None
        course = row.points if row.price_rule_id is None else None
        return self.pricing.price(sold, course, facts, row.redeemed_at).points

    def _facts(self, member: str) -> MemberFacts:
        return self.known.of(member, self.now)


async def _load(
    connection: AsyncConnection,
    programme: Programme,
    brand: Party,
    rows: Sequence["Row[tuple[object, ...]]"],
    *,
    draft: PriceRule,
    now: datetime,
) -> _Replay:
    offer_ids = sorted({row.offer_id for row in rows})
    offers = await load_visible_offers(connection, brand, [(each, None) for each in offer_ids])
    instants = [row.redeemed_at for row in rows]
    pairs = [(each, at) for each in offer_ids for at in (min(instants), max(instants))]
    pricing = await load_pricing(connection, programme.book_id, programme.time_zone, pairs)
    pricing = replace(pricing, rules=[*pricing.rules, draft])
    known = await load_known(
        connection, programme.book_id, pricing, {(row.member, now) for row in rows}
    )
    keys = [row.request_key for row in rows] if pricing.asks_points else []
    spendable = await spendable_before(connection, programme.book_id, keys)
    by_id = dict(zip(offer_ids, offers, strict=True))
    return _Replay(pricing, draft, by_id, known, now, spendable)
