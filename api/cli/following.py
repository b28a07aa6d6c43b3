"""How `comity events tail` and `comity webhooks listen` follow the stream of a service.

The stream is read as any program would read it, with an API key and over HTTP. After a break it
goes on where it was, by the id of the last event.
"""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

if TYPE_CHECKING:
    import httpx2

KEY_VARIABLE = "API_KEY"
DEFAULT_URL = "http://127.0.0.1:8080"
SILENCE_SECONDS_MAX = 45.0
"""The service says something every 15 seconds. After three times that, the line is dead."""
CONNECT_SECONDS_MAX = 10.0
AGAIN_SECONDS = 1.0

Command = TypeVar("Command", bound=Callable[..., Any])
Document = dict[str, Any]


class FollowingRefused(click.ClickException):
    """The service does not give this key its events."""


def stream_options(command: Command) -> Command:
    """Add the options of every command that follows a stream."""
    options = (
        click.option("--url", default=DEFAULT_URL, show_default=True, help="Where the service is."),
        click.option("--key", envvar=KEY_VARIABLE, required=True, help="An API key that may read."),
        click.option(
            "--after",
            type=click.IntRange(min=0),
            help="Begin after the event with this number. By default, with what is new.",
        ),
        click.option("--type", "types", multiple=True, help="Only events of this type."),
        click.option("--count", type=click.IntRange(min=1), help="End after so many events."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run a command until it ends, or until somebody stops it."""

    async def run() -> None:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # on Windows
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())


async def followed(wanted: dict[str, Any]) -> AsyncIterator[Document]:
    """The events that the options ask for, as they come.

    Raises:
        FollowingRefused: the service refuses the key, or where it is to begin.
    """
    import httpx2

    left = wanted["count"]
    last_id: str | None = None
    timeout = httpx2.Timeout(SILENCE_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
    async with httpx2.AsyncClient(base_url=wanted["url"], timeout=timeout, trust_env=False) as http:
        while left is None or left > 0:
            try:
                async for document in _once(http, wanted, last_id):
                    last_id = document["id"]
                    if wanted["types"] and document["type"] not in wanted["types"]:
                        continue
                    yield document
                    left = None if left is None else left - 1
                    if left == 0:
                        return
            except (httpx2.HTTPError, httpx2.StreamError):
                pass
            await asyncio.sleep(AGAIN_SECONDS)


async def _once(
    http: "httpx2.AsyncClient", wanted: dict[str, Any], last_id: str | None
) -> AsyncIterator[Document]:
    """The events of one connection."""
    headers = {"Authorization": f"Bearer {wanted['key']}"}
    query = {}
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    elif wanted["after"] is not None:
        query["after"] = wanted["after"]
    async with http.stream("GET", "/v1/events/stream", params=query, headers=headers) as response:
        if response.is_client_error and response.status_code != 429:  # noqa: PLR2004
            problem = json.loads(await response.aread())
            raise FollowingRefused(problem["detail"])
        if not response.is_success:
            return
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "data":
                yield json.loads(value)
