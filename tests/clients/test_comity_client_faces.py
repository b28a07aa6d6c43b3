"""What the client is beyond its calls: its imports, names, examples, and signed messages."""

import doctest
import importlib
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import comity.client
import pytest
from comity.client import WebhookInvalid, problems, verify

from api.client import schemas
from api.client.engine import encode
from api.client.interface import bind, companion, find_operation, interface, method_names
from api.client.problems import class_name, class_of
from api.http.routes.problem_types import codes
from exchange.fulfil.supplier import sign

ROOMS = ("engine", "errors", "interface", "problems", "schemas", "transport", "webhooks")
HEAVY = {
    *("litestar", "sqlalchemy", "duckdb", "pydantic", "asyncpg", "granian", "rich", "redis"),
    *("structlog", "prometheus_client", "reportlab", "alembic", "cryptography"),
    *("ledger", "catalog", "exchange", "settlement"),
}
OLD, NEW = "whsec_" + "b2xkLW9sZC1vbGQtb2xk", "whsec_" + "bmV3LW5ldy1uZXctbmV3"
BODY = b'{"type": "test.ping"}'


def test_an_import_brings_nothing_of_the_service(tmp_path: Path) -> None:
    """From anywhere, in the environment in which this checkout is installed."""
    program = "import sys, comity.client; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.split())
    assert {"api", "httpx2"} <= imported
    assert imported & HEAVY == set()


def test_every_type_of_problem_has_a_class() -> None:
    known = codes()
    assert set(interface().problems) == set(known)
    for code, kind in known.items():
        found = getattr(problems, class_name(code))
        assert (found.code, found.status) == (code, kind.status)
        assert found is class_of(code, kind.status)
    assert len({class_name(code) for code in known}) == len(known)
    assert {class_name(code) for code in known} <= set(dir(problems))
    with pytest.raises(AttributeError):
        _ = problems.NeverHeardOf  # type: ignore[attr-defined]


def test_methods_have_different_names() -> None:
    operations = interface().operations
    beside = [name for each in operations.values() if (name := companion(each))]
    assert len({*operations, *beside}) == len(operations) + len(beside) == len(method_names())
    assert not {*operations, *beside} & {"request", "each", "close", "with_options"}
    for name in ("each_statements", "save_statement", "each_member_history"):
        assert name in beside


def test_arguments_find_their_places() -> None:
    funnel, _ = find_operation("get_funnel")
    call = bind(funnel, (), {"from_": date(2026, 1, 31), "side": None})
    assert call.query == {"from": "2026-01-31"}
    when = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    assert encode({"occurred_at": when}) == b'{"occurred_at":"2026-01-31T09:30:00+00:00"}'
    assert encode({"a": Decimal("0.10"), "b": range(2)}) == b'{"a":"0.10","b":[0,1]}'
    with pytest.raises(TypeError):
        encode({"a": object()})


@pytest.mark.parametrize("room", ROOMS)
def test_examples_do_what_they_say(room: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"api.client.{room}"))
    assert failed == 0


def test_the_installed_name_offers_the_same() -> None:
    assert set(comity.client.__all__) <= set(dir(comity.client))
    assert comity.client.problems.KeyNotFound is problems.KeyNotFound
    assert schemas.IssueBody(member="m", points=1) == {"member": "m", "points": 1}


def signed(secret: str, sent_at: datetime) -> dict[str, str]:
    return sign(secret, "msg-1", BODY.decode(), sent_at)


def test_a_message_is_verified_with_either_secret() -> None:
    for secret in (OLD, NEW):
        headers = signed(secret, datetime.now(UTC))
        assert verify(BODY, headers, [NEW, OLD]) == {"type": "test.ping"}
    both = signed(OLD, datetime.now(UTC))
    both["webhook-signature"] += " v1a,AAAA " + signed(NEW, datetime.now(UTC))["webhook-signature"]
    assert verify(BODY, both, NEW) == verify(BODY, both, OLD)


def test_a_message_that_is_not_right_is_refused() -> None:
    now = datetime.now(UTC)
    good = signed(OLD, now)
    with pytest.raises(WebhookInvalid, match="no signature"):
        verify(BODY, good, NEW)
    with pytest.raises(WebhookInvalid, match="no signature"):
        verify(BODY + b" ", good, OLD)
    with pytest.raises(WebhookInvalid, match="no signature"):
        verify(BODY, {**good, "webhook-id": "msg-2"}, OLD)
    with pytest.raises(WebhookInvalid, match="no header webhook-timestamp"):
        verify(BODY, {k: v for k, v in good.items() if "timestamp" not in k}, OLD)
    for seconds in (-301, 301):
        with pytest.raises(WebhookInvalid, match="just now"):
            verify(BODY, good, OLD, now=time.time() + seconds)
    with pytest.raises(ValueError, match="whsec_"):
        verify(BODY, good, "whsec_!")
    with pytest.raises(WebhookInvalid, match="no signature"):
        verify(BODY, {**good, "webhook-signature": "v1,é"}, OLD)
