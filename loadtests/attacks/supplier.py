"""A supplier's server: it takes every order, prompt or slow, and leaves the callback to others."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

_ANSWER = b'{"status": "PROCESSING"}'
_HEAD = b"HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"


@asynccontextmanager
async def supplier_server(
    port: int, take: Callable[[dict[str, Any]], None], delay_seconds: float = 0.0
) -> AsyncIterator[None]:
    """Serve for the length of the block. `take` is told of each order as soon as it is here."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
                headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if body:
                    take(orjson.loads(body))
                await asyncio.sleep(delay_seconds)
                writer.write(_HEAD % (len(_ANSWER), _ANSWER))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
