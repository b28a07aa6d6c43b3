"""A backup under load, restored elsewhere, verified and serving; and backups that are refused."""

import dataclasses
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from pydantic import SecretStr

from api.backup.make import back_up
from api.backup.manifest import BackupError, read_manifest, write_manifest
from api.backup.restore import restore
from api.embedded.errors import EmbeddedServerError
from api.embedded.services import running, temporary_data_dir
from api.process.children import free_port
from api.process.rotation import keys_at_rest
from api.settings import Settings, new_secret_key
from tests.api.test_serve import ROOT, START_SECONDS, change, comity, environment, get, serving

WRITERS = 3
ISSUES_BEFORE = 200
"""Points that must be there before the backup begins."""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with temporary_data_dir("comity-backup-") as directory:
        yield directory


class Load:
    """Writers that go on issuing a point each, and what was acknowledged so far."""

    def __init__(self, port: int, key: str) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[object] = []
        self._stop = threading.Event()
        self._port, self._key = port, key
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, self.refused
            time.sleep(0.01)

    def _write(self, writer: int) -> None:
        for number in range(1_000_000):
            if self._stop.is_set():
                return
            name = f"{writer}-{number}"
            issue = {"member": f"m{number % 7}", "points": 1}
            status, answer = change(self._port, "/v1/programmes/p/issue", self._key, name, issue)
            if status == 201:
                self.acknowledged.append(name)
            else:
                self.refused.append(answer)


def prepared(port: int, key: str) -> None:
    party = {"code": "b", "name": "B", "roles": ["brand"]}
    assert change(port, "/v1/parties", key, "party", party)[0] == 201
    programme = {"code": "p", "name": "P", "party": "b"}
    assert change(port, "/v1/programmes", key, "programme", programme)[0] == 201


@pytest.mark.server
@pytest.mark.timeout(600)
def test_a_backup_under_load_is_restored_verified_and_served(place: Path) -> None:
    original, made, elsewhere = place / "original", place / "made", place / "elsewhere"
    with serving(original, port := free_port()):
        key = (original / "operator.key").read_text().strip()
        prepared(port, key)
        with Load(port, key) as load:
            load.wait_for(ISSUES_BEFORE)
            before = list(load.acknowledged)
            backed_up = comity("backup", str(made), "--data-dir", str(original))
            assert backed_up.returncode == 0, backed_up.stderr
            load.wait_for(len(load.acknowledged) + 1)
        assert len(load.acknowledged) > len(before)
        assert load.refused == []
        restored = comity("restore", str(made), "--data-dir", str(elsewhere))
        assert restored.returncode == 0, restored.stderr
        assert "p: sound" in restored.stdout
        assert "it is verified" in restored.stdout
    with serving(elsewhere, port := free_port()):
        assert (elsewhere / "operator.key").read_text().strip() == key
        for name in before:
            assert get(port, f"/v1/programmes/p/operations/{name}", key)[0] == 200, name
        assert (
            change(port, "/v1/programmes/p/issue", key, "more", {"member": "m", "points": 1})[0]
            == 201
        )
    examined = comity("doctor", "--data-dir", str(elsewhere), "--json")
    found = {each["check"]: each for each in json.loads(examined.stdout)}
    assert found["verify"]["state"] == "sound"
    assert found["verify"]["says"].startswith("the books were sound")


@pytest.fixture(scope="module")
def settings(place: Path) -> Settings:
    """A data directory that was served, and is not now."""
    directory = place / "quiet"
    with serving(directory, free_port()):
        pass
    return Settings.load(data_dir=directory)


