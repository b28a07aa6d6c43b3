"""One code path for both clients: a call is sent until it is answered, and its answer is read.

A request is sent again if that is safe:

- The service had no time for it and did nothing with it (408, 429, `overloaded`).
- It is not known whether it was done: no answer came, or another 503, or 502 and 504 of a proxy.
  Then it is sent again only if doing it twice is doing it once. That is so for reads, for PUT and
  DELETE, and for whatever has an idempotency key.

Every attempt is the same request with the same key.
"""

import random
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import orjson

from api.client import problems
from api.client.errors import ComityError, Problem, UnexpectedAnswer, Unreachable
from api.client.interface import JSON, JSON_MEDIA_TYPE, Call, bind, find_operation
from api.client.transport import (
    TIMEOUT_SECONDS,
    Lost,
    Received,
    Request,
    Transport,
    is_hopeless,
    was_never_sent,
)

PATIENCE_SECONDS = 60.0
"""How long a call is sent again while the service is busy or does not answer."""
UNANSWERED_MAX = 8
"""How many attempts of a call, one after the other, may have no answer."""
WAIT_FIRST_SECONDS = 0.2
WAIT_MAX_SECONDS = 10.0
TEXT_LENGTH_MAX = 300
USER_AGENT = "comity-client"
PROBLEM_MEDIA_TYPE = "application/problem+json"
_BUSY = frozenset({408, 429, 502, 503, 504})
_REFUSED_AT_THE_DOOR = frozenset({408, 429})
_NOTHING_WAS_DONE = frozenset({"body-incomplete", "overloaded"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered call, as those who watch a client see it. Refusals are answers, too."""

    operation: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    key: str | None
    items: int
    """How many items a batch had that each have a key."""
    attempts: int
    problem: str | None
    """The code of the refusal, if it is one."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a client calls. Both clients take the same."""

    url: str
    api_key: str | None
    timeout_seconds: float = TIMEOUT_SECONDS
    patience_seconds: float = PATIENCE_SECONDS
    unanswered_max: int = UNANSWERED_MAX
    on_answer: Callable[[Answered], None] | None = None


def new_key() -> str:
    """An idempotency key that nobody else has."""
    return secrets.token_urlsafe(18)


class Engine:
    """Calls operations, by a transport that does or does not block."""

    def __init__(self, transport: Transport, options: Options) -> None:
        self._transport = transport
        self._options = options

    async def call(self, name: str, places: tuple[object, ...], given: Mapping[str, Any]) -> Any:
        """Call an operation, and return what it answers.

        Raises:
            Problem: the service refused it.
            Unreachable: no answer came.
        """
        operation, _ = find_operation(name)
        return await self.send(bind(operation, places, given))

    async def save(
        self, name: str, path: Path, places: tuple[object, ...], given: Mapping[str, Any]
    ) -> Path:
        """Write what an operation answers into a file, which appears when it is whole."""
        operation, _ = find_operation(name)
        await self._answer(bind(operation, places, given), path)
        return path

    async def each(
        self, name: str, places: tuple[object, ...], given: Mapping[str, Any]
    ) -> AsyncIterator[JSON]:
        """Go through all pages of a list."""
        operation, _ = find_operation(name)
        assert operation.pages is not None
        cursor = given.get("cursor")
        while True:
            page = await self.send(bind(operation, places, {**given, "cursor": cursor}))
            for item in page[operation.pages]:
                yield item
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def send(self, call: Call) -> Any:
        """Send a call that is bound. A long batch is sent in parts."""
        batch = call.operation.batch
        if batch is None or not isinstance(call.body, dict):
            return _decoded(await self._answer(call), call)
        items = call.body.get(batch.items)
        if isinstance(items, str) or not isinstance(items, Sequence):
            return _decoded(await self._answer(call), call)
        keyed = [_with_key(item) for item in items] if batch.is_keyed else list(items)
        whole = replace(call, body={**call.body, batch.items: keyed})
        if len(keyed) > batch.items_max and call.body.get("mode", "independent") != "independent":
            raise ValueError(
                f"a batch of {len(keyed)} items is sent in parts of {batch.items_max}, which only "
                "the mode `independent` allows"
            )
        return {batch.answers: await self._parts(whole, keyed)}

    async def _parts(self, call: Call, items: list[JSON]) -> list[JSON]:
        """Send items in parts of the service's limit, in order. Returns all answers, in order."""
        batch = call.operation.batch
        assert batch is not None
        answers: list[JSON] = []
        waiting = [items[at : at + batch.items_max] for at in range(0, len(items), batch.items_max)]
        while waiting:
            part = waiting.pop(0)
            body = {**call.body, batch.items: part}
            try:
                answered = _decoded(await self._answer(replace(call, body=body)), call)
            except ComityError as error:
                is_independent = call.body.get("mode", "independent") == "independent"
                is_too_large = getattr(error, "code", None) == "body-too-large"
                if is_too_large and is_independent and len(part) > 1:
                    half = len(part) // 2
                    waiting[:0] = [part[:half], part[half:]]
                    continue
                error.answers = answers
                raise
            answers += answered[batch.answers]
        return answers

    async def _answer(self, call: Call, save_to: Path | None = None) -> Received:
        """Send a call until it is answered, and tell who watches.

        Raises:
            Problem: the service refused it.
            UnexpectedAnswer: something else answered.
            Unreachable: no answer came.
        """
        key = call.key or new_key() if call.operation.is_keyed else None
        request = self._request(call, key, save_to)
        received, attempts = await self._persist(request, call, key)
        problem = None if received.is_success else _problem(received, key)
        if self._options.on_answer is not None:
            self._options.on_answer(
                Answered(
                    call.operation.name,
                    *(request.method, call.path, received.status, received.headers),
                    *(key, _keyed_items(call), attempts),
                    None if problem is None else problem.code,
                )
            )
        if not received.is_success:
            raise problem or UnexpectedAnswer(received.status, _text(received))
        return received

    async def _persist(self, request: Request, call: Call, key: str | None) -> tuple[Received, int]:
        """Send a request until it is answered, or until the patience has ended."""
        deadline = time.monotonic() + self._options.patience_seconds
        attempts = unanswered = 0
        while True:
            attempts += 1
            wait = _pause(attempts)
            try:
                received = await self._transport.send(request)
            except Lost as error:
                unanswered += 1
                is_safe = call.operation.is_repeatable or was_never_sent(error)
                is_safe = is_safe and not is_hopeless(error)
                is_enough = not is_safe or unanswered >= self._options.unanswered_max
                if is_enough or time.monotonic() + wait > deadline:
                    raise _unreachable(request, error, key, attempts) from error
            else:
                unanswered = 0
                wait = _named_wait(received.headers, wait)
                may_wait = time.monotonic() + wait <= deadline
                if not (_is_busy(received, call) and may_wait):
                    return received, attempts
            await self._transport.sleep(wait)

    def _request(self, call: Call, key: str | None, save_to: Path | None) -> Request:
        headers = {"user-agent": USER_AGENT, "accept": f"{JSON_MEDIA_TYPE}, */*;q=0.5"}
        if self._options.api_key is not None:
            headers["authorization"] = f"Bearer {self._options.api_key}"
        if key is not None:
            headers["idempotency-key"] = key
        content = call.content
        if content is None and call.body is not None:
            content, headers["content-type"] = encode(call.body), JSON_MEDIA_TYPE
        elif content is not None:
            headers["content-type"] = call.content_type
        timeout_seconds = self._options.timeout_seconds + float(call.query.get("wait_seconds", 0))
        return Request(
            call.operation.method,
            self._options.url.rstrip("/") + call.path,
            headers,
            call.query,
            content,
            timeout_seconds,
            save_to,
        )


def encode(body: JSON) -> bytes:
    """A body as JSON. Times, dates and decimals are written as the service reads them.

    >>> encode({"points": 40})
    b'{"points":40}'
    """
    return orjson.dumps(body, default=_plain)


def _plain(value: object) -> object:
    """What orjson does not write by itself."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent")


def _keyed_items(call: Call) -> int:
    """How many items with a key of their own a call has."""
    batch = call.operation.batch
    if batch is None or not batch.is_keyed or not isinstance(call.body, dict):
        return 0
    items = call.body.get(batch.items)
    return len(items) if isinstance(items, list) else 0


def _with_key(item: JSON) -> JSON:
    return {"key": new_key(), **item} if isinstance(item, Mapping) else item


def _decoded(received: Received, call: Call) -> Any:
    kind = received.headers.get("content-type", "")
    is_file = call.operation.answers == "any" and not kind.startswith(JSON_MEDIA_TYPE)
    if call.operation.answers == "file" or is_file:
        return received.content
    if not received.content:
        return None
    try:
        return orjson.loads(received.content)
    except orjson.JSONDecodeError:
        raise UnexpectedAnswer(received.status, _text(received)) from None


def _pause(attempts: int) -> float:
    """How long to wait before the next attempt: longer each time, and never for all alike."""
    longest = min(WAIT_MAX_SECONDS, WAIT_FIRST_SECONDS * 2 ** min(attempts - 1, 16))
    return random.uniform(longest / 2, longest)  # noqa: S311 - nothing secret depends on it


def _named_wait(headers: Mapping[str, str], otherwise: float) -> float:
    """How long the answer asks to wait: in seconds, or until an instant of its own clock."""
    named = headers.get("retry-after", "").strip()
    if named.isdecimal():
        return max(WAIT_FIRST_SECONDS, float(named))
    with suppress(ValueError):
        until, now = parsedate_to_datetime(named), parsedate_to_datetime(headers.get("date", ""))
        return max(WAIT_FIRST_SECONDS, (_aware(until) - _aware(now)).total_seconds())
    return otherwise


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _is_busy(received: Received, call: Call) -> bool:
    """Whether a later attempt can succeed, and is safe."""
    problem = _problem(received, None)
    if problem is not None and problem.code in _NOTHING_WAS_DONE:
        return True
    return received.status in (_BUSY if call.operation.is_repeatable else _REFUSED_AT_THE_DOOR)


def _problem(received: Received, key: str | None) -> Problem | None:
    if not received.headers.get("content-type", "").startswith(PROBLEM_MEDIA_TYPE):
        return None
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        document = orjson.loads(received.content)
        return problems.problem_of(document, key, received.headers.get("x-request-id"))
    return None


def _text(received: Received) -> str:
    return received.content.decode(errors="replace")[:TEXT_LENGTH_MAX]


def _unreachable(request: Request, error: Exception, key: str | None, attempts: int) -> Unreachable:
    tries = "one attempt" if attempts == 1 else f"{attempts} attempts"
    said = f": {error}" if str(error) else ""
    return Unreachable(
        f"no answer to {request.method} {request.url} after {tries}: {type(error).__name__}{said}",
        key,
    )
