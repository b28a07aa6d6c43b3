"""Suppliers for measures: servers on loopback sockets that deliver at once, or never answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ANSWER_SECONDS = 0.02
"""How long a supplier that answers takes."""


class Supplier:
    """One supplier's server. It delivers every order, or hangs."""

    def __init__(self) -> None:
        self.hangs = False
        self.url = ""
        self._open: set[asyncio.Task[None]] = set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (await reader.readline()).strip():
                length = 0
                while header := (await reader.readline()).strip():
                    name, _, value = header.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                await reader.readexactly(length)
                if self.hangs:
                    await asyncio.Event().wait()
                await asyncio.sleep(ANSWER_SECONDS)
                body = json.dumps({"status": "SUCCESS", "supplier_reference": "S-1"}).encode()
                head = (
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    f"content-length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    def stop(self) -> None:
        """End what hangs."""
        for task in list(self._open):
            task.cancel()


@asynccontextmanager
async def running_suppliers(count: int) -> AsyncIterator[list[Supplier]]:
    """So many suppliers, each with a server of its own, until the block ends."""
    suppliers = [Supplier() for _ in range(count)]
    servers = []
    try:
        for supplier in suppliers:
            server = await asyncio.start_server(supplier._serve, "127.0.0.1", 0)  # noqa: SLF001 - its own
            supplier.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            servers.append(server)
        yield suppliers
    finally:
        for server in servers:
            server.close()
        for supplier in suppliers:
            supplier.stop()
        await asyncio.sleep(0)
