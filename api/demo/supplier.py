"""The suppliers' server of the demo: takes signed orders, and answers later by signed callbacks.

One process plays all suppliers. Each has its own path and its own secret:

    POST /{supplier}/orders                  202 PROCESSING, then a callback with SUCCESS
    GET  /{supplier}/orders/{request_number} what became of it, 404 NOT_FOUND if it never came

A file of behaviours may name accounts with which it goes otherwise: `refuse` calls back with
FAILED, `wait` never says more than PROCESSING, and `break` answers everything with an error.

An order is stored in a file under its request number before it is answered. So the same number is
one order however often it is sent. A callback that Comity did not accept is sent again, also after
a restart. The process ends when its standard input does, so it never outlives the demo.

Run by the demo as `python -m api.demo.supplier --socket FD --secrets FILE --orders FILE`, and by
the showcase with `--behaviours FILE`.
"""

import argparse
import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath
from standardwebhooks import Webhook, WebhookVerificationError

_CALLBACKS_IN_FLIGHT = 32
_CALLBACK_TIMEOUT_SECONDS = 10.0
_RETRY_DELAY_SECONDS = 0.5
DELIVER, REFUSE, WAIT, BREAK = "deliver", "refuse", "wait", "break"
REFUSAL = "The account is closed."


class Order(NamedTuple):
    """An order as the supplier remembers it."""

    supplier: str
    request_number: str
    callback_url: str
    reference: str
    """The supplier's own number of the delivery."""
    behaviour: str = DELIVER


_OUTCOMES: Mapping[str, dict[str, str]] = {
    DELIVER: {"status": "SUCCESS"},
    REFUSE: {"status": "FAILED", "reason": REFUSAL},
    WAIT: {"status": "PROCESSING"},
}

_CREATE = """
    CREATE TABLE IF NOT EXISTS orders (
        supplier TEXT, request_number TEXT, callback_url TEXT NOT NULL, reference TEXT NOT NULL,
        acknowledged INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (supplier, request_number)
    )
"""
_HAS_BEHAVIOUR = "SELECT 1 FROM pragma_table_info('orders') WHERE name = 'behaviour'"
_ADD_BEHAVIOUR = f"ALTER TABLE orders ADD COLUMN behaviour TEXT NOT NULL DEFAULT '{DELIVER}'"
_TAKE = """
    INSERT OR IGNORE INTO orders (supplier, request_number, callback_url, reference, behaviour)
    VALUES (?, ?, ?, ?, ?)
"""
_BEHAVIOUR = "SELECT behaviour FROM orders WHERE supplier = ? AND request_number = ?"
_ACKNOWLEDGE = "UPDATE orders SET acknowledged = 1 WHERE supplier = ? AND request_number = ?"
_UNACKNOWLEDGED = """
    SELECT supplier, request_number, callback_url, reference, behaviour FROM orders
    WHERE acknowledged = 0
"""


