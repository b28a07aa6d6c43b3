"""Processes that this one starts, waits for until they are ready, and stops.

The demo and the load test start a service of their own this way.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

LOOPBACK = "127.0.0.0/8"
START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 60.0
_ANSWER_TIMEOUT_SECONDS = 2.0
_POLL_SECONDS = 0.1
_LOG_LINES_SHOWN = 15


class ChildFailed(Exception):
    """A process did not start, or was not ready in time. The message ends with its log."""


def free_port() -> int:
    """A TCP port of the loopback interface on which nobody listens at this instant."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_service(data_dir: Path, port: int, log: Path) -> Iterator[str]:
    """Run `comity serve` on its own data directory, and give its base URL when it is ready.

    Its suppliers may be on this machine.

    At the end of the block it gets SIGTERM: it finishes the requests in flight and stops the
    embedded servers.

    Raises:
        ChildFailed: it did not start, or was not ready in time.
    """
    command = [sys.executable, "-m", "api.cli", "serve"]
    command += ["--data-dir", str(data_dir), "--port", str(port), "--operations-port", "0"]
    command += ["--supplier-networks", LOOPBACK]
    url = f"http://127.0.0.1:{port}"
    with running_child("the service", command, log, lambda: _answers(f"{url}/readyz")):
        yield url


@contextmanager
def running_child(
    name: str, command: Sequence[str], log: Path, is_ready: Callable[[], bool]
) -> Iterator[None]:
    """Run a process for the length of the block, which begins when it is ready.

    It may end by itself when its standard input does, and so never outlive this process. It leads
    a process group of its own. Its id is written to a file beside its log.

    Raises:
        ChildFailed: it did not start, or was not ready in time.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
        )
        log.with_suffix(".pid").write_text(f"{process.pid}\n", encoding="ascii")
        try:
            _wait_until(is_ready, process, name, log)
            yield
        finally:
            if process.stdin is not None:
                process.stdin.close()
            _stop(process)


def listens(port: int) -> bool:
    """Whether somebody listens on this port of the loopback interface."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=_ANSWER_TIMEOUT_SECONDS, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def _wait_until(
    is_ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not is_ready():
        if process.poll() is not None:
            raise ChildFailed(
                f"{name} did not start (exit code {process.returncode}). "
                f"The end of {log}:\n{_tail(log)}"
            )
        if time.monotonic() > deadline:
            raise ChildFailed(
                f"{name} was not ready within {START_TIMEOUT_SECONDS:.0f} s. "
                f"The end of {log}:\n{_tail(log)}"
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
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_LOG_LINES_SHOWN:])
