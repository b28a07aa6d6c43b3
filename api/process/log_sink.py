"""Where log lines leave the process: a sink that never raises.

The reader of standard error may be gone, and the disk behind it may be full. A line that cannot be
written is dropped and counted. Were the error raised, it would end the error handler that logged.
"""

import logging
import os
from typing import TextIO

import structlog
from prometheus_client import Counter

DROPPED = Counter("comity_log_lines_dropped_total", "Log lines that could not be written.")


class Sink:
    """A stream for log lines. It writes a line at once, or drops and counts it."""

    def __init__(self, stream: TextIO | None) -> None:
        """`stream` is None where the process was started without standard error."""
        self._stream = stream
        self._descriptor = _descriptor_of(stream)
        self._is_torn = False
        self.unsaid = 0
        """Lines that were dropped and that no later line has told of yet."""

    def write(self, text: str) -> None:
        """Write a line. It never raises."""
        try:
            self._write(text.encode("utf-8", "backslashreplace"))
        except Exception:  # noqa: BLE001 - whatever it is, who logs must go on
            self.drop()

    def write_bytes(self, line: bytes) -> None:
        """Write a line that is in UTF-8 already. It never raises."""
        try:
            self._write(line)
        except Exception:  # noqa: BLE001 - whatever it is, who logs must go on
            self.drop()

    def drop(self) -> None:
        """Count a line that is lost."""
        self.unsaid += 1
        DROPPED.inc()

    def flush(self) -> None:
        """Nothing waits to be written."""

    def _write(self, data: bytes) -> None:
        if self._descriptor is None:
            if self._stream is None:
                raise BrokenPipeError
            self._stream.write(data.decode())
            self._stream.flush()
            return
        # Not through the stream's buffer: it would keep the lines that failed, and the end of the
        # process would fail on them once more.
        if self._is_torn:
            data = b"\n" + data
        length = len(data)
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        finally:
            if len(data) < length:
                self._is_torn = bool(data)


def _descriptor_of(stream: TextIO | None) -> int | None:
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):  # a stream in memory
        return None


class SinkHandler(logging.Handler):
    """Hands the records of the standard library to a sink. It never raises."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            line = self.format(record)
        except structlog.DropEvent:
            return
        except Exception:  # noqa: BLE001 - a record that cannot be put into words is lost, too
            self._sink.drop()
            return
        self._sink.write(line + "\n")
