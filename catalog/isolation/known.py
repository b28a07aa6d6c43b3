"""What a process knows of parties, rules, groups and classes, and when that is no longer so.

An isolation class is what a decision about an offer depends on: its owner, its carrier and its
category. Each version of an offer has one. There are some thousands, however many offers there are.
So decisions are made, and kept, for a buyer and a class.

What is known is never older than the statement that asks. Each change of a rule, a group or a party
gives `catalog.rules_version` a new mark in its own transaction, by triggers. Whoever decides reads
the mark in its transaction, mostly in the statement that reads the offers, and compares:

- **The same mark**: what is known is what the transaction would read.
- **Another mark**: all is read again, in one statement.
- **A class or a party that is not known** is newer than what is known. All is read again, too. So a
  new class needs no lock and no new mark.

A mark is drawn at random, so one of a transaction that was rolled back, or that a failover lost,
never comes again. One statement reads everything, so it is all of one instant.

Rules hold in periods. What holds is made ready once for each stretch of time between two of their
bounds. The instant is the database's clock after the mark was read. So a rule that holds from the
instant of its commit holds for whoever sees it.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.isolation.decide import Offered, RulesInForce, Verdict
from catalog.isolation.sides import Group, Member, Rule, Side
from catalog.parties import Party

STRETCHES_KEPT_MAX = 32
"""Imports ask about many instants. If more stretches than this are ready, all are made anew."""

NOW_OF_RULES = """
    (SELECT mark FROM catalog.rules_version) AS rules_mark,
    (SELECT greatest(clock_timestamp(), changed_at) FROM catalog.rules_version) AS judged_at
