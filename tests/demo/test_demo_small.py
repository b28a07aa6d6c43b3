"""A part of the year from end to end, over HTTP: interrupted, finished, and run once more.

The whole year is the demo itself (`make demo`).
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.embedded.services import temporary_data_dir
from api.process.children import free_port
from tests.demo.expected_year import expected

DAYS = 33
"""January and the first days of February: 26,743 issues, 19 coupons, one complete month."""
NOTHING = {"issued": 0, "held": 0, "redeemed": 0}
RUN_TIMEOUT_SECONDS = 180


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-test-demo-") as directory:
        yield directory


class Demo:
    """Runs of `comity demo` on one data directory."""

    def __init__(self, data_dir: Path, output: Path) -> None:
        self.data_dir = data_dir
        self.output = output
        self.summary = output / "summary.json"
        self.port = free_port()
        self._http = httpx2.Client(timeout=10, trust_env=False)

    def start(self) -> subprocess.Popen[str]:
        options = ["--days", str(DAYS), "--data-dir", str(self.data_dir), "--port", str(self.port)]
        options += ["--output", str(self.output), "--summary", str(self.summary)]
        command = [sys.executable, "-m", "api.cli", "demo", *options]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self) -> tuple[str, dict[str, Any]]:
        process = self.start()
        shown, _ = process.communicate(timeout=RUN_TIMEOUT_SECONDS)
        assert process.returncode == 0, shown
        summary: dict[str, Any] = json.loads(self.summary.read_text(encoding="utf-8"))
        return shown, summary

    def cut_off(self, programme: str, reached: Callable[[dict[str, int]], bool]) -> None:
        """Start a run. Kill the service and its children when a programme has these totals."""
        process = self.start()
        deadline = time.monotonic() + RUN_TIMEOUT_SECONDS
        while not reached(self._totals(programme)):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.02)
        pid = int((self.data_dir / "demo" / "service.pid").read_text(encoding="ascii"))
        os.killpg(pid, signal.SIGKILL)
        shown, _ = process.communicate(timeout=RUN_TIMEOUT_SECONDS)
        assert process.returncode == 1
        assert "the service stopped answering" in " ".join(shown.split())
        assert not self.summary.exists()

    def _totals(self, programme: str) -> dict[str, int]:
        try:
            key = (self.data_dir / "operator.key").read_text(encoding="ascii").strip()
            answer = self._http.get(
                f"http://127.0.0.1:{self.port}/v1/programmes/{programme}/totals",
                headers={"authorization": f"Bearer {key}"},
            )
        except (OSError, httpx2.HTTPError):
            return NOTHING
        return answer.json() if answer.is_success else NOTHING

    def close(self) -> None:
        self._http.close()


def comparable(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that both have: without measured ones, and without the detail of the second."""
    left_out = {"seconds", "issue_ops_per_s", "changes", "replayed", "detail"}
    return {name: value for name, value in figures.items() if name not in left_out}


@pytest.fixture
def demo(data_dir: Path, tmp_path: Path) -> Iterator[Demo]:
    runs = Demo(data_dir, tmp_path)
    yield runs
    runs.close()


@pytest.mark.timeout(4 * RUN_TIMEOUT_SECONDS)
def test_a_demo_cut_off_twice_is_finished_by_the_third_run_and_left_alone_by_the_fourth(
    demo: Demo, tmp_path: Path
) -> None:
    demo.cut_off("harvest-market", lambda totals: totals["issued"] > 60_000)
    demo.cut_off("well-pharmacy", lambda totals: totals["held"] + totals["redeemed"] > 0)

    _, finished = demo.run()
    assert comparable(finished) == comparable(expected(DAYS))
    assert 0 < finished["replayed"] < finished["changes"]

    shown, again = demo.run()
    assert comparable(again) == comparable(finished)
    assert again["replayed"] == again["changes"] == finished["changes"]
    assert "isolated" in shown
    counts = f"{finished['statements']} statements of coupons and {finished['fee_statements']} of"
    assert f"{counts} fees, all agreed by both parties and settled" in " ".join(shown.split())

    statements = sorted((tmp_path / "statements").glob("*.csv"))
    assert len(statements) == finished["statements"] + finished["fee_statements"]
    assert sorted(path.name for path in (tmp_path / "reconciliation").glob("*.csv"))
    verified = subprocess.run(
        [sys.executable, "-m", "api.cli", "verify", "--data-dir", str(demo.data_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout


def test_help_names_every_option() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )

    for option in ("--summary", "--output", "--data-dir", "--keep", "--days", "--port"):
        assert option in ended.stdout
