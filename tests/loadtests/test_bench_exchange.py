"""The benchmark of the exchange runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_tells_how_long_the_others_wait(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "loadtests.exchange", "--quick", "--only", "fairness"]
    run = subprocess.run(
        [*command, "--json", str(written)],
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(written.read_bytes())["figures"]["fairness"]
    assert figures["idle"]["orders"] == 60
    assert figures["some_hang"]["orders"] == 48
    assert figures["times_idle_at_p95"] > 0
    assert "hang" in run.stdout
