"""What an event commits along with its points, and how it is judged.

`before` reads what decides (`known`), and leaves a judge for each event. The ledger asks the judges
in the order of its decisions, under the locks of the members' lanes. So caps are exact, within a
batch too: each judge sees what was given before it in the transaction.

`after` stores what was given: the natural keys, the codes that are taken, and the budgets. Lanes
of other members may have been faster in two ways, and then the transaction is run again:

- A natural key is there already. It is inserted under its unique key, in order; of two, one waits.
- The budget does not have as much left. It is spent by a conditional UPDATE under its row lock, all
  that the transaction gives by a rule or nothing, in the order of rule and period.

The next attempt reads what the others have left, and refuses what is over. Order of locks: lanes,
product codes, natural keys, budgets.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import asyncpg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, DATE, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.pricing import multiplied
from exchange.earning.decide import Why, choose_rule, judge_event
from exchange.earning.friends import Invitation, load_friends, note_invitations
from exchange.earning.known import Event, KnownEarnings, load_earnings, load_taken
from exchange.earning.points_day import date_all, instant_of
from exchange.earning.product_codes import take_codes
from exchange.earning.request import (
    EarnIssue,
    EarnRequest,
    ProductCodeNotFound,
    SubjectRequired,
    not_earned,
)
from exchange.earning.rules import TOTAL
from exchange.earning.terms import EarningRule
from ledger import Refusal
from ledger.asks import Item, Judge

_KEEP = text(
    """
    INSERT INTO exchange.earned (book_id, natural_key, rule, member, day, points, key)
    SELECT :book_id, natural_key, rule, member, day, points, key
    FROM unnest(:natural_keys, :rules, :members, :days, :points, :keys)
        AS given(natural_key, rule, member, day, points, key)
    ORDER BY natural_key
    ON CONFLICT (book_id, natural_key) DO NOTHING
    RETURNING natural_key
    """
).bindparams(
    bindparam("natural_keys", type_=ARRAY(BYTEA)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("rules", "members", "keys")),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("points", type_=ARRAY(BIGINT)),
)
_OPEN_BUDGETS = text(
    """
    INSERT INTO exchange.earning_budget (book_id, rule, period, points)
    SELECT :book_id, rule, period, 0 FROM unnest(:rules, :periods) AS given(rule, period)
    ORDER BY rule, period
    ON CONFLICT (book_id, rule, period) DO NOTHING
    """
).bindparams(bindparam("rules", type_=ARRAY(TEXT)), bindparam("periods", type_=ARRAY(TEXT)))
_SPEND = text(
    """
    WITH locked AS (
        SELECT b.rule, b.period, given.points, given.maximum
        FROM exchange.earning_budget AS b
        JOIN unnest(:rules, :periods, :points, :maxima)
            AS given(rule, period, points, maximum) USING (rule, period)
        WHERE b.book_id = :book_id
        ORDER BY b.rule, b.period
        FOR NO KEY UPDATE OF b
    )
    UPDATE exchange.earning_budget AS b SET points = b.points + locked.points
    FROM locked
    WHERE b.book_id = :book_id AND b.rule = locked.rule AND b.period = locked.period
        AND b.points + locked.points <= locked.maximum
    RETURNING b.rule, b.period
    """
).bindparams(
    bindparam("rules", type_=ARRAY(TEXT)),
    bindparam("periods", type_=ARRAY(TEXT)),
    bindparam("points", type_=ARRAY(BIGINT)),
    bindparam("maxima", type_=ARRAY(BIGINT)),
)


@dataclass(slots=True)
class Given:
    """What an event gives, as its judge has found. The ledger may still refuse it."""

    item: Item
    event: Event
    rule: EarningRule
    points: int
    natural_key: bytes


@dataclass(slots=True)
class Earning:
    """A request on its way through the ledger, with what its judge has found in this attempt."""

    request: EarnRequest
    given: Given | None = None


@dataclass(slots=True)
class _Round:
    """The events of one attempt. What was judged is counted once the ledger has accepted it."""

    known: KnownEarnings
    judged: list[Given] = field(default_factory=list)

    def count(self) -> None:
        for each in self.judged:
            if each.item.is_accepted:
                self.known.count(each.event, each.rule, each.points)
        self.judged.clear()


@dataclass(frozen=True, slots=True)
class EarningCompanion:
    """Judges the events of a programme. Companions of one programme are equal."""

    book_id: int
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Read what decides about the events, and leave a judge for each."""
        await date_all(connection, items)
        requests = [replace(_earning(item).request, occurred_at=instant_of(item)) for item in items]
        known, events = await load_earnings(connection, self.book_id, self.time_zone, requests)
        recorded_by = items[0].operation.recorded_by
        await _load_friends(connection, self.book_id, known, events, recorded_by)
        round_ = _Round(known)
        for item, event in zip(items, events, strict=True):
            _earning(item).given = None
            item.judge = _judge(round_, item, event)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Store what was given, or have all of it decided again."""
        given = [found for item in items if (found := _earning(item).given) is not None]
        await take_codes(
            connection,
            self.book_id,
            {
                each.event.request.product_code: (each.event.request.member, each.points)
                for each in given
                if each.event.request.product_code is not None
            },
        )
        await _keep(connection, self.book_id, given)
        await _spend(connection, self.book_id, given)


def _earning(item: Item) -> Earning:
    assert isinstance(item.payload, Earning)
    return item.payload


def _judge(round_: _Round, item: Item, event: Event) -> Judge:
    known, request, operation = round_.known, event.request, item.operation
    assert isinstance(operation, EarnIssue), "no other operation earns"

    def judge(spendable: int) -> int | Refusal:
        round_.count()
        facts = known.multipliers.facts(request.member, event.at, spendable)
        if request.product_code is not None:
            held = known.codes.get(request.product_code)
            if held is None:
                return ProductCodeNotFound("the programme has no such product code")
            if held.state != "OPEN":
                return not_earned("voided" if held.state == "VOIDED" else "closed", held.rule)
        rule = choose_rule(known.rules_for(request), facts, event.ruled_at)
        if isinstance(rule, str):
            return not_earned(rule)
        if rule.once_per == "subject" and request.subject is None:
            return SubjectRequired(f"the rule {rule.rule!r} counts subjects", field="subject")
        percent = known.multipliers.percent(facts, event.at)
        points = multiplied(rule.points, percent)
        why = _why_friend(known, event, rule) or judge_event(
            rule, points, known.standing(event, rule)
        )
        if why != "given":
            return not_earned(why, rule.rule)
        found = Given(item, event, rule, points, known.keys(event, rule)[0])
        _earning(item).given = found
        round_.judged.append(found)
        item.detail = {
            "event": request.event,
            "why": why,
            "rule": rule.rule,
            "base_points": rule.points,
            "earning_multiplier_percent": percent,
        }
        item.amend(replace(operation, points=points, funder=rule.funder, occurred_at=event.at))
        return points

    return judge


def _why_friend(known: KnownEarnings, event: Event, rule: EarningRule) -> Why | None:
    """Why an invite earns nothing yet. None: the friend is no hindrance."""
    request = event.request
    if request.friend is None or request.invited_at is not None:
        return None
    friend = known.friends[request.member, request.friend]
    if not friend.is_new:
        return "not-new"
    if not rule.after_use or friend.has_used:
        return None
    inviter = known.inviters.get(request.friend)
    return "waiting" if inviter in known.names[request.member] else "once"


async def _load_friends(
    connection: AsyncConnection,
    book_id: int,
    known: KnownEarnings,
    events: Sequence[Event],
    recorded_by: int | None,
) -> None:
    """Read what is known of friends, and keep the invites that wait for their use of a coupon."""
    invites = [(each, each.request.friend) for each in events if each.request.friend is not None]
    known.friends = await load_friends(
        connection,
        book_id,
        [(each.request.member, friend, each.ruled_at) for each, friend in invites],
    )
    found = [known.friends[each.request.member, friend] for each, friend in invites]
    several = [
        each for (each, _), friend in zip(invites, found, strict=True) if friend.identifiers[1:]
    ]
    await load_taken(connection, book_id, known, several)
    waiting = [
        Invitation(friend, each.request.member, each.at)
        for (each, friend), of_friend in zip(invites, found, strict=True)
        if each.request.invited_at is None
        and of_friend.is_new
        and not of_friend.has_used
        and any(rule.after_use and rule.holds_at(each.at) for rule in known.rules.values())
    ]
    known.inviters = await note_invitations(connection, book_id, waiting, recorded_by)


async def _keep(connection: AsyncConnection, book_id: int, given: Sequence[Given]) -> None:
    """Store the natural keys.

    Raises:
        asyncpg.SerializationError: one is there: somebody else was faster.
    """
    bound = {
        "book_id": book_id,
        "natural_keys": [each.natural_key for each in given],
        "rules": [each.rule.rule for each in given],
        "members": [each.event.request.member for each in given],
        "days": [each.event.day for each in given],
        "points": [each.points for each in given],
        "keys": [each.event.request.key for each in given],
    }
    kept = (await connection.execute(_KEEP, bound)).all()
    if len(kept) < len(given):
        raise asyncpg.SerializationError("somebody else has earned by the same event")


async def _spend(connection: AsyncConnection, book_id: int, given: Sequence[Given]) -> None:
    """Spend the budgets, each by all that this transaction gives or by nothing.

    One round trip, and two more for the first points of a day. None without budgets.

    Raises:
        asyncpg.SerializationError: one has not enough left: somebody else was faster.
    """
    wanted: Counter[tuple[str, str]] = Counter()
    maxima: dict[tuple[str, str], int] = {}
    for each in given:
        for period, maximum in (
            (each.event.day.isoformat(), each.rule.budget_points_per_day),
            (TOTAL, each.rule.budget_points_total),
        ):
            if maximum is not None:
                wanted[each.rule.rule, period] += each.points
                maxima[each.rule.rule, period] = maximum
    left = await _spend_some(connection, book_id, wanted, maxima, sorted(wanted))
    if left:
        bound = {
            "book_id": book_id,
            "rules": [rule for rule, _ in left],
            "periods": [period for _, period in left],
        }
        await connection.execute(_OPEN_BUDGETS, bound)
        left = await _spend_some(connection, book_id, wanted, maxima, left)
    if left:
        raise asyncpg.SerializationError("more was given than the budget has left")


async def _spend_some(
    connection: AsyncConnection,
    book_id: int,
    wanted: Mapping[tuple[str, str], int],
    maxima: Mapping[tuple[str, str], int],
    keys: Sequence[tuple[str, str]],
) -> list[tuple[str, str]]:
    """Spend these budgets. Returns those that are not there, or have not enough left."""
    if not keys:
        return []
    bound = {
        "book_id": book_id,
        "rules": [rule for rule, _ in keys],
        "periods": [period for _, period in keys],
        "points": [wanted[key] for key in keys],
        "maxima": [maxima[key] for key in keys],
    }
    spent = {(row.rule, row.period) for row in await connection.execute(_SPEND, bound)}
    return [key for key in keys if key not in spent]
