"""The line of a request is the one that structlog would have written."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest
import structlog
from structlog.testing import capture_logs

from api.process.access_log import access_log
from api.process.log_sink import DROPPED
from api.process.logs import HIDDEN, LogFormat, configure_logging

FACTS: dict[str, object] = {
    "method": "POST",
    "path": "/v1/programmes/grocer/issue/ü",
    "status": 201,
    "milliseconds": 1.25,
    "party": "grocer",
}


class Stream(io.StringIO):
    """A stream that can be full."""

    is_full = False

    def write(self, text: str) -> int:
        if self.is_full:
            raise OSError
        return super().write(text)


@pytest.fixture
def stream(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stream]:
    level, log_format = cast("tuple[str, LogFormat]", getattr(request, "param", ("info", "json")))
    written = Stream()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    handlers, root_level = root.handlers[:], root.level
    configured = structlog.get_config()
    configure_logging(level=level, log_format=log_format)
    structlog.contextvars.bind_contextvars(request_id="r-1")
    yield written
    structlog.configure(**configured)
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(root_level)


def lines(stream: Stream) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("facts", [FACTS, {**FACTS, "party": None, "error": "KeyError"}])
def test_it_is_the_line_that_structlog_writes(stream: Stream, facts: dict[str, object]) -> None:
    assert access_log.write("r-1", facts)
    structlog.get_logger("comity.access").info("request", **facts)
    own, other = lines(stream)
    assert list(own) == list(other)
    assert [len(str(each.pop("timestamp"))) for each in (own, other)] == [27, 27]
    assert own == other


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("path", "/v1/cmty_live_abc"),
        ("path", "/v1/whsec_abc"),
        ("path", "/v1/https://me:secret@host"),
        ("party", "Bearer abc"),
    ],
)
def test_what_looks_like_a_secret_is_left_to_structlog(
    stream: Stream, name: str, secret: str
) -> None:
    facts = {**FACTS, name: secret}
    assert not access_log.write("r-1", facts)
    assert not access_log.write(secret, FACTS)
    structlog.get_logger("comity.access").info("request", **facts)
    (line,) = lines(stream)
    assert HIDDEN in line[name]


def test_a_lost_line_is_counted_and_said(stream: Stream) -> None:
    before = DROPPED._value.get()
    stream.is_full = True
    assert access_log.write("r-1", FACTS)
    assert DROPPED._value.get() == before + 1
    stream.is_full = False
    assert not access_log.write("r-1", FACTS)
    structlog.get_logger("comity.access").info("request", **FACTS)
    assert [(line["event"], line.get("count")) for line in lines(stream)] == [
        ("request", None),
        ("log_lines_dropped", 1),
    ]
    assert access_log.write("r-1", FACTS)


@pytest.mark.parametrize("stream", [("info", "console"), ("warning", "json")], indirect=True)
def test_other_formats_and_levels_are_left_to_structlog(stream: Stream) -> None:
    assert not access_log.write("r-1", FACTS)
    assert stream.getvalue() == ""


def test_nothing_is_written_past_somebody_who_listens(stream: Stream) -> None:
    with capture_logs():
        assert not access_log.write("r-1", FACTS)
    configured = structlog.get_config()
    structlog.reset_defaults()
    assert not access_log.write("r-1", FACTS)
    structlog.configure(**configured)
    assert access_log.write("r-1", FACTS)
    assert len(lines(stream)) == 1
