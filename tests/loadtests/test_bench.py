"""The benchmark of the ledger runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api import app
from loadtests.ledger import work
from loadtests.ledger.__main__ import NAMES
from loadtests.ledger.meter import Figure
from tests.docs.pages import DOCS

RATES = (
    "bulk",
    "limit",
    "limit-alone",
    "orm",
    "singles-512",
    "singles-64",
    "processes",
    "member",
    "expiry",
    "grown",
    "young",
)
OTHERS = (
    "bulk-of-limit",
    "bulk-of-limit-alone",
    "bulk-of-orm",
    "processes-of-one",
    "bytes",
    "wal-bytes",
    "growth",
)


@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_quick_run_tells_every_figure(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [
        sys.executable,
        "-m",
        "loadtests.ledger",
        "--quick",
        "--growth-entries",
        "1000",
        "--json",
        str(written),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert run.returncode == 0, run.stdout + run.stderr

    document = json.loads(written.read_bytes())
    figures = {figure["name"]: figure for figure in document["figures"]}
    assert document["quick"]
    assert document["conditions"]["sizes"]["growth_entries"] == 1_000
    assert sorted(figures) == sorted((*RATES, *OTHERS))
    for name, figure in figures.items():
        assert math.isfinite(figure["value"]), name
        assert figure["value"] > 0, name
        assert figure["title"] in run.stdout, name
        assert figure["verdict"] in {"met", "missed", ""}, name
        assert (figure["target"] is None) == (figure["verdict"] == ""), name
    for name in RATES:
        figure = figures[name]
        assert figure["where"], name
        assert 0 < figure["p50_ms"] <= figure["p99_ms"], name
        assert figure["client_us"] > 0, name
        assert figure["server_us"] is None or figure["server_us"] >= 0, name
    assert "journal_key_key" in figures["bytes"]["where"]


@pytest.mark.parametrize(
    ("value", "target", "is_most", "verdict"),
    [
        (2.0, 2.0, False, "met"),
        (1.9, 2.0, False, "missed"),
        (2.0, 2.0, True, "met"),
        (2.1, 2.0, True, "missed"),
        (1.0, None, False, ""),
        (None, 2.0, False, "not measured"),
    ],
)
def test_verdict(value: float | None, target: float | None, is_most: bool, verdict: str) -> None:
    assert Figure("figure", "figure", value, "/s", target, is_most=is_most).verdict == verdict


def test_garbage_is_collected_as_in_the_service() -> None:
    assert work.GARBAGE_OBJECTS == app.GARBAGE_OBJECTS


def test_the_reference_names_every_figure_and_option() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    section = page.partition("## From a checkout: `make bench-ledger`")[2].partition("\n## ")[0]
    command = [sys.executable, "-m", "loadtests.ledger", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert set(re.findall(r"^\| `(--[a-z-]+)`", section, re.MULTILINE)) == set(
        re.findall(r"--[a-z-]+", shown)
    ) - {"--help"}
    assert all(f"`{name}`" in section for name in NAMES)
