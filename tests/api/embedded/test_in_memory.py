"""Where the temporary files of a run of the suite are kept."""

import os
import tempfile
from pathlib import Path

import pytest

from tests import in_memory


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place that stands for the memory, and has room. No run has chosen one yet."""
    monkeypatch.setattr(in_memory, "MEMORY", tmp_path)
    monkeypatch.setattr(in_memory, "FREE_BYTES_MIN", 0)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(tmp_path))
    monkeypatch.delenv("TMPDIR", raising=False)
    return tmp_path


def test_a_run_keeps_its_files_in_memory_and_takes_them_along(memory: Path) -> None:
    with in_memory.preferred():
        made = Path(tempfile.mkdtemp())
        assert made.parent.parent == memory
        assert os.environ["TMPDIR"] == str(made.parent)
    assert list(memory.iterdir()) == []
    assert "TMPDIR" not in os.environ
    assert not Path(tempfile.gettempdir()).is_relative_to(memory)


def test_what_a_killed_run_left_is_removed_and_no_other_runs_files(memory: Path) -> None:
    left = memory / f"{in_memory.PREFIX}left"
    (left / "postgres").mkdir(parents=True)
    somebody_elses = memory / "others"
    somebody_elses.mkdir()
    with in_memory.preferred():
        mine = Path(tempfile.gettempdir())
        os.environ.pop("TMPDIR")
        with in_memory.preferred():
            assert mine.is_dir()
        os.environ["TMPDIR"] = str(mine)
    assert list(memory.iterdir()) == [somebody_elses]


def test_without_room_and_where_another_place_is_chosen_the_files_stay_there(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_memory, "FREE_BYTES_MIN", 1 << 62)
    with in_memory.preferred():
        assert "TMPDIR" not in os.environ
    monkeypatch.setattr(in_memory, "FREE_BYTES_MIN", 0)
    monkeypatch.setenv("TMPDIR", str(memory / "chosen"))
    with in_memory.preferred():
        assert list(memory.iterdir()) == []
