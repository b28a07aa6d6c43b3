"""The stored price rules of a programme: made, ended, listed.

A rule never changes. An advisory lock of the book makes counting, numbering and inserting one step
for any other `add_price_rule` of the book. Before it, the tags and tiers that the rule names are
locked, shared, so that nobody takes them back meanwhile. Who redeems takes no lock: a redemption
reads the rules once, in its own transaction, and a rule that is committed later holds for the next
one.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import require_category
from catalog.fields import BIGINT_MAX, is_whole, require_page
from catalog.members.declared import TagUnknown, TierUnknown, share_tags, share_tiers
from catalog.offers.read import find_visible_offer
from catalog.parties import Party
from catalog.pricing.eligible import Who
from catalog.pricing.price_rule import Effect, PriceRule
from catalog.pricing.terms import (
    PriceTerms,
    require_price_terms,
    schedule_as_json,
    schedule_of,
    who_as_json,
    who_of,
)
from ledger import Refusal

PRICE_RULES_MAX = 500
"""So many price rules of a programme are in force at most, those that are yet to come included."""


class PriceNotFound(Refusal):
    """The programme has no price rule of this number."""

    code: ClassVar[str] = "price-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such price rule."


class TooManyPrices(Refusal):
    """The programme has as many price rules in force as it may have."""

    code: ClassVar[str] = "too-many-prices"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are too many price rules in force."


_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('catalog.price_rule', CAST(:book_id AS int)))"
)
_COUNT = text(
    """
    SELECT coalesce(max(price_id), 0) AS latest,
        count(*) FILTER (
            WHERE ended_at IS NULL AND (valid_until IS NULL OR valid_until > clock_timestamp())
        ) AS in_force
    FROM catalog.price_rule WHERE book_id = :book_id
    """
)
_ADD = text(
    """
    INSERT INTO catalog.price_rule (
        book_id, price_id, offer_id, category, effect, points, percent, floor, schedule, who,
        earning_multiplier_percent, label, valid_from, valid_until
    ) VALUES (
        :book_id, :price_id, :offer_id, :category, :effect, :points, :percent, :floor,
        CAST(:schedule AS jsonb), CAST(:who AS jsonb), :earning_multiplier_percent, :label,
        :valid_from, :valid_until
    )
    RETURNING recorded_at
    """
)
# Ended once: a rule that has ended keeps its end.
_END = text(
    """
    UPDATE catalog.price_rule SET ended_at = clock_timestamp()
    WHERE book_id = :book_id AND price_id = :price_id AND ended_at IS NULL
    """
)
_ONE = text(
    """
    SELECT to_jsonb(r)::text FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND r.price_id = :price_id
    """
)
_PAGE = text(
    """
    SELECT to_jsonb(r)::text FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND r.price_id > :after
        AND (NOT :in_force OR r.ended_at IS NULL AND (
            r.valid_until IS NULL OR r.valid_until > clock_timestamp()
        ))
    ORDER BY r.price_id LIMIT :limit
    """
)
_BETWEEN = text(
    """
    SELECT to_jsonb(r)::text FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND r.valid_from < :until
        AND (r.valid_until IS NULL OR r.valid_until > :first)
        AND (r.ended_at IS NULL OR r.ended_at > :first)
    ORDER BY r.price_id
    """
)

_EARNING = text(
    """
    SELECT to_jsonb(r)::text FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND r.earning_multiplier_percent > 100
        AND r.valid_from <= :latest AND (r.valid_until IS NULL OR r.valid_until > :earliest)
        AND (r.ended_at IS NULL OR r.ended_at > :earliest)
    """
)


async def add_price_rule(
    connection: AsyncConnection, book_id: int, brand: Party, terms: PriceTerms
) -> PriceRule:
    """Make a price rule. It holds from its own beginning, for whoever redeems after the commit.

    Raises:
        PriceInvalid, NameInvalid, TimeInvalid, PeriodBackwards: the terms are malformed.
        OfferNotFound, CategoryPathInvalid, CategoryUnknown: the scope names nothing that is there.
        TagUnknown, TierUnknown: the condition names what the brand has not declared.
        TooManyPrices: PRICE_RULES_MAX are in force.
    """
    require_price_terms(terms)
    if terms.offer_id is not None:
        await find_visible_offer(connection, brand, terms.offer_id)
    if terms.category is not None:
        await require_category(connection, terms.category)
    await require_declared(connection, book_id, terms.who)
    await connection.execute(_LOCK, {"book_id": book_id})
    counted = (await connection.execute(_COUNT, {"book_id": book_id})).one()
    if counted.in_force >= PRICE_RULES_MAX:
        raise TooManyPrices(f"at most {PRICE_RULES_MAX} price rules are in force")
    values = {
        **{name: getattr(terms, name) for name in _PLAIN},
        **{name: getattr(terms.effect, name) for name in ("points", "percent", "floor")},
        "book_id": book_id,
        "price_id": counted.latest + 1,
        "effect": terms.effect.kind,
        "schedule": schedule_as_json(terms.schedule),
        "who": who_as_json(terms.who),
    }
    recorded_at = (await connection.execute(_ADD, values)).scalar_one()
    return rule_of_terms(terms, counted.latest + 1, recorded_at)


_PLAIN = (
    *("offer_id", "category", "earning_multiplier_percent", "label"),
    *("valid_from", "valid_until"),
)


def rule_of_terms(
    terms: PriceTerms, price_id: int, recorded_at: datetime | None = None
) -> PriceRule:
    """The rule that the terms make."""
    return PriceRule(
        price_id=price_id,
        **{name: getattr(terms, name) for name in _PLAIN},
        effect=terms.effect,
        schedule=terms.schedule,
        who=terms.who,
        recorded_at=recorded_at,
    )


async def end_price_rule(connection: AsyncConnection, book_id: int, price_id: int) -> PriceRule:
    """End a price rule for good, at once. One that has ended keeps its end.

    Raises:
        PriceNotFound: the programme has none of this number.
    """
    where = {"book_id": book_id, "price_id": _number(price_id)}
    await connection.execute(_END, where)
    return await find_price_rule(connection, book_id, price_id)


async def find_price_rule(connection: AsyncConnection, book_id: int, price_id: int) -> PriceRule:
    """One price rule of a programme.

    Raises:
        PriceNotFound: the programme has none of this number.
    """
    where = {"book_id": book_id, "price_id": _number(price_id)}
    found = (await connection.execute(_ONE, where)).scalar_one_or_none()
    if found is None:
        raise PriceNotFound(f"the programme has no price rule {price_id}")
    return rule_of(found)


async def list_price_rules(
    connection: AsyncConnection,
    book_id: int,
    *,
    in_force: bool = True,
    after: int = 0,
    limit: int = 100,
) -> list[PriceRule]:
    """A page of a programme's price rules, oldest first: those in force, or all.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    where = {"book_id": book_id, "in_force": in_force, "after": after, "limit": limit}
    return [rule_of(row) for row in (await connection.execute(_PAGE, where)).scalars()]


