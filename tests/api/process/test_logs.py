"""Logs: one event per line, and no secret in any of them."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from api.process import logs
from api.process.logs import HIDDEN, LogFormat, configure_logging


class Terminal(io.StringIO):
    """A stream that looks like a terminal."""

    def isatty(self) -> bool:
        return True


@contextmanager
def logging_to(
    stream: io.StringIO, log_format: LogFormat, monkeypatch: pytest.MonkeyPatch
) -> Iterator[io.StringIO]:
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configured = structlog.get_config()
    configure_logging(level="info", log_format=log_format)
    yield stream
    structlog.configure(**configured)
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    with logging_to(io.StringIO(), "json", monkeypatch) as stream:
        yield stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_events_are_json_with_the_request_id(written: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("any").info("coupon_used", points=20)
    logging.getLogger("some.library").warning("slow %s", "query")
    structlog.get_logger("any").debug("not_shown")
    own, foreign = lines(written)
    assert (
        own.items()
        >= {"event": "coupon_used", "points": 20, "request_id": "r-1", "level": "info"}.items()
    )
    assert (
        foreign.items() >= {"event": "slow query", "request_id": "r-1", "level": "warning"}.items()
    )


def test_secrets_are_hidden_by_name_at_any_depth(written: io.StringIO) -> None:
    structlog.get_logger().info(
        "call",
        headers={"Authorization": "Bearer abc", "Webhook-Signature": "v1,abc", "accept": "json"},
        items=[{"code": "ABC-DEF", "reference": "r1"}],
        webhook_secret="whatever",
    )
    (event,) = lines(written)
    assert event["headers"] == {
        "Authorization": HIDDEN,
        "Webhook-Signature": HIDDEN,
        "accept": "json",
    }
    assert event["items"] == [{"code": HIDDEN, "reference": "r1"}]
    assert event["webhook_secret"] == HIDDEN


def test_secrets_are_hidden_by_shape(written: io.StringIO) -> None:
    try:
        int("cannot reach postgresql://me:hunter2@host/db with cmty_abc_DEF123")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("library").exception("failed")
    assert "hunter2" not in written.getvalue()
    assert "cmty_abc" not in written.getvalue()
    assert written.getvalue().count("ValueError") >= 2


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_colours_are_for_terminals_alone(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with logging_to(stream, "console", monkeypatch):
        structlog.get_logger("any").info("coupon_used", points=20)
        logging.getLogger("some.library").warning("slow")
        try:
            int("no number")
        except ValueError:
            structlog.get_logger("any").exception("failed")
    assert "coupon_used" in stream.getvalue()
    assert ("\x1b" in stream.getvalue()) is stream.isatty()


def fail(message: str) -> None:
    raise ValueError(message)


def test_an_error_that_is_repeated_is_one_line_with_a_count(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def met(number: int) -> None:
        try:
            fail(f"no space for file {number}")
        except ValueError as error:
            structlog.get_logger("any").error("request_failed", path="/a", exc_info=error)
            logging.getLogger("some.library").exception("pool broken")

    for number in range(357):
        met(number)
    try:
        int("another place")
    except ValueError:
        structlog.get_logger("any").exception("request_failed")
    monkeypatch.setattr(logs, "REPEAT_SECONDS", 0.0)
    met(357)
    found = [(line["event"], line.get("repeated")) for line in lines(written)]
    assert found == [
        ("request_failed", None),
        ("pool broken", None),
        ("request_failed", None),
        ("request_failed", 356),
        ("pool broken", 356),
    ]
    assert all("ValueError" in str(line["exception"]) for line in lines(written))
