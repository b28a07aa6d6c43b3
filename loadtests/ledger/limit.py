"""What the database can do at best.

The rows the ledger wrote, by COPY, with the statement that stores its wallets, and no logic at all.

Rows and parameters are taken from what a run of the bulk work left. They are made beforehand:
copies in binary, as bytes. They go to a book of their own in the same tables, in transactions of as
many operations as the ledger's had. As in the ledger, each connection has lanes of its own, so none
waits for another's rows.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self

import asyncpg

from ledger.decide.wallet import LaneState, Wallet
from ledger.write import draft, load, lock, store
from ledger.write.journal import COLUMNS
from loadtests.ledger.meter import Sample, measured
from loadtests.ledger.server import Server
from loadtests.ledger.work import Book, Mark, calm_garbage_collection, mark

_ROWS = """
    SELECT journal.lane, journal.seq, account_id, balance, recorded_at
    FROM unnest($2::smallint[], $3::bigint[]) AS mark(lane, seq)
    JOIN ledger.journal ON book_id = $1 AND journal.lane = mark.lane AND journal.seq > mark.seq
    WHERE journal.lane = ANY($4::smallint[])
    ORDER BY recorded_at, journal.lane, journal.seq, part
"""
_COPY = f"""
    SELECT {{target}} AS book_id,
        {", ".join(f"journal.{name}" for name in COLUMNS if name != "book_id")}
    FROM (VALUES {{ranges}}) AS range(lane, first, last)
    JOIN ledger.journal ON book_id = {{source}} AND journal.lane = range.lane
        AND seq BETWEEN first AND last
    ORDER BY recorded_at, journal.lane, seq, part
"""
_NEW_BOOK = """
    INSERT INTO ledger.book (code, party_id, name, time_zone, lanes, rules)
    SELECT $2, party_id, $2, time_zone, lanes, rules FROM ledger.book WHERE book_id = $1
    RETURNING book_id
"""
_COLUMNS = """
    SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'book_id'
"""
# As where lanes are locked.
_BY_KEY = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"


@dataclass(frozen=True, slots=True)
class _Transaction:
    rows: bytes
    state: list[Any]
    operations: int


class Limit:
    """The books that stand beside the ledger's, one for each number of connections."""

    def __init__(self, book: Book, session: asyncpg.Connection) -> None:
        self._book = book
        self._session = session
        self._targets: dict[int, int] = {}
        self._mark: Mark = {}
        self._members: dict[int, str] = {}

    @classmethod
    async def prepared(
        cls, book: Book, session: asyncpg.Connection, connections: Iterable[int]
    ) -> Self:
        """Make a book for each number of connections, with the ledger's wallets as they are now."""
        limit = cls(book, session)
        rows = await session.fetch(
            "SELECT account_id, member FROM ledger.account WHERE book_id = $1", limit._source
        )
        limit._members = {row[0]: row[1] for row in rows}
        for number in connections:
            limit._targets[number] = await limit._make_target(number)
        return limit

    @property
    def _source(self) -> int:
        return self._book.programme.book_id

    async def mark(self) -> None:
        """What comes now is what `run` will write again."""
        self._mark = await mark(self._book)

    async def _make_target(self, connections: int) -> int:
        target: int = await self._session.fetchval(_NEW_BOOK, self._source, f"limit-{connections}")
        for table in ("lane", "account"):
            columns = await self._session.fetchval(_COLUMNS, f"ledger.{table}")
            await self._session.execute(
                f"INSERT INTO ledger.{table} (book_id, {columns})"
                f" SELECT $2, {columns} FROM ledger.{table} WHERE book_id = $1",
                self._source,
                target,
            )
        return target

    async def run(self, server: Server, connections: int, size: int) -> Sample:
        """Write what the ledger wrote since the mark, `size` operations to a transaction.

        The latencies are those of transactions.
        """
        target = self._targets[connections]
        work = [
            [
                transaction
                async for transaction in self._transactions(
                    target, size, [lane for lane in self._mark if lane % connections == number]
                )
            ]
            for number in range(connections)
        ]
        async with AsyncExitStack() as stack:
            sessions = [
                await stack.enter_async_context(server.session(self._book.url)) for _ in work
            ]
            calm_garbage_collection()
            with measured(server, self._book.url) as sample:
                done = await asyncio.gather(
                    *(
                        _write(session, target, transactions)
                        for session, transactions in zip(sessions, work, strict=True)
                    )
                )
                sample.latencies = [latency for latencies in done for latency in latencies]
                sample.operations = sum(
                    each.operations for transactions in work for each in transactions
                )
        return sample

    async def _transactions(
        self, target: int, size: int, lanes: list[int]
    ) -> AsyncIterator[_Transaction]:
        rows = await self._session.fetch(
            _ROWS, self._source, list(self._mark), list(self._mark.values()), lanes
        )
        members = sorted(
            {self._members[row["account_id"]] for row in rows if row["account_id"] is not None}
        )
        known = await load.load_wallets(self._session, self._source, members)
        wallets = {wallet.account_id: wallet for wallet in known.values()}
        async with self._book.database.transaction() as connection:
            known_lanes, _ = await lock.lock_lanes(connection, self._source, lanes, operations=0)
        for part in _parts(rows, size):
            state = _state(part, wallets, known_lanes)
            yield _Transaction(await self._copied(target, part), state, len(_operations(part)))

    async def _copied(self, target: int, rows: Sequence[asyncpg.Record]) -> bytes:
        ranges: dict[int, tuple[int, int]] = {}
        for row in rows:
            first, _ = ranges.get(row["lane"], (row["seq"], 0))
            ranges[row["lane"]] = (first, row["seq"])
        values = ", ".join(
            f"({lane}::smallint, {first}::bigint, {last}::bigint)"
            for lane, (first, last) in ranges.items()
        )
        output = BytesIO()
        query = _COPY.format(target=target, source=self._source, ranges=values)
        await self._session.copy_from_query(query, output=output, format="binary")
        return output.getvalue()


