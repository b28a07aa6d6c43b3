"""Sends requests over connections that stay open, and counts the answers.

It must not be the limit of what it measures. So requests are put into bytes before the clock
starts, and of an answer only the status and the length are read. A connection sends its next
request when the answer to the last one is there.

It is a process of its own: a plan comes in on standard input, and the result leaves on standard
output, both as JSON.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import cast

import uvloop

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
STATUS = slice(9, 12)
ISSUE_SHARE = 0.7
ISSUED_POINTS, REDEEMED_POINTS = 10, 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be sent: `requests` requests of `items` operations, over `connections`.

    With no items, it is a GET of `path` that changes nothing. With `bodies`, each of them is posted
    to `path` under a key of its own. `run` makes the keys unique.
    """

    port: int
    path: str
    key: str
    run: str
    connections: int
    requests: int
    items: int
    members: int
    bodies: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """What came back. Latencies are in milliseconds, processor time is that of this process."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    bytes_in: int = 0
    statuses: dict[str, int] = field(default_factory=dict)


def requests_of(plan: Plan) -> list[bytes]:
    """The requests, as they go over the wire."""
    draw = random.Random(plan.run)
    head = (
        f"Host: 127.0.0.1:{plan.port}\r\nAuthorization: Bearer {plan.key}\r\n"
        "Content-Type: application/json\r\n"
    )
    if plan.bodies:
        return [
            (
                f"POST {plan.path} HTTP/1.1\r\n{head}Idempotency-Key: {plan.run}-{number}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
            for number, body in enumerate(plan.bodies)
        ]
    if plan.items == 0:
        get = f"GET {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n\r\n".encode()
        return [get] * plan.requests
    return [_request(plan, number, head, draw) for number in range(plan.requests)]


def _request(plan: Plan, number: int, head: str, draw: random.Random) -> bytes:
    if plan.items == 1:
        end, name = "issue", f"Idempotency-Key: {plan.run}-{number:08d}\r\n"
        body = json.dumps({"member": _member(plan, draw), "points": ISSUED_POINTS})
    else:
        end, name = "operations", ""
        body = json.dumps(
            {"operations": [_item(plan, number, index, draw) for index in range(plan.items)]}
        )
    line = f"POST {plan.path}/{end} HTTP/1.1\r\n"
    return f"{line}{head}{name}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _item(plan: Plan, number: int, index: int, draw: random.Random) -> dict[str, object]:
    is_issue = draw.random() < ISSUE_SHARE
    return {
        "kind": "issue" if is_issue else "redeem",
        "key": f"{plan.run}-{number:06d}-{index:04d}",
        "member": _member(plan, draw),
        "points": ISSUED_POINTS if is_issue else REDEEMED_POINTS,
    }


def _member(plan: Plan, draw: random.Random) -> str:
    return f"member-{draw.randrange(plan.members):07d}"


class _Work:
    """The requests that wait, and what came of the others."""

    def __init__(self, requests: list[bytes], connections: int) -> None:
        self.requests: Iterator[bytes] = iter(requests)
        self.statuses: Counter[bytes] = Counter()
        self.latencies: list[float] = []
        self.bytes_in = 0
        self.open = connections
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class _Connection(asyncio.Protocol):
    """One connection. It asks, reads the answer, and asks again."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._transport: asyncio.WriteTransport | None = None
        self._sent_at = 0.0
        self._parts: list[bytes] = []
        self._missing = 0
        self._is_done = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def send_next(self) -> None:
        """Send the next request, or end if none is left."""
        assert self._transport is not None
        request = next(self._work.requests, None)
        if request is None:
            self._is_done = True
            self._work.open -= 1
            if self._work.open == 0:
                self._work.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._work.bytes_in += len(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._parts.append(data)
            head = data if len(self._parts) == 1 else b"".join(self._parts)
            end = head.find(HEAD_END)
            if end < 0:
                return
            self._parts.clear()
            self._work.statuses[head[STATUS]] += 1
            self._missing = _length(head, end) - (len(head) - end - len(HEAD_END))
        if self._missing == 0:
            self._work.latencies.append(time.perf_counter() - self._sent_at)
            self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        # The service closes connections on which nothing comes any more.
        if not self._is_done and not self._work.done.done():
            self._work.done.set_exception(error or ConnectionError("the service hung up"))


def _length(head: bytes, end: int) -> int:
    at = head.find(LENGTH, 0, end)
    if at < 0:  # such as the head of a chunked answer, which nothing here sends
        at = head.lower().find(LENGTH, 0, end)
    if at < 0:
        raise ValueError("an answer without Content-Length")
    at += len(LENGTH)
    return int(head[at : head.find(b"\r\n", at)])


async def send(plan: Plan) -> Result:
    """Send all of it and wait for the last answer.

    Raises:
        ConnectionError: the service ended a connection.
    """
    loop = asyncio.get_running_loop()
    work = _Work(requests_of(plan), plan.connections)
    connections = [
        (await loop.create_connection(lambda: _Connection(work), "127.0.0.1", plan.port))[1]
        for _ in range(plan.connections)
    ]
    cpu_before, before = _cpu_seconds(), time.perf_counter()
    for connection in connections:
        connection.send_next()
    await work.done
    seconds = time.perf_counter() - before
    ordered = sorted(work.latencies)
    return Result(
        seconds=seconds,
        cpu_seconds=_cpu_seconds() - cpu_before,
        p50_ms=1000 * ordered[len(ordered) // 2],
        p99_ms=1000 * ordered[int(0.99 * len(ordered))],
        bytes_in=work.bytes_in,
        statuses={status.decode(): count for status, count in work.statuses.items()},
    )


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(send(Plan(**json.load(sys.stdin)))))))
