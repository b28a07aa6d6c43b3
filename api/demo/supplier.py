"""The suppliers' side of the demo: a real server that takes signed orders and answers later by signed callback.

One process plays every supplier, each under its own path and with its own secret:

    POST /{supplier}/orders                  202 PROCESSING, then a callback with SUCCESS
    GET  /{supplier}/orders/{request_number} what became of it, 404 NOT_FOUND if it never came

An order is remembered under its request number before it is answered, in a file that outlives the
process: the same number asked twice is one order, and a callback that Comity did not take is sent
again, also after a restart. The process ends when its standard input does, so it never outlives the
demo that started it.

Run by the demo as `python -m api.demo.supplier --port PORT --secrets FILE --orders FILE`.
"""

import argparse
import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath
from standardwebhooks import Webhook, WebhookVerificationError

_CALLBACKS_IN_FLIGHT = 32
_CALLBACK_TIMEOUT_SECONDS = 10.0
_RETRY_DELAY_SECONDS = 0.5


class Order(NamedTuple):
    """An order as this side remembers it."""

    supplier: str
    request_number: str
    callback_url: str
    reference: str
    """This side's own number of the delivery."""


class OrderBook:
    """The orders taken.

    The primary key (supplier, request number) makes a repeated order the same order.
    """

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            """CREATE TABLE IF NOT EXISTS orders (
                 supplier TEXT, request_number TEXT, callback_url TEXT NOT NULL, reference TEXT NOT NULL,
                 acknowledged INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (supplier, request_number))"""
        )

    def take(self, order: Order) -> bool:
        """Remember an order; False if its number was taken before."""
        cursor = self._database.execute(
            "INSERT OR IGNORE INTO orders (supplier, request_number, callback_url, reference) VALUES (?, ?, ?, ?)",
            order,
        )
        return cursor.rowcount == 1

    def knows(self, supplier: str, request_number: str) -> bool:
        """Whether the order ever came."""
        query = "SELECT 1 FROM orders WHERE supplier = ? AND request_number = ?"
        return self._database.execute(query, (supplier, request_number)).fetchone() is not None

    def acknowledge(self, order: Order) -> None:
        """Comity took the callback: nothing is left to tell."""
        self._database.execute(
            "UPDATE orders SET acknowledged = 1 WHERE supplier = ? AND request_number = ?",
            (order.supplier, order.request_number),
        )

    def unacknowledged(self) -> list[Order]:
        """Orders whose outcome Comity has not confirmed to know."""
        query = "SELECT supplier, request_number, callback_url, reference FROM orders WHERE acknowledged = 0"
        return [Order(*row) for row in self._database.execute(query)]

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class Supplier:
    """Takes orders in its handlers and calls back from its own tasks."""

    def __init__(self, secrets: Path, orders: Path) -> None:
        shared = json.loads(secrets.read_text(encoding="utf-8"))
        self._webhooks = {code: Webhook(secret) for code, secret in shared.items()}
        self._book = OrderBook(orders)
        self._outcomes: asyncio.Queue[Order] = asyncio.Queue()

    def verify(self, supplier: str, headers: dict[str, str], body: bytes) -> bool:
        """Whether the request carries the supplier's signature."""
        webhook = self._webhooks.get(supplier)
        if webhook is None:
            return False
        try:
            webhook.verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            return False
        return True

    def accept(self, supplier: str, document: dict[str, Any]) -> None:
        """Take an order; deliver it once, however often it is sent."""
        number = document["request_number"]
        order = Order(supplier, number, document["callback_url"], f"{supplier}/{number}")
        if self._book.take(order):
            self._outcomes.put_nowait(order)

    def knows(self, supplier: str, request_number: str) -> bool:
        """Whether the order ever came."""
        return self._book.knows(supplier, request_number)

    @contextlib.asynccontextmanager
    async def calling_back(self, _: Litestar) -> AsyncIterator[None]:
        """Run the callback tasks, beginning with what an earlier process left untold."""
        for order in self._book.unacknowledged():
            self._outcomes.put_nowait(order)
        async with httpx2.AsyncClient(timeout=_CALLBACK_TIMEOUT_SECONDS, trust_env=False) as client:
            tasks = [
                asyncio.create_task(self._call_back(client)) for _ in range(_CALLBACKS_IN_FLIGHT)
            ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._book.close()

    async def _call_back(self, client: httpx2.AsyncClient) -> None:
        while True:
            order = await self._outcomes.get()
            if await self._tell(client, order):
                self._book.acknowledge(order)
            else:
                await asyncio.sleep(_RETRY_DELAY_SECONDS)
                self._outcomes.put_nowait(order)

    async def _tell(self, client: httpx2.AsyncClient, order: Order) -> bool:
        body = json.dumps(
            {
                "request_number": order.request_number,
                "status": "SUCCESS",
                "supplier_reference": order.reference,
            }
        )
        now = datetime.now(UTC)
        message_id = f"outcome-{order.request_number}"
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhooks[order.supplier].sign(message_id, now, body),
        }
        try:
            response = await client.post(order.callback_url, content=body, headers=headers)
        except httpx2.HTTPError:
            return False
        return response.is_success


def create_app(secrets: Path, orders: Path) -> Litestar:
    """The suppliers' HTTP interface: `secrets` maps supplier to secret as JSON, `orders` is the file that is kept."""
    supplier = Supplier(secrets, orders)

    @post("/{code:str}/orders")
    async def take_order(
        request: Request[Any, Any, Any], code: FromPath[str]
    ) -> Response[dict[str, str]]:
        """Take an order and promise an answer."""
        body = await request.body()
        if not supplier.verify(code, dict(request.headers), body):
            return Response({"error": "signature"}, status_code=401)
        supplier.accept(code, json.loads(body))
        return Response({"status": "PROCESSING"}, status_code=202)

    @get("/{code:str}/orders/{request_number:str}")
    async def read_order(
        request: Request[Any, Any, Any], code: FromPath[str], request_number: FromPath[str]
    ) -> Response[dict[str, str]]:
        """Tell what became of an order."""
        if not supplier.verify(code, dict(request.headers), b""):
            return Response({"error": "signature"}, status_code=401)
        if not supplier.knows(code, request_number):
            return Response(
                {"status": "NOT_FOUND", "request_number": request_number}, status_code=404
            )
        return Response(
            {"status": "SUCCESS", "supplier_reference": f"{code}/{request_number}"}, status_code=200
        )

    return Litestar(
        [take_order, read_order],
        lifespan=[supplier.calling_back],
        openapi_config=None,
        logging_config=None,
    )


async def serve(app: Litestar, port: int) -> None:
    """Serve until standard input ends."""
    server = Server(app, port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    orphaned = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    await asyncio.wait([serving, orphaned], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
        raise SystemExit("the supplier's server stopped by itself")
    server.stop()  # type: ignore[no-untyped-call]
    await serving


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description="The demo's supplier server.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secrets", type=Path, required=True)
    parser.add_argument("--orders", type=Path, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(create_app(arguments.secrets, arguments.orders), arguments.port))


if __name__ == "__main__":
    main()
