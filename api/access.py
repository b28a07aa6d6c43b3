"""The front door: every request gets an id, a place, a line in the log and a count, whatever becomes of it.

This stands before routing, so that an unknown address is logged and counted as well. The log has no bodies, no query strings and no
headers, and so no secrets.
"""

import re
import secrets
import time
from typing import Any, cast

import orjson
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send
from prometheus_client import Counter, Gauge, Histogram

from api.context import Context
from api.problems import PROBLEM_MEDIA_TYPE, RETRY_AFTER_SECONDS, Overloaded, problem

REQUEST_ID = re.compile(rb"[A-Za-z0-9_.:-]{1,64}")
QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked by machines all the time: never refused for load, not logged."""
UNMATCHED = "(none)"

_log = structlog.get_logger("comity.access")

REQUESTS = Counter("comity_http_requests_total", "Requests answered.", ["method", "path", "status"])
SECONDS = Histogram(
    "comity_http_request_seconds",
    "Time to answer.",
    ["method", "path"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_FLIGHT = Gauge("comity_http_requests_in_flight", "Requests in hand.", multiprocess_mode="livesum")


def request_id_of(scope: HTTPScope) -> str:
    """The caller's X-Request-Id if it is a decent one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value.decode("ascii")
    return secrets.token_hex(16)


class Service(Litestar):
    """The application behind its front door."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == ScopeType.HTTP:
            await self._serve(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))
        else:
            await super().__call__(scope, receive, send)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id = request_id_of(scope)
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(cast("Any", message["headers"]))
                headers.append((b"x-request-id", request_id.encode()))
                message["headers"] = headers
            await send(message)

        context: Context | None = getattr(self.state, "context", None)
        quiet = scope["path"] in QUIET_PATHS
        scope["state"] = {}
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if context is None or quiet:
                await super().__call__(scope, receive, answer)
            elif context.in_flight.enter():
                await self._count(context, scope, receive, answer)
            else:
                await _refuse(scope, answer)
        finally:
            if not quiet:
                _record(scope, status, time.perf_counter() - started)

    async def _count(self, context: Context, scope: HTTPScope, receive: Receive, send: Send) -> None:
        IN_FLIGHT.inc()
        try:
            await super().__call__(scope, receive, send)
        finally:
            IN_FLIGHT.dec()
            context.in_flight.leave()


async def _refuse(scope: HTTPScope, send: Send) -> None:
    document = orjson.dumps(problem(Overloaded().document(), scope["path"]))
    headers = [
        (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
        (b"content-length", str(len(document)).encode()),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
    ]
    await send({"type": "http.response.start", "status": Overloaded.status, "headers": headers})
    await send({"type": "http.response.body", "body": document, "more_body": False})


def _record(scope: HTTPScope, status: int, seconds: float) -> None:
    path = cast("dict[str, Any]", scope).get("path_template") or UNMATCHED
    method = scope["method"] if path != UNMATCHED else UNMATCHED
    REQUESTS.labels(method, path, str(status)).inc()
    SECONDS.labels(method, path).observe(seconds)
    _log.info(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        milliseconds=round(seconds * 1000, 2),
        party=scope["state"].get("party"),
    )
