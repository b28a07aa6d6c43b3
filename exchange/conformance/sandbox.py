"""A supplier to try with: it plays what an account's name says, and passes the kit.

| account | what becomes of the order |
|---|---|
| `ok` and all that are not here | delivered at once |
| `ok-async` | accepted, delivered a little later, and called back |
| `refuse` | refused |
| `wrong-account` | refused, because the account is wrong |
| `out-of-stock` | refused, because there are none left |
| `slow` | delivered, but answered too late |
| `silent` | delivered, and the connection is cut before the answer |
| `lost` | the connection is cut, and the order is not there; sent again, it is delivered |
| `late` | accepted, and refused a little later |
| `partial` | delivered in part |
| `stuck` | accepted, and then nothing for ever |

Two do what no supplier may, so that one can see what the exchange makes of it:

| `late-success` | refused, and delivered a little later all the same |
| `forgotten` | accepted, and then not found |

It keeps its orders in memory, the last ORDERS_KEPT_MAX of them.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import unquote

import httpx2
import orjson

from exchange.conformance.small_server import Answered, Asked, serving
from exchange.fulfil.supplier import CallbackForged, require_signature, sign
from ledger import JSON

ORDERS_KEPT_MAX = 100_000
CALLBACK_ATTEMPTS_MAX = 1_000
CALLBACK_SECONDS_MAX = 10.0
OTHER_BODY = "this request number came with another body"


@dataclass(frozen=True, slots=True)
class Manner:
    """How long it takes the sandbox to do what it does."""

    slow_seconds: float = 12.0
    """After which `slow` answers: longer than the exchange waits."""
    later_seconds: float = 2.0
    """After which an accepted order ends."""
    again_seconds: float = 5.0
    """After which a callback that was not taken is sent again."""

    def faster(self, times: float) -> "Manner":
        """All of it in a fraction of the time."""
        return Manner(
            self.slow_seconds / times, self.later_seconds / times, self.again_seconds / times
        )


@dataclass(slots=True)
class TakenOrder:
    """An order of the sandbox."""

    number: str
    account: str
    callback_url: str
    body_digest: bytes
    status: str
    reason: str | None = None
    deliveries: list[str] = field(default_factory=list)
    """The sandbox's own numbers of what was delivered: one, or none."""

    def document(self) -> dict[str, JSON]:
        """What an answer or a callback says of it."""
        said: dict[str, JSON] = {"request_number": self.number, "status": self.status}
        if self.reason is not None:
            said["reason"] = self.reason
        if self.deliveries:
            said["supplier_reference"] = self.deliveries[-1]
        return said


