"""The benchmark of the bill runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def quick_run(tmp_path: Path, *parts: str) -> tuple[dict[str, Any], str]:
    """The document of a quick run of some parts, or of all, and what it printed."""
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "loadtests.settlement", "--quick", "--json", str(written)]
    for part in parts:
        command += ["--only", part]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(written.read_bytes()), run.stdout


@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_closes_a_month_and_tells_how_long_each_step_took(tmp_path: Path) -> None:
    document, printed = quick_run(tmp_path, "closing")
    closing = document["figures"]["closing"]
    assert (closing["billed_uses"], closing["unsound"]) == (3_000, 0)
    assert {"count_uses", "add_drafts", "write_details"} <= closing["steps"].keys()
    assert "are closed and issued in" in printed


@pytest.mark.campaign
@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_measures_every_part(tmp_path: Path) -> None:
    document, _ = quick_run(tmp_path)
    figures = document["figures"]
    assert document["scale"] == 0.001
    assert figures["rating"]["stored_per_second"] > 0
    assert figures["partner-files"]["workbook"]["rows"] == 300
    for key in ("coupon_sha256", "reference"):
        matching = figures["matching"][key]
        assert (matching["ours"], matching["matched"]) == (3_000, 2_991)
    assert figures["liability"]["ties"]
