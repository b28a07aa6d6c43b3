"""A supplier for the tests: a real HTTP server on a loopback socket that behaves as it is told.

It knows Comity's wire protocol from the outside: it verifies what it is sent with the Standard
Webhooks library, keeps its orders under their request numbers (the same number twice is one order)
and signs its callbacks itself.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Any

from standardwebhooks import Webhook


class Behaviour(StrEnum):
    """What the supplier does with the next orders."""

    SUCCEED = auto()
    """Deliver and say so at once."""
    ACCEPT = auto()
    """Take the order and say PROCESSING; the test calls back."""
    FAIL = auto()
    """Refuse to deliver and say so."""
    DELIVER_IN_SILENCE = auto()
    """Deliver, but break the connection instead of answering."""
    HANG = auto()
    """Deliver, but do not answer in time."""
    LOSE = auto()
    """Forget the order and break the connection: a query finds no such order."""
    BABBLE = auto()
    """Take the order and answer with something that is no answer."""


SILENT = frozenset({Behaviour.DELIVER_IN_SILENCE, Behaviour.LOSE})
STATUS_OF = {Behaviour.SUCCEED: "SUCCESS", Behaviour.ACCEPT: "PROCESSING", Behaviour.FAIL: "FAILED"}


def signed(secret: str, identifier: str, body: str, at: datetime) -> dict[str, str]:
    """Headers as the supplier's own software makes them."""
    return {
        "Webhook-Id": identifier,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign(identifier, at, body),
    }


@dataclass
class SupplierServer:
    """The server's memory and its switches."""

    secret: str
    behaviour: Behaviour = Behaviour.SUCCEED
    orders: dict[str, str] = field(default_factory=dict)
    """Status by request number."""
    received: Counter[str] = field(default_factory=Counter)
    """How often each request number was posted."""
    queried: Counter[str] = field(default_factory=Counter)
    documents: list[dict[str, Any]] = field(default_factory=list)
    absent: bytes | None = None
    """What a 404 says in place of the truth."""
    rejected: int = 0
    delay_seconds: float = 0.0
    """How long an answer takes."""
    url: str = ""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to end what HANG holds up."""

    def callback(
        self,
        request_number: str,
        status: str,
        *,
        reference: str | None = "S-1",
        at: datetime | None = None,
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a callback."""
        document = {
            "request_number": request_number,
            "status": status,
            "supplier_reference": reference,
        }
        body = json.dumps(document)
        return signed(
            self.secret, f"cb-{request_number}", body, at or datetime.now(UTC)
        ), body.encode()

    def decide(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes] | None:
        """Status and body of the answer; None breaks the connection."""
        # Without the library's check of the age: the tests' clock runs ahead of this server's.
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        if headers["webhook-signature"] != Webhook(self.secret).sign(
            headers["webhook-id"], at, body.decode()
        ):
            self.rejected += 1
            return 401, b'{"status": "unsigned"}'
        if method == "GET":
            number = path.rsplit("/", 1)[1]
            self.queried[number] += 1
            assert headers["webhook-id"] == number
            known = self.orders.get(number)
            if known is None:
                return 404, self.absent or json.dumps(
                    {"status": "NOT_FOUND", "request_number": number}
                ).encode()
            return 200, json.dumps({"status": known}).encode()
        document = json.loads(body)
        number = document["request_number"]
        self.received[number] += 1
        self.documents.append(document)
        if self.behaviour is not Behaviour.LOSE:
            self.orders.setdefault(number, STATUS_OF.get(self.behaviour, "SUCCESS"))
        if self.behaviour in SILENT:
            return None
        if self.behaviour is Behaviour.BABBLE:
            return 500, b"<html>oops</html>"
        status = self.orders[number]
        return 202 if status == "PROCESSING" else 200, json.dumps(
            {"status": status, "supplier_reference": "S-1"}
        ).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive over many requests."""
        try:
            while (line := await reader.readline()).strip():
                method, path, _ = line.decode().split(" ")
                headers = {}
                while header := (await reader.readline()).decode().strip():
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                answer = self.decide(method, path, headers, body)
                await asyncio.sleep(self.delay_seconds)
                if method == "POST" and self.behaviour is Behaviour.HANG:
                    await self.released.wait()
                if answer is None:
                    break
                status, document = answer
                lines = [
                    f"HTTP/1.1 {status} Said",
                    "content-type: application/json",
                    f"content-length: {len(document)}",
                ]
                writer.write("\r\n".join([*lines, "", ""]).encode() + document)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def running_supplier(secret: str) -> AsyncIterator[SupplierServer]:
    """A supplier that listens until the block ends."""
    supplier = SupplierServer(secret)
    server = await asyncio.start_server(_handler(supplier), "127.0.0.1", 0)
    supplier.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api"
    try:
        yield supplier
    finally:
        supplier.released.set()
        server.close()
        await asyncio.sleep(0)


def _handler(
    supplier: SupplierServer,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    return supplier.serve
