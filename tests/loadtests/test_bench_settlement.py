"""The benchmark of the bill runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_closes_a_month_and_tells_how_long_each_step_took(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "loadtests.settlement", "--quick", "--json", str(written)]
    run = subprocess.run(
        [*command, "--only", "closing"], capture_output=True, text=True, check=False, timeout=170
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(written.read_bytes())["figures"]["closing"]
    assert (figures["billed_uses"], figures["unsound"]) == (2_000, 0)
    assert {"count_uses", "add_drafts", "write_details"} <= figures["steps"].keys()
    assert "are closed and issued in" in run.stdout
