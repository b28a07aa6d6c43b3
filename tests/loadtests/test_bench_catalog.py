"""The benchmark of a market runs to its end and reports every figure.

No test judges how fast anything is.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.catalog.__main__ import CHANGE, ISOLATION, QUESTIONS
from loadtests.catalog.imports import FILES


@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_quick_run_tells_every_figure(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, "-m", "loadtests.catalog", "--quick", "--json", str(written)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    document = json.loads(written.read_bytes())
    assert [each["name"] for each in document["figures"]] == [*QUESTIONS, ISOLATION, CHANGE]
    for figure in document["figures"]:
        assert figure["times"] > 0
        assert 0 < figure["p50_ms"] <= figure["p99_ms"]
        assert figure["name"] in run.stdout
    assert [each["name"] for each in document["imports"]] == [*FILES]
    for figure in document["imports"]:
        assert figure["rows_per_second"] > 0
        assert figure["processor_us"] > 0
        assert figure["name"] in run.stdout