@dataclass(slots=True)
class Sandbox:
    """Takes orders, and does with each what its account says.

    `secrets`: the first signs callbacks, and any of them may sign requests. `clock` is the
    supplier's own.
    """

    secrets: Sequence[str]
    clock: Callable[[], datetime]
    manner: Manner = field(default_factory=Manner)
    orders: dict[str, TakenOrder] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _http: httpx2.AsyncClient | None = None

    REFUSED: ClassVar[dict[str, str]] = {
        "refuse": "the account is one that is refused",
        "wrong-account": "account: there is no such account",
        "out-of-stock": "out of stock",
        "late-success": "it could not be delivered",
    }
    LATER: ClassVar[frozenset[str]] = frozenset({"ok-async", "late", "stuck", "forgotten"})

    async def take(self, asked: Asked) -> Answered | None:
        """Answer a request. None: the connection is cut."""
        if not self.is_signed(asked):
            return Answered(HTTPStatus.UNAUTHORIZED, {"error": "the signature does not verify"})
        place, _, name = asked.path.rpartition("/orders")
        if asked.method == "GET" and name.startswith("/") and not place.endswith("/orders"):
            return self.tell(unquote(name[1:]))
        if asked.method == "POST" and name in {"", "/"} and place != asked.path:
            return await self.order(asked.body)
        return Answered(HTTPStatus.NOT_FOUND, {"error": "there is no such address"})

    def is_signed(self, asked: Asked) -> bool:
        """Whether one of the secrets has signed the request, just now."""
        for secret in self.secrets:
            with contextlib.suppress(CallbackForged):
                require_signature(secret, asked.headers, asked.body, self.clock())
                return True
        return False

    def tell(self, number: str) -> Answered:
        """What became of an order."""
        order = self.orders.get(number)
        if order is None or order.account == "forgotten":
            return self.unknown(number)
        return Answered(HTTPStatus.OK, order.document())

    def unknown(self, number: str) -> Answered:
        """There is no order of this number."""
        return Answered(HTTPStatus.NOT_FOUND, {"status": "NOT_FOUND", "request_number": number})

    async def order(self, body: bytes) -> Answered | None:
        """Take an order."""
        try:
            document = orjson.loads(body)
            number, account = str(document["request_number"]), str(document["member_account"])
            callback_url = str(document["callback_url"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            reason = "the order cannot be read"
            return Answered(HTTPStatus.OK, {"status": "FAILED", "reason": reason})
        digest = hashlib.sha256(body).digest()
        known = self.orders.get(number)
        if known is not None:
            return self.repeated(known, digest)
        if account == "lost" and number not in self.lost:
            self.lost.add(number)
            return None
        order = TakenOrder(number, account, callback_url, digest, "PROCESSING")
        self.orders[number] = order
        while len(self.orders) > ORDERS_KEPT_MAX:
            del self.orders[next(iter(self.orders))]
        return await self.begin(order)

    def repeated(self, order: TakenOrder, digest: bytes) -> Answered:
        """Answer a number that came before. Another body changes nothing."""
        if digest != order.body_digest:
            return Answered(HTTPStatus.CONFLICT, {"error": OTHER_BODY})
        return self.said(order)

    async def begin(self, order: TakenOrder) -> Answered | None:
        """Do what the account says, and answer."""
        if order.account in self.REFUSED:
            order.status, order.reason = "FAILED", self.REFUSED[order.account]
            if order.account == "late-success":
                self.start(self.end_later(order))
        elif order.account in self.LATER:
            if order.account != "stuck":
                self.start(self.end_later(order))
        elif order.account == "partial":
            self.deliver(order)
            order.status = "PARTIAL"
        else:
            self.deliver(order)
        if order.account == "slow":
            await asyncio.sleep(self.manner.slow_seconds)
        return None if order.account == "silent" else self.said(order)

    def said(self, order: TakenOrder) -> Answered:
        """The answer to an order."""
        is_open = order.status == "PROCESSING"
        return Answered(HTTPStatus.ACCEPTED if is_open else HTTPStatus.OK, order.document())

    def deliver(self, order: TakenOrder) -> None:
        """Deliver an order."""
        order.deliveries.append(f"S-{order.number}-{len(order.deliveries) + 1}")
        order.status = "SUCCESS"

    async def end_later(self, order: TakenOrder) -> None:
        """End an order, and call back until that is taken."""
        await asyncio.sleep(self.manner.later_seconds)
        if order.account == "late":
            order.status, order.reason = "FAILED", "it could not be delivered"
        else:
            order.reason = None
            self.deliver(order)
        if order.account != "forgotten":
            await self.call_back(order)

    async def call_back(self, order: TakenOrder) -> None:
        """Send the callback until it is taken."""
        body = orjson.dumps(order.document()).decode()
        for _ in range(CALLBACK_ATTEMPTS_MAX):
            if await self.send(order, body):
                return
            await asyncio.sleep(self.manner.again_seconds)

    async def send(self, order: TakenOrder, body: str) -> bool:
        """Send a callback once. Tells whether it was taken."""
        assert self._http is not None, "a running sandbox has a client"
        headers = sign(self.secrets[0], f"outcome-{order.number}", body, self.clock())
        headers["content-type"] = "application/json"
        try:
            answer = await self._http.post(order.callback_url, content=body, headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return False
        return answer.is_success

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have work done beside the requests."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @asynccontextmanager
    async def serving(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Serve until the block ends. Yields the address.

        Raises:
            OSError: the port is taken.
        """
        async with (
            httpx2.AsyncClient(timeout=CALLBACK_SECONDS_MAX, trust_env=False) as self._http,
            serving(self.take, host, port) as taken,
        ):
            try:
                yield f"http://{host}:{taken}"
            finally:
                for task in (left := list(self._tasks)):
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)
