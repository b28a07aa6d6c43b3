"""Trouble that lasts: one line when it begins, one each minute, one when it ends."""

import time

import pytest
import structlog
from structlog.testing import capture_logs

from ledger import Troubles
from ledger.troubles import REMIND_SECONDS


class Clock:
    """The time, which passes only when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def said(logs: list[structlog.typing.EventDict]) -> list[tuple[str, object]]:
    return [(entry["event"], entry.get("count")) for entry in logs]


def test_it_is_said_once_each_minute_and_when_it_ends(clock: Clock) -> None:
    with capture_logs() as logs:
        troubles = Troubles(structlog.get_logger(), "away", "back")
        for _ in range(1_000):
            troubles.met("a", "Refused", supplier_id=1)
        clock.now += REMIND_SECONDS
        troubles.met("a", "Refused", supplier_id=1)
        for _ in range(10):
            troubles.over("a", supplier_id=1)
    assert said(logs) == [("away", None), ("away", 1_001), ("back", 1_001)]
    assert [entry["log_level"] for entry in logs] == ["warning"] * 3
    assert logs[2]["for_seconds"] == REMIND_SECONDS


def test_each_subject_and_each_kind_of_error_is_said(clock: Clock) -> None:
    with capture_logs() as logs:
        troubles = Troubles(structlog.get_logger(), "away", "back")
        for subject, error in (("a", "Refused"), ("b", "Refused"), ("a", "Timeout")) * 3:
            troubles.met(subject, error, subject=subject)
            clock.now += 1
        troubles.over("never in trouble")
    assert [(entry["subject"], entry["error"]) for entry in logs] == [
        ("a", "Refused"),
        ("b", "Refused"),
        ("a", "Timeout"),
    ]


def test_what_comes_and_goes_is_said_once_a_minute(clock: Clock) -> None:
    with capture_logs() as logs:
        troubles = Troubles(structlog.get_logger(), "away", "back")
        for _ in range(120):
            troubles.met("a", "Refused")
            troubles.over("a")
            clock.now += 1
    assert said(logs) == [("away", None), ("back", 1)] * 2


def test_an_exception_is_an_error_with_its_traceback(clock: Clock) -> None:
    del clock
    failure = ValueError("a defect")
    with capture_logs() as logs:
        Troubles(structlog.get_logger(), "away", "back").met("a", "E", exception=failure)
    assert (logs[0]["log_level"], logs[0]["exc_info"]) == ("error", failure)
