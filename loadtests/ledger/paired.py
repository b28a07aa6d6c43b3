"""The bulk work beside what the machine can do at best, and beside row locks by an ORM.

They take turns on one server.
"""

from ledger.write.queues import TRANSACTIONS_PER_CROWDED_BOOK
from loadtests.ledger.bench import Bench
from loadtests.ledger.limit import Limit
from loadtests.ledger.meter import Figure, Sample, measured, rate_figure, ratio_figure
from loadtests.ledger.rowlocks import TASKS, RowLocks
from loadtests.ledger.work import BATCH, SUBMITTERS, Book, build, calm_garbage_collection

BULK, LIMIT, ORM = "bulk", "limit", "orm"
CONNECTIONS = (TRANSACTIONS_PER_CROWDED_BOOK, 1)
BULK_TARGET = 55_000.0
LIMIT_TARGET = 0.8
WARM_UP = 200
ORM_TARGET = 100.0


class _Runs:
    """The samples of each side."""

    def __init__(self) -> None:
        self.bulk: list[Sample] = []
        self.limit: list[Sample] = []
        self.limit_alone: list[Sample] = []
        self.orm: list[Sample] = []
        self.transactions = 0


async def paired(bench: Bench, names: set[str]) -> list[Figure]:
    """The figures `bulk`, `limit` and `orm`; `bulk` always, as the others are ratios of it."""
    runs = _Runs()
    async with bench.book() as book, bench.server.session(book.url) as session:
        limit = await Limit.prepared(book, session, CONNECTIONS) if LIMIT in names else None
        orm = RowLocks(book.url) if ORM in names else None
        try:
            if orm is not None:
                await orm.set_up(session, book.members)
                # Once before it counts, for the ORM to compile its statements and open its
                # connections.
                await orm.run(build(WARM_UP, book.members, bench.order), bench.sizes.orm_seconds)
            for _ in range(bench.sizes.rounds):
                await _round(bench, book, runs, limit, orm)
        finally:
            if orm is not None:
                await orm.close()
        await bench.require_sound(book)
    return _figures(runs)


async def _round(
    bench: Bench, book: Book, runs: _Runs, limit: Limit | None, orm: RowLocks | None
) -> None:
    if limit is not None:
        await limit.mark()
    sample, stored = await bench.bulk(book)
    runs.bulk.append(sample)
    runs.transactions += stored.transactions
    if limit is not None:
        size = max(1, stored.operations // stored.transactions)
        for samples, connections in zip((runs.limit, runs.limit_alone), CONNECTIONS, strict=True):
            samples.append(await limit.run(bench.server, connections, size))
    if orm is not None:
        work = build(int(bench.sizes.orm_seconds * 5_000), book.members, bench.order)
        calm_garbage_collection()
        with measured(bench.server, book.url) as sample:
            sample.latencies = await orm.run(work, bench.sizes.orm_seconds)
            sample.operations = len(sample.latencies)
        runs.orm.append(sample)


def _figures(runs: _Runs) -> list[Figure]:
    bulk = rate_figure(
        BULK,
        f"bulk: {SUBMITTERS} submitters of batches of {BATCH:,}",
        runs.bulk,
        target=BULK_TARGET,
        of=f"batch of {BATCH:,}",
    )
    size = bulk.detail["operations_per_transaction"] = round(
        sum(sample.operations for sample in runs.bulk) / runs.transactions
    )
    figures = [bulk]
    if runs.limit:
        rows = f"the same rows, COPY and wallets' update, {size:,} to a transaction"
        many = rate_figure(
            "limit",
            f"limit: {rows}, {TRANSACTIONS_PER_CROWDED_BOOK} connections",
            runs.limit,
            of="transaction",
        )
        alone = rate_figure(
            "limit-alone", "limit on one connection", runs.limit_alone, of="transaction"
        )
        figures += [
            many,
            alone,
            ratio_figure(
                "bulk-of-limit",
                "bulk to limit",
                runs.bulk,
                runs.limit,
                target=LIMIT_TARGET,
                where=_difference(bulk, many),
            ),
            ratio_figure(
                "bulk-of-limit-alone",
                "bulk to limit on one connection",
                runs.bulk,
                runs.limit_alone,
                target=None,
            ),
        ]
    if runs.orm:
        orm = rate_figure("orm", f"ORM with row locks, {TASKS} tasks", runs.orm, of="transaction")
        figures += [
            orm,
            ratio_figure(
                "bulk-of-orm",
                "bulk to ORM",
                runs.bulk,
                runs.orm,
                target=ORM_TARGET,
                where=_difference(bulk, orm),
            ),
        ]
    return figures


def _difference(one: Figure, other: Figure) -> str:
    told = [f"client {one.client_us:.1f} us an operation against {other.client_us:.1f}"]
    if one.server_us is not None and other.server_us is not None:
        told.append(f"PostgreSQL {one.server_us:.1f} against {other.server_us:.1f}")
    return ", ".join(told)
