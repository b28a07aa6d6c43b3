"""What decides about the events of a transaction: read at once, under the lanes' locks.

Each statement is for all events of the transaction. Nothing here locks but `lock_codes`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, DATE, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members import Identifier
from exchange.earning.decide import Standing, key_of_event, natural_key
from exchange.earning.friends import Friend
from exchange.earning.points_day import Multipliers, load_points_days
from exchange.earning.product_codes import HeldCode, lock_codes
from exchange.earning.request import EarnRequest
from exchange.earning.rules import TOTAL, load_earning_rules, load_spent
from exchange.earning.terms import EarningRule
from ledger.book import programme_day
from ledger.read import former_names

# All times a member has earned by a rule, and those of some days.
_TIMES = text(
    """
    SELECT member, rule, CAST(NULL AS date) AS day, count(*) AS times FROM exchange.earned
    WHERE book_id = :book_id AND member = ANY (:members) AND rule = ANY (:total_rules)
    GROUP BY member, rule
    UNION ALL
    SELECT member, rule, day, count(*) FROM exchange.earned
    WHERE book_id = :book_id AND member = ANY (:members) AND rule = ANY (:day_rules)
        AND day = ANY (:days)
    GROUP BY member, rule, day
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("members", "total_rules", "day_rules")),
    bindparam("days", type_=ARRAY(DATE)),
)
_TAKEN = text(
    """
    SELECT natural_key FROM exchange.earned
    WHERE book_id = :book_id AND natural_key = ANY (:keys)
    """
).bindparams(bindparam("keys", type_=ARRAY(BYTEA)))


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its instant and its day in the programme's time zone."""

    request: EarnRequest
    at: datetime
    day: date

    @property
    def ruled_at(self) -> datetime:
        """When the rules must be in force: for an invite that waited, when it was told."""
        return self.request.invited_at or self.at


@dataclass(slots=True)
class KnownEarnings:
    """What decides about the events of a transaction, and what it has given so far."""

    rules: Mapping[str, EarningRule]
    multipliers: Multipliers
    names: Mapping[str, Sequence[str]]
    """By member: its references, with those of everybody who was merged into it."""
    codes: Mapping[bytes, HeldCode]
    friends: Mapping[tuple[str, Identifier], Friend] = field(default_factory=dict)
    inviters: Mapping[Identifier, str] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)
    """Natural keys by which somebody has earned."""
    times: Counter[tuple[str, str, date | None]] = field(default_factory=Counter)
    """By member, rule and day. Without a day, in all."""
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By rule and period."""

    def rules_for(self, request: EarnRequest) -> list[EarningRule]:
        """The rules that may speak about an event, whether or not they are in force."""
        if request.product_code is not None:
            held = self.codes.get(request.product_code)
            rule = None if held is None else self.rules.get(held.rule)
            return [] if rule is None else [rule]
        return [rule for rule in self.rules.values() if rule.event == request.event]

    def keys(self, event: Event, rule: EarningRule) -> list[bytes]:
        """The natural keys of an event: its own, and those of the member's former names.

        Of a friend, they are those of all its identifiers. Its own is the first of them, whichever
        was told: so two who invite it at once have the same.
        """
        request = event.request
        if request.friend is not None:
            friend = self.friends.get((request.member, request.friend))
            identifiers = (request.friend,) if friend is None else friend.identifiers
            return [natural_key("friend", each.kind, each.digest.hex()) for each in identifiers]
        if request.product_code is not None:
            return [natural_key("code", request.product_code.hex())]
        if request.source is not None:
            return [natural_key("source", request.source)]
        return [
            key_of_event(rule, name, event.day, request.subject, request.key)
            for name in self.names[request.member]
        ]

    def standing(self, event: Event, rule: EarningRule) -> Standing:
        """How the event's member and the rule stand now."""
        member, code = event.request.member, event.request.product_code
        held = None if code is None else self.codes.get(code)
        return Standing(
            is_taken=(held is not None and held.is_taken)
            or not self.taken.isdisjoint(self.keys(event, rule)),
            times_today=self.times[member, rule.rule, event.day],
            times_total=self.times[member, rule.rule, None],
            spent_today=self.spent[rule.rule, event.day.isoformat()],
            spent_total=self.spent[rule.rule, TOTAL],
        )

    def count(self, event: Event, rule: EarningRule, points: int) -> None:
        """Count what this transaction has given by an event."""
        self.taken.add(self.keys(event, rule)[0])
        for day in (event.day, None):
            self.times[event.request.member, rule.rule, day] += 1
        for period in (event.day.isoformat(), TOTAL):
            self.spent[rule.rule, period] += points