class OrderBook:
    """The orders that were taken. A repeated request number of a supplier is the same order."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(_CREATE)
        if self._database.execute(_HAS_BEHAVIOUR).fetchone() is None:
            self._database.execute(_ADD_BEHAVIOUR)

    def take(self, order: Order) -> bool:
        """Remember an order. False if its number is already known."""
        return self._database.execute(_TAKE, order).rowcount == 1

    def behaviour(self, supplier: str, request_number: str) -> str | None:
        """What becomes of an order. None if it never came."""
        found = self._database.execute(_BEHAVIOUR, (supplier, request_number)).fetchone()
        return None if found is None else str(found[0])

    def acknowledge(self, order: Order) -> None:
        """Note that Comity accepted the callback."""
        self._database.execute(_ACKNOWLEDGE, (order.supplier, order.request_number))

    def unacknowledged(self) -> list[Order]:
        """The orders whose callback Comity has not accepted yet."""
        return [Order(*row) for row in self._database.execute(_UNACKNOWLEDGED)]

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class Supplier:
    """Takes orders in the handlers, and calls back in tasks of its own."""

    def __init__(self, secrets: Path, orders: Path, behaviours: Path | None) -> None:
        shared = json.loads(secrets.read_text(encoding="utf-8"))
        self._behaviours = json.loads(behaviours.read_text("utf-8")) if behaviours else {}
        self._webhooks = {code: Webhook(secret) for code, secret in shared.items()}
        self._book = OrderBook(orders)
        self._outcomes: asyncio.Queue[Order] = asyncio.Queue()

    def verify(self, supplier: str, headers: dict[str, str], body: bytes) -> bool:
        """Whether the request is signed by the supplier."""
        webhook = self._webhooks.get(supplier)
        if webhook is None:
            return False
        try:
            webhook.verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            return False
        return True

    def accept(self, supplier: str, document: dict[str, Any]) -> str:
        """Take an order. It is delivered once, however often it is sent.

        Returns what becomes of it.
        """
        number = document["request_number"]
        behaviour = self._behaviours.get(document.get("member_account"), DELIVER)
        order = Order(supplier, number, document["callback_url"], f"{supplier}/{number}", behaviour)
        if self._book.take(order):
            self._tell_later(order)
        return str(behaviour)

    def behaviour(self, supplier: str, request_number: str) -> str | None:
        """What becomes of an order. None if it never came."""
        return self._book.behaviour(supplier, request_number)

    def _tell_later(self, order: Order) -> None:
        if order.behaviour in {DELIVER, REFUSE}:
            self._outcomes.put_nowait(order)

    @contextlib.asynccontextmanager
    async def calling_back(self, _: Litestar) -> AsyncIterator[None]:
        """Run the tasks that call back. They begin with what an earlier process left."""
        for order in self._book.unacknowledged():
            self._tell_later(order)
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
        outcome = _OUTCOMES[order.behaviour] | {"request_number": order.request_number}
        body = json.dumps(outcome | {"supplier_reference": order.reference})
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


def create_app(secrets: Path, orders: Path, behaviours: Path | None = None) -> Litestar:
    """The HTTP interface of the suppliers.

    `secrets` is a JSON file with their secrets. `orders` is the file that keeps their orders.
    `behaviours` is a JSON file with what becomes of orders, by their accounts.
    """
    supplier = Supplier(secrets, orders, behaviours)

    @post("/{code:str}/orders")
    async def take_order(
        request: Request[Any, Any, Any], code: FromPath[str]
    ) -> Response[dict[str, str]]:
        """Take an order. Its outcome follows by callback."""
        body = await request.body()
        if not supplier.verify(code, dict(request.headers), body):
            return Response({"error": "signature"}, status_code=401)
        if supplier.accept(code, json.loads(body)) == BREAK:
            return Response({"error": "out of order"}, status_code=500)
        return Response({"status": "PROCESSING"}, status_code=202)

    @get("/{code:str}/orders/{request_number:str}")
    async def read_order(
        request: Request[Any, Any, Any], code: FromPath[str], request_number: FromPath[str]
    ) -> Response[dict[str, str]]:
        """Tell what became of an order."""
        if not supplier.verify(code, dict(request.headers), b""):
            return Response({"error": "signature"}, status_code=401)
        behaviour = supplier.behaviour(code, request_number)
        if behaviour is None:
            return Response(
                {"status": "NOT_FOUND", "request_number": request_number}, status_code=404
            )
        if behaviour == BREAK:
            return Response({"error": "out of order"}, status_code=500)
        outcome = _OUTCOMES[behaviour] | {"supplier_reference": f"{code}/{request_number}"}
        return Response(outcome, status_code=200)

    return Litestar(
        [take_order, read_order],
        lifespan=[supplier.calling_back],
        openapi_config=None,
        logging_config=None,
    )


class _Server(Server):
    """Granian's server, on a socket that listens already."""

    def __init__(self, app: Litestar, descriptor: int) -> None:
        super().__init__(app, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
        self._descriptor = descriptor

    def _init_shared_socket(self) -> None:
        is_unix_socket = False
        self._shd: Any = SocketHolder(self._descriptor, is_unix_socket, self.backlog)  # type: ignore[call-arg]


async def serve(app: Litestar, descriptor: int) -> None:
    """Serve on a listening socket until standard input ends."""
    server = _Server(app, descriptor)
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
    parser.add_argument("--socket", type=int, required=True, metavar="FD")
    parser.add_argument("--secrets", type=Path, required=True)
    parser.add_argument("--orders", type=Path, required=True)
    parser.add_argument("--behaviours", type=Path)
    arguments = parser.parse_args()
    app = create_app(arguments.secrets, arguments.orders, arguments.behaviours)
    asyncio.run(serve(app, arguments.socket))


if __name__ == "__main__":
    main()
