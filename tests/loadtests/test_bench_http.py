"""The benchmark of requests runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from loadtests.http.__main__ import HERE, ITEMS, QUICK
from loadtests.http.generator import Plan, requests_of
from tests.docs.pages import DOCS

PLAN = Plan(
    port=8000,
    path="/v1/programmes/tea-club",
    key="k",
    run="r",
    connections=1,
    requests=3,
    items=1,
    members=10,
)


@pytest.mark.server
@pytest.mark.timeout(600)
def test_a_quick_run_in_turns_tells_every_figure(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "loadtests.http", "--quick", "--before", str(HERE)]
    run = subprocess.run(
        [*command, "--json", str(written)],
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert run.returncode == 0, run.stdout + run.stderr

    document = json.loads(written.read_bytes())
    found = {(each["name"], each["connections"], each["side"]) for each in document["figures"]}
    assert document["quick"]
    assert found == {
        (name, connections, side)
        for name in ITEMS
        for connections in QUICK.connections
        for side in ("before", "after")
    }
    for figure in document["figures"]:
        assert figure["rate"] > 0, figure
        assert 0 < figure["p50_ms"] <= figure["p99_ms"], figure
        assert figure["service_us"] >= 0, figure
        assert figure["generator_us"] > 0, figure
    for name, sides in document["parts"].items():
        assert set(sides) == {"before", "after"}, name
        assert all(parts["in all"] > 0 for parts in sides.values()), name
    assert "times the rate" in run.stdout


def test_no_two_requests_have_a_key_in_common() -> None:
    singles = b"".join(requests_of(PLAN))
    batches = replace(PLAN, items=5)
    items = b"".join(requests_of(batches))
    assert len(set(re.findall(rb"Idempotency-Key: (\S+)", singles))) == 3
    assert len(set(re.findall(rb'"key": "([^"]+)"', items))) == 15
    lengths = [
        (int(length), len(body))
        for length, body in re.findall(
            rb"Content-Length: (\d+)\r\n\r\n(\{[^\n]*?\})(?=POST|$)", items
        )
    ]
    assert len(lengths) == 3
    assert all(stated == real for stated, real in lengths)


def test_the_reference_names_every_figure_and_option() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    section = page.partition("## From a checkout: `make bench-http`")[2].partition("\n## ")[0]
    command = [sys.executable, "-m", "loadtests.http", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert set(re.findall(r"^\| `(--[a-z-]+)`", section, re.MULTILINE)) == set(
        re.findall(r"--[a-z-]+", shown)
    ) - {"--help"}
    assert all(f"`{name}`" in section for name in (*ITEMS, "parts"))