@pytest.fixture(scope="module")
def whole(place: Path, settings: Settings) -> Path:
    """A backup of it, below a folder that the account of the servers cannot enter."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    back_up(settings, closed / "whole")
    return closed / "whole"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


@contextmanager
def copied(whole: Path) -> Iterator[Path]:
    copy = whole.with_name("copy")
    shutil.copytree(whole, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


@contextmanager
def untouched(settings: Settings, name: str = "target") -> Iterator[Settings]:
    """Settings with a new data directory, in which nothing is left behind."""
    target = settings.data_dir.with_name(name)
    yield settings.model_copy(update={"data_dir": target})
    assert not target.exists() or list(target.glob("*")) == [target / "run"] or not files(target)
    shutil.rmtree(target, ignore_errors=True)


@pytest.mark.server
def test_only_its_owner_may_read_a_backup_and_each_file_is_in_its_manifest(whole: Path) -> None:
    manifest = read_manifest(whole)
    assert files(whole) == manifest.files.keys() | {"backup.json"}
    assert {"secret.key", "operator.key", "postgres/PG_VERSION"} <= manifest.files.keys()
    for path in (whole, *whole.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert path.stat().st_uid == os.geteuid()


@pytest.mark.server
def test_nothing_is_overwritten(settings: Settings, whole: Path, place: Path) -> None:
    with pytest.raises(BackupError, match="never overwrites"):
        back_up(settings, whole)
    (place / "other.partial").mkdir()
    with pytest.raises(BackupError, match=r"other\.partial is there"):
        back_up(settings, place / "other")
    with pytest.raises(BackupError, match="in the data directory"):
        back_up(settings, settings.data_dir / "inside")
    with pytest.raises(BackupError, match="is not empty"):
        restore(settings, whole)


@pytest.mark.server
def test_each_damaged_file_is_named_and_nothing_restored(settings: Settings, whole: Path) -> None:
    with copied(whole) as copy, untouched(settings) as target:
        flipped = bytearray((copy / "postgres/PG_VERSION").read_bytes())
        flipped[0] ^= 1
        (copy / "postgres/PG_VERSION").write_bytes(flipped)
        (copy / "secret.key").write_text((copy / "secret.key").read_text() + "\n")
        (copy / "operator.key").unlink()
        with pytest.raises(BackupError, match="damaged") as refused:
            restore(target, copy)
        for name in ("postgres/PG_VERSION", "secret.key", "operator.key (missing)"):
            assert name in str(refused.value)


@pytest.mark.server
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"release": "99.0"}, "newer than this release"),
        ({"revision": "9999"}, "newer than this release"),
        ({"postgres": 99}, "PostgreSQL 99"),
    ],
)
def test_a_backup_of_another_release_is_refused(
    settings: Settings, whole: Path, changed: dict[str, object], why: str
) -> None:
    with copied(whole) as copy, untouched(settings) as target:
        write_manifest(copy, dataclasses.replace(read_manifest(copy), **changed))  # type: ignore[arg-type]
        with pytest.raises(BackupError, match=why):
            restore(target, copy)


@pytest.mark.server
def test_a_manifest_that_was_changed_or_is_missing_is_refused(
    settings: Settings, whole: Path
) -> None:
    with copied(whole) as copy, untouched(settings) as target:
        text = (copy / "backup.json").read_text()
        (copy / "backup.json").write_text(text.replace('"length_bytes": 3', '"length_bytes": 4'))
        with pytest.raises(BackupError, match=r"damaged: .*backup\.json"):
            restore(target, copy)
        (copy / "backup.json").unlink()
        with pytest.raises(BackupError, match="is not whole"):
            restore(target, copy)


@pytest.mark.server
@pytest.mark.parametrize("name", ["/etc/comity", "../secret.key", "postgres/../../x"])
def test_names_outside_of_the_backup_are_refused(
    settings: Settings, whole: Path, name: str
) -> None:
    with copied(whole) as copy, untouched(settings) as target:
        manifest = read_manifest(copy)
        manifest.files[name] = manifest.files["secret.key"]
        write_manifest(copy, manifest)
        with pytest.raises(BackupError, match="names outside of the backup"):
            restore(target, copy)


@pytest.mark.server
def test_a_killed_backup_is_known_for_what_it_is(settings: Settings, place: Path) -> None:
    target, partial = place / "killed", place / "killed.partial"
    with running(settings.data_dir, cache=False):
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "api.cli", "backup", str(target)),
                *("--data-dir", str(settings.data_dir)),
            ],
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while not (partial / "postgres").exists():
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not target.exists()
    with untouched(settings) as elsewhere, pytest.raises(BackupError, match="is not whole"):
        restore(elsewhere, partial)
    with pytest.raises(BackupError, match=r"killed\.partial is there"):
        back_up(settings, target)


@pytest.mark.server
def test_what_an_interrupted_restore_leaves_is_not_served(settings: Settings) -> None:
    target = settings.data_dir.with_name("interrupted")
    (target / "restore.partial").mkdir(parents=True)
    with (
        pytest.raises(EmbeddedServerError, match="was interrupted"),
        running(target, cache=False),
    ):
        pass


@pytest.mark.server
def test_keys_that_do_not_fit_the_database_make_no_backup(settings: Settings, place: Path) -> None:
    other = settings.model_copy(update={"secret_key": SecretStr(new_secret_key())})
    with pytest.raises(BackupError, match="another key is needed"):
        back_up(other, place / "unfit")
    assert not (place / "unfit").exists()
    assert not (place / "unfit.partial").exists()


@pytest.mark.server
def test_keys_are_not_changed_while_a_backup_is_made(settings: Settings, place: Path) -> None:
    with keys_at_rest(settings), pytest.raises(Exception, match="makes a backup"):
        back_up(settings, place / "during")


def test_of_a_server_of_ones_own_the_secrets_are_backed_up(tmp_path: Path) -> None:
    key = new_secret_key()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "operator.key").write_text("an operator's key\n")
    (tmp_path / "data" / "database.password").write_text("a password\n")
    configured = {
        "COMITY_DATABASE_URL": "postgresql://comity:x@db.invalid/comity",
        "COMITY_SECRET_KEY": key,
    }
    made = comity(
        "backup", str(tmp_path / "made"), "--data-dir", str(tmp_path / "data"), **configured
    )
    assert made.returncode == 0, made.stderr
    assert "pg_basebackup" in made.stdout
    restored = comity(
        "restore", str(tmp_path / "made"), "--data-dir", str(tmp_path / "new"), **configured
    )
    assert restored.returncode == 0, restored.stderr
    assert "Restore the database too" in restored.stdout
    for name, value in (
        ("secret.key", key),
        ("operator.key", "an operator's key"),
        ("database.password", "a password"),
    ):
        assert (tmp_path / "new" / name).read_text().strip() == value
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600
