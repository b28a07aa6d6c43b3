"""Which part of the service a request costs its time.

The application is called in this process, without a server and without a socket. A timer of the
processor's time looks at the stack again and again. The innermost frame that belongs to a known
part says which part it was. What no part claims is the event loop's, and the caller's here.

It is a process of its own: it measures the packages that it is started with, so it imports nothing
else of `loadtests`. A plan comes in on standard input, and the result leaves on standard output,
both as JSON.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import uvloop
from pydantic import SecretStr

from api.app import create_app
from api.embedded.services import running, temporary_data_dir
from api.process.bootstrap import prepare, prepare_database
from api.process.logs import configure_logging
from api.settings import Settings

SAMPLE_SECONDS = 0.004
"""Linux looks at its timers about so often."""
OURS, THEIRS = "ours", "framework"
PARTS: tuple[tuple[str, str], ...] = (
    ("/structlog/", "log"),
    ("/api/process/log", "log"),
    ("/api/process/access_log", "log"),
    ("/prometheus_client/", "counts"),
    ("/api/http/metrics", "counts"),
    ("/redis/", "rate bucket"),
    ("/api/process/limits", "rate bucket"),
    ("/api/process/places", "places"),
    ("/api/http/visit", "places"),
    ("/api/http/auth", "admission"),
    ("/api/http/queries", "admission"),
    ("/api/http/idempotency", "admission"),
    ("/api/process/", "admission"),
    ("/api/http/patience", "deadline"),
    ("/api/http/arrival", "body's arrival"),
    ("/api/http/front_door", "front door"),
    ("/api/http/bodies", "body read"),
    ("/api/http/schemas/", "body read"),
    ("/api/http/app", "body read"),
    ("/pydantic", "body read"),
    ("/api/http/operations", "body to operations, answers to documents"),
    ("/api/http/batches", "body to operations, answers to documents"),
    ("/api/http/encoding", "answer written"),
    ("/api/http/dispatch", "dispatch"),
    ("/api/http/", "route"),
    ("/asyncpg/", "ledger"),
    ("/ledger/", "ledger"),
    ("/catalog/", "ledger"),
    ("/sqlalchemy/", "ledger"),
    ("/anyio/", "framework: threads"),
    ("/litestar/", "framework"),
    ("/msgspec/", "framework"),
    ("/multidict/", "framework"),
)
"""The beginning of a path within its package, and the part it is of. The first one that fits."""
REST = "event loop and caller"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be called: the bodies are made before the clock starts."""

    tasks: int
    requests: int
    items: int
    members: int


@dataclass(slots=True)
class Result:
    """Microseconds of the processor for each request, in all and by part."""

    microseconds: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)


class Sampler:
    """Counts what the processor works on."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._known: dict[str, str] = {}

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look for the length of the block."""
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        while frame is not None:
            part = self._part_of(frame.f_code.co_filename)
            if part:
                self.seen[part] += 1
                return
            frame = frame.f_back
        self.seen[REST] += 1

    def _part_of(self, path: str) -> str:
        part = self._known.get(path)
        if part is None:
            part = next((name for begin, name in PARTS if begin in path), "")
            self._known[path] = part
        return part


class _Caller:
    """One who calls the application as a server would."""

    def __init__(self, app: Any, key: str) -> None:
        self._app = app
        self._key = key.encode()
        self.statuses: Counter[str] = Counter()

    async def call(self, method: str, path: str, body: bytes, name: str) -> bytes:
        """One request; the body of the answer."""
        answer: list[bytes] = []
        is_read = False

        async def receive() -> dict[str, Any]:
            nonlocal is_read
            if is_read:  # the caller stays on the line
                await asyncio.get_running_loop().create_future()
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self.statuses[str(message["status"])] += 1
            else:
                answer.append(message["body"])

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000),
            "scheme": "http",
            "method": method,
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [
                (b"host", b"127.0.0.1:8000"),
                (b"authorization", b"Bearer " + self._key),
                (b"content-type", b"application/json"),
                (b"idempotency-key", name.encode()),
                (b"content-length", str(len(body)).encode()),
            ],
            "state": {},
        }
        await self._app(scope, receive, send)
        return b"".join(answer)


