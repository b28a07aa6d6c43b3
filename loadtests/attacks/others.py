"""The other parties: tills, apps and a prompt supplier, each with one request at a time."""

import asyncio
import json
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from standardwebhooks import Webhook

from loadtests.attacks.scene import Scene

PAUSE_SECONDS = 0.05
"""Between two requests of one kind. The others do not load the service, they use it."""
TIMEOUT_SECONDS = 30.0
PROGRAMME = "/v1/programmes/quiet"
OPERATIONS = ("issue", "redeem", "read", "callback", "readyz", "delivery")
"""`delivery` is the time from a redemption to the order's arrival at its supplier."""


@dataclass(slots=True)
class Seen:
    """What the others saw in one window: seconds of what was done, and how much was refused."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Others:
    """Those who do ordinary work, and their clock."""

    def __init__(self, scene: Scene, client: httpx2.AsyncClient) -> None:
        self._scene = scene
        self._client = client
        self._webhook = Webhook(scene.secret)
        self._sent: dict[str, float] = {}
        """When each right was redeemed, by the member's account."""
        self._orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._seen = Seen()

    def take(self, order: dict[str, Any]) -> None:
        """An order has come to the prompt supplier."""
        sent = self._sent.pop(order["member_account"], None)
        if sent is not None:
            self._seen.seconds["delivery"].append(time.perf_counter() - sent)
        self._orders.put_nowait(order)

    async def work(self, seconds: float) -> Seen:
        """Do ordinary work for so long, and return what was seen of it."""
        self._seen = Seen()
        until = time.perf_counter() + seconds
        kinds: dict[str, Callable[[], Awaitable[httpx2.Response]]] = {
            "issue": self._issue,
            "redeem": self._redeem,
            "read": self._read,
            "readyz": lambda: self._client.get("/readyz"),
        }
        async with asyncio.TaskGroup() as group:
            for name, ask in kinds.items():
                group.create_task(self._repeat(name, ask, until))
            group.create_task(self._call_back(until))
        return self._seen

    async def _repeat(
        self, name: str, ask: Callable[[], Awaitable[httpx2.Response]], until: float
    ) -> None:
        while time.perf_counter() < until:
            await self._timed(name, ask)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _timed(self, name: str, ask: Callable[[], Awaitable[httpx2.Response]]) -> None:
        started = time.perf_counter()
        try:
            is_done = (await ask()).is_success
        except httpx2.HTTPError:
            is_done = False
        if is_done:
            self._seen.seconds[name].append(time.perf_counter() - started)
        else:
            self._seen.refused[name] += 1

    async def _post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        headers = {
            "Authorization": f"Bearer {self._scene.quiet_key}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        return await self._client.post(f"{PROGRAMME}/{path}", json=body, headers=headers)

    async def _issue(self) -> httpx2.Response:
        return await self._post("issue", {"member": f"m{uuid.uuid4().int % 500}", "points": 7})

    async def _redeem(self) -> httpx2.Response:
        account = uuid.uuid4().hex
        self._sent[account] = time.perf_counter()
        offer_id = self._scene.quiet_offer
        return await self._post(
            "rights", {"member": "m0", "offer_id": offer_id, "account": account}
        )

    async def _read(self) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._scene.quiet_key}"}
        return await self._client.get(f"{PROGRAMME}/members/m0", headers=headers)

    async def _call_back(self, until: float) -> None:
        """Tell of each order that it is delivered."""
        while (left := until - time.perf_counter()) > 0:
            try:
                order = await asyncio.wait_for(self._orders.get(), left)
            except TimeoutError:
                return

            await self._timed("callback", lambda each=order: self._report(each))  # type: ignore[misc]

    async def _report(self, order: dict[str, Any]) -> httpx2.Response:
        body = json.dumps({"request_number": order["request_number"], "status": "SUCCESS"})
        now, name = datetime.now(UTC), uuid.uuid4().hex
        headers = {
            "Content-Type": "application/json",
            "Webhook-Id": name,
            "Webhook-Timestamp": str(int(now.timestamp())),
            "Webhook-Signature": self._webhook.sign(name, now, body),
        }
        return await self._client.post(order["callback_url"], content=body, headers=headers)
