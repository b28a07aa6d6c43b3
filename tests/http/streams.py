"""Streams of server-sent events as a server gives them, message by message."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from litestar import Litestar

PATIENCE_SECONDS = 20


class Stream:
    """One open stream of an application, and what it has said that nobody has read yet."""

    def __init__(
        self, app: Litestar, path: str, headers: Mapping[str, str], query: str = ""
    ) -> None:
        self.status = 0
        self._texts: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._is_asked = False
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [
                (name.encode(), value.encode())
                for name, value in {"host": "localhost", **headers}.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        self.task = asyncio.create_task(app(cast("Any", scope), self._receive, self._send))

    async def _receive(self) -> Any:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            await self._texts.put(message.get("body", b""))
            if not message.get("more_body"):
                self._gone.set()  # as a server does after an answer

    async def messages(self, count: int) -> list[dict[str, str]]:
        """The next messages, each as its fields, without comments."""
        found: list[dict[str, str]] = []
        while len(found) < count:
            text = (await asyncio.wait_for(self._texts.get(), PATIENCE_SECONDS)).decode()
            for block in text.split("\n\n"):
                fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
                if fields:
                    found.append(fields)
        return found

    def unread(self) -> bytes:
        """All that was said and not read yet."""
        return b"".join(self._texts.get_nowait() for _ in range(self._texts.qsize()))

    async def begun(self) -> int:
        """The status, once something was said."""
        await asyncio.wait_for(self._texts.get(), PATIENCE_SECONDS)
        return self.status

    async def leave(self) -> None:
        """Go away, as a browser that is closed."""
        self._gone.set()
        await asyncio.wait_for(self.task, PATIENCE_SECONDS)