async def _prepare(app: Any, operator_key: str) -> str:
    """A brand with a programme; the brand's key."""
    operator = _Caller(app, operator_key)
    for path, body in (
        ("/v1/categories", {"path": "dining"}),
        (
            "/v1/parties",
            {"code": "tea-house", "name": "Tea", "roles": ["brand"], "category": "dining"},
        ),
        (
            "/v1/programmes",
            {
                "code": "tea-club",
                "party": "tea-house",
                "name": "Tea Club",
                "time_zone": "UTC",
                "expiry": {"kind": "months", "count": 12},
            },
        ),
    ):
        await operator.call("POST", path, json.dumps(body).encode(), f"parts{path}")
    answer = await operator.call(
        "POST", "/v1/parties/tea-house/keys", b'{"label":"tills"}', "parts-key"
    )
    key: str = json.loads(answer)["key"]
    return key


def _bodies(plan: Plan, run: str) -> list[tuple[str, bytes, str]]:
    """The end of the address, the body and the key of each request."""
    singles = plan.items == 1

    def body(number: int) -> bytes:
        items: list[dict[str, Any]] = [
            {
                "member": f"member-{(number * plan.items + index) * 7919 % plan.members:07d}",
                "points": 10,
            }
            for index in range(plan.items)
        ]
        if singles:
            return json.dumps(items[0]).encode()
        for index, item in enumerate(items):
            item |= {"kind": "issue", "key": f"{run}-{number:06d}-{index:04d}"}
        return json.dumps({"operations": items}).encode()

    end = "issue" if singles else "operations"
    return [(end, body(number), f"{run}-{number:08d}") for number in range(plan.requests)]


async def _measure(plan: Plan, settings: Settings) -> Result:
    settings = await prepare_database(settings)
    file = await prepare(settings)
    assert file is not None, "the database is new"
    app = create_app(settings)
    sampler = Sampler()
    async with app.lifespan():
        brand = _Caller(app, await _prepare(app, file.read_text(encoding="ascii").strip()))
        warm = max(plan.tasks, plan.requests // 5)
        await _call_all(brand, _bodies(Plan(plan.tasks, warm, plan.items, plan.members), "a"), plan)
        brand.statuses.clear()
        bodies = _bodies(plan, "b")
        before = time.process_time()
        with sampler.looking():
            await _call_all(brand, bodies, plan)
        microseconds = 1e6 * (time.process_time() - before) / plan.requests
    seen = sum(sampler.seen.values())
    return Result(
        microseconds,
        {part: microseconds * count / seen for part, count in sampler.seen.most_common()},
        dict(brand.statuses),
    )


async def _call_all(brand: _Caller, bodies: list[tuple[str, bytes, str]], plan: Plan) -> None:
    waiting = iter(bodies)

    async def call() -> None:
        for end, body, name in waiting:
            await brand.call("POST", f"/v1/programmes/tea-club/{end}", body, name)

    await asyncio.gather(*(call() for _ in range(plan.tasks)))


def main() -> None:
    """Measure the plan of standard input."""
    plan = Plan(**json.load(sys.stdin))
    with (
        temporary_data_dir("comity-parts-") as data_dir,
        running(data_dir) as addresses,
        Path(os.devnull).open("w", encoding="ascii") as nowhere,
    ):
        assert addresses.database_url is not None
        assert addresses.redis_url is not None
        settings = Settings.load(
            data_dir=data_dir,
            database_url=SecretStr(addresses.database_url),
            redis_url=SecretStr(addresses.redis_url),
            run_worker=False,
            rate_per_second=1e9,
        )
        output, sys.stderr = sys.stderr, nowhere  # the log is written, and nobody reads it
        configure_logging(level="info", log_format="json")
        try:
            result = uvloop.run(_measure(plan, settings))
        finally:
            sys.stderr = output
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
