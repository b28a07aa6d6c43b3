"""Processes that this one starts, waits for until they are ready, and stops.

The demo and the load test start a service of their own this way. They send it keys, so whoever
answers must be that service and nobody else. This process takes the port first, alone, and hands
the listening socket on. It holds the port until the end of the block, so nobody can get it even if
the child dies.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx2

LOOPBACK = "127.0.0.0/8"
START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 60.0
_ANSWER_TIMEOUT_SECONDS = 2.0
_POLL_SECONDS = 0.1
_CONNECTIONS_WAITING_MAX = 1_024
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
def taken_port(port: int = 0) -> Iterator[socket.socket]:
    """Listen on a port of the loopback interface, and let nobody else listen there.

    0 takes a free port.

    Raises:
        ChildFailed: somebody else has the port.
    """
    with socket.socket() as listening:
        # Connections to an earlier run may linger. Nobody can share the port with one who listens:
        # that would need SO_REUSEPORT on both sides.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(_CONNECTIONS_WAITING_MAX)
        except OSError as error:
            message = f"port {port} cannot be taken ({error.strerror}); choose another with --port"
            raise ChildFailed(message) from error
        yield listening


def url_of(listening: socket.socket) -> str:
    """The address at which a socket of `taken_port` is reached."""
    host, port = listening.getsockname()
    return f"http://{host}:{port}"


@contextmanager
def running_service(data_dir: Path, log: Path, port: int = 0) -> Iterator[str]:
    """Run `comity serve` on its own data directory, and give its base URL when it is ready.

    Only this service can answer there. Its suppliers may be on this machine. Port 0 is a free one.

    At the end of the block it gets SIGTERM: it finishes the requests in flight and stops the
    embedded servers.

    Raises:
        ChildFailed: the port is taken, or it did not start, or was not ready in time.
    """
    with taken_port(port) as listening:
        command = [sys.executable, "-m", "api.cli", "serve", "--data-dir", str(data_dir)]
        command += ["--socket", str(listening.fileno()), "--operations-port", "0"]
        command += ["--supplier-networks", LOOPBACK]
        url = url_of(listening)

        def is_ready() -> bool:
            status = status_of(f"{url}/readyz")
            return status is not None and status < HTTPStatus.MULTIPLE_CHOICES

        with running_child("the service", command, log, is_ready, listening):
            yield url


@contextmanager
def running_child(
    name: str,
    command: Sequence[str],
    log: Path,
    is_ready: Callable[[], bool],
    listening: socket.socket | None = None,
) -> Iterator[None]:
    """Run a process for the length of the block, which begins when it is ready.

    It may end by itself when its standard input does, and so never outlive this process. It leads
    a process group of its own. Its id is written to a file beside its log. It inherits `listening`
    under the same number.

    Raises:
        ChildFailed: it did not start, or was not ready in time.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=() if listening is None else (listening.fileno(),),
        )
        log.with_suffix(".pid").write_text(f"{process.pid}\n", encoding="ascii")
        try:
            _wait_until(is_ready, process, name, log)
            yield
        finally:
            if process.stdin is not None:
                process.stdin.close()
            _stop(process)


def status_of(url: str) -> int | None:
    """The status with which a child answers. None while it does not."""
    try:
        return httpx2.get(url, timeout=_ANSWER_TIMEOUT_SECONDS, trust_env=False).status_code
    except httpx2.HTTPError:
        return None


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
