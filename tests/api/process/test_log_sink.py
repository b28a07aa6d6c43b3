"""The sink of the log: it never raises, and says later what it has lost."""

import io
import json
import logging
import os
import sys
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from api.process.log_sink import Sink
from tests.api.process.test_logs import lines, logging_to
from tests.dead_log import WAYS, dead_log


def dropped() -> float:
    return REGISTRY.get_sample_value("comity_log_lines_dropped_total") or 0.0


@pytest.mark.parametrize("way", WAYS)
def test_lines_that_cannot_be_written_are_dropped_and_counted(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dropped()
    with dead_log(way, monkeypatch):
        structlog.get_logger("any").warning("lost")
        logging.getLogger("some.library").error("lost %s", "too")
        try:
            int("no number")
        except ValueError:
            structlog.get_logger("any").exception("failed")
    assert dropped() == before + 3


def test_an_event_that_cannot_be_put_into_words_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Unspeakable:
        def __str__(self) -> str:
            raise RuntimeError

    with logging_to(io.StringIO(), "json", monkeypatch) as stream:
        before = dropped()
        structlog.get_logger("any").warning("lost", what=Unspeakable())
        logging.getLogger("some.library").error("lost %d", "no number")
        assert dropped() == before + 2
        structlog.get_logger("any").info("later")
    assert [line["event"] for line in lines(stream)][-2:] == ["later", "log_lines_dropped"]


def test_a_process_without_standard_error_logs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    before = dropped()
    Sink(sys.stderr).write("lost\n")
    assert dropped() == before + 1


def test_a_line_that_was_torn_spoils_no_other(tmp_path: Path) -> None:
    place = tmp_path / "log"
    with place.open("w", encoding="utf-8") as stream:
        sink, real = Sink(stream), os.write

        def half(descriptor: int, data: bytes) -> int:
            if len(data) < 6:
                raise OSError
            return real(descriptor, data[:5])

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "write", half)
            sink.write("0123456789\n"[:9] + "\n")
        sink.write(json.dumps({"event": "whole"}) + "\n")
    assert place.read_text().splitlines() == ["01234", '{"event": "whole"}']
