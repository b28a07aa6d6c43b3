"""A supplier that does everything wrong which a supplier can, on a real socket.

What it does with an order follows from a seed and the account the order names, so a run can be
played again. Its log is the truth that the exchange is compared with: what it delivered, what it
refused, and what it said of it.

It is hostile, but it keeps its one promise: the same request number twice is one order. Without
that promise nobody could deliver safely.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto

from tests.exchange.supplier_server import signed

FAULTS_PERCENT = 30
DENIES_SECONDS = 800
"""How long an order is denied before the truth is told: longer than a signature is valid."""
FORGER = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCBrZXkh"

Send = Callable[[dict[str, str], bytes], Awaitable[object]]


class Fault(StrEnum):
    """What goes wrong with an order. The first four are how a good supplier works."""

    NOTHING = auto()
    CALLS_BACK = auto()
    """Takes the order and calls back."""
    TAKES_LONG = auto()
    """Takes the order, and says how it ended when it is asked for the second time."""
    REFUSES = auto()

    LOST = auto()
    """The first request is cut off before anything is kept."""
    CUT = auto()
    """Delivers and breaks the connection."""
    SLOW = auto()
    """Delivers and answers too late."""
    SLOW_REFUSAL = auto()
    ERROR_BEFORE = auto()
    ERROR_AFTER = auto()
    HALF = auto()
    """Delivers and sends half an answer."""
    GARBAGE = auto()
    REDIRECT = auto()
    BARE_NOT_FOUND = auto()
    """Delivers and breaks off. A gateway then says 404 to queries."""
    OTHER_NOT_FOUND = auto()
    """As before, but the 404 names another order."""
    MANY_CALLBACKS = auto()
    EARLY_CALLBACK = auto()
    """Calls back before it answers."""
    FORGED_CALLBACK = auto()
    """Somebody else says that it failed."""
    OLD_CALLBACK = auto()
    """A callback that was signed an hour ago says that it failed."""
    DENIES = auto()
    """Takes the order, says that it has no such order, and delivers all the same."""
    LATE_FAILURE = auto()
    """Says SUCCESS, and then FAILED."""
    LATE_SUCCESS = auto()
    """Says FAILED, and delivers all the same."""


HONEST = (Fault.NOTHING, Fault.CALLS_BACK, Fault.TAKES_LONG, Fault.REFUSES)
HONEST_WEIGHTS = (70, 15, 10, 5)
FAULTS = tuple(fault for fault in Fault if fault not in HONEST)
REFUSED = frozenset({Fault.REFUSES, Fault.SLOW_REFUSAL})
GARBLED = (
    b"",
    b"<html>oops</html>",
    b'{"status": "DONE"}',
    b'{"status": null}',
    b"[1]",
    b"x" * 99_999,
)


def fault_of(seed: int, account: str) -> Fault:
    """What goes wrong with the order for this account."""
    drawn = random.Random(f"{seed}:{account}")
    if drawn.randrange(100) < FAULTS_PERCENT:
        return drawn.choice(FAULTS)
    return drawn.choices(HONEST, HONEST_WEIGHTS)[0]


@dataclass(frozen=True)
class Call:
    """A callback. With a secret or an age it is not to be believed."""

    status: str
    secret: str | None = None
    after_seconds: float = 0.0
    age: timedelta = timedelta(0)


CALLS = {
    Fault.CALLS_BACK: (Call("SUCCESS"),),
    Fault.MANY_CALLBACKS: (Call("SUCCESS"),) * 3,
    Fault.FORGED_CALLBACK: (Call("FAILED", FORGER), Call("SUCCESS", after_seconds=0.02)),
    Fault.OLD_CALLBACK: (Call("FAILED", age=timedelta(hours=1)),),
    Fault.LATE_FAILURE: (Call("FAILED", after_seconds=0.3),),
    Fault.LATE_SUCCESS: (Call("SUCCESS", after_seconds=0.3),),
}
PROCESSING = frozenset(
    {
        *(Fault.CALLS_BACK, Fault.MANY_CALLBACKS, Fault.FORGED_CALLBACK, Fault.OLD_CALLBACK),
        *(Fault.TAKES_LONG, Fault.DENIES),
    }
)


@dataclass(frozen=True)
class Said:
    """An answer on the wire. `cut_at` is how much of it is sent; None stands for all."""

    status: int
    body: bytes
    cut_at: int | None = None
    headers: tuple[str, ...] = ()


CUT = Said(200, b"", cut_at=0)


@dataclass
class HostileSupplier:
    """The server's plan and its log.

    - `clock`: the time that callbacks are signed at.
    - `send`: where callbacks go.
    - `slow_seconds`: how long an answer takes that comes too late.
    """

    secret: str
    seed: int
    clock: Callable[[], datetime]
    send: Send
    slow_seconds: float
    url: str = ""
    accounts: dict[str, str] = field(default_factory=dict)
    """Account by request number, for every order that was kept."""
    delivered: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    denied: Counter[str] = field(default_factory=Counter)
    """How often it said that it has no such order, though it had taken it."""
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What it said of each order, in order."""
    plans: dict[str, str] = field(default_factory=dict)
    """Account by request number, also for orders that were lost."""
    first: dict[str, datetime] = field(default_factory=dict)
    """When each number was first received."""
    _calling: set[asyncio.Task[None]] = field(default_factory=set)
    _connected: set[asyncio.StreamWriter] = field(default_factory=set)

    def fault(self, number: str) -> Fault:
        return fault_of(self.seed, self.plans[number])

    def post(self, number: str, account: str) -> Said:
        """Take an order, in the way that its plan says."""
        self.received[number] += 1
        fault = fault_of(self.seed, account)
        self.plans[number] = account
        self.first.setdefault(number, self.clock())
        is_first = self.received[number] == 1
        if is_first and fault is Fault.LOST:
            return CUT
        if is_first and fault is Fault.ERROR_BEFORE:
            return Said(503, b"<html>busy</html>")
        if is_first and fault is Fault.REDIRECT:
            return Said(302, b"", headers=("location: http://127.0.0.1:9/elsewhere",))
        if number not in self.accounts:
            self.accounts[number] = account
            if fault not in REFUSED:
                self.delivered[number] += 1
        return self._answer_to_order(number, fault)

    def _answer_to_order(self, number: str, fault: Fault) -> Said:
        for call in CALLS.get(fault, ()):
            self._call_back(number, call)
        match fault:
            case Fault.CUT | Fault.BARE_NOT_FOUND | Fault.OTHER_NOT_FOUND:
                return CUT
            case Fault.ERROR_AFTER:
                return Said(502, b"<html>oops</html>")
            case Fault.GARBAGE:
                return Said(200, random.Random(number).choice(GARBLED))
            case Fault.HALF:
                whole = self._word(number, "SUCCESS", heard=False)
                return Said(whole.status, whole.body, cut_at=len(whole.body) // 2)
            case Fault.SLOW | Fault.SLOW_REFUSAL:
                return self._word(number, self._truth(number), heard=False)
            case Fault.LATE_SUCCESS:
                return self._word(number, "FAILED")
            case _ if fault in PROCESSING:
                return self._word(number, "PROCESSING")
            case _:
                return self._word(number, self._truth(number))

    def get(self, number: str) -> Said:
        """Say what became of an order, in the way that its plan says."""
        self.asked[number] += 1
        if number not in self.accounts:
            return self._not_found(number)
        fault, asked = self.fault(number), self.asked[number]
        is_denied = self.clock() < self.first[number] + timedelta(seconds=DENIES_SECONDS)
        if fault is Fault.BARE_NOT_FOUND and is_denied:
            return Said(404, b"<html>no such page</html>")
        if fault is Fault.OTHER_NOT_FOUND and is_denied:
            return self._not_found("FO-ANOTHER")
        if fault is Fault.DENIES and is_denied:
            self.denied[number] += 1
            return self._not_found(number)
        if fault is Fault.TAKES_LONG and asked == 1:
            return self._word(number, "PROCESSING")
        if fault is Fault.LATE_SUCCESS and "SUCCESS" not in self.said[number]:
            return self._word(number, "FAILED")
        return self._word(number, self._truth(number))

    def _truth(self, number: str) -> str:
        return "SUCCESS" if self.delivered[number] else "FAILED"

    def _not_found(self, number: str) -> Said:
        return Said(404, json.dumps({"status": "NOT_FOUND", "request_number": number}).encode())

    def _word(self, number: str, status: str, *, heard: bool = True) -> Said:
        if heard:
            self.said[number].append(status)
        document = {"status": status, "supplier_reference": f"S-{self.accounts[number]}"}
        return Said(202 if status == "PROCESSING" else 200, json.dumps(document).encode())

    def _call_back(self, number: str, call: Call) -> None:
        """Call back beside the answer, in no order with it."""
        reference = f"S-{self.accounts[number]}"
        body = json.dumps(
            {"request_number": number, "status": call.status, "supplier_reference": reference}
        )
        is_true = call.secret is None and not call.age

        async def run() -> None:
            await asyncio.sleep(call.after_seconds)
            if is_true:
                self.said[number].append(call.status)
            signed_at = self.clock() - call.age
            headers = signed(call.secret or self.secret, f"cb-{number}", body, signed_at)
            await self.send(headers, body.encode())

        task = asyncio.create_task(run())
        self._calling.add(task)
        task.add_done_callback(self._calling.discard)

    async def quiet(self) -> None:
        """Wait until no callback is under way. What one raised is raised here."""
        while self._calling:
            await asyncio.gather(*self._calling)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive over many requests."""
        self._connected.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while (line := await reader.readline()).strip():
                method, path, _ = line.decode().split(" ")
                length = 0
                while header := (await reader.readline()).decode().strip():
                    name, _, value = header.partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                body = await reader.readexactly(length)
                said = await self._said(method, path, body)
                if not await _write(writer, said):
                    break
        self._connected.discard(writer)
        writer.close()

    async def hang_up(self) -> None:
        """End every callback and connection."""
        for task in self._calling:
            task.cancel()
        await asyncio.gather(*self._calling, return_exceptions=True)
        for writer in self._connected:
            writer.close()

    async def _said(self, method: str, path: str, body: bytes) -> Said:
        if method == "GET":
            return self.get(path.rsplit("/", 1)[1])
        document = json.loads(body)
        number, account = document["request_number"], document["member_account"]
        said = self.post(number, account)
        fault = fault_of(self.seed, account)
        if fault in (Fault.SLOW, Fault.SLOW_REFUSAL):
            await asyncio.sleep(self.slow_seconds)
        if fault is Fault.EARLY_CALLBACK and self.received[number] == 1:
            self._call_back(number, Call("SUCCESS"))
            await asyncio.sleep(0.05)
        return said


async def _write(writer: asyncio.StreamWriter, said: Said) -> bool:
    """Send an answer. False ends the connection."""
    lines = [
        f"HTTP/1.1 {said.status} Said",
        "content-type: application/json",
        f"content-length: {len(said.body)}",
        *said.headers,
    ]
    if said.cut_at == 0:
        return False
    writer.write("\r\n".join([*lines, "", ""]).encode() + said.body[: said.cut_at])
    await writer.drain()
    return said.cut_at is None


@asynccontextmanager
async def running_hostile_supplier(supplier: HostileSupplier) -> AsyncIterator[HostileSupplier]:
    """The supplier listens until the block ends."""
    server = await asyncio.start_server(supplier.serve, "127.0.0.1", 0)
    supplier.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api"
    try:
        yield supplier
        await supplier.quiet()
    finally:
        server.close()
        await supplier.hang_up()
        await asyncio.sleep(0.05)
