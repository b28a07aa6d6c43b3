"""How long work shows its progress."""

import io

import pytest
from rich.console import Console

from api.cli import progress


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool
) -> None:
    monkeypatch.setattr(progress, "PLAIN_LINE_SECONDS", 0.0)
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=100)
    with progress.shown_progress(console, "sealing tea-club") as tick:
        tick(1_000, 2_500)
    assert isinstance(console.file, io.StringIO)
    told = console.file.getvalue()
    if is_terminal:
        assert "1000/2500" in told
        assert "\x1b" in told
    else:
        assert told == "sealing tea-club: 1,000 of 2,500\n"