async def load_rules_between(
    connection: AsyncConnection, book_id: int, first: date, until: date, time_zone: str
) -> list[PriceRule]:
    """The price rules in force on any of the days from `first` until before `until`."""
    zone = ZoneInfo(time_zone)
    where = {
        "book_id": book_id,
        "first": datetime.combine(first, time(), zone).astimezone(UTC),
        "until": datetime.combine(until, time(), zone).astimezone(UTC),
    }
    return [rule_of(row) for row in (await connection.execute(_BETWEEN, where)).scalars()]


async def load_multipliers(
    connection: AsyncConnection, book_id: int, instants: Collection[datetime]
) -> list[PriceRule]:
    """The rules by which more is earned, in force at one of these instants or between them."""
    where = {"book_id": book_id, "earliest": min(instants), "latest": max(instants)}
    return [rule_of(row) for row in (await connection.execute(_EARNING, where)).scalars()]


async def require_declared(connection: AsyncConnection, book_id: int, who: Who) -> None:
    """Refuse tags and tiers that the brand has not declared. No statement if none is named.

    Those that it names stay declared until the transaction ends.

    Raises:
        TagUnknown, TierUnknown: the first such code.
    """
    tags = set(who.tags)
    for code in sorted(tags - await share_tags(connection, book_id, tags)):
        raise TagUnknown(f"the brand has not declared {code!r}", field="who", tag=code)
    tiers = {tier for tier in who.tiers if tier}
    for code in sorted(tiers - await share_tiers(connection, book_id, tiers)):
        raise TierUnknown(f"the brand has not declared {code!r}", field="who", tier=code)


@lru_cache(maxsize=4096)
def rule_of(document: str) -> PriceRule:
    """A rule from its row as JSON."""
    row: Mapping[str, Any] = orjson.loads(document)
    return PriceRule(
        price_id=row["price_id"],
        offer_id=row["offer_id"],
        category=row["category"],
        effect=Effect(
            kind=row["effect"], points=row["points"], percent=row["percent"], floor=row["floor"]
        ),
        schedule=schedule_of(row["schedule"]),
        who=who_of(row["who"]),
        earning_multiplier_percent=row["earning_multiplier_percent"],
        label=row["label"],
        **{
            name: instant_of(row[name])
            for name in ("valid_from", "valid_until", "ended_at", "recorded_at")
        },
    )


def instant_of(stored: str | None) -> Any:
    """An instant from its form in JSON, in UTC."""
    return None if stored is None else datetime.fromisoformat(stored).astimezone(UTC)


def _number(price_id: int) -> int:
    # 0 is no rule's number. It stands for numbers that PostgreSQL cannot hold.
    return price_id if is_whole(price_id, 1, BIGINT_MAX) else 0
