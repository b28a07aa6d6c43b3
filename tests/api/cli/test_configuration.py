"""Commands that need no database: settings, files to begin with, the description, completion."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from api.cli.status import Status, lines
from api.settings import PREFIX, Settings
from tests.api.cli import forked

NAMES = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def comity(*words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return forked.run([*map(str, words)], plain | settings)


def test_settings_are_shown_with_their_source_and_without_secrets(tmp_path: Path) -> None:
    given = {
        "COMITY_DATABASE_URL": "postgresql://u:hidden@db/comity",
        "COMITY_PORT": "9000",
        "COMITY_LOG_LEVEL": "",
    }
    shown = comity("config", "show", "--json", "--data-dir", tmp_path, **given)
    rows = {row.pop("setting"): row for row in json.loads(shown.stdout)}
    assert rows.keys() == NAMES
    assert rows["COMITY_DATABASE_URL"] == {"value": "********", "source": "environment"}
    assert rows["COMITY_REDIS_URL"] == {"value": "", "source": "default"}
    assert rows["COMITY_PORT"] == {"value": "9000", "source": "environment"}
    assert rows["COMITY_DATA_DIR"] == {"value": str(tmp_path), "source": "--data-dir"}
    assert rows["COMITY_LOG_LEVEL"] == {"value": "info", "source": "default"}
    assert rows["COMITY_RUN_WORKER"]["value"] == "true"
    table = comity("config", "show", **given)
    assert "COMITY_PORT" in table.stdout
    assert "hidden" not in shown.stdout + table.stdout

    wrong = comity("config", "show", COMITY_PROT="1")
    assert wrong.returncode == 1
    assert "unknown settings in the environment: COMITY_PROT" in wrong.stderr


def test_init_writes_files_to_begin_with_and_never_twice(tmp_path: Path) -> None:
    folder = tmp_path / "with space" / "comity"
    done = comity("init", folder, COMITY_PORT="9000")
    assert done.returncode == 0, done.stderr
    for words in ("comity users invite", "comity status", str(folder / "comity-serve.service")):
        assert words in done.stdout

    settings = (folder / "comity.env").read_text(encoding="utf-8")
    assert stat.S_IMODE((folder / "comity.env").stat().st_mode) == 0o600
    assert all(f"{name}=" in settings for name in NAMES)
    assert "#COMITY_PORT=8000" in settings, "it tells what holds without it"
    # A shell reads it, and so does Comity; with every line in force, nothing changes.
    every = folder / "every.env"
    every.write_text(settings.replace("#COMITY_", "COMITY_"), encoding="utf-8")
    for name in ("comity.env", "every.env"):
        sourced = subprocess.run(
            ["sh", "-c", f'set -a; . "$1/{name}"; env', "sh", str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"]},
        )
        given = dict(line.partition("=")[::2] for line in sourced.stdout.splitlines())
        found = comity("config", "show", "--json", **{k: given[k] for k in NAMES & given.keys()})
        rows = {row["setting"]: row["value"] for row in json.loads(found.stdout)}
        assert rows["COMITY_DATA_DIR"] == str(folder / "data")
        assert rows["COMITY_PROXIES"] == "127.0.0.1, ::1"

    for unit, command in (("comity-serve", "serve"), ("comity-worker", "worker")):
        text = (folder / f"{unit}.service").read_text(encoding="utf-8")
        assert f"EnvironmentFile={folder}/comity.env\n" in text
        program = text.partition('ExecStart="')[2].partition(f'" {command}\n')[0]
        assert Path(program).is_absolute()

    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "comity-worker.service").unlink()
    again = comity("init", folder)
    assert again.returncode == 1
    assert "nothing was written" in again.stderr
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after == {name: text for name, text in before.items() if "worker" not in name}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_shells(shell: str) -> None:
    script = comity("completion", shell)
    assert "_COMITY_COMPLETE" in script.stdout
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script.stdout, text=True, check=True)
    typed = {"COMP_WORDS": "comity comp", "COMP_CWORD": "1"}
    assert "completion" in comity(**typed, _COMITY_COMPLETE=f"{shell}_complete").stdout
    assert comity("completion", "cmd").returncode == 2


def test_a_status_reads_as_it_is() -> None:
    found = Status(
        "http://[::1]:8000",
        "degraded",
        {"database": "ok", "valkey": "unreachable"},
        version="0.1.0",
        queues={"coupon.used": 61.4},
        suppliers={"cinema": {"UNKNOWN": 1, "PROCESSING": 3}},
        workers={"a": 1.0},
        last_seal_seconds=3_600,
        last_verify_seconds=86_400,
        defects=2,
    )
    assert list(lines(found)) == [
        r"[yellow]degraded[/yellow]: http://[::1]:8000, release 0.1.0",
        "  [yellow]valkey[/yellow]: unreachable",
        "background work: 1 process",
        "queues, by their oldest message: coupon.used 0:01:01",
        "open orders at cinema: 3 PROCESSING, 1 UNKNOWN",
        "last seal: 1:00:00 ago",
        "last verification: 1 day, 0:00:00 ago, [red]2 defects[/red]",
    ]


def test_a_service_that_is_not_there_is_one_sentence() -> None:
    away = comity("status", "--url", "http://127.0.0.1:1")
    assert away.returncode == 1
    assert away.stderr.startswith("comity: nothing answers at http://127.0.0.1:1: ")
