"""The benchmark of the exchange runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def quick_run(tmp_path: Path, *parts: str) -> tuple[dict[str, Any], str]:
    """The figures of a quick run of some parts, and what it printed."""
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "loadtests.exchange", "--quick", "--json", str(written)]
    for part in parts:
        command += ["--only", part]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(written.read_bytes())["figures"], run.stdout


@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_tells_how_long_the_others_wait(tmp_path: Path) -> None:
    figures, printed = quick_run(tmp_path, "fairness")
    assert figures["fairness"]["idle"]["orders"] == 60
    assert figures["fairness"]["some_hang"]["orders"] == 48
    assert figures["fairness"]["times_idle_at_p95"] > 0
    assert "hang" in printed


@pytest.mark.server
@pytest.mark.timeout(180)
def test_a_quick_run_tells_how_many_coupons_tills_use(tmp_path: Path) -> None:
    """The coupons are redeemed by what measures redemption, which has figures of its own."""
    figures, printed = quick_run(tmp_path, "tills")
    assert figures["tills"]["redeem"]["rights_per_second"] > 0
    for name in ("look-up", "use"):
        assert figures["tills"]["tills"][name]["rate"] > 0
    assert "look-up" in printed
