"""The load test runs, nobody is refused without reason, and the books are sound afterwards."""

import subprocess
import sys

import pytest

from loadtests.attacks.attackers import ATTACKS
from loadtests.attacks.others import OPERATIONS


@pytest.mark.server
def test_tills_and_apps_are_served_and_the_book_is_sound() -> None:
    command = [sys.executable, "-m", "loadtests", "--seconds", "4", "--users", "32"]
    command += ["--attack-seconds", "0"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tea-club: sound" in run.stdout


@pytest.mark.server
def test_each_attack_is_made_and_shows_what_the_others_notice() -> None:
    command = [sys.executable, "-m", "loadtests", "--seconds", "0"]
    command += ["--attack-seconds", "0.4", "--strength", "0.01"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=115)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "loud: sound" in run.stdout
    assert "quiet: sound" in run.stdout
    rows = {
        (attack, line.removeprefix(attack).split()[0]): line.removeprefix(attack).split()[1:]
        for line in run.stdout.splitlines()
        for attack in ATTACKS
        if line.startswith(attack)
    }
    assert rows.keys() == {(attack, name) for attack in ATTACKS for name in OPERATIONS}
    # Whatever else a slow machine does not get done in so short a time, it reads.
    for attack in ATTACKS:
        idle, median, p99, ratio, done, refused = rows[attack, "read"]
        assert min(map(float, (idle, median, p99, ratio.rstrip("!")))) > 0, rows[attack, "read"]
        assert (int(done) > 0, refused) == (True, "0")
