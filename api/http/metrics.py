"""The counters that /metrics shows to Prometheus."""

import collections
import math
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

from api.process.last_verify import LastVerify
from api.process.probe import Figures
from ledger import Database
from ledger.asks import Answer, OperationKind

REQUESTS = Counter("comity_http_requests_total", "Requests answered.", ["method", "path", "status"])
SECONDS = Histogram(
    "comity_http_request_seconds",
    "Time to answer.",
    ["method", "path"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_FLIGHT = Gauge(
    "comity_http_requests_in_flight", "Requests in hand.", multiprocess_mode="livesum"
)
OPERATIONS = Counter(
    "comity_ledger_operations_total", "Ledger operations answered.", ["kind", "status"]
)
"""Counted once per answer. The status is accepted, rejected or replayed."""

OUTBOX_AGE = Gauge(
    "comity_outbox_age_seconds", "How long the oldest message has waited.", ["topic"]
)
"""Read from the database when it is asked for. Without an answer, it is left out."""
OPEN_ORDERS = Gauge("comity_open_orders", "Orders that have not ended.", ["supplier", "state"])
SEAL_AGE = Gauge("comity_seal_age_seconds", "How long ago the last seal was made.")
VERIFY_AGE = Gauge(
    "comity_verify_age_seconds", "How long ago all books were verified on this machine."
)
VERIFY_DEFECTS = Gauge("comity_verify_defects", "What the last verification found.")
RELEASE = Gauge("comity_release", "The release that runs: always 1.", ["version"])
WORKER_AGE = Gauge(
    "comity_worker_age_seconds", "How long ago a process with background loops lived.", ["process"]
)
CONNECTIONS = Gauge("comity_database_connections", "Connections of this process's pool.", ["state"])
WAITING = Gauge(
    "comity_database_waiting", "Transactions of this process that wait for a connection."
)
WATCHDOG_RESTARTS = Gauge(
    "comity_watchdog_restarts", "Restarts of our own servers that died.", ["server"]
)


@cache
def _requests(method: str, path: str, status: int) -> Counter:
    return REQUESTS.labels(method, path, str(status))


@cache
def _seconds(method: str, path: str) -> Histogram:
    return SECONDS.labels(method, path)


@cache
def _operations(kind: OperationKind, status: str) -> Counter:
    return OPERATIONS.labels(kind.name.lower(), status)


def _status_of(answer: Answer) -> str:
    return "replayed" if answer.replayed else "accepted" if answer.accepted else "rejected"


def count_request(method: str, path: str, status: int, seconds: float) -> None:
    """Count an answered request. `path` is the template of its address, and never an address."""
    _requests(method, path, status).inc()
    _seconds(method, path).observe(seconds)


def show_figures(figures: Figures | None) -> None:
    """Show what was read from the database. Without an answer, its figures are left out."""
    for gauge in (OUTBOX_AGE, OPEN_ORDERS, WORKER_AGE):
        gauge.clear()
    SEAL_AGE.set(math.nan)
    if figures is None:
        return
    for topic, seconds in figures.outbox_ages.items():
        OUTBOX_AGE.labels(topic).set(seconds)
    for (supplier, state), count in figures.open_orders.items():
        OPEN_ORDERS.labels(supplier, state).set(count)
    for process, seconds in figures.worker_seconds.items():
        WORKER_AGE.labels(process).set(seconds)
    if figures.seal_seconds is not None:
        SEAL_AGE.set(figures.seal_seconds)


def show_release(version: str) -> None:
    """Show which release runs."""
    RELEASE.labels(version).set(1)


def show_verify(last: LastVerify | None, now: datetime | None) -> None:
    """Show when all books were verified. If that is not known, both figures are `NaN`."""
    if last is None or now is None:
        VERIFY_AGE.set(math.nan)
        VERIFY_DEFECTS.set(math.nan)
        return
    VERIFY_AGE.set((now - last.verified_at).total_seconds())
    VERIFY_DEFECTS.set(last.defects_count)


def show_pool(database: Database) -> None:
    """Show how much of the pool is in use."""
    in_use, idle = database.connections
    CONNECTIONS.labels("in_use").set(in_use)
    CONNECTIONS.labels("idle").set(idle)
    WAITING.set(database.waiting)


def count_operations(answers: Sequence[Answer]) -> None:
    """Count what the ledger answered."""
    if len(answers) == 1:
        _operations(answers[0].kind, _status_of(answers[0])).inc()
        return
    kinds = collections.Counter((each.kind, _status_of(each)) for each in answers)
    for (kind, status), number in kinds.items():
        _operations(kind, status).inc(number)
