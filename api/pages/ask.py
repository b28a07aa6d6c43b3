"""How a page asks the interface: inside this process, for its user, by the addresses of /v1.

What is asked goes the way of every request from outside: the same routing, checks, limits,
idempotency, problems and audit log. Only the API key is replaced by who is signed in. So a page can
show and do nothing that the interface cannot, and each deed of a page is a call that it can show.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson
import structlog

from api.http.auth import INSIDE, Call, visit_of
from api.identity.sessions import UserIdentity
from ledger import JSON

PAGE_LIMIT = 50
"""How many rows a page of a list has."""

Query = Mapping[str, str | int | bool | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the interface answered. `problem` is its document, or None if all went well."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether it is no problem."""
        return self.status < 400  # noqa: PLR2004 - the statuses of errors begin there

    @property
    def json(self) -> Any:
        """The document of the body."""
        return orjson.loads(self.body) if self.body else None

    @property
    def problem(self) -> dict[str, Any] | None:
        """The problem document, if it is one."""
        return None if self.is_good else self.json

    @property
    def code(self) -> str:
        """The code of the problem, such as `offer-not-found`, or nothing."""
        problem = self.problem
        return "" if problem is None else str(problem["type"]).rpartition("/")[2]

    @property
    def items(self) -> list[Any]:
        """The rows of a list. A problem has none."""
        return list(self.json["items"]) if self.is_good else []

    @property
    def next_cursor(self) -> str | None:
        """Where the next rows begin, if there are more."""
        return self.json.get("next_cursor") if self.is_good else None


class Problem(Exception):
    """The interface refused what a page cannot do without. The page of the problem is shown."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.code)


async def ask(
    request: Call,
    user: UserIdentity,
    method: str,
    path: str,
    *,
    query: Query | None = None,
    body: JSON = None,
    content: bytes | None = None,
    media_type: str = "application/json",
    key: str | None = None,
) -> Answer:
    """Ask the interface, and return what it answers, also a problem.

    `path` begins with `/v1/`; its variable parts are quoted by `at`. `key` is the Idempotency-Key.
    """
    visit_of(request).end()  # what is asked takes a place of its own
    sent = content if content is not None else (b"" if body is None else orjson.dumps(body))
    headers = [(b"host", request.headers.get("host", "localhost").encode("latin-1"))]
    if sent:
        headers += [
            (b"content-type", media_type.encode()),
            (b"content-length", str(len(sent)).encode()),
        ]
    if (request_id := structlog.contextvars.get_contextvars().get("request_id")) is not None:
        headers.append((b"x-request-id", request_id.encode()))
    if key is not None:
        headers.append((b"idempotency-key", key.encode("latin-1", "replace")))
    scope: Any = {
        "type": "http",
        "asgi": request.scope.get("asgi", {"version": "3.0"}),
        "http_version": request.scope.get("http_version", "1.1"),
        "scheme": request.scope.get("scheme", "http"),
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(list(_pairs(query or {}))).encode(),
        "headers": headers,
        "client": request.scope.get("client"),
        "server": request.scope.get("server"),
        INSIDE: user,
    }
    exchange = _Exchange(sent)
    # In a task of its own: what it notes of itself stays there, and the page keeps its own.
    await asyncio.create_task(request.app(scope, exchange.receive, exchange.send))
    return Answer(exchange.status, exchange.headers, b"".join(exchange.parts))


def at(template: str, **parts: object) -> str:
    """An address with its variable parts, each quoted: `at("/v1/offers/{offer}", offer=7)`."""
    return template.format(**{name: quote(str(part), safe="") for name, part in parts.items()})


def _pairs(query: Query) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int):
            yield name, str(value)
        else:
            yield from ((name, each) for each in value)


class _Exchange:
    """One request and its answer, as the application sees them."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._answered = asyncio.Event()
        self.status = 500
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    async def receive(self) -> Any:
        if self._body is None:
            # Who asks from inside stays until the answer is whole.
            await self._answered.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in message["headers"]
            }
        else:
            self.parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._answered.set()
