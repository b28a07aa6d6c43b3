"""`comity serve` and other commands as real processes."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.embedded.services import temporary_data_dir
from api.process.children import free_port
from api.serve import FILES_MIN

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-serve-") as directory:
        yield directory / "data"


def environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    return {**clean, "PYTHONPATH": str(ROOT)}


def comity(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**environment(), **settings},
    )


@contextmanager
def serving(
    data_dir: Path, port: int, stderr: int = subprocess.DEVNULL, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A service that is ready. The first lines of its output have been read."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "api.cli", "serve"),
            *("--data-dir", str(data_dir), "--port", str(port)),
        ],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=ROOT,
        env={**environment(), **settings},
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


def readiness(port: int, wanted: bytes) -> None:
    """Wait until /readyz answers with these words."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if wanted in get(port, "/readyz")[1]:
            return
        time.sleep(0.05)
    pytest.fail(f"/readyz never said {wanted.decode()}")


def change(port: int, path: str, key: str, idempotency_key: str, body: object) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": idempotency_key,
        "Content-Type": "application/json",
    }
    try:
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_servers_killed_under_a_running_service_come_back_with_every_point(data_dir: Path) -> None:
    with serving(data_dir, port := free_port()):
        key = (data_dir / "operator.key").read_text().strip()
        party = {"code": "b", "name": "B", "roles": ["brand"]}
        assert change(port, "/v1/parties", key, "party", party)[0] == 201
        programme = {"code": "p", "name": "P", "party": "b"}
        assert change(port, "/v1/programmes", key, "programme", programme)[0] == 201
        for issued in (1, 2):
            issue = {"member": "m", "points": 1}
            status, answer = change(port, "/v1/programmes/p/issue", key, f"issue-{issued}", issue)
            assert (status, json.loads(answer)["balance"]) == (201, issued)
            os.kill(
                int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]),
                signal.SIGKILL,
            )
            os.kill(int((data_dir / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
            readiness(port, b'"status":"unready"')
            readiness(port, b'"status":"ok"')
        status, answer = get(port, "/v1/programmes/p/members/m", key)
        assert (status, json.loads(answer)["spendable"]) == (200, 2)


def rounds(port: int) -> Counter[str]:
    """How many rounds each background loop has done without trouble: 0 if none yet."""
    found: Counter[str] = Counter()
    shown = get(port, "/metrics")[1].decode()
    line = r'comity_worker_rounds_total\{loop="(\S+)",outcome="(?:worked|idle)"\} (\S+)'
    for loop, count in re.findall(line, shown):
        found[loop] += int(float(count))
    return found


@pytest.mark.parametrize("way", ["closed pipe", "full disk"])
def test_background_work_goes_on_where_no_line_can_be_logged(data_dir: Path, way: str) -> None:
    reader, writer = os.pipe()
    if way == "full disk":
        os.dup2(os.open("/dev/full", os.O_WRONLY), writer)
    with serving(data_dir, port := free_port(), writer) as process:
        os.close(reader)
        os.close(writer)
        postgres = (data_dir / "postgres" / "postmaster.pid").read_text().split()[0]
        os.kill(int(postgres), signal.SIGKILL)
        os.kill(int((data_dir / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
        readiness(port, b'"status":"unready"')
        readiness(port, b'"status":"ok"')
        parts = json.loads(get(port, "/readyz")[1])["parts"]
        needed = ("database", "clock", "writes", "lanes", "vault", "worker", "outbox")
        assert parts == dict.fromkeys((*needed, "valkey", "watchdog"), "ok")
        before = rounds(port)
        deadline = time.monotonic() + START_SECONDS
        for loop in ("send-1", "send-2", "send-3", "send-4", "query", "rate", "convert", "release"):
            while rounds(port)[loop] <= before[loop]:
                assert time.monotonic() < deadline, f"{loop} works no more"
                time.sleep(0.1)
        shown = get(port, "/metrics")[1].decode()
        assert 'comity_watchdog_restarts{server="postgres"} 1.0' in shown
        (dropped,) = re.findall(r"^comity_log_lines_dropped_total (\S+)", shown, re.MULTILINE)
        assert float(dropped) > 0
        process.terminate()
        assert process.wait(30) == 0


HALF_A_BODY = (
    b"POST /v1/fulfilment/callbacks/x HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
)


@contextmanager
def connections(port: int, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    opened = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=30))
            opened[-1].sendall(sent)
        yield opened
    finally:
        for each in opened:
            each.close()


def test_half_sent_requests_keep_nobody_out_and_do_not_hold_up_the_end(data_dir: Path) -> None:
    no_chunk = HALF_A_BODY.replace(b"Content-Length: 9", b"Transfer-Encoding: chunked").replace(
        b"{", b"zz\r\n{"
    )
    with serving(data_dir, port := free_port()) as process:
        for sent in (b"", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-", HALF_A_BODY):
            with connections(port, 1_200, sent):
                assert get(port, "/livez")[0] == 200
        with connections(port, 1, no_chunk) as (caller,):
            assert caller.recv(4096).startswith(b"HTTP/1.1 400 ")
        with connections(port, 1, b"") as (silent,), connections(port, 1, HALF_A_BODY) as (half,):
            assert half.recv(4096).startswith(b"HTTP/1.1 408 ")
            while half.recv(4096):
                pass
            assert silent.recv(1) == b""
        with connections(port, 1, HALF_A_BODY):
            assert get(port, "/livez")[0] == 200  # by then the half one is in flight
            process.terminate()
            assert process.wait(15) == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://me:hunter2@127.0.0.1:1/comity", "Connect call failed"),
        ("postgresql://me@/comity?host=/nonexistent", "No such file"),
        ("nonsense", "is no address"),
    ],
)
def test_a_database_that_cannot_be_had_is_one_sentence(
    data_dir: Path, url: str, words: str
) -> None:
    given = {"COMITY_DATABASE_URL": url, "COMITY_REDIS_URL": "redis://127.0.0.1:1"}
    ended = comity("serve", "--data-dir", str(data_dir), "--port", str(free_port()), **given)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "COMITY_DATABASE_URL" in ended.stderr
    assert words in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("name", "content"), [("secret.key", ""), ("secret.key", "short"), ("operator.key", "")]
)
def test_a_start_with_an_unusable_key_is_one_sentence(
    data_dir: Path, database_url: str, command: str, name: str, content: str
) -> None:
    data_dir.mkdir()
    (data_dir / name).write_text(content)
    given = {"COMITY_DATABASE_URL": database_url, "COMITY_REDIS_URL": "redis://127.0.0.1:1"}
    port = ["--port", str(free_port())] if command == "serve" else []
    ended = comity(command, "--data-dir", str(data_dir), *port, **given)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert str(data_dir / name) in ended.stderr
    assert (data_dir / name).read_text() == content


def test_a_port_in_use_is_one_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = comity("serve", "--data-dir", str(data_dir), "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "COMITY_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_too_few_open_files_are_one_sentence(data_dir: Path, command: str) -> None:
    ended = subprocess.run(
        [
            *("sh", "-c", 'ulimit -n 300; exec "$@"', "sh"),
            *(sys.executable, "-m", "api.cli", command, "--data-dir", str(data_dir)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**environment(), "COMITY_PORT": str(free_port())},
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert f"may open 300 files and needs {FILES_MIN + 20}" in ended.stderr
    assert "ulimit -n" in ended.stderr
    assert not data_dir.exists()


@pytest.mark.timeout(300)  # Nine interpreters start.
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


def test_the_secret_key_is_changed_at_the_machine(data_dir: Path, database_url: str) -> None:
    given = {"COMITY_DATABASE_URL": database_url, "COMITY_REDIS_URL": "redis://127.0.0.1:1"}
    keys = []
    for _ in range(2):
        ended = comity("secrets", "rotate", "--data-dir", str(data_dir), **given)
        assert (ended.returncode, ended.stdout) == (0, "0 secrets were encrypted again.\n")
        keys += (data_dir / "secret.key").read_text().split()
    assert len(set(keys)) == 2


def drip(callers: list[socket.socket], stop: threading.Event) -> None:
    """Send one byte on each connection every second."""
    while not stop.wait(1.0):
        for each in callers:
            with contextlib.suppress(OSError):
                each.sendall(b" ")


def test_bodies_that_drip_take_nothing_from_the_operator(data_dir: Path) -> None:
    slow = HALF_A_BODY.replace(b"Content-Length: 9", b"Content-Length: 60000")
    with serving(data_dir, port := free_port(), COMITY_REQUESTS_IN_FLIGHT_MAX="64"):
        key = (data_dir / "operator.key").read_text().strip()
        stop = threading.Event()
        with connections(port, 600, slow) as callers:
            dripping = threading.Thread(target=drip, args=(callers, stop))
            dripping.start()
            try:
                for _ in range(20):
                    assert get(port, "/v1/parties", key)[0] == 200
                    assert get(port, "/readyz")[0] == 200
                assert {each.recv(12) for each in callers} == {b"HTTP/1.1 408"}
            finally:
                stop.set()
                dripping.join()
