"""The load test runs, nobody is refused without reason, and the book is sound afterwards."""

import subprocess
import sys

import pytest


@pytest.mark.server
def test_tills_and_apps_are_served_and_the_book_is_sound() -> None:
    command = [sys.executable, "-m", "loadtests", "--seconds", "4", "--users", "32"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tea-club: sound" in run.stdout
