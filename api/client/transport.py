"""How a request reaches the service: once with httpx2's blocking client, once with its other one.

The rest of the client is written once, as coroutines. Those of `BlockingTransport` never wait for
an event loop, so `drive` runs them to their end without one.
"""

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import httpx2

Result = TypeVar("Result")

CONNECT_TIMEOUT_SECONDS = 10.0
TIMEOUT_SECONDS = 60.0
"""How long the service may take to answer, or to send the next part of a file."""
CONNECTIONS_MAX = 64
CHUNK_BYTES = 65_536

Lost = httpx2.TransportError
"""No answer came: refused, cut off, or too late."""
_HOPELESS = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, ssl.SSLCertVerificationError)


def is_hopeless(error: Exception) -> bool:
    """Whether it will be the same the next time: a wrong address, header or certificate."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _HOPELESS):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def was_never_sent(error: Exception) -> bool:
    """Whether the service cannot have seen the request."""
    return isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent, as often as it takes."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    content: bytes | Path | None
    timeout_seconds: float
    save_to: Path | None = None
    """Where to write what is answered, if that is not a refusal."""

    def options(self) -> dict[str, Any]:
        """What both clients are given."""
        headers = dict(self.headers)
        if isinstance(self.content, Path):
            headers["content-length"] = str(self.content.stat().st_size)
        connect = min(self.timeout_seconds, CONNECT_TIMEOUT_SECONDS)
        return {
            "headers": headers,
            "params": self.query or None,
            "timeout": httpx2.Timeout(self.timeout_seconds, connect=connect),
        }


@dataclass(frozen=True, slots=True)
class Received:
    """What came back. `content` is empty if it was saved."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the service did what was asked."""
        return httpx2.codes.is_success(self.status)


class Transport(Protocol):
    """Sends a request once, and waits."""

    async def send(self, request: Request) -> Received:
        """Send it once.

        Raises:
            httpx2.TransportError: no answer came, or not all of it.
        """

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    async def close(self) -> None:
        """Close the connections."""


class BlockingTransport:
    """Sends with `httpx2.Client`. Its coroutines end without having waited for a loop."""

    def __init__(self, http: httpx2.Client | None) -> None:
        self._is_own = http is None
        self._http = http or httpx2.Client(limits=_limits())

    async def send(self, request: Request) -> Received:
        """See `Transport`."""
        content = request.content
        with self._http.stream(
            request.method,
            request.url,
            content=_chunks(content) if isinstance(content, Path) else content,
            follow_redirects=False,
            **request.options(),
        ) as response:
            if request.save_to is None or not response.is_success:
                return Received(response.status_code, response.headers, response.read())
            with _Partial(request.save_to) as partial, partial.open("wb") as file:
                for chunk in response.iter_bytes(CHUNK_BYTES):
                    file.write(chunk)
            return Received(response.status_code, response.headers, b"")

    async def sleep(self, seconds: float) -> None:
        """See `Transport`."""
        time.sleep(seconds)  # noqa: ASYNC251 - no loop runs these coroutines

    async def close(self) -> None:
        """See `Transport`. A client that was given is left open."""
        if self._is_own:
            self._http.close()


class AsyncTransport:
    """Sends with `httpx2.AsyncClient`."""

    def __init__(self, http: httpx2.AsyncClient | None) -> None:
        self._is_own = http is None
        self._http = http or httpx2.AsyncClient(limits=_limits())

    async def send(self, request: Request) -> Received:
        """See `Transport`."""
        content = request.content
        async with self._http.stream(
            request.method,
            request.url,
            content=_async_chunks(content) if isinstance(content, Path) else content,
            follow_redirects=False,
            **request.options(),
        ) as response:
            if request.save_to is None or not response.is_success:
                return Received(response.status_code, response.headers, await response.aread())
            with _Partial(request.save_to) as partial, partial.open("wb") as file:
                async for chunk in response.aiter_bytes(CHUNK_BYTES):
                    file.write(chunk)
            return Received(response.status_code, response.headers, b"")

    async def sleep(self, seconds: float) -> None:
        """See `Transport`."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """See `Transport`. A client that was given is left open."""
        if self._is_own:
            await self._http.aclose()


class _Partial:
    """A file beside the one to be written, which takes its place when it is whole."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._partial = target.with_name(f".{target.name}.{os.getpid()}.{id(self):x}.partial")

    def __enter__(self) -> Path:
        return self._partial

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._partial.replace(self._target)
        else:
            self._partial.unlink(missing_ok=True)


def drive(work: Awaitable[Result]) -> Result:
    """Run a coroutine that never waits for a loop, and return its result."""
    steps = cast("Any", work)
    try:
        steps.send(None)
    except StopIteration as ended:
        return cast("Result", ended.value)
    with suppress(RuntimeError):
        steps.close()
    raise RuntimeError("a blocking call waited for an event loop")


def drive_each(items: AsyncIterator[Result]) -> Iterator[Result]:
    """Go through what such coroutines make."""
    with suppress(StopAsyncIteration):
        while True:
            yield drive(anext(items))


def _limits() -> httpx2.Limits:
    return httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


async def _async_chunks(path: Path) -> AsyncIterator[bytes]:
    for chunk in _chunks(path):
        yield chunk
