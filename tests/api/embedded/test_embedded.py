"""The embedded servers in their own data directories and processes: shared, killed, recovered."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis

from api.embedded.account import server_account
from api.embedded.errors import EmbeddedServerError
from api.embedded.places import SOCKET_PATH_BYTES_MAX, socket_directory
from api.embedded.services import running, temporary_data_dir
from api.embedded.sharing import shared

ROOT = Path(__file__).parents[3]

# A process that uses the servers until its standard input closes. It prints the addresses when it
# has them.
USER = """
import sys
from pathlib import Path
from api.embedded.services import running
with running(Path(sys.argv[1])) as addresses:
    print(addresses.database_url, addresses.redis_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-embedded-") as directory:
        yield directory / "data"


@contextmanager
def user_process(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.communicate()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[0]


def run_sql(url: str | None, *statements: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_data_survive_a_restart(data_dir: Path) -> None:
    with running(data_dir, cache=False) as addresses:
        run_sql(addresses.database_url, "CREATE TABLE kept AS SELECT 7 AS number")
        assert addresses.redis_url is None
    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    with running(data_dir, cache=False) as addresses:
        assert run_sql(addresses.database_url, "SELECT number FROM kept") == 7


def test_commits_are_durable_and_nothing_listens_on_tcp(data_dir: Path) -> None:
    with running(data_dir) as addresses:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert run_sql(addresses.database_url, f"SHOW {setting}") == "on"
        assert run_sql(addresses.database_url, "SHOW listen_addresses") == ""
        assert run_sql(addresses.database_url, "SHOW data_checksums") == "on"
        cache = redis.from_url(str(addresses.redis_url))
        assert cache.config_get("port") == {"port": "0"}
        cache.close()


def test_two_processes_that_start_at_once_share_one_server(data_dir: Path) -> None:
    with user_process(data_dir) as one, user_process(data_dir) as other:
        url = address_of(one)
        assert address_of(other) == url
        first = run_sql(url, "SELECT pg_postmaster_start_time()")
        one.communicate()  # the first to leave leaves the server to the other
        assert run_sql(url, "SELECT pg_postmaster_start_time()") == first
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_a_server_left_by_a_killed_process_is_adopted_and_stopped(data_dir: Path) -> None:
    with user_process(data_dir) as process:
        url = address_of(process)
        run_sql(url, "CREATE TABLE kept AS SELECT 7 AS number")
        first = run_sql(url, "SELECT pg_postmaster_start_time()")
        process.kill()
    with running(data_dir) as addresses:
        assert run_sql(addresses.database_url, "SELECT pg_postmaster_start_time()") == first
        assert run_sql(addresses.database_url, "SELECT number FROM kept") == 7
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_killed_servers_recover(data_dir: Path) -> None:
    with user_process(data_dir) as process:
        url = address_of(process)
        run_sql(url, "CREATE TABLE kept AS SELECT 7 AS number")
        process.kill()
        os.kill(server_pid(data_dir), signal.SIGKILL)
        os.kill(int((data_dir / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
    with running(data_dir) as addresses:
        assert run_sql(addresses.database_url, "SELECT number FROM kept") == 7
        cache = redis.from_url(str(addresses.redis_url))
        assert cache.ping()
        cache.close()


def test_a_process_number_used_again_is_not_taken_for_the_server(data_dir: Path) -> None:
    with running(data_dir, cache=False):
        pass
    account = server_account()
    user, group = (account.uid, account.gid) if account.switched else (None, None)
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=user, group=group, cwd="/")
    try:
        pid_file = data_dir / "postgres" / "postmaster.pid"
        pid_file.write_text(
            f"{stranger.pid}\n{data_dir}/postgres\n1\n5432\n{data_dir}/run\n\n1 1\nready\n"
        )
        with running(data_dir, cache=False) as addresses:
            assert run_sql(addresses.database_url, "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_anew(data_dir: Path) -> None:
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    with running(data_dir, cache=False) as addresses:
        assert run_sql(addresses.database_url, "SELECT current_database()") == "comity"
    assert not (data_dir / "postgres.new").exists()


def test_a_cluster_of_another_release_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "PG_VERSION").write_text("12\n")
    with (
        pytest.raises(EmbeddedServerError, match="written by PostgreSQL 12"),
        running(data_dir, cache=False),
    ):
        pass


@pytest.mark.parametrize("name", ["x" * 120, "a b'c\"d$(e),f:g%h"])
def test_paths_that_no_socket_address_can_hold_take_a_short_directory(
    data_dir: Path, name: str
) -> None:
    odd = data_dir / name
    with running(odd) as addresses:
        assert run_sql(addresses.database_url, "SELECT 1") == 1
        cache = redis.from_url(str(addresses.redis_url))
        assert cache.ping()
        cache.close()
    sockets = socket_directory(odd.resolve(), server_account())
    assert sockets.parent == Path("/tmp")
    assert len(os.fsencode(sockets)) < SOCKET_PATH_BYTES_MAX
    assert sockets.stat().st_mode & 0o077 == 0
    sockets.rmdir()


def test_a_short_directory_that_others_may_enter_is_refused(data_dir: Path) -> None:
    odd = data_dir / ("x" * 120)
    odd.mkdir(parents=True)
    sockets = socket_directory(odd, server_account())
    sockets.chmod(0o777)
    try:
        with pytest.raises(EmbeddedServerError, match="not a directory of ours alone"):
            socket_directory(odd, server_account())
    finally:
        sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root switches accounts")
def test_directories_above_are_never_opened_up(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(parents=True, mode=0o700)
    with pytest.raises(EmbeddedServerError, match="COMITY_DATA_DIR"), running(closed / "data"):
        pass
    assert closed.stat().st_mode & 0o777 == 0o700


class Counter:
    """A server that only counts its starts and stops."""

    name = "counter"

    def __init__(self) -> None:
        self.started = self.stopped = 0

    def ensure_started(self) -> None:
        self.started += 1

    def stop(self) -> None:
        self.stopped += 1


def test_the_last_user_stops_the_server(tmp_path: Path) -> None:
    server = Counter()
    with shared(server, tmp_path):
        with shared(server, tmp_path):
            pass
        assert (server.started, server.stopped) == (2, 0)
    assert server.stopped == 1


def test_a_server_that_fails_to_start_holds_no_lock(tmp_path: Path) -> None:
    class Broken(Counter):
        def ensure_started(self) -> None:
            raise EmbeddedServerError("no")

    for _ in range(2):
        with pytest.raises(EmbeddedServerError), shared(Broken(), tmp_path):
            pass
    started = time.monotonic()
    with shared(Counter(), tmp_path):
        assert time.monotonic() - started < 5
