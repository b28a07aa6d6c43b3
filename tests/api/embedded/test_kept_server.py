"""The server that `make t` keeps: several runs share it, and the next run finds it again."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.embedded.services import temporary_data_dir
from tests import kept_server
from tests.kept_server import Kept

pytestmark = pytest.mark.server


@pytest.fixture
def place() -> Iterator[Path]:
    with temporary_data_dir("comity-kept-") as directory:
        yield directory / "kept"
        assert kept_server.stop(directory / "kept") == []


def started_at(kept: Kept) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(kept.addresses.database_url)
        try:
            return await connection.fetchval("SELECT pg_postmaster_start_time()")
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_run_leaves_the_server_to_the_next_and_shares_it_meanwhile(place: Path) -> None:
    migrations: list[str] = []
    with kept_server.kept_server(place) as one, kept_server.kept_server(place) as other:
        assert one.addresses == other.addresses
        assert (one.slot, other.slot) == (0, 1)
        for each in (one, other):
            each.migrated_by(lambda: migrations.append("once"))
        first = started_at(one)
        assert kept_server.stop(place) == [one.directory.name], "it is in use"
    with kept_server.kept_server(place) as later:
        assert started_at(later) == first
        assert later.slot == 0
    assert migrations == ["once"]

    assert kept_server.stop(place) == []
    assert not later.directory.exists()


def test_a_server_that_was_killed_is_started_again(place: Path) -> None:
    with kept_server.kept_server(place) as kept:
        first = started_at(kept)
        postmaster = (kept.directory / "postgres" / "postmaster.pid").read_text(encoding="ascii")
        os.kill(int(postmaster.split()[0]), signal.SIGKILL)
    with kept_server.kept_server(place) as kept:
        assert started_at(kept) != first


def test_other_migrations_make_another_server(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_server.kept_server(place) as old:
        pass
    (tmp_path / "0001_other.py").touch()
    monkeypatch.setattr(kept_server, "SHAPED_BY", (tmp_path,))
    with kept_server.kept_server(place) as new:
        assert new.directory != old.directory
        assert not old.directory.exists(), "nobody uses it"


def test_a_run_finds_no_slot_where_all_are_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_server, "SLOTS", 1)
    with (
        kept_server.kept_server(place),
        pytest.raises(RuntimeError, match="1 runs use"),
        kept_server.kept_server(place),
    ):
        pass
