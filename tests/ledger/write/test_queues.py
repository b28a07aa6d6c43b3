"""Which of what waits goes with the next transaction: whose turn it is, of one process and of several."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database, Ledger
from ledger.asks import BatchMode, Issue
from ledger.book import Programme
from ledger.database import AnyConnection
from ledger.write import lanes as lanes_module
from ledger.write import store
from ledger.write.lanes import Lanes
from tests.ledger.fixtures import members_by_lane


async def test_large_transactions_of_two_processes_want_the_same_lanes_or_none_in_common(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[frozenset[int]] = []
    lock_lanes = store.lock_lanes

    async def noted(
        connection: AnyConnection, book_id: int, lanes: Iterable[int], operations: int
    ) -> Any:
        wanted.append(frozenset(lanes))
        return await lock_lanes(connection, book_id, lanes, operations)

    monkeypatch.setattr(store, "lock_lanes", noted)
    writers = [Lanes(database), Lanes(database)]
    # Lanes wait in the order in which they were first asked for: another one in each writer.
    orders = [[0, 1, 2, 3], [1, 2, 3, 0]]
    await asyncio.gather(
        *(
            writer.submit(
                programme,
                [Issue(key=f"{turn} {m}", member=m, points=1) for m in members_by_lane(order)],
            )
            for turn, (writer, order) in enumerate(zip(writers * 3, orders * 3, strict=True))
        )
    )
    assert set(wanted) == {frozenset({0, 2}), frozenset({1, 3})}
    assert len(wanted) >= 4


async def test_a_submission_of_many_lanes_does_not_wait_for_those_that_came_after_it(
    database: Database, ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = members_by_lane(range(4))
    monkeypatch.setattr(lanes_module, "SHARED_OPERATIONS_MIN", 2 * len(members) + 1)
    monkeypatch.setattr(lanes_module, "OPERATIONS_PER_TRANSACTION_MAX", len(members))
    await asyncio.gather(
        *(
            ledger.submit(
                programme, [Issue(key=f"{turn} {m}", member=m, points=1) for m in members]
            )
            for turn in "ab"
        )
    )
    async with database.transaction() as connection:
        sql = text(
            "SELECT left(key, 1), count(DISTINCT xmin::text) FROM ledger.journal WHERE book_id = :id GROUP BY 1"
        )
        transactions = (await connection.execute(sql, {"id": programme.book_id})).all()
    assert sorted(map(tuple, transactions)) == [("a", 1), ("b", 1)]


async def test_a_lane_that_waits_is_not_passed_over_for_ever(
    ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes_module, "TRANSACTIONS_PER_BOOK", 1)
    monkeypatch.setattr(lanes_module, "OPERATIONS_PER_TRANSACTION_MAX", 2)
    crowd, one = members_by_lane([0])[:10] + members_by_lane([1])[:10], members_by_lane([2])[0]
    answered: list[str] = []

    async def send(member: str) -> None:
        await ledger.submit(programme, [Issue(key=member, member=member, points=1)])
        answered.append(member)

    await asyncio.gather(*map(send, [*crowd, one]))
    assert answered.index(one) < 4, "it went with the second transaction of eleven"


async def test_lanes_that_wait_for_another_are_not_looked_at_for_every_ticket(
    ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = members_by_lane(range(4))
    looks: list[int] = []
    is_ready = Lanes._is_ready

    def noted(book: Any, lane: int) -> bool:
        looks.append(lane)
        return is_ready(book, lane)

    monkeypatch.setattr(Lanes, "_is_ready", staticmethod(noted))
    singles = [
        ledger.submit(programme, [Issue(key=f"i{n}", member=members[0], points=1)])
        for n in range(300)
    ]
    every_lane = [Issue(key=f"b{member}", member=member, points=1) for member in members]
    answers = await asyncio.gather(
        *singles, ledger.submit(programme, every_lane, mode=BatchMode.ATOMIC)
    )
    assert all(answer.accepted for each in answers for answer in each)
    assert len(looks) < 2 * len(singles)
