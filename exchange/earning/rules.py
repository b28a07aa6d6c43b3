"""The stored earning rules of a programme: made, ended, listed.

A rule never changes. An advisory lock of the book makes counting and inserting one step for any
other `add_earning_rule` of the book. Before it, the tags and tiers that the rule names are locked,
shared, so that nobody takes them back meanwhile. Whoever earns takes no lock on rules: the
transaction reads them once, and a rule that is committed later holds for the next one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import is_code, require_page
from catalog.pricing import require_declared, who_as_json, who_of
from exchange.earning.terms import EarningRule, EarningTerms, require_earning_terms
from ledger import Refusal

EARNING_RULES_MAX = 200
"""So many earning rules of a programme are in force at most, those to come included."""
TOTAL = ""
"""The period of a budget that is for all time. The others are days."""


class EarningRuleNotFound(Refusal):
    """The programme has no earning rule of this code."""

    code: ClassVar[str] = "earning-rule-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such earning rule."


class EarningRuleExists(Refusal):
    """The programme has an earning rule of this code, perhaps one that has ended."""

    code: ClassVar[str] = "earning-rule-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is an earning rule of this code."


class TooManyEarningRules(Refusal):
    """The programme has as many earning rules in force as it may have."""

    code: ClassVar[str] = "too-many-earning-rules"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are too many earning rules in force."


_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('exchange.earning_rule', CAST(:book_id AS int)))"
)
_COUNT = text(
    """
    SELECT count(*) FROM exchange.earning_rule
    WHERE book_id = :book_id AND ended_at IS NULL
        AND (valid_until IS NULL OR valid_until > clock_timestamp())
    """
)
_ADD = text(
    """
    INSERT INTO exchange.earning_rule (
        book_id, rule, event, label, points, once_per, per_member_per_day, per_member_total,
        budget_points_per_day, budget_points_total, who, funder, after_use, valid_from, valid_until
    ) VALUES (
        :book_id, :rule, :event, :label, :points, :once_per, :per_member_per_day,
        :per_member_total, :budget_points_per_day, :budget_points_total, CAST(:who AS jsonb),
        :funder, :after_use, :valid_from, :valid_until
    )
    ON CONFLICT (book_id, rule) DO NOTHING
    RETURNING recorded_at
    """
)
# Ended once: a rule that has ended keeps its end.
_END = text(
    """
    UPDATE exchange.earning_rule SET ended_at = clock_timestamp()
    WHERE book_id = :book_id AND rule = :rule AND ended_at IS NULL
    """
)
_ONE = text(
    """
    SELECT to_jsonb(r)::text FROM exchange.earning_rule AS r
    WHERE r.book_id = :book_id AND r.rule = :rule
    """
)
_PAGE = text(
    """
    SELECT to_jsonb(r)::text FROM exchange.earning_rule AS r
    WHERE r.book_id = :book_id AND r.rule_no > :after
        AND (NOT :in_force OR r.ended_at IS NULL AND (
            r.valid_until IS NULL OR r.valid_until > clock_timestamp()
        ))
    ORDER BY r.rule_no LIMIT :limit
    """
)
_OPEN = text(
    """
    SELECT to_jsonb(r)::text FROM exchange.earning_rule AS r
    WHERE r.book_id = :book_id AND (r.event = ANY (:events) OR r.rule = ANY (:rules))
        AND r.valid_from <= :latest AND (r.valid_until IS NULL OR r.valid_until > :earliest)
        AND (r.ended_at IS NULL OR r.ended_at > :earliest)
    """
).bindparams(
    bindparam("events", type_=ARRAY(TEXT)),
    bindparam("rules", type_=ARRAY(TEXT)),
    bindparam("earliest", type_=TIMESTAMP(timezone=True)),
    bindparam("latest", type_=TIMESTAMP(timezone=True)),
)
_SPENT = text(
    """
    SELECT rule, period, points FROM exchange.earning_budget
    WHERE book_id = :book_id AND rule = ANY (:rules) AND period = ANY (:periods)
    """
).bindparams(bindparam("rules", type_=ARRAY(TEXT)), bindparam("periods", type_=ARRAY(TEXT)))

_PLAIN = (
    *("rule", "event", "label", "points", "once_per", "per_member_per_day", "per_member_total"),
    *("budget_points_per_day", "budget_points_total", "funder", "after_use"),
)
_STORED = (*_PLAIN, "rule_no")
_INSTANTS = ("valid_from", "valid_until", "recorded_at", "ended_at")


async def add_earning_rule(
    connection: AsyncConnection, book_id: int, terms: EarningTerms
) -> EarningRule:
    """Make an earning rule. It holds from its own beginning, for events after the commit.

    Raises:
        CodeInvalid, NameInvalid, EarningInvalid, PriceInvalid, OperationInvalid, TimeInvalid,
            PeriodBackwards: the terms are malformed.
        TagUnknown, TierUnknown: the condition names what the brand has not declared.
        TooManyEarningRules: EARNING_RULES_MAX are in force.
        EarningRuleExists: there is one of this code.
    """
    require_earning_terms(terms)
    await require_declared(connection, book_id, terms.who)
    await connection.execute(_LOCK, {"book_id": book_id})
    in_force: int = (await connection.execute(_COUNT, {"book_id": book_id})).scalar_one()
    if in_force >= EARNING_RULES_MAX:
        raise TooManyEarningRules(f"at most {EARNING_RULES_MAX} earning rules are in force")
    values = {
        **{name: getattr(terms, name) for name in (*_PLAIN, "valid_from", "valid_until")},
        "book_id": book_id,
        "who": who_as_json(terms.who),
    }
    if (await connection.execute(_ADD, values)).one_or_none() is None:
        raise EarningRuleExists(f"there is an earning rule {terms.rule!r}")
    return await find_earning_rule(connection, book_id, terms.rule)


async def end_earning_rule(connection: AsyncConnection, book_id: int, rule: str) -> EarningRule:
    """End a rule for good, at once. One that has ended keeps its end.

    Raises:
        EarningRuleNotFound: the programme has none of this code.
    """
    if is_code(rule):
        await connection.execute(_END, {"book_id": book_id, "rule": rule})
    return await find_earning_rule(connection, book_id, rule)


async def find_earning_rule(connection: AsyncConnection, book_id: int, rule: str) -> EarningRule:
    """One rule of a programme.

    Raises:
        EarningRuleNotFound: the programme has none of this code.
    """
    where = {"book_id": book_id, "rule": rule}
    found = (await connection.execute(_ONE, where)).scalar() if is_code(rule) else None
    if found is None:
        raise EarningRuleNotFound(f"the programme has no earning rule {rule!r}")
    return rule_of(found)


async def list_earning_rules(
    connection: AsyncConnection,
    book_id: int,
    *,
    in_force: bool = True,
    after: int = 0,
    limit: int = 100,
) -> list[EarningRule]:
    """A page of a programme's rules, oldest first: those in force, or all."""
    require_page(after, limit)
    where = {"book_id": book_id, "in_force": in_force, "after": after, "limit": limit}
    return [rule_of(row) for row in (await connection.execute(_PAGE, where)).scalars()]


