"""The figures beside bulk and growth.

Operations one at a time, one member alone, several processes, a whole book's expiry, bytes stored.
"""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from ledger import Database, Ledger, service_url
from ledger.asks import Issue
from ledger.finish import expire_book
from loadtests.ledger.bench import Bench, Unsound
from loadtests.ledger.meter import Figure, Sample, measured, rate_figure, ratio_figure
from loadtests.ledger.processes import RUN_FIRST, Share, run_in_processes
from loadtests.ledger.work import (
    ISSUED_POINTS,
    KEY_LENGTH,
    Book,
    build,
    calm_garbage_collection,
    in_batches,
    make_key,
    mark,
    member_name,
    one_by_one,
)

SINGLES_TARGET = 20_000.0
PROCESSES, PROCESSES_TARGET = 4, 0.7
ONE_MEMBER_TASKS, ONE_MEMBER_TARGET = 64, 3_000.0
EXPIRY_TARGET = 50_000.0
BYTES_TARGET = 250.0


async def singles(bench: Bench) -> list[Figure]:
    """One operation to a call, from many coroutines and from few."""
    runs: dict[int, list[Sample]] = {512: [], 64: []}
    async with bench.book() as book:
        for _ in range(bench.sizes.rounds):
            for tasks, samples in runs.items():
                work = build(bench.sizes.singles, book.members, bench.order)
                before = await mark(book)
                calm_garbage_collection()
                with measured(bench.server, book.url) as sample:
                    sample.latencies = await one_by_one(
                        book.ledger, book.programme, work, tasks=tasks
                    )
                    sample.operations = len(work)
                await bench.require_stored(book, before, len(work))
                samples.append(sample)
    return [
        rate_figure(
            f"singles-{tasks}",
            f"one at a time from {tasks} coroutines",
            samples,
            target=SINGLES_TARGET if tasks == 512 else None,
            of="operation",
        )
        for tasks, samples in runs.items()
    ]


async def one_member(bench: Bench) -> list[Figure]:
    """A single member, from many coroutines."""
    samples: list[Sample] = []
    async with bench.book(members=1) as book:
        for _ in range(bench.sizes.rounds):
            work = build(bench.sizes.one_member, 1, bench.order)
            before = await mark(book)
            calm_garbage_collection()
            with measured(bench.server, book.url) as sample:
                sample.latencies = await one_by_one(
                    book.ledger, book.programme, work, tasks=ONE_MEMBER_TASKS
                )
                sample.operations = len(work)
            await bench.require_stored(book, before, len(work))
            samples.append(sample)
        await bench.require_sound(book)
    title = f"one member from {ONE_MEMBER_TASKS} coroutines"
    return [rate_figure("member", title, samples, target=ONE_MEMBER_TARGET, of="operation")]


async def processes(bench: Bench) -> list[Figure]:
    """The bulk work by one process that remembers its book, and by several on one, in turns."""
    alone: list[Sample] = []
    together: list[Sample] = []
    async with bench.book() as own, bench.book() as common:
        for number in range(bench.sizes.rounds):
            alone.append((await bench.bulk(own))[0])
            shares = [
                Share(
                    common.url,
                    common.programme.code,
                    RUN_FIRST + number * PROCESSES + process,
                    bench.sizes.operations // PROCESSES,
                    common.members,
                    bench.order,
                )
                for process in range(PROCESSES)
            ]
            before = await mark(common)
            together.append(run_in_processes(bench.server, shares))
            await bench.require_stored(common, before, sum(share.operations for share in shares))
        await bench.require_sound(common)
    rate = rate_figure(
        "processes", f"bulk by {PROCESSES} processes on one book", together, of="batch"
    )
    rate.where += "; nothing was lost and the book is sound"
    title = f"{PROCESSES} processes to one"
    where = f"one process did {rate_figure('', '', alone, of='').value:,.0f}/s in the same minutes"
    return [
        rate,
        ratio_figure(
            "processes-of-one", title, together, alone, target=PROCESSES_TARGET, where=where
        ),
    ]


async def expiry(bench: Bench) -> list[Figure]:
    """A whole book of lots past their last day, by a process that remembers nothing of it."""
    samples: list[Sample] = []
    for number in range(bench.sizes.rounds):
        async with bench.book(members=1) as book:
            await _issue_lots(bench, book)
            await bench.server.settle(book.url)
            calm_garbage_collection()
            database = await Database.open(service_url(book.url))
            try:
                with measured(bench.server, book.url) as sample:
                    before = time.perf_counter()
                    answer = await expire_book(Ledger(database), book.programme, f"sweep-{number}")
                    sample.latencies = [time.perf_counter() - before]
                    sample.operations = bench.sizes.lots
            finally:
                await database.close()
            if answer.points != bench.sizes.lots * ISSUED_POINTS:
                raise Unsound(
                    f"{answer.points} points expired of {bench.sizes.lots * ISSUED_POINTS}"
                )
            if not number:
                await bench.require_sound(book)
        samples.append(sample)
    title = f"expiry of a book of {bench.sizes.lots:,} lots over {bench.sizes.lots // 2:,} members"
    return [rate_figure("expiry", title, samples, target=EXPIRY_TARGET, of="whole sweep")]


async def _issue_lots(bench: Bench, book: Book) -> None:
    """Two lots for each member, of months that are long past."""
    now = datetime.now(UTC)
    instants = (now - timedelta(days=400), now - timedelta(days=340))
    work = [
        Issue(
            key=make_key(bench.order, RUN_FIRST, number),
            member=f"old-{member_name(number // 2)}",
            points=ISSUED_POINTS,
            occurred_at=instants[number % 2],
        )
        for number in range(bench.sizes.lots)
    ]
    await in_batches(book.ledger, book.programme, work)


_RELATIONS = text(
    """
    SELECT relname::text, pg_relation_size(oid) FROM pg_class
    WHERE oid = 'ledger.journal'::regclass
        OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'ledger.journal'::regclass)
    ORDER BY relkind = 'i', relname
    """
)


async def stored_bytes(bench: Bench) -> list[Figure]:
    """Bytes of an operation with its entry on the disk, and in the write-ahead log."""
    async with bench.book() as book:
        async with book.database.transaction() as connection:
            before = {row[0]: row[1] for row in await connection.execute(_RELATIONS)}
        operations, log, log_before = 0, 0, 0
        for _ in range(bench.sizes.rounds):
            log_before = await bench.server.log_position()
            _, stored = await bench.bulk(book)
            log += await bench.server.log_position() - log_before
            operations += stored.operations
        async with book.database.transaction() as connection:
            sizes = {
                row[0]: row[1] - before[row[0]] for row in await connection.execute(_RELATIONS)
            }
    each = {name: round(size / operations, 1) for name, size in sizes.items()}
    keys = f"keys of {KEY_LENGTH} characters, {bench.order}"
    return [
        Figure(
            "bytes",
            f"bytes stored for an operation and its entry ({keys})",
            sum(sizes.values()) / operations,
            "B",
            BYTES_TARGET,
            is_most=True,
            where=", ".join(f"{name} {size:.0f} B" for name, size in each.items()),
            detail=dict(each),
        ),
        Figure(
            "wal-bytes",
            f"bytes of write-ahead log for an operation ({keys})",
            log / operations,
            "B",
            where="the record, its wallet's new row, and whole pages after a checkpoint",
        ),
    ]
