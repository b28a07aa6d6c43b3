"""The two processes the demo starts: the service itself and the suppliers' server.

Both end with the demo: the supplier's when its standard input closes, the service by SIGTERM, which
lets requests in hand finish and stops the embedded servers.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from api.demo.errors import DemoFailed

START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 0.1
_LOG_LINES_SHOWN = 15


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_service(data_dir: Path, port: int, log: Path) -> Iterator[str]:
    """`comity serve` on its own data directory; yields its base URL once it is ready.

    Raises DemoFailed.

    Its process id, which is also its process group, is kept beside the log.
    """
    command = [
        sys.executable,
        "-m",
        "api.cli",
        "serve",
        "--data-dir",
        str(data_dir),
        "--port",
        str(port),
    ]
    url = f"http://127.0.0.1:{port}"
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        log.with_suffix(".pid").write_text(f"{process.pid}\n", encoding="ascii")
        try:
            _wait_until(lambda: _answers(f"{url}/readyz"), process, "the service", log)
            yield url
        finally:
            _stop(process)


@contextmanager
def running_supplier(secrets: Path, orders: Path, port: int, log: Path) -> Iterator[str]:
    """The suppliers' server; yields its base URL once it listens. Raises DemoFailed."""
    command = [sys.executable, "-m", "api.demo.supplier", "--port", str(port)]
    command += ["--secrets", str(secrets), "--orders", str(orders)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
        )
        log.with_suffix(".pid").write_text(f"{process.pid}\n", encoding="ascii")
        try:
            _wait_until(lambda: _listens(port), process, "the suppliers' server", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if process.stdin is not None:
                process.stdin.close()
            _stop(process)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2.0, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not ready():
        if process.poll() is not None:
            raise DemoFailed(
                f"{name} did not start (exit code {process.returncode}); the end of {log}:\n{_tail(log)}"
            )
        if time.monotonic() > deadline:
            raise DemoFailed(
                f"{name} was not ready within {START_TIMEOUT_SECONDS:.0f} s; the end of {log}:\n{_tail(log)}"
            )
        time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return "\n".join(
        log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
    )