def _operations(rows: Sequence[asyncpg.Record]) -> set[tuple[int, int]]:
    return {(row["lane"], row["seq"]) for row in rows}


def _parts(rows: Sequence[asyncpg.Record], size: int) -> Iterator[list[asyncpg.Record]]:
    """Rows by `size` operations; those of one operation stay together."""
    part: list[asyncpg.Record] = []
    operations, last = 0, None
    for row in rows:
        place = (row["lane"], row["seq"])
        if place != last:
            if operations == size:
                yield part
                part, operations = [], 0
            operations, last = operations + 1, place
        part.append(row)
    if part:
        yield part


def _state(
    rows: Sequence[asyncpg.Record], wallets: dict[int, Wallet], lanes: dict[int, LaneState]
) -> list[Any]:
    """The parameters of the ledger's own statement for what these rows leave.

    They are of the lanes and of the members' wallets, which have one lot each.
    """
    changed: dict[int, Wallet] = {}
    touched: dict[int, LaneState] = {}
    for row in rows:
        lane = touched[row["lane"]] = lanes[row["lane"]]
        lane.seq = row["seq"]
        if row["balance"] is not None:
            wallet = changed[row["account_id"]] = wallets[row["account_id"]]
            wallet.balance, wallet.last_seq = row["balance"], row["seq"]
            wallet.lots[0].points = row["balance"]
    wallet_rows = [draft.wallet_row(changed[account_id]) for account_id in sorted(changed)]
    return [
        *draft.lanes_and_holds(touched, {}),
        *draft.wallet_arrays(wallet_rows, with_members=False),
    ]


async def _write(
    session: asyncpg.Connection, book_id: int, transactions: Sequence[_Transaction]
) -> list[float]:
    latencies: list[float] = []
    await session.execute(_BY_KEY)
    for transaction in transactions:
        before = time.perf_counter()
        async with session.transaction():
            await session.execute(store.STORE_STATE, book_id, *transaction.state)
            await session.copy_to_table(
                "journal",
                schema_name="ledger",
                columns=COLUMNS,
                source=memoryview(transaction.rows),
                format="binary",
            )
        latencies.append(time.perf_counter() - before)
    return latencies
