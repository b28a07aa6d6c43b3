"""`comity serve` and its fellow commands as real processes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.embedded import temporary_data_dir

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-serve-") as directory:
        yield directory / "data"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    return {**clean, "PYTHONPATH": str(ROOT)}


def comity(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment())


@contextmanager
def serving(data_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A service that has said it is ready; `.args` aside, its first lines have been read."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--data-dir", str(data_dir), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    try:
        assert process.stdout is not None
        assert f"Comity is ready at http://127.0.0.1:{port}" in process.stdout.readline()
        assert str(data_dir / "operator.key") in process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.communicate()


def get(port: int, path: str, key: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_serve_twice_keeps_the_data_and_stops_cleanly(data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port) as process:
        key = (data_dir / "operator.key").read_text().strip()
        assert get(port, "/readyz")[0] == 200
        assert get(port, "/v1/parties", key)[0] == 200
        assert get(port, "/v1/parties")[0] == 401
        process.terminate()
        assert process.wait(30) == 0
    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    assert (data_dir / "operator.key").stat().st_mode & 0o777 == 0o600
    with serving(data_dir, port):
        assert (data_dir / "operator.key").read_text().strip() == key
        assert get(port, "/v1/parties", key)[0] == 200


def test_a_killed_service_leaves_no_process_on_its_port_and_starts_again(data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port) as process:
        key = (data_dir / "operator.key").read_text().strip()
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                get(port, "/livez")
            except OSError:
                break
            time.sleep(0.05)
        else:
            pytest.fail("a server process outlived the one that started it")
    with serving(data_dir, port):
        assert get(port, "/v1/parties", key)[0] == 200


def test_a_port_in_use_is_one_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = comity("serve", "--data-dir", str(data_dir), "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "COMITY_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_keys_are_made_listed_and_revoked_at_the_machine(data_dir: Path) -> None:
    arguments = ["--data-dir", str(data_dir)]
    unknown = comity("keys", "create", "nobody", *arguments)
    assert unknown.returncode == 1
    assert "nobody" in unknown.stderr
    assert comity("migrate", *arguments).stdout.startswith("The database is at revision")
    assert comity("verify", *arguments).returncode == 0
    with serving(data_dir, port := free_port()):
        made = comity("keys", "create", "operator", "--label", "second", *arguments)
        key = made.stdout.strip()
        assert get(port, "/v1/parties", key)[0] == 200
        listed = comity("keys", "list", "operator", *arguments).stdout
        assert "second" in listed
        assert key not in listed
        assert comity("keys", "revoke", "operator", "2", *arguments).returncode == 0
