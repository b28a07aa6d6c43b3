"""The counters that /metrics shows to Prometheus."""

import collections
from collections.abc import Sequence
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

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


def count_operations(answers: Sequence[Answer]) -> None:
    """Count what the ledger answered."""
    if len(answers) == 1:
        _operations(answers[0].kind, _status_of(answers[0])).inc()
        return
    kinds = collections.Counter((each.kind, _status_of(each)) for each in answers)
    for (kind, status), number in kinds.items():
        _operations(kind, status).inc(number)
