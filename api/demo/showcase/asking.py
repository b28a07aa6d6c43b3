"""How the showcase asks the service: all that its rooms know of the HTTP client.

Each party has keys for several kinds of work, so that the audit log names several. A request that
changes something has a fixed key: a run that was cut off is gone on with by the next one, and what
it asks again is answered with a replay.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from api.client import AsyncComity, ComityError, Problem
from api.demo.errors import DemoFailed
from api.demo.tally import BATCH_ITEMS_MAX, words_of

JSON = Any
Result = TypeVar("Result")
IN_FLIGHT = 16
_AGAIN_SECONDS = 0.2
_AGAIN_MAX = 300


class Desk:
    """A party, or one of its people, at the service."""

    def __init__(self, client: AsyncComity) -> None:
        self._client = client

    async def _send(self, method: str, path: str, **sent: Any) -> JSON:
        """Send a request that must be accepted."""
        try:
            return await self._client.request(method, path, **sent)
        except Problem as problem:
            raise DemoFailed(f"{method} {path}: {words_of(problem)}") from problem
        except ComityError as error:
            raise DemoFailed(f"{method} {path}: {error}") from error

    async def read(self, path: str, **query: str | int) -> JSON:
        """GET one document."""
        return await self._send("GET", path, query=query)

    async def pages(self, path: str, **query: str | int) -> list[JSON]:
        """GET all pages of a list."""
        return [item async for item in self._client.each(path, query=query)]

    async def do(self, path: str, body: JSON = None, *, key: str) -> JSON:
        """POST a change that must be accepted."""
        sent = {} if body is None else body
        return await self._send("POST", path, body=sent, key=f"showcase-{key}")

    async def insist(self, path: str, body: JSON, *, key: str, while_refused: str) -> JSON:
        """POST a change, again and again while it is refused with this problem type."""
        for _ in range(_AGAIN_MAX):
            try:
                return await self._client.request("POST", path, body=body, key=f"showcase-{key}")
            except Problem as problem:
                if problem.code != while_refused:
                    raise DemoFailed(f"POST {path}: {words_of(problem)}") from problem
            await asyncio.sleep(_AGAIN_SECONDS)
        raise DemoFailed(f"POST {path} is still refused: {while_refused}")

    async def ask(self, path: str, body: JSON) -> JSON:
        """POST a question that changes nothing."""
        return await self._send("POST", path, body=body)

    async def put(self, path: str, body: JSON) -> JSON:
        """PUT a state."""
        return await self._send("PUT", path, body=body)

    async def remove(self, path: str) -> None:
        """DELETE."""
        await self._send("DELETE", path)

    async def send_file(self, path: str, content: bytes, media_type: str, *, key: str) -> JSON:
        """POST a file."""
        return await self._send(
            "POST", path, content=content, content_type=media_type, key=f"showcase-{key}"
        )

    async def batch(self, path: str, member: str, items: Sequence[JSON]) -> list[JSON]:
        """POST changes, each with its own key, in parts. An item may be refused."""
        answers: list[JSON] = []
        for first in range(0, len(items), BATCH_ITEMS_MAX):
            part = list(items[first : first + BATCH_ITEMS_MAX])
            answers += (await self.ask(path, {member: part}))["answers"]
        return answers

    async def until(
        self, path: str, holds: Callable[[JSON], bool], what: str, **query: str | int
    ) -> JSON:
        """GET a document until it is as wanted."""
        found: JSON = None
        for _ in range(_AGAIN_MAX):
            found = await self.read(path, **query)
            if holds(found):
                return found
            await asyncio.sleep(_AGAIN_SECONDS)
        raise DemoFailed(f"{what}: {path} says {found}")


async def together(
    work: Iterable[Coroutine[Any, Any, Result]], in_flight: int = IN_FLIGHT
) -> list[Result]:
    """Run all at once, but not more than some, and return the results in order.

    The first failure cancels the others. It is raised as it is, not in a group.
    """
    places = asyncio.Semaphore(in_flight)

    async def one(each: Awaitable[Result]) -> Result:
        async with places:
            return await each

    waiting = list(work)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(each)) for each in waiting]
    except ExceptionGroup as group:
        raise _first(group) from None
    finally:
        for each in waiting:
            each.close()
    return [task.result() for task in tasks]


def _first(group: ExceptionGroup[Exception]) -> Exception:
    failure: Exception = group
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
    return failure
