"""The front door: every request gets an id, a line in the log and a count.

It stands before routing, so requests for unknown addresses are logged and counted too. The log has
no bodies, query strings or headers, and therefore no secrets. Addresses stand there without the
references of members (`log_paths`).
"""

import asyncio
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, cast

import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from api.http.bill import BILL, Bill
from api.http.dispatch import Way, Ways
from api.http.encoding import encode
from api.http.log_paths import UNMATCHED, shown_path, template_of
from api.http.metrics import count_request
from api.http.patience import PATIENCE, Patience, Watch
from api.http.problems import (
    DATABASE_TROUBLE,
    IS_PACED,
    PROBLEM_MEDIA_TYPE,
    RETRY_AFTER_SECONDS,
    BodyIncomplete,
    BodyTooSlow,
    Unavailable,
    problem,
)
from api.http.streamed import BODY_SECONDS
from api.http.visit import Visit
from api.process.access_log import access_log
from api.process.context import Context
from ledger import ACTING_FOR, NOBODY, LongWork, Refusal

REQUEST_ID = re.compile(rb"[A-Za-z0-9_.:-]{1,64}")
QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
"""Machines ask these all the time. They need no place, and are not logged."""
WITHOUT_BODY = "without_body"
"""Whether only the head of the answer is asked for; its name in the state of a request."""
BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
ALLOW_STATUSES = frozenset({204, 405})
"""The statuses of answers that may have an Allow header."""
SECRETIVE_PREFIX = "/v1/"
"""The answers to these addresses can hold API keys, codes of coupons or members' data."""
SAFE_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
)
"""Headers of every answer. A page's own policy stands beside the one here, or in its place where it
says itself who may frame it: a browser that is given two takes what both allow.
"""
BODY_STALL_SECONDS = 5.0
"""How long a body may stall.

A process that is told to stop waits this long at most for a body that is half sent.
"""
BODY_BYTES_PER_SECOND_MIN = 2_000
"""The least pace of a body, after its first BODY_STALL_SECONDS."""
LONG_BODY_BYTES_MIN = 16_384
"""Bodies from this length on are read one at a time, their parties in turn.

To read a batch of 1,000 items keeps the process for ten milliseconds, in which it does nothing
else. Forty of them that arrive together would be read in a row.
"""
PUBLIC_BODY_SECONDS = 5.0
"""How long the whole body of a request without an API key may take."""

_log = structlog.get_logger("comity.access")


def _noted(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, bytes]:
    """The id of a request, and its host.

    The id is the caller's X-Request-Id if it is well-formed, else a new one.
    """
    request_id, host = "", b""
    for name, value in headers:
        if name == b"host":
            host = host or value
        elif name == b"x-request-id" and not request_id and REQUEST_ID.fullmatch(value):
            request_id = value.decode("ascii")
    return request_id or secrets.token_hex(16), host


class _Body:
    """A request's body as it comes in. It must be complete, and in time.

    Otherwise a caller that sends half a body would keep a connection forever. Work begins when the
    body is whole.
    """

    __slots__ = (
        "_bytes",
        "_is_whole",
        "_long_work",
        "_patience",
        "_receive",
        "_seconds_max",
        "_started",
        "_state",
        "_visit",
    )

    def __init__(
        self,
        receive: Receive,
        seconds_max: float,
        visit: Visit,
        state: Mapping[str, Any],
        long_work: LongWork,
    ) -> None:
        self._patience: Patience = state[PATIENCE]
        self._receive = receive
        self._seconds_max = seconds_max
        self._visit = visit
        self._state = state
        self._long_work = long_work
        self._started: float | None = None
        self._bytes = 0
        self._is_whole = False

    async def __call__(self) -> Any:
        """The next message.

        Raises:
            BodyTooSlow: nothing came for BODY_STALL_SECONDS, the body came too slowly, or it is not
                complete in the time that a body has.
            BodyIncomplete: the body is not complete, and the connection ended or a chunk is
                malformed.
            RateLimited: the body is longer than it was announced, or was not announced, and the
                party has too little of its share left for it.
            Overloaded: the body is complete, and no place of work is left.
        """
        if self._is_whole:
            return await self._receive()
        now = time.monotonic()
        if self._started is None:
            self._started = now
        self._patience.wait_until(self._deadline(self._started, now))
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if self._patience.is_lost():
                raise BodyTooSlow from None
            raise
        self._patience.pause()
        if message["type"] == "http.disconnect":
            raise BodyIncomplete
        self._bytes += len(cast("Any", message).get("body", b""))
        self._is_whole = not cast("Any", message).get("more_body", False)
        if self._is_whole:
            self._patience.begin()
            bill: Bill | None = self._state.get(BILL)
            if bill is not None:
                await bill.pay_bytes(self._bytes)
            self._visit.work()
            if self._bytes >= LONG_BODY_BYTES_MIN:
                await self._long_work.step(ACTING_FOR.get())
        return message

    def _deadline(self, started: float, now: float) -> float:
        """When the next part has to be here. Each byte that came buys a little time."""
        whole = PUBLIC_BODY_SECONDS if self._visit.is_public else BODY_STALL_SECONDS
        if not self._visit.is_public:
            whole += self._bytes / BODY_BYTES_PER_SECOND_MIN
        seconds_max: float = self._state.get(BODY_SECONDS, self._seconds_max)
        return min(started + min(whole, seconds_max), now + BODY_STALL_SECONDS)


