"""Lanes: what is remembered, what waits, what fails alone and what fails together."""

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, Ledger
from ledger.asks import (
    BatchMode,
    Capture,
    Gift,
    Hold,
    Issue,
    Item,
    Operation,
    Redeem,
)
from ledger.asks.operation import LedgerBusy
from ledger.book import Programme
from ledger.book.limits import LOTS_PER_WALLET_MAX
from ledger.database import AnyConnection
from ledger.decide.decider import Decider
from ledger.decide.wallet import lane_of
from ledger.read import history, totals
from ledger.write import batch, load, lock, memory, queues, store
from ledger.write import lanes as lanes_module
from ledger.write.batch import LaneBatch
from ledger.write.lanes import Lanes
from ledger.write.ticket import Ticket
from tests.conftest import owner_transaction
from tests.ledger.fixtures import Book, members_by_lane

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)


async def accepted(
    ledger: Ledger, programme: Programme, operations: Sequence[Operation]
) -> list[bool]:
    return [answer.accepted for answer in await ledger.submit(programme, operations)]


async def test_no_more_wallets_are_remembered_than_the_limit(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "REMEMBERED_WALLETS_MAX", 100)
    writer = Lanes(database)
    for start in range(0, 1_000, 250):
        operations = [
            Issue(key=f"i{n}", member=f"m{n}", points=1) for n in range(start, start + 250)
        ]
        await writer.submit(programme, operations)
        remembered = writer._memory._lanes.values()
        assert sum(len(lane.wallets) for lane in remembered) <= 100
        assert writer._memory._wallets == sum(lane.count for lane in remembered)


async def test_more_than_may_wait_is_refused_and_nothing_is_taken_in(
    database: Database, ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes_module, "WAITING_OPERATIONS_MAX", 10)
    with pytest.raises(LedgerBusy):
        await ledger.submit(
            programme, [Issue(key=f"i{n}", member=f"m{n}", points=1) for n in range(11)]
        )
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 0
    assert await accepted(ledger, programme, [Issue(key="i0", member="m0", points=1)]) == [True]


