"""Points days: what is earned on them is multiplied, in the transaction that gives it.

One statement reads the price rules with a multiplier, and where they ask for it, `load_known` reads
tiers, tags and pasts. The ledger judges each issue at its turn, under the lock of its lane. So the
answer is exact and stored, and a replay gives the same points after the rules have changed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.pricing import (
    MemberFacts,
    PriceRule,
    Who,
    load_multipliers,
    multiplied,
    multiplier_at,
)
from exchange.redeem import Known, load_known
from ledger import read_clock
from ledger.asks import Issue, Item, Judge, fingerprint_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsDayIssue(Issue):
    """An issue that is multiplied if it falls on a points day. `points` is what it asks for."""

    def fingerprint(self) -> int:
        """Another one than that of an issue which is not multiplied."""
        return fingerprint_of(["points-day", Issue.fingerprint(self)])


@dataclass(frozen=True, slots=True)
class Asked:
    """What conditions of rules ask of members."""

    time_zone: str
    conditions: Sequence[Who]

    @property
    def asks_class(self) -> bool:
        """Whether they ask for tiers or tags."""
        return any(who.asks_class for who in self.conditions)

    @property
    def asks_past(self) -> bool:
        """Whether they ask what a member has done so far."""
        return any(who.asks_past for who in self.conditions)


@dataclass(frozen=True, slots=True)
class Multipliers:
    """The rules by which members earn more at some instants, and what is known of these members."""

    time_zone: str
    rules: Sequence[PriceRule]
    known: Known

    def facts(self, member: str, at: datetime, spendable: int) -> MemberFacts:
        """What is known of a member that can spend so much."""
        return replace(self.known.of(member, at), spendable=spendable)

    def percent(self, facts: MemberFacts, at: datetime) -> int:
        """What a member earns at this instant, in percent of what else it would."""
        return multiplier_at(self.rules, facts, at, self.time_zone)


async def load_points_days(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    wanted: Collection[tuple[str, datetime]],
    others: Sequence[Who] = (),
) -> Multipliers:
    """What multiplies the earnings of these members at these instants.

    One round trip, and up to three more where rules, or the conditions `others`, ask for tiers,
    tags or pasts.
    """
    rules = await load_multipliers(connection, book_id, {at for _, at in wanted})
    asked = Asked(time_zone, [*(rule.who for rule in rules), *others])
    return Multipliers(time_zone, rules, await load_known(connection, book_id, asked, wanted))


@dataclass(frozen=True, slots=True)
class PointsDayCompanion:
    """Multiplies issues on points days. Companions of one programme are equal."""

    book_id: int
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Have each issue judged at its turn. It refuses nothing."""
        await date_all(connection, items)
        wanted = {(item.operation.member, instant_of(item)) for item in items}
        found = await load_points_days(connection, self.book_id, self.time_zone, wanted)
        for item in items:
            item.judge = _judge(found, item)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Store nothing: what was asked for is in the answer."""


async def date_all(connection: AsyncConnection, items: Sequence[Item]) -> None:
    """Give operations without an instant one: what is judged by it is stored with it.

    Else midnight could fall between the two. One round trip, or none.
    """
    undated = [item for item in items if item.operation.occurred_at is None]
    now = await read_clock(connection) if undated else None
    for item in undated:
        item.amend(replace(item.operation, occurred_at=now))


def instant_of(item: Item) -> datetime:
    """The instant of an operation that has one."""
    assert item.operation.occurred_at is not None, "see date_all"
    return item.operation.occurred_at


def _judge(found: Multipliers, item: Item) -> Judge:
    operation, at = item.operation, instant_of(item)
    assert isinstance(operation, PointsDayIssue), "no other operation is multiplied"

    def judge(spendable: int) -> int:
        percent = found.percent(found.facts(operation.member, at, spendable), at)
        item.detail = {"base_points": operation.points, "earning_multiplier_percent": percent}
        return multiplied(operation.points, percent)

    return judge