class FrontDoor(Litestar):
    """The application behind its front door."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._ways = Ways(self)
        self._watch = Watch()

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == ScopeType.HTTP:
            await self._serve(
                cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send)
            )
        else:
            await super().__call__(scope, receive, send)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id, host = _noted(scope["headers"])
        method = scope["method"]
        patience = Patience(self._watch)
        context: Context | None = getattr(self.state, "context", None)
        reply = Reply(self, context, scope, send, request_id)
        if method == "HEAD":
            # The answer is the one to GET, without the body. As plain text: the tables of addresses
            # are asked with it, and a member of an enum is written with the name of its class.
            scope["method"] = "GET"
        scope["state"] = {PATIENCE: patience, WITHOUT_BODY: method == "HEAD"}
        visit: Visit | None = None
        if context is not None:
            visit = scope["state"]["visit"] = Visit(context.reading, context.in_flight)
            if method not in BODILESS_METHODS:
                seconds_max = context.settings.body_timeout
                long_work = context.database.long_work
                body = _Body(receive, seconds_max, visit, scope["state"], long_work)
                receive = cast("Receive", body)
        quiet = scope["path"] in QUIET_PATHS
        ACTING_FOR.set(NOBODY)
        structlog.contextvars.bind_contextvars(request_id=request_id)  # nothing else is ever bound
        try:
            way = self._ways.find(scope, host)
            if context is None or quiet:
                await self._answer(way, scope, receive, reply)
            else:
                await self._in_time(context, way, scope, receive, reply, patience=patience)
        finally:
            if visit is not None:
                visit.end()
            if not quiet:
                _record(scope, method, reply.status, time.perf_counter() - started, request_id)

    async def _answer(
        self, way: Way | None, scope: HTTPScope, receive: Receive, reply: "Reply"
    ) -> None:
        if way is None:
            await super().__call__(scope, receive, reply)
        else:
            await self._ways.go(way, scope, receive, reply)

    def allow(self, scope: HTTPScope, stated: bytes) -> bytes:
        """All methods of an address. The framework only knows those of one handler, and no HEAD."""
        template = cast("dict[str, Any]", scope).get("path_template")
        methods = set(stated.decode().split(", "))
        for route in self.routes:
            if template is not None and route.path_format == template:
                methods |= {str(method) for method in getattr(route, "methods", ())}
        if "GET" in methods:
            methods.add("HEAD")
        return ", ".join(sorted(methods)).encode()

    async def _in_time(
        self,
        context: Context,
        way: Way | None,
        scope: HTTPScope,
        receive: Receive,
        reply: "Reply",
        *,
        patience: Patience,
    ) -> None:
        try:
            with patience:
                await self._answer(way, scope, receive, reply)
        except TimeoutError:
            context.database.given_up()
            _log.warning("request_given_up", path=shown_path(scope))
            if reply.is_begun:
                raise
            await _refuse(scope, reply, Unavailable())


class Reply:
    """Sends the answer to a request, with the headers of every answer.

    `status` is that of the answer, or 500 as long as there is none.
    """

    __slots__ = (
        "_app",
        "_context",
        "_request_id",
        "_scope",
        "_send",
        "_without_body",
        "is_begun",
        "status",
    )

    def __init__(
        self,
        app: FrontDoor,
        context: Context | None,
        scope: HTTPScope,
        send: Send,
        request_id: str,
    ) -> None:
        self._app = app
        self._context = context
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._without_body = scope["method"] == "HEAD"
        self.is_begun = False
        self.status = 500

    async def __call__(self, message: Message) -> None:
        """Send a message of the answer."""
        if message["type"] == "http.response.start":
            self.is_begun = True
            self.status = message["status"]
            await _pace(self._context, self._scope)
            message["headers"] = self._headers(message["headers"])
        elif self._without_body:
            message = cast("Message", {**message, "body": b""})
        await self._send(message)

    def _headers(self, stated: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = list(stated)
        framing_said = any(
            name == b"content-security-policy" and b"frame-ancestors" in value
            for name, value in own
        )
        safe = SAFE_HEADERS[:1] if framing_said else SAFE_HEADERS
        headers = [*own, (b"x-request-id", self._request_id.encode()), *safe]
        if self._scope["path"].startswith(SECRETIVE_PREFIX):
            headers.append((b"cache-control", b"no-store"))
        if self.status in ALLOW_STATUSES:
            headers = [
                (name, self._app.allow(self._scope, value) if name == b"allow" else value)
                for name, value in headers
            ]
        if self.status == BodyTooSlow.status:
            headers.append((b"connection", b"close"))
        return headers


async def _pace(context: Context | None, scope: HTTPScope) -> None:
    """Where it is refused, wait without a place until the party may be told."""
    if context is not None and scope["state"].get(IS_PACED):
        scope["state"]["visit"].end()
        scope["state"][PATIENCE].pause()
        await context.refusals.wait(ACTING_FOR.get())


async def _refuse(scope: HTTPScope, send: Send, refusal: Refusal) -> None:
    document = encode(problem(refusal.document(), scope["path"]))
    headers = [
        (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
        (b"content-length", str(len(document)).encode()),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": document, "more_body": False})


def _record(
    scope: HTTPScope, sent_method: str, status: int, seconds: float, request_id: str
) -> None:
    path = template_of(scope)
    method = sent_method if path != UNMATCHED else UNMATCHED
    count_request(method, path, status, seconds)
    state = scope["state"]
    party = state.get("party")
    if party is not None and status < HTTPStatus.MULTIPLE_CHOICES:
        DATABASE_TROUBLE.over("database")
    facts: dict[str, object] = {
        "method": sent_method,
        "path": shown_path(scope),
        "status": status,
        "milliseconds": round(seconds * 1000, 2),
        "party": party,
    }
    if "error" in state:
        facts["error"] = state["error"]
    if not access_log.write(request_id, facts):
        _log.info("request", **facts)