"""
"""The columns that a statement selects beside offers, to decide on them by what is known."""

_MARK = text(f"SELECT {NOW_OF_RULES}")

_READ = text(
    """
    SELECT version, mark, greatest(clock_timestamp(), changed_at) AS judged_at,
        (
            SELECT jsonb_agg(jsonb_build_array(party_id, code, name, roles, categories))
            FROM catalog.party
        )::text AS parties,
        (
            SELECT jsonb_agg(jsonb_build_array(
                rule_id, effect, buyer_party_id, buyer_category, buyer_group_id,
                supplier_party_id, supplier_category, supplier_group_id,
                mutual, lower(validity), upper(validity), author_id
            ))
            FROM catalog.isolation_rule
        )::text AS rules,
        (
            SELECT jsonb_agg(jsonb_build_array(group_id, code, kind)) FROM catalog.party_group
        )::text AS groups,
        (
            SELECT jsonb_agg(jsonb_build_array(
                group_id, party_id, lower(validity), upper(validity), accepted_at
            ))
            FROM catalog.group_member
        )::text AS members,
        (
            SELECT jsonb_agg(jsonb_build_array(class_id, owner_id, carrier_id, category))
            FROM catalog.isolation_class
        )::text AS classes
    FROM catalog.rules_version
    """
)


@dataclass(slots=True)
class Known:
    """Everything that decisions depend on, as one statement has read it."""

    version: int
    mark: UUID
    judged_at: datetime
    parties: dict[int, Party]
    rules: list[Rule]
    groups: list[Group]
    classes: dict[int, Offered]
    _bounds: list[datetime] = field(init=False)
    _stretches: dict[int, RulesInForce] = field(init=False, default_factory=dict)
    _isolated: dict[tuple[int, int], list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        bounds = {each for rule in self.rules for each in (rule.since, rule.until)}
        for group in self.groups:
            for member in group.members:
                bounds |= {member.since, member.until, member.accepted_at}
        self._bounds = sorted(bound for bound in bounds if bound is not None)

    def has(self, party_id: int, class_ids: Iterable[int]) -> bool:
        """Whether it knows the party and all of the classes."""
        return party_id in self.parties and all(each in self.classes for each in class_ids)

    def in_force(self, at: datetime) -> RulesInForce:
        """What holds at the instant."""
        return self._ready(self._stretch(at), at)

    def decide(self, buyer_id: int, class_id: int, at: datetime) -> Verdict:
        """Whether the class is isolated from the buyer at the instant."""
        return self.in_force(at).view_of(self.parties[buyer_id]).decide(self.classes[class_id])

    def isolated(self, buyer_id: int, at: datetime) -> list[int]:
        """The classes that are isolated from the buyer at the instant."""
        stretch = self._stretch(at)
        # Before the list is kept: this may forget all of them.
        view = self._ready(stretch, at).view_of(self.parties[buyer_id])
        found = self._isolated.get((stretch, buyer_id))
        if found is None:
            found = self._isolated[stretch, buyer_id] = [
                class_id for class_id, each in self.classes.items() if view.decide(each).isolated
            ]
        return found

    def _stretch(self, at: datetime) -> int:
        """Which stretch of time between two bounds the instant is in."""
        return bisect_right(self._bounds, at)

    def _ready(self, stretch: int, at: datetime) -> RulesInForce:
        found = self._stretches.get(stretch)
        if found is None:
            if len(self._stretches) >= STRETCHES_KEPT_MAX:
                self._stretches.clear()
                self._isolated.clear()
            found = self._stretches[stretch] = RulesInForce(self.rules, self.groups, at)
        return found


class _Memory:
    """What was read last from one database, and who is reading it again."""

    def __init__(self) -> None:
        self.known: Known | None = None
        self.reading = asyncio.Lock()


# By engine, so that no database is judged by what another one says.
_MEMORIES: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()


async def known_at(
    connection: AsyncConnection,
    mark: UUID,
    judged_at: datetime,
    buyers: Iterable[int],
    class_ids: Iterable[int] = (),
) -> tuple[Known, datetime]:
    """What decides on these classes for these buyers, and the instant to judge them at.

    `mark` and `judged_at` were read in this transaction (`NOW_OF_RULES`). No round trip if what is
    known is of this mark, else one. The instant is later if it is read again.
    """
    memory = _memory(connection)
    buyers, class_ids = list(buyers), list(class_ids)
    known = _still_known(memory, mark, buyers, class_ids)
    if known is not None:
        return known, judged_at
    # Hundreds of requests after a change read it once. They hold no lock that the reader needs.
    async with memory.reading:
        known = _still_known(memory, mark, buyers, class_ids)
        if known is not None:
            return known, judged_at
        known = memory.known = await read_known(connection)
    return known, known.judged_at


async def known_now(
    connection: AsyncConnection, buyer: Party, class_ids: Iterable[int] = ()
) -> tuple[Known, datetime]:
    """What decides for a buyer now, and the instant of now. One round trip, or two."""
    mark, judged_at = (await connection.execute(_MARK)).one()
    return await known_at(connection, mark, judged_at, [buyer.party_id], class_ids)


async def read_known(connection: AsyncConnection) -> Known:
    """Read everything, whatever is known. One round trip."""
    row = (await connection.execute(_READ)).one()
    parties = {
        party_id: Party(party_id, code, name, frozenset(roles), tuple(categories))
        for party_id, code, name, roles, categories in _items(row.parties)
    }
    groups = _groups(row.groups, row.members, parties)
    codes = {group.group_id: group.code for group in groups}
    return Known(
        row.version,
        row.mark,
        row.judged_at,
        parties,
        [_rule(item, parties, codes) for item in _items(row.rules)],
        groups,
        {
            class_id: Offered(parties[owner_id], parties[carrier_id], category)
            for class_id, owner_id, carrier_id, category in _items(row.classes)
        },
    )


def _memory(connection: AsyncConnection) -> _Memory:
    engine = connection.engine.sync_engine
    memory = _MEMORIES.get(engine)
    if memory is None:
        memory = _MEMORIES[engine] = _Memory()
    return memory


def _still_known(
    memory: _Memory, mark: UUID, buyers: list[int], class_ids: list[int]
) -> Known | None:
    """What is known, if nothing has changed since and nothing is missing."""
    known = memory.known
    if known is None or known.mark != mark:
        return None
    return known if all(known.has(buyer, class_ids) for buyer in buyers) else None


def _items(value: str | None) -> list[Any]:
    return [] if value is None else orjson.loads(value)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _rule(item: list[Any], parties: dict[int, Party], groups: dict[int, str]) -> Rule:
    rule_id, effect, *sides, mutual, since, until, author_id = item
    buyer, supplier = (
        Side(
            None if party_id is None else parties[party_id].code,
            category,
            None if group_id is None else groups[group_id],
        )
        for party_id, category, group_id in (sides[:3], sides[3:])
    )
    author = None if author_id is None else parties[author_id].code
    return Rule(rule_id, effect, buyer, supplier, mutual, _instant(since), _instant(until), author)


def _groups(groups: str | None, members: str | None, parties: dict[int, Party]) -> list[Group]:
    of_group: dict[int, list[Member]] = {}
    for group_id, party_id, since, until, accepted_at in _items(members):
        of_group.setdefault(group_id, []).append(
            Member(parties[party_id].code, _instant(since), _instant(until), _instant(accepted_at))
        )
    return [
        Group(group_id, code, kind, tuple(of_group.get(group_id, ())))
        for group_id, code, kind in _items(groups)
    ]
