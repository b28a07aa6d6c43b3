"""A standard error that stops taking lines after the start, in the two ways that happen."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from api.process.logs import LogFormat, configure_logging

WAYS = ("closed pipe", "full disk")


@contextmanager
def dead_log(
    way: str, monkeypatch: pytest.MonkeyPatch, log_format: LogFormat = "json"
) -> Iterator[None]:
    """Log to a stream on which the first lines arrive, and no later ones."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configured = structlog.get_config()
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        configure_logging(level="info", log_format=log_format)
        # Loggers of modules would go on logging to this stream in the tests that follow.
        structlog.configure(cache_logger_on_first_use=False)
        structlog.get_logger().info("started")
        assert b"started" in os.read(reader, 4096)
        if way == "full disk":
            with Path("/dev/full").open("wb") as full:
                os.dup2(full.fileno(), writer)
        os.close(reader)
        yield
    structlog.configure(**configured)
    root.handlers[:] = before
    root.setLevel(level)
