"""The sign of life of the watchdogs, which all processes of a data directory can read.

A watchdog runs in the process that started the server processes. They tell from this file whether
somebody still watches the servers that they use.
"""

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

FILE_NAME = "watchdog.pulse"
SILENCE_SECONDS_MAX = 30.0
_LENGTH = 4_096


@dataclass(frozen=True, slots=True)
class Watching:
    """What the watchdogs of a data directory have left word of.

    `restarts` counts, for each server, how often it was restarted since the file was made.
    """

    beat_at: float
    urls: Sequence[str]
    restarts: dict[str, int]

    @property
    def is_silent(self) -> bool:
        """Whether nobody watches any more."""
        # The clock begins anew with the machine, so an old beat may lie ahead.
        return not 0 <= time.monotonic() - self.beat_at <= SILENCE_SECONDS_MAX


class Pulse:
    """The pulse file of a data directory. Writing it never raises."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME

    def beat(self, urls: Sequence[str], restarted: str | None = None) -> None:
        """Say that the servers at these addresses are watched, and which one was restarted."""
        known = self.read()
        restarts = {} if known is None else dict(known.restarts)
        if restarted is not None:
            restarts[restarted] = restarts.get(restarted, 0) + 1
        document = orjson.dumps(
            {"beat_at": time.monotonic(), "urls": list(urls), "restarts": restarts}
        )
        with contextlib.suppress(OSError):  # the beat is missed, and readiness says so
            self._write(document.ljust(_LENGTH))

    def read(self) -> Watching | None:
        """What was written last. None if nothing was, or if it cannot be read."""
        try:
            return Watching(**orjson.loads(self._path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def _write(self, content: bytes) -> None:
        # In place: on a full disk, a file that has its blocks can still be written.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.pwrite(descriptor, content, 0)
        finally:
            os.close(descriptor)
