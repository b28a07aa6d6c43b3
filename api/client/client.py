"""`Comity` and `AsyncComity`: the same methods, one that blocks and one to be awaited."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx2

from api.client.engine import PATIENCE_SECONDS, UNANSWERED_MAX, Answered, Engine, Options
from api.client.interface import (
    EACH,
    JSON,
    JSON_MEDIA_TYPE,
    SAVE,
    Call,
    find_operation,
    interface,
    method_names,
    plain,
)
from api.client.methods import AsyncMethods, Methods
from api.client.transport import (
    TIMEOUT_SECONDS,
    AsyncTransport,
    BlockingTransport,
    Transport,
    drive,
    drive_each,
)


class _Client:
    """What both clients have in common."""

    _engine: Engine
    _options: Options
    _transport: Transport

    def _start(self, transport: Transport, options: Options) -> None:
        self._transport, self._options = transport, options
        self._engine = Engine(transport, options)

    def with_options(
        self,
        *,
        api_key: str | None = None,
        timeout_seconds: float | None = None,
        patience_seconds: float | None = None,
        unanswered_max: int | None = None,
        on_answer: Callable[[Answered], None] | None = None,
    ) -> Self:
        """The same client with other options, on the same connections.

        `api_key` calls for another party.
        """
        changes: dict[str, Any] = {
            "api_key": api_key,
            "timeout_seconds": timeout_seconds,
            "patience_seconds": patience_seconds,
            "unanswered_max": unanswered_max,
            "on_answer": on_answer,
        }
        made = type(self).__new__(type(self))
        given = {name: value for name, value in changes.items() if value is not None}
        made._start(self._transport, replace(self._options, **given))  # noqa: SLF001 - its own kind
        return made

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._options.url!r})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *method_names()]


def _call(
    method: str, path: str, query: Mapping[str, object] | None, body: JSON, **sent: Any
) -> Call:
    """A call of whatever is at an address. `sent` are a content, its type and a key."""
    operation = interface().at(method.upper(), path)
    return Call(operation, path, plain(query or {}), body, **sent)


class Comity(_Client, Methods):
    """Calls the service, and waits for each answer.

    `http` is a client of your own, for proxies, certificates or limits. It stays open. Without it,
    there are up to CONNECTIONS_MAX connections, which `close` or the end of a `with` block closes.

        with Comity("https://rights.example", api_key) as comity:
            comity.issue_points("tea-club", member="m-1001", points=40, key="order-4711")
    """

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        unanswered_max: int = UNANSWERED_MAX,
        on_answer: Callable[[Answered], None] | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        options = Options(
            url, api_key, timeout_seconds, patience_seconds, unanswered_max, on_answer
        )
        self._start(BlockingTransport(http), options)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]:
            """The method that is called like this. `methods.pyi` lists them all."""
            operation, prefix = find_operation(name)

            def call(*places: object, **given: Any) -> Any:
                if prefix == EACH:
                    return drive_each(self._engine.each(operation.name, places, given))
                if prefix == SAVE:
                    path, *rest = places
                    return drive(self._engine.save(operation.name, Path(path), rest, given))
                return drive(self._engine.call(operation.name, places, given))

            call.__name__, call.__doc__ = name, operation.summary
            return call

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: JSON = None,
        content: bytes | Path | None = None,
        content_type: str = JSON_MEDIA_TYPE,
        key: str | None = None,
    ) -> Any:
        """Send any request: for addresses that this release of the client does not know yet."""
        sent = {"content": content, "content_type": content_type, "key": key}
        call = _call(method, path, query, body, **sent)
        return drive(self._engine.send(call))

    def each(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Go through all pages of a list at any address."""
        cursor: str | None = None
        while True:
            page = self.request("GET", path, query={**(query or {}), "cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def close(self) -> None:
        """Close the connections, unless they are those of a client that was given."""
        drive(self._transport.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncComity(_Client, AsyncMethods):
    """Calls the service without blocking: the methods of `Comity`, to be awaited.

    async with AsyncComity("https://rights.example", api_key) as comity:
        await comity.issue_points("tea-club", member="m-1001", points=40, key="order-4711")
    """

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        unanswered_max: int = UNANSWERED_MAX,
        on_answer: Callable[[Answered], None] | None = None,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        options = Options(
            url, api_key, timeout_seconds, patience_seconds, unanswered_max, on_answer
        )
        self._start(AsyncTransport(http), options)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]:
            """The method that is called like this. `methods.pyi` lists them all."""
            operation, prefix = find_operation(name)

            def call(*places: object, **given: Any) -> Any:
                if prefix == EACH:
                    return self._engine.each(operation.name, places, given)
                if prefix == SAVE:
                    path, *rest = places
                    return self._engine.save(operation.name, Path(path), rest, given)
                return self._engine.call(operation.name, places, given)

            call.__name__, call.__doc__ = name, operation.summary
            return call

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: JSON = None,
        content: bytes | Path | None = None,
        content_type: str = JSON_MEDIA_TYPE,
        key: str | None = None,
    ) -> Any:
        """Send any request: for addresses that this release of the client does not know yet."""
        sent = {"content": content, "content_type": content_type, "key": key}
        call = _call(method, path, query, body, **sent)
        return await self._engine.send(call)

    async def each(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Go through all pages of a list at any address."""
        cursor: str | None = None
        while True:
            page = await self.request("GET", path, query={**(query or {}), "cursor": cursor})
            for item in page["items"]:
                yield item
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def close(self) -> None:
        """Close the connections, unless they are those of a client that was given."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
