"""The demo's HTTP client: one pool of connections, one caller for each API key.

Every answer is checked, and the demo knows nothing else of the service. If the service is busy (429
or 503), the request is sent again after the time that the service names. This is safe, because
every change has a key. Any other unexpected answer ends the demo.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson

from api.demo.errors import DemoFailed

REQUEST_TIMEOUT_SECONDS = 60.0
CONNECTIONS_MAX = 64
BUSY_ANSWERS_MAX = 60
BATCH_ITEMS_MAX = 1_000
_PROBLEM_MEDIA_TYPE = "application/problem+json"

JSON = Any
"""What orjson reads. The OpenAPI description of the service tells its shape."""


@dataclass(slots=True)
class Tally:
    """What was sent: requests, changes (one per idempotency key), and how many were replays."""

    requests: int = 0
    changes: int = 0
    replayed: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal in the words of the service (RFC 9457)."""

    status: int
    code: str
    title: str
    detail: str
    document: dict[str, JSON] = field(repr=False)

    @property
    def words(self) -> str:
        """The refusal in one line."""
        faults = self.document.get("errors", "")
        return f"HTTP {self.status} {self.code}: {self.title} {self.detail} {faults}".rstrip()


def problem_of(document: Mapping[str, JSON]) -> Problem:
    """Read a problem document."""
    return Problem(
        status=document["status"],
        code=str(document["type"]).rpartition("/")[2],
        title=document["title"],
        detail=document.get("detail", ""),
        document=dict(document),
    )


class Caller:
    """One party's view of the service."""

    def __init__(self, http: httpx2.AsyncClient, api_key: str, tally: Tally) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {api_key}"}
        self._tally = tally

    async def read(self, path: str, **query: str | int) -> JSON:
        """GET. Any refusal ends the demo."""
        response = await self._send("GET", path, query=query)
        return _accepted(response)

    async def download(self, path: str, **query: str | int) -> bytes:
        """GET a file. Any refusal ends the demo."""
        response = await self._send("GET", path, query=query)
        _accepted(response, decode=False)
        return response.content

    async def ask(self, path: str, body: JSON) -> JSON:
        """POST a question that changes nothing. Any refusal ends the demo."""
        return _accepted(await self._send("POST", path, content=orjson.dumps(body)))

    async def put(self, path: str, body: JSON) -> JSON:
        """PUT. It needs no key, because the same content twice is one state."""
        return _accepted(await self._send("PUT", path, content=orjson.dumps(body)))

    async def change(self, path: str, body: JSON, *, key: str) -> JSON:
        """POST one change under its key. Any refusal ends the demo."""
        answer = await self.attempt(path, body, key=key)
        if isinstance(answer, Problem):
            raise DemoFailed(f"POST {path}: {answer.words}")
        return answer

    async def remove(self, path: str) -> None:
        """DELETE. Any refusal ends the demo."""
        _accepted(await self._send("DELETE", path), decode=False)

    async def renew(self, path: str, body: JSON) -> JSON:
        """POST what an earlier run made and only that run could keep.

        It is not counted. It is no part of the year, and each run makes it anew.
        """
        headers = {"idempotency-key": f"demo-{secrets.token_hex(16)}"}
        return _accepted(
            await self._send("POST", path, content=orjson.dumps(body), headers=headers)
        )

    async def attempt(self, path: str, body: JSON, *, key: str) -> JSON | Problem:
        """POST one change under its key. A refusal (4xx) is an answer, too.

        Raises:
            DemoFailed: the answer is neither a success nor a refusal.
        """
        response = await self._send(
            "POST", path, content=orjson.dumps(body), headers={"idempotency-key": key}
        )
        is_refusal = response.is_client_error and response.headers.get(
            "content-type", ""
        ).startswith(_PROBLEM_MEDIA_TYPE)
        answer = problem_of(orjson.loads(response.content)) if is_refusal else _accepted(response)
        self._count(response)
        return answer

    async def change_refused(self, path: str, body: JSON, *, key: str) -> Problem:
        """POST one change that must be refused. If it is not, the demo ends."""
        answer = await self.attempt(path, body, key=key)
        if not isinstance(answer, Problem):
            raise DemoFailed(f"POST {path} was not refused")
        return answer

    async def upload(
        self, path: str, content: bytes, *, key: str, media_type: str = "text/csv"
    ) -> JSON:
        """POST a file under its key. Any refusal ends the demo."""
        headers = {"idempotency-key": key, "content-type": media_type}
        response = await self._send("POST", path, content=content, headers=headers)
        answer = _accepted(response)
        self._count(response)
        return answer

    async def batch(self, path: str, member: str, items: Sequence[JSON]) -> list[JSON]:
        """POST up to BATCH_ITEMS_MAX changes, each with its own key.

        Returns the answers in the same order. The demo ends if one change is refused.
        """
        response = await self._send("POST", path, content=orjson.dumps({member: items}))
        answers: list[JSON] = _accepted(response)["answers"]
        if len(answers) != len(items):
            raise DemoFailed(f"{path}: {len(items)} items sent, {len(answers)} answers came back")
        for answer in answers:
            if "problem" in answer:
                problem = problem_of(answer["problem"])
                raise DemoFailed(
                    f"{path}: {answer.get('key')} was refused: {problem.title} {problem.detail}"
                )
        self._tally.changes += len(items)
        self._tally.replayed += int(response.headers["idempotency-replays"])
        return answers

    async def pages(self, path: str, **query: str | int) -> list[JSON]:
        """GET all pages of a list."""
        items: list[JSON] = []
        page = await self.read(path, **query)
        items.extend(page["items"])
        while page.get("next_cursor"):
            page = await self.read(path, **query, cursor=page["next_cursor"])
            items.extend(page["items"])
        return items

    def _count(self, response: httpx2.Response) -> None:
        self._tally.changes += 1
        self._tally.replayed += response.headers.get("idempotency-replayed") == "true"

    async def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> httpx2.Response:
        sent = {"content-type": "application/json", **self._headers, **(headers or {})}
        for _ in range(BUSY_ANSWERS_MAX):
            self._tally.requests += 1
            try:
                response = await self._http.request(
                    method, path, content=content, headers=sent, params=query or None
                )
            except httpx2.HTTPError as error:
                raise DemoFailed(
                    f"the service stopped answering ({type(error).__name__} at {method} {path}). "
                    "Nothing is lost: run the demo again with the same --data-dir and it goes on."
                ) from error
            if response.status_code not in {429, 503}:
                return response
            await asyncio.sleep(float(response.headers.get("retry-after", "1")))
        raise DemoFailed(
            f"{method} {path}: the service is still busy after {BUSY_ANSWERS_MAX} attempts"
        )


def open_http(base_url: str) -> httpx2.AsyncClient:
    """A pool of connections to the service."""
    limits = httpx2.Limits(
        max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX
    )
    return httpx2.AsyncClient(
        base_url=base_url, timeout=REQUEST_TIMEOUT_SECONDS, limits=limits, trust_env=False
    )


def _accepted(response: httpx2.Response, *, decode: bool = True) -> JSON:
    if response.is_success:
        return orjson.loads(response.content) if decode else None
    raise DemoFailed(f"{response.request.method} {response.request.url.path}: {_words(response)}")


def _words(response: httpx2.Response) -> str:
    try:
        problem = problem_of(orjson.loads(response.content))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"HTTP {response.status_code}: {response.text[:300]}"
    return problem.words