async def load_earnings(
    connection: AsyncConnection, book_id: int, time_zone: str, requests: Iterable[EarnRequest]
) -> tuple[KnownEarnings, list[Event]]:
    """What decides about these events, but for friends. They have an instant each.

    Up to ten round trips: the product codes, which it locks (2), the rules, the points days (1 to
    4), former names, times, natural keys and budgets.
    """
    events = [
        Event(each, each.occurred_at, programme_day(each.occurred_at, time_zone))
        for each in requests
        if each.occurred_at is not None
    ]
    digests = {
        each.request.product_code for each in events if each.request.product_code is not None
    }
    codes = await lock_codes(connection, book_id, digests)
    rules = await load_earning_rules(
        connection,
        book_id,
        {each.request.event for each in events},
        {held.rule for held in codes.values()},
        {each.ruled_at for each in events},
    )
    members = {each.request.member for each in events}
    multipliers = await load_points_days(
        connection,
        book_id,
        time_zone,
        {(each.request.member, each.at) for each in events},
        [rule.who for rule in rules.values()],
    )
    heirs = await former_names(connection, book_id, members)
    known = KnownEarnings(rules, multipliers, _names(members, heirs), codes)
    await _load_times(connection, book_id, known, {each.day for each in events})
    await load_taken(connection, book_id, known, events)
    limited = [rule.rule for rule in rules.values() if rule.has_budget]
    periods = {TOTAL, *(each.day.isoformat() for each in events)}
    known.spent.update(await load_spent(connection, book_id, limited, periods))
    return known, events


def _names(members: Collection[str], heirs: Mapping[str, str]) -> dict[str, list[str]]:
    names = {member: [member] for member in members}
    for former in heirs:
        heir = former
        while heir in heirs:
            heir = heirs[heir]
        names.setdefault(heir, [heir]).append(former)
    return names


async def _load_times(
    connection: AsyncConnection, book_id: int, known: KnownEarnings, days: Collection[date]
) -> None:
    rules = known.rules.values()
    bound = {
        "book_id": book_id,
        "members": sorted(name for names in known.names.values() for name in names),
        "total_rules": [rule.rule for rule in rules if rule.per_member_total is not None],
        "day_rules": [rule.rule for rule in rules if rule.per_member_per_day is not None],
        "days": sorted(days),
    }
    if not bound["total_rules"] and not bound["day_rules"]:
        return
    heirs = {member: member for member in known.names}
    heirs |= {name: member for member, names in known.names.items() for name in names[1:]}
    for row in await connection.execute(_TIMES, bound):
        known.times[heirs[row.member], row.rule, row.day] += row.times


async def load_taken(
    connection: AsyncConnection, book_id: int, known: KnownEarnings, events: Sequence[Event]
) -> None:
    """Read which of the events' natural keys are taken. One round trip, or none for no keys."""
    keys = {
        key
        for event in events
        for rule in known.rules_for(event.request)
        for key in known.keys(event, rule)
    }
    if keys:
        bound = {"book_id": book_id, "keys": sorted(keys)}
        known.taken.update(
            bytes(key) for key in (await connection.execute(_TAKEN, bound)).scalars()
        )
