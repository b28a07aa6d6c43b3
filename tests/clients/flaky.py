"""A service that is hard to reach, on a real socket: it drops, hangs, cuts off and refuses."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

JSON = Any
ANSWER, DROP, DROP_AFTER, HALF, HANG = "answer", "drop", "drop after", "half", "hang"
HANG_SECONDS_MAX = 20.0


@dataclass(frozen=True)
class Sent:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    @property
    def document(self) -> JSON:
        return json.loads(self.body)


@dataclass
class Refuse:
    """Answers without doing anything."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "overloaded"
    document: dict[str, JSON] = field(default_factory=dict)


@dataclass
class Flaky:
    """What the service does next, what arrived, and what it has done, by key."""

    url: str = ""
    script: list[str | Refuse] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    effects: dict[str, JSON] = field(default_factory=dict)
    items_max: int = 1_000
    bytes_max: int = 1_000_000
    ended: threading.Event = field(default_factory=threading.Event)

    def do(self, sent: Sent) -> tuple[int, dict[str, str], bytes]:
        """Do what is asked, once for each key."""
        if sent.path.endswith("/operations"):
            return self._batch(sent)
        if sent.path.endswith("/totals"):
            return _answer(200, {"issued": len(self.effects)})
        if sent.path.endswith("/download"):
            return 200, {"content-type": "text/csv"}, b"line\n" * 50_000
        if sent.path == "/v1/offers":
            place = int(sent.query.get("cursor", "0"))
            following = str(place + 3) if place + 3 < 20 else None
            items = [{"code": f"o{n}"} for n in range(place, min(place + 3, 20))]
            return _answer(200, {"items": items, "next_cursor": following})
        is_replay = sent.key in self.effects
        self.effects.setdefault(sent.key or f"none {len(self.effects)}", sent.body)
        return _answer(
            201, {"key": sent.key}, {"idempotency-replayed": "true"} if is_replay else {}
        )

    def _batch(self, sent: Sent) -> tuple[int, dict[str, str], bytes]:
        items = sent.document["operations"]
        assert 1 <= len(items) <= self.items_max
        if len(sent.body) > self.bytes_max:
            return _problem(413, "body-too-large")
        answers: list[JSON] = []
        for item in items:
            if item["points"] < 0:
                problem = {"type": "/problems/points-out-of-range", "status": 422, "title": ""}
                answers.append({"key": item["key"], "status": "rejected", "problem": problem})
            else:
                self.effects.setdefault(item["key"], item)
                answers.append({"key": item["key"], "status": "accepted"})
        return _answer(200, {"answers": answers}, {"idempotency-replays": "0"})


def _answer(
    status: int, document: JSON, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/json", **(headers or {})}, _json(document)


def _problem(
    status: int,
    code: str,
    headers: dict[str, str] | None = None,
    more: dict[str, JSON] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    document = {"type": f"/problems/{code}", "title": "T.", "detail": "D.", "status": status}
    kind = {"content-type": "application/problem+json", "x-request-id": "r-1"}
    return status, {**kind, **(headers or {})}, _json(document | (more or {}))


def _json(document: JSON) -> bytes:
    return json.dumps(document).encode()


class _Handler(BaseHTTPRequestHandler):
    flaky: Flaky
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length", "0"))
        sent = Sent(
            self.command,
            parts.path,
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        self.flaky.sent.append(sent)
        step = self.flaky.script.pop(0) if self.flaky.script else ANSWER
        if step == DROP:
            self._cut()
            return
        if isinstance(step, Refuse):
            self._write(*_problem(step.status, step.code, step.headers, step.document))
            return
        answer = self.flaky.do(sent)
        if step == HANG:
            self.flaky.ended.wait(HANG_SECONDS_MAX)
        if step in {DROP_AFTER, HANG}:
            self._cut()
        else:
            self._write(*answer, half=step == HALF)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - names of http.server

    def _write(
        self, status: int, headers: dict[str, str], body: bytes, *, half: bool = False
    ) -> None:
        (self.send_response_only if "date" in headers else self.send_response)(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        if half:
            self._cut()

    def _cut(self) -> None:
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving() -> Iterator[Flaky]:
    """A running one."""
    flaky = Flaky()

    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"flaky": flaky}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    flaky.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield flaky
    finally:
        flaky.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
