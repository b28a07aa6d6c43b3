"""Restart a server of our own that died while it was used, for example for lack of memory."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from api.embedded.errors import EmbeddedServerError
from api.embedded.pulse import Pulse
from api.embedded.sharing import Watched, revive
from ledger import Troubles

WATCH_SECONDS = 1.0
BACK_OFF_SECONDS_MIN = 0.5
BACK_OFF_SECONDS_MAX = 60.0
SOUND_SECONDS = 60.0
"""A server that lived this long since its last start is restarted at once, without back-off."""

_log = structlog.get_logger("comity.embedded")
_not_started = Troubles(_log, "embedded_server_not_started", "embedded_server_starts")
_failed = Troubles(_log, "embedded_watch_failed", "embedded_watch_goes_on")


class _Watch:
    """One server, and when it may be restarted next."""

    def __init__(self, server: Watched, directory: Path) -> None:
        self._server = server
        self._directory = directory
        self._back_off_seconds = BACK_OFF_SECONDS_MIN
        self._tried_at = time.monotonic()
        self._may_start_at = self._tried_at
        self._is_dead = False

    def look(self) -> str | None:
        """Restart the server if it is gone and its back-off is over. Returns its name if it was.

        All processes that use the server may watch it. It is restarted while the lock is held, so
        the second process finds it running.
        """
        if self._server.is_alive():
            self._is_dead = False
            return None
        now = time.monotonic()
        if now - self._tried_at > SOUND_SECONDS:
            self._back_off_seconds = BACK_OFF_SECONDS_MIN
            self._may_start_at = now
        if now < self._may_start_at:
            return None
        if not self._is_dead:
            self._is_dead = True
            _log.error("embedded_server_died", server=self._server.name)
        restarted = None
        try:
            if revive(self._server, self._directory):
                restarted = self._server.name
        except (EmbeddedServerError, OSError) as error:
            _not_started.met(self._server.name, str(error), server=self._server.name)
        else:
            _not_started.over(self._server.name, server=self._server.name)
            _log.warning("embedded_server_started_again", server=self._server.name)
        self._tried_at = time.monotonic()
        self._may_start_at = self._tried_at + self._back_off_seconds
        self._back_off_seconds = min(self._back_off_seconds * 2, BACK_OFF_SECONDS_MAX)
        return restarted


class Watchdog:
    """A thread that watches the servers of a block. Without servers it does nothing."""

    def __init__(self, servers: Sequence[Watched], directory: Path) -> None:
        self._watches = [_Watch(server, directory) for server in servers]
        self._urls = [server.url for server in servers]
        self._pulse = Pulse(directory)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        if self._watches:
            self._pulse.beat(self._urls)
            self._thread.start()

    def stop(self) -> None:
        """Stop watching, after a restart that is under way. Then the server can be stopped."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            for watch in self._watches:
                restarted = None
                try:
                    restarted = watch.look()
                except BaseException as error:  # noqa: BLE001 - nobody would watch after the thread's end
                    _failed.met("watch", type(error).__name__, exception=error)
                self._pulse.beat(self._urls, restarted)
