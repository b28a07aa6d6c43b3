"""The line of the log that every request leaves.

It is the line that structlog would write, put together in one go: a chain of processors for each
request takes as long as half of the ledger's work on it. structlog still writes the lines that
could hold a secret, and all of them where lines are not JSON.
"""

from collections.abc import Sequence

import orjson
import structlog

from api.process.log_sink import Sink

SECRET_MARKS = (b"cmty_", b"whsec_", b"://", b"Bearer ")
"""Without one of these, no text has a secret's shape (`logs`)."""


_stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)


class AccessLog:
    """Writes the lines of requests, once it is open and while structlog has its configuration."""

    def __init__(self) -> None:
        self._sink: Sink | None = None
        self._processors: Sequence[object] = ()
        self._last: object = None

    def open(self, sink: Sink | None, processors: Sequence[object]) -> None:
        """Write to this sink while structlog has these processors. Without one, write nothing."""
        self._sink = sink
        self._processors = processors
        self._last = processors[-1]

    def write(self, request_id: str, facts: dict[str, object]) -> bool:
        """Write the line of a request. False if structlog has to write it.

        That is so if something in it looks like a secret, if lines were lost before, or if somebody
        else listens to the events.
        """
        sink = self._sink
        if sink is None or sink.unsaid or not self._is_configured():
            return False
        event = {**facts, "event": "request", "request_id": request_id, "level": "info"}
        try:
            line = orjson.dumps(_stamped(None, "info", event), option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:
            return False
        for mark in SECRET_MARKS:
            if mark in line:
                return False
        sink.write_bytes(line)
        return True

    def _is_configured(self) -> bool:
        processors = structlog.get_config()["processors"]
        return processors is self._processors and processors[-1] is self._last


access_log = AccessLog()
"""The one of this process. `configure_logging` opens it."""
