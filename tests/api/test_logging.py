import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from api.logging import HIDDEN, configure_logging


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(level="info", log_format="json")
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_events_are_json_with_the_request_id(written: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("any").info("coupon_used", points=20)
    logging.getLogger("some.library").warning("slow %s", "query")
    structlog.get_logger("any").debug("not_shown")
    own, foreign = lines(written)
    assert own.items() >= {"event": "coupon_used", "points": 20, "request_id": "r-1", "level": "info"}.items()
    assert foreign.items() >= {"event": "slow query", "request_id": "r-1", "level": "warning"}.items()


def test_secrets_are_hidden_by_name_at_any_depth(written: io.StringIO) -> None:
    structlog.get_logger().info(
        "call",
        headers={"Authorization": "Bearer abc", "Webhook-Signature": "v1,abc", "accept": "json"},
        items=[{"code": "ABC-DEF", "reference": "r1"}],
        webhook_secret="whatever",
    )
    (event,) = lines(written)
    assert event["headers"] == {"Authorization": HIDDEN, "Webhook-Signature": HIDDEN, "accept": "json"}
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