class Poison:
    """A companion whose transaction the database cannot store."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Fail."""
        raise asyncpg.NumericValueOutOfRangeError("poison")

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Never reached."""


async def test_a_submission_that_cannot_be_stored_fails_alone(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    good = [
        ledger.submit(programme, [Issue(key=f"g{n}", member=f"m{n}", points=1)]) for n in range(5)
    ]
    bad = ledger.submit(programme, [Issue(key="bad", member="m1", points=1)], companion=Poison())
    results = await asyncio.gather(*good, bad, return_exceptions=True)
    assert [isinstance(result, BaseException) for result in results] == [False] * 5 + [True]
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 5


async def test_wallets_are_read_only_where_a_lane_has_others_than_are_remembered(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    load_wallets = load.load_wallets

    async def noted(connection: asyncpg.Connection, book_id: int, members: Sequence[str]) -> Any:
        asked.append(sorted(members))
        return await load_wallets(connection, book_id, members)

    monkeypatch.setattr(load, "load_wallets", noted)
    ann, bob, eve = members_by_lane([0])[:3]
    first, second = Ledger(database), Ledger(database)
    assert await accepted(first, programme, [Issue(key="1", member=ann, points=5)]) == [True]
    assert await accepted(first, programme, [Redeem(key="2", member=bob, points=1)]) == [False]
    assert await accepted(first, programme, [Issue(key="3", member=bob, points=5)]) == [True]
    assert not asked, "the lane was empty, and then all of it was known"
    assert await accepted(second, programme, [Redeem(key="4", member=ann, points=1)]) == [True]
    assert await accepted(second, programme, [Redeem(key="5", member=ann, points=1)]) == [True]
    assert asked == [[ann]]
    assert await accepted(second, programme, [Redeem(key="6", member=eve, points=1)]) == [False]
    assert await accepted(second, programme, [Redeem(key="7", member=bob, points=5)]) == [True]
    assert await accepted(second, programme, [Issue(key="8", member=eve, points=1)]) == [True]
    assert asked == [[ann], [eve], [bob]], "ann's and bob's are all there are"

    carl, zoe = members_by_lane([1])[0], members_by_lane([0])[3]
    assert await accepted(first, programme, [Issue(key="9", member=carl, points=5)]) == [True]
    together = [Redeem(key=f"r{member}", member=member, points=1) for member in (ann, zoe, carl)]
    assert await accepted(second, programme, together) == [True, False, True]
    assert asked[3:] == [[carl]], "the other lane's are all known"


async def test_when_the_database_is_away_everybody_is_told_at_once(
    database: Database, ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = 0

    async def refuse(*_: object) -> None:
        nonlocal attempts
        attempts += 1
        raise ConnectionRefusedError

    monkeypatch.setattr("ledger.write.lock.lock_lanes", refuse)
    monkeypatch.setattr(lanes_module, "ATTEMPT_DELAY_SECONDS", 0)
    waits = [
        ledger.submit(programme, [Issue(key=f"g{n}", member=f"m{n}", points=1)]) for n in range(60)
    ]
    results = await asyncio.gather(*waits, return_exceptions=True)
    assert all(isinstance(result, ConnectionRefusedError) for result in results)
    assert attempts == lanes_module.ATTEMPTS_MAX


async def test_strangers_captures_in_one_transaction_do_not_hide_the_hold(
    ledger: Ledger, programme: Programme
) -> None:
    stranger = next(f"s{n}" for n in range(100) if lane_of(f"s{n}", 4) != lane_of("ann", 4))
    for member in ("ann", stranger):
        await ledger.submit(programme, [Issue(key=f"i-{member}", member=member, points=5)])
    await ledger.submit(programme, [Hold(key="h", member="ann", points=5)])
    captures = [
        Capture(key="c1", member="ann", hold_key="h"),
        Capture(key="c2", member=stranger, hold_key="h"),
    ]
    assert await accepted(ledger, programme, captures) == [True, False]


async def test_the_limit_of_lots_counts_lots_that_hold_points_whatever_is_remembered(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    first = date(2026, 2, 1)
    issues: list[Operation] = [
        Issue(
            key=f"i{n}",
            member="ann",
            points=1,
            occurred_at=JANUARY,
            expires_on=first + timedelta(n),
        )
        for n in range(LOTS_PER_WALLET_MAX)
    ]
    assert all(await accepted(ledger, programme, issues))
    another = Issue(
        key="x", member="ann", points=1, occurred_at=JANUARY, expires_on=date(2040, 1, 1)
    )
    same = Issue(key="y", member="ann", points=1, occurred_at=JANUARY, expires_on=first)
    assert await accepted(ledger, programme, [another, same]) == [False, True]
    spend = Redeem(key="r", member="ann", points=LOTS_PER_WALLET_MAX + 1, occurred_at=JANUARY)
    again = Issue(key="z", member="ann", points=1, occurred_at=JANUARY, expires_on=date(2040, 1, 1))
    assert await accepted(ledger, programme, [spend]) == [True]
    assert await accepted(ledger, programme, [again]) == [True]
    async with database.transaction() as connection:
        lines, cursor = await history(connection, programme, "ann", before=None, limit=1)
        assert [line.key for line in lines] == ["z"]
        lines, _ = await history(connection, programme, "ann", before=cursor, limit=1)
        assert [(line.key, line.balance) for line in lines] == [("r", 0)]


async def test_who_is_answered_may_join_the_very_next_transaction(
    database: Database, ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Few operations: one transaction at a time.
    monkeypatch.setattr(queues, "TRANSACTIONS_PER_BOOK", 1)

    async def send(member: str, count: int) -> None:
        for number in range(count):
            await ledger.submit(
                programme, [Issue(key=f"{member}{number}", member=member, points=1)]
            )

    ann = asyncio.create_task(send("ann", 2))
    for _ in range(3):
        await asyncio.sleep(0)
    assert is_writing(ledger)
    await asyncio.gather(ann, send("bob", 1))
    async with database.transaction() as connection:
        sql = text("SELECT count(DISTINCT xmin::text) FROM ledger.journal WHERE book_id = :book_id")
        transactions = (await connection.execute(sql, {"book_id": programme.book_id})).scalar_one()
    assert transactions == 2, "ann's second operation went with bob's, who had waited"


def is_writing(ledger: Ledger) -> bool:
    return any(book.queues.running for book in ledger._lanes._books.values())


class Nothing:
    """A companion that does nothing."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Do nothing."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Do nothing."""


async def test_keys_are_looked_up_only_after_a_replay(
    ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[list[str]] = []
    load_operations = load.load_operations

    async def counted(
        connection: asyncpg.Connection, book_id: int, keys: Sequence[str]
    ) -> dict[str, asyncpg.Record]:
        looked_up.append(list(keys))
        return await load_operations(connection, book_id, keys)

    monkeypatch.setattr(load, "load_operations", counted)
    monkeypatch.setattr(lanes_module, "WARY_TRANSACTIONS", 3)

    async def issue(*keys: str) -> list[bool]:
        return [
            each.replayed
            for each in await ledger.submit(
                programme, [Issue(key=k, member="ann", points=1) for k in keys]
            )
        ]

    assert await issue("a", "b") == [False, False]
    assert looked_up == []
    assert await issue("b", "c") == [True, False], "the second attempt"
    assert looked_up == [["b", "c"]]
    for key in "defg":
        assert await issue(key) == [False]
    assert looked_up == [["b", "c"], ["d"], ["e"], ["f"]], "and the next three"
    assert await issue("a") == [True]
    assert await issue("b") == [True]
    assert looked_up[4:] == [["a"], ["b"]]
    for key in "hijk":
        assert await issue(key) == [False]
    assert looked_up[6:] == [["h"], ["i"], ["j"]], "counted from the last replay"
    together = [Issue(key="l", member="ann", points=1)]
    await ledger.submit(programme, together, mode=BatchMode.ATOMIC)
    assert looked_up[9:] == [["l"]], "what is decided together is looked up in any case"
    beside = [Issue(key="m", member="ann", points=1)]
    await ledger.submit(programme, beside, companion=Nothing())
    assert looked_up[10:] == [["m"]], "and what has a companion"


async def test_a_wallet_that_is_gone_is_not_taken_for_changed(
    database: Database, ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "INLINE_RECORDS_MAX", 0)
    assert await accepted(ledger, programme, [Issue(key="i", member="ann", points=5)]) == [True]
    async with owner_transaction(database) as connection:
        await connection.execute(text("DELETE FROM ledger.account WHERE member = 'ann'"))
    with pytest.raises(RuntimeError, match="UPDATE 0"):
        await ledger.submit(programme, [Redeem(key="r", member="ann", points=1)])
    async with database.transaction() as connection:
        count = text("SELECT count(*) FROM ledger.journal WHERE book_id = :book_id")
        assert (await connection.execute(count, {"book_id": programme.book_id})).scalar_one() == 1
    answers = await ledger.submit(programme, [Redeem(key="r", member="ann", points=1)])
    assert answers[0].refusal is not None
    assert answers[0].refusal["code"] == "member-not-found"


async def test_of_large_transactions_one_decides_at_a_time(
    ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LONG_OPERATIONS_MIN", 5)
    monkeypatch.setattr(batch, "OPERATIONS_PER_ROUND", 5)
    deciding: list[LaneBatch] = []
    decide = LaneBatch._decide

    def noted(self: LaneBatch, decider: Decider, ticket: Ticket) -> None:
        deciding.append(self)
        decide(self, decider, ticket)

    monkeypatch.setattr(LaneBatch, "_decide", noted)
    batches = [
        [Issue(key=f"{n} {m}", member=f"m{m}", points=1) for m in range(300)] for n in range(30)
    ]
    assert all(
        itertools.chain(
            *await asyncio.gather(*(accepted(ledger, programme, each) for each in batches))
        )
    )
    turns = [id(each) for each, _ in itertools.groupby(deciding)]
    assert len(turns) > 3
    assert len(turns) == len(set(turns)), "nobody decided between two tickets of another"


async def test_the_records_of_a_lane_are_in_the_order_of_their_times_across_processes(
    database: Database,
) -> None:
    book = await Book.open(database)
    members = {lane_of(f"m{number}", book.programme.lanes): f"m{number}" for number in range(50)}
    low, high = members[0], members[3]
    await book.do(Issue, low, points=10)
    await book.do(Issue, high, points=10)
    lane = {"book_id": book.programme.book_id, "lane": 3}
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE ledger.lane SET accounts = accounts"
                " WHERE book_id = :book_id AND lane = :lane"
            ),
            lane,
        )
        spending = asyncio.create_task(
            Ledger(database).submit(book.programme, [Redeem(key="spend", member=high, points=1)])
        )
        await asyncio.sleep(0.2)
        giving = asyncio.create_task(
            Ledger(database).submit(
                book.programme, [Gift(key="gift", member=low, to_member=high, points=1)]
            )
        )
        await asyncio.sleep(0.2)
    await asyncio.gather(spending, giving)
    async with database.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT recorded_at FROM ledger.operation"
                " WHERE book_id = :book_id AND lane = :lane ORDER BY seq"
            ),
            lane,
        )
        times = list(rows.scalars())
    assert times == sorted(times)


async def test_two_processes_lock_the_same_lanes_or_none_in_common(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the queues hand out is what a transaction locks, and no more."""
    locked: list[frozenset[int]] = []
    lock_lanes = lock.lock_lanes

    async def noted(
        connection: AnyConnection, book_id: int, lanes: Iterable[int], operations: int
    ) -> Any:
        locked.append(frozenset(lanes))
        return await lock_lanes(connection, book_id, lanes, operations)

    monkeypatch.setattr(lock, "lock_lanes", noted)
    writers = [Lanes(database), Lanes(database)]
    # Lanes wait in the order in which they were first asked for: another one in each writer.
    orders = [[0, 1, 2, 3], [1, 2, 3, 0]]
    asked = [
        writer.submit(
            programme,
            [
                Issue(key=f"{turn} {member}", member=member, points=1)
                for member in members_by_lane(order)
            ],
        )
        for turn, (writer, order) in enumerate(zip(writers * 3, orders * 3, strict=True))
    ]
    await asyncio.gather(*asked)
    assert set(locked) == {frozenset({0, 2}), frozenset({1, 3})}
    assert len(locked) >= 4