async def load_earning_rules(
    connection: AsyncConnection,
    book_id: int,
    events: Collection[str],
    rules: Collection[str],
    instants: Collection[datetime],
) -> dict[str, EarningRule]:
    """The rules for these events, and these rules, by code. Those in force at the instants."""
    where = {
        "book_id": book_id,
        "events": sorted(events),
        "rules": sorted(rules),
        "earliest": min(instants),
        "latest": max(instants),
    }
    found = [rule_of(row) for row in (await connection.execute(_OPEN, where)).scalars()]
    return {each.rule: each for each in found}


async def load_spent(
    connection: AsyncConnection, book_id: int, rules: Sequence[str], periods: Collection[str]
) -> dict[tuple[str, str], int]:
    """What rules have given of their budgets, by rule and period. None for no rules."""
    if not rules:
        return {}
    where = {"book_id": book_id, "rules": list(rules), "periods": sorted(periods)}
    return {(row.rule, row.period): row.points for row in await connection.execute(_SPENT, where)}


@lru_cache(maxsize=4096)
def rule_of(document: str) -> EarningRule:
    """A rule from its row as JSON."""
    row: Mapping[str, Any] = orjson.loads(document)
    values: dict[str, Any] = {name: row[name] for name in _STORED}
    for name in _INSTANTS:
        stored = row[name]
        values[name] = None if stored is None else datetime.fromisoformat(stored).astimezone(UTC)
    return EarningRule(**values, who=who_of(row["who"]))
