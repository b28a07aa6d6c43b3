"""Where the kit takes callbacks: on a socket of its own, or elsewhere.

An order's number is told to the inbox before the order is sent, with the answers that its first
callbacks get.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

import orjson

from exchange.conformance.small_server import Answered, Asked, serving
from exchange.conformance.story import Callback
from exchange.fulfil.supplier import CallbackForged, require_signature
from ledger import JSON

CUT = 0
"""In place of a status: the callback is read, and its connection is cut."""
CALLBACKS_PER_ORDER_MAX = 50


class Inbox(Protocol):
    """Takes the callbacks of a check."""

    async def expect(self, number: str, answers: Sequence[int]) -> str:
        """Have callbacks about a number answered, the first ones by these. Returns where to."""

    async def received(self, number: str) -> list[Callback]:
        """The callbacks about a number, in the order in which they came."""


def read_callback(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime
) -> tuple[Mapping[str, JSON] | None, bool]:
    """The document of a callback, and whether one of the secrets has signed it."""
    is_signed = any(_is_signed(each, headers, body, now) for each in secrets)
    try:
        document: JSON = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, is_signed
    return (document if isinstance(document, dict) else None), is_signed


def _is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    try:
        require_signature(secret, headers, body, now)
    except CallbackForged:
        return False
    return True


def said_to(number: str, document: Mapping[str, JSON], *, changed: bool) -> dict[str, JSON]:
    """What a callback is answered: the state in which the order ended."""
    return {"request_number": number, "state": document.get("status"), "changed": changed}


@dataclass(slots=True)
class Listener:
    """An inbox on a socket of this process. `url` is where a supplier reaches it."""

    secrets: Sequence[str]
    clock: Callable[[], datetime]
    url: str = ""
    _answers: dict[str, list[int]] = field(default_factory=dict)
    _callbacks: dict[str, list[Callback]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    async def expect(self, number: str, answers: Sequence[int]) -> str:
        """See `Inbox`."""
        self._answers[number] = list(answers)
        self._callbacks[number] = []
        return f"{self.url}/callbacks"

    async def received(self, number: str) -> list[Callback]:
        """See `Inbox`."""
        return list(self._callbacks.get(number, ()))

    async def take(self, asked: Asked) -> Answered | None:
        """Take a callback, and answer as was asked for."""
        document, is_signed = read_callback(asked.headers, asked.body, self.secrets, self.clock())
        number = None if document is None else document.get("request_number")
        if asked.method != "POST" or document is None or not isinstance(number, str):
            return Answered(HTTPStatus.BAD_REQUEST, {"code": "callback-malformed"})
        kept = self._callbacks.get(number)
        if kept is None:
            return Answered(HTTPStatus.NOT_FOUND, {"code": "order-not-found"})
        status = self._status(number, is_signed=is_signed)
        if len(kept) < CALLBACKS_PER_ORDER_MAX:
            seconds = time.monotonic() - self._began
            kept.append(Callback(number, document, is_signed, status, seconds))
        if status == CUT:
            return None
        if status == HTTPStatus.OK:
            # One that was cut off had ended the order, and its answer was lost.
            taken = [each for each in kept[:-1] if each.answered in (CUT, HTTPStatus.OK)]
            return Answered(status, said_to(number, document, changed=not taken))
        return Answered(status, {"code": "not-now"})

    def _status(self, number: str, *, is_signed: bool) -> int:
        if not is_signed:
            return HTTPStatus.UNAUTHORIZED
        left = self._answers[number]
        return left.pop(0) if left else HTTPStatus.OK


@asynccontextmanager
async def listening(
    secrets: Sequence[str],
    clock: Callable[[], datetime],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    url: str | None = None,
) -> AsyncIterator[Listener]:
    """Take callbacks until the block ends. `url`: how a supplier elsewhere reaches this socket."""
    listener = Listener(secrets, clock)
    async with serving(listener.take, host, port) as taken:
        listener.url = (url or f"http://{host}:{taken}").rstrip("/")
        yield listener
