"""Caps, budgets and what earns once, over random histories, beside a small model that counts.

Each history has a programme of its own, one rule with drawn limits, and batches of events of three
members on three days. The model says a second time what each event earns. At the end, events of all
members come at once by ledgers of their own: whatever the order, no limit is passed.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from exchange.audit import verify_earnings
from exchange.earning.earn import earn_events
from exchange.earning.request import EarnRequest
from ledger import Database, Ledger
from ledger.audit import verify_book
from tests.exchange.earning.test_earn import add_rule, earn
from tests.exchange.fixtures import World, open_world

MEMBERS = ("ann", "bob", "eve")
POINTS = 10
GIVEN = text(
    """
    SELECT member, day, count(*) AS times, sum(points) AS points FROM exchange.earned
    WHERE book_id = :book_id GROUP BY member, day
    """
)

LIMITS = st.fixed_dictionaries(
    {
        "once_per": st.sampled_from([None, "day", "subject", "ever"]),
        "per_member_per_day": st.sampled_from([None, 1, 2]),
        "per_member_total": st.sampled_from([None, 1, 3]),
        "budget_points_per_day": st.sampled_from([None, POINTS, 25]),
        "budget_points_total": st.sampled_from([None, 35, 60]),
    }
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(MEMBERS), st.integers(0, 2), st.sampled_from("xy")),
    min_size=1,
    max_size=8,
)


@dataclass
class Model:
    """What a rule has given so far, and what it gives next."""

    limits: dict[str, Any]
    taken: set[tuple[Any, ...]] = field(default_factory=set)
    times: Counter[Any] = field(default_factory=Counter)
    spent: Counter[Any] = field(default_factory=Counter)

    def tell(self, member: str, day: int, subject: str) -> str:
        limits = self.limits
        once = {"day": (member, day), "subject": (member, subject), "ever": (member,)}
        key = once.get(limits["once_per"])
        if key in self.taken:
            return "once"
        if self.times[member, day] >= (limits["per_member_per_day"] or 99):
            return "cap"
        if self.times[member] >= (limits["per_member_total"] or 99):
            return "cap"
        if self.spent[day] + POINTS > (limits["budget_points_per_day"] or 9_999):
            return "budget"
        if self.spent["all"] + POINTS > (limits["budget_points_total"] or 9_999):
            return "budget"
        if key is not None:
            self.taken.add(key)
        self.times.update([(member, day), member])
        self.spent.update({day: POINTS, "all": POINTS})
        return f"given {POINTS}"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(limits=LIMITS, batches=st.lists(EVENTS, min_size=1, max_size=3), rush=EVENTS)
async def test_no_history_passes_a_limit(
    world: World, limits: Any, batches: Sequence[Any], rush: Any
) -> None:
    # One lane, so that the events of a batch come in its order, whoever they are of.
    world.programme = await world.open_book(world.key("market--book"), lanes=1)
    await add_rule(world, "rule", "game", POINTS, **limits)
    model, first = Model(limits), world.now - timedelta(days=4)
    for batch in batches:
        # Which of two members comes first to what is left of a budget is not said.
        for _, events in groupby(batch, key=itemgetter(0)):
            told = list(events)
            expected = [model.tell(*event) for event in told]
            assert await earn(world, *_requests(world, told, first)) == expected
    requests = _requests(world, rush, first)
    await asyncio.gather(
        *(earn_events(Ledger(world.database), world.programme, [each]) for each in requests)
    )
    await _require_limits(world, limits)


def _requests(world: World, events: Any, first: datetime) -> list[EarnRequest]:
    return [
        EarnRequest(
            key=world.key("event"),
            member=member,
            event="game",
            subject=subject,
            occurred_at=first + timedelta(days=day),
        )
        for member, day, subject in events
    ]


async def _require_limits(world: World, limits: Any) -> None:
    async with world.database.transaction() as connection:
        where = {"book_id": world.programme.book_id}
        rows = (await connection.execute(GIVEN, where)).all()
    of_member, of_day = Counter[str](), Counter[Any]()
    for row in rows:
        assert row.times <= (limits["per_member_per_day"] or 99)
        of_member[row.member] += row.times
        of_day[row.day] += row.points
    assert max(of_member.values(), default=0) <= (limits["per_member_total"] or 99)
    assert max(of_day.values(), default=0) <= (limits["budget_points_per_day"] or 9_999)
    assert of_day.total() <= (limits["budget_points_total"] or 9_999)
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
    async with world.database.transaction() as connection:
        assert await verify_earnings(connection, world.programme) == []
