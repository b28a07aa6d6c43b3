"""A service that runs for the bench, from a checkout of its own, and its processor time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from api.embedded.services import temporary_data_dir
from api.process.children import free_port, running_child, status_of
from loadtests.__main__ import set_up
from loadtests.ledger.server import Server

RATE = "1000000000"
"""No party is slowed down, but its bucket is asked as usual."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """Processor time in seconds, of the server's own processes and of PostgreSQL's."""

    service: float
    database: float


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with a brand and its programme."""

    port: int
    key: str
    data_dir: Path
    checkout: Path
    pid: int

    def cpu(self) -> Cpu:
        """What it has used since it started."""
        database = Server("", self.data_dir).cpu_seconds()
        return Cpu(cpu_seconds(self.pid), database or 0.0)


def cpu_seconds(pid: int) -> float:
    """Processor time of a service: the process that was started, and those it forked to serve."""
    return sum(_cpu_seconds(each) for each in _pids(pid))


def _pids(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            if "python" in _program(int(child)):
                yield int(child)


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return ""


def _cpu_seconds(pid: int) -> float:
    """Of one process, without its children."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(checkout: Path) -> Iterator[Service]:
    """A service of the packages in `checkout`, on servers of its own, with one server process.

    Raises:
        ChildFailed: it did not start.
    """
    port = free_port()
    with temporary_data_dir("comity-bench-") as data_dir:
        log = data_dir / "serve.log"
        command = [
            *("env", f"PYTHONPATH={checkout}", f"COMITY_RATE_PER_SECOND={RATE}"),
            *(sys.executable, "-P", "-m", "api.cli", "serve"),
            *("--data-dir", str(data_dir), "--port", str(port)),
        ]
        ready = f"http://127.0.0.1:{port}/readyz"
        with running_child("the service", command, log, lambda: status_of(ready) == HTTPStatus.OK):
            pid = int(log.with_suffix(".pid").read_text(encoding="ascii"))
            operator_key = (data_dir / "operator.key").read_text(encoding="ascii").strip()
            key = set_up(f"http://127.0.0.1:{port}", operator_key)
            yield Service(port, key, data_dir, checkout, pid)


def verify(service: Service) -> None:
    """See that the book is sound after the measurement.

    Raises:
        CalledProcessError: it is not; the command has said why.
    """
    command = [sys.executable, "-P", "-m", "api.cli", "verify", "--data-dir"]
    environment = {**os.environ, "PYTHONPATH": str(service.checkout)}
    subprocess.run(
        [*command, str(service.data_dir)], env=environment, check=True, stdout=subprocess.DEVNULL
    )
