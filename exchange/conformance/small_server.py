"""A small HTTP server on a socket, for the kit's callbacks and the sandbox.

It can do what no framework does: cut a connection instead of answering.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from ledger import JSON

BODY_LENGTH_MAX_BYTES = 262_144
HEADERS_MAX = 100
IDLE_SECONDS_MAX = 60.0
"""How long a connection may say nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: a status and a JSON document."""

    status: int
    document: JSON


Handler = Callable[[Asked], Awaitable[Answered | None]]
"""Answers a request. None cuts the connection."""


@asynccontextmanager
async def serving(handler: Handler, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block ends. 0 is a free port. Yields the port.

    Raises:
        OSError: the port is taken.
    """
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            # A connection that breaks is the caller's to mend.
            with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                await _converse(handler, reader, writer)
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        open_ones = list(connections)
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)


async def _converse(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One request after the other, as long as both want to go on."""
    while True:
        async with asyncio.timeout(IDLE_SECONDS_MAX):
            asked = await _read(reader)
        if asked is None:
            return
        answered = await handler(asked)
        if answered is None:
            writer.transport.abort()
            return
        body = orjson.dumps(answered.document)
        phrase = HTTPStatus(answered.status).phrase
        head = (
            f"HTTP/1.1 {answered.status} {phrase}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        if asked.headers.get("connection", "").lower() == "close":
            return


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """The next request. None: there is none.

    Raises:
        ValueError: it cannot be read.
    """
    line = await reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while header := (await reader.readline()).decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.strip().lower()] = value.strip()
        if len(headers) > HEADERS_MAX:
            raise ValueError("too many headers")
    return Asked(method, target.partition("?")[0], headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= BODY_LENGTH_MAX_BYTES:
            raise ValueError("the body is too long")
        return await reader.readexactly(length)
    body = b""
    while (length := int((await reader.readline()).split(b";")[0], 16)) > 0:
        if len(body) + length > BODY_LENGTH_MAX_BYTES:
            raise ValueError("the body is too long")
        body += await reader.readexactly(length)
        await reader.readline()
    await reader.readline()
    return body
