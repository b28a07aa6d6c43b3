"""The same book written by several processes at once."""

import multiprocessing
import time
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import uvloop

from ledger import Database, Ledger, service_url
from ledger.book import find_programme
from loadtests.ledger.meter import Sample, measured
from loadtests.ledger.server import Server
from loadtests.ledger.work import POOL_SIZE, KeyOrder, build, calm_garbage_collection, in_batches

READY_TIMEOUT_SECONDS = 300.0
RUN_TIMEOUT_SECONDS = 1_800.0
RUN_FIRST = 500_000
"""Where the numbers of the children's runs begin: the parent's own stay below."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does."""

    url: str
    code: str
    run: int
    operations: int
    members: int
    order: KeyOrder


@dataclass(frozen=True, slots=True)
class Done:
    """What it took; the times are the machine's monotonic clock, which its processes share."""

    begun: float
    ended: float
    client_seconds: float
    latencies: list[float]


async def _work(share: Share, barrier: Barrier) -> Done:
    database = await Database.open(service_url(share.url), pool_size=POOL_SIZE)
    try:
        async with database.transaction() as connection:
            programme = await find_programme(connection, share.code)
        operations = build(share.operations, share.members, share.order, run=share.run)
        calm_garbage_collection()
        barrier.wait(READY_TIMEOUT_SECONDS)
        begun, before = time.monotonic(), time.process_time()
        latencies = await in_batches(Ledger(database), programme, operations)
        return Done(begun, time.monotonic(), time.process_time() - before, latencies)
    finally:
        await database.close()


def _child(share: Share, barrier: Barrier, results: "Queue[Done | None]") -> None:
    try:
        results.put(uvloop.run(_work(share, barrier)))
    except BaseException:
        barrier.abort()
        results.put(None)
        raise


def _require(done: Done | None) -> Done:
    if done is None:
        raise RuntimeError("a process failed, see above")
    return done


def run_in_processes(server: Server, shares: list[Share]) -> Sample:
    """Have each share done by a process of its own, all beginning together.

    Raises:
        RuntimeError, threading.BrokenBarrierError: a process failed; it says why on standard error.
        queue.Empty: one is not done after half an hour, or was killed.
    """
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(len(shares) + 1), context.Queue()
    children = [
        context.Process(target=_child, args=(share, barrier, results), daemon=True)
        for share in shares
    ]
    with ExitStack() as stack:
        for child in children:
            child.start()
            stack.callback(child.join)
            stack.callback(
                child.terminate
            )  # runs first; it does nothing to a process that has ended
        with measured(server, shares[0].url, client_is_here=False) as sample:
            barrier.wait(READY_TIMEOUT_SECONDS)
            done = [_require(results.get(timeout=RUN_TIMEOUT_SECONDS)) for _ in shares]
            sample.seconds = max(each.ended for each in done) - min(each.begun for each in done)
            sample.client_seconds = sum(each.client_seconds for each in done)
            sample.latencies = [latency for each in done for latency in each.latencies]
            sample.operations = sum(share.operations for share in shares)
    return sample
