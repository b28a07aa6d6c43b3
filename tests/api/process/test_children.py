"""Child processes: waited for until they are ready, and stopped at the end of the block."""

import sys
from pathlib import Path

import pytest

from api.process import children
from api.process.children import ChildFailed, running_child

WAITS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_a_child_runs_for_the_length_of_the_block(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    with running_child("the child", WAITS, log, lambda: True):
        pid = int(log.with_suffix(".pid").read_text(encoding="ascii"))
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()


def test_a_child_that_does_not_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    ends = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    with (
        pytest.raises(ChildFailed, match=r"(?s)the child did not start .exit code 1.*no such"),
        running_child("the child", ends, tmp_path / "child.log", lambda: False),
    ):
        pass


def test_a_child_that_is_not_ready_in_time_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "START_TIMEOUT_SECONDS", 0.2)
    log = tmp_path / "child.log"
    with (
        pytest.raises(ChildFailed, match="not ready within"),
        running_child("the child", WAITS, log, lambda: False),
    ):
        pass
    pid = int(log.with_suffix(".pid").read_text(encoding="ascii"))
    assert not Path(f"/proc/{pid}").exists()
