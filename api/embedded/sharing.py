"""One server for many processes: who starts it, and who stops it.

Two lock files beside the server's data, both taken with flock(2), which the kernel lets go when a
process dies in whatever way, so there are no lists of process numbers to go stale:

- `<name>.lock` is held exclusively while somebody starts or stops the server, and only then;
- `<name>.users` is held shared by every user for as long as it uses the server.

Why this has no race. A user joins (start the server if needed, take `users` shared) wholly inside
`lock`, and leaves (let `users` go, try to take it exclusively, stop the server on success) wholly
inside `lock`. So between "nobody else uses it" and "it is stopped" nobody can join; and somebody
who joins later finds it stopped and starts it. A user killed outright leaves without stopping the
server; the next one to join finds it running, adopts it, and the last to leave stops it.

flock belongs to the open file: a forked child shares its parent's hold, which keeps the server for
a child that outlives its parent. A program started by exec does not inherit it (Python opens files
close-on-exec), so the server itself never counts as one of its users.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from api.embedded.errors import EmbeddedServerError

# As long as the longest start we wait for: whoever holds the lock may be recovering after a crash.
LOCK_TIMEOUT_SECONDS = 900.0
_POLL_SECONDS = 0.05


class Server(Protocol):
    """A server that can be shared. Both calls happen inside the lock, never at the same time."""

    @property
    def name(self) -> str:
        """What its lock files are called."""

    def ensure_started(self) -> None:
        """Start the server, or return at once when it runs already."""

    def stop(self) -> None:
        """Stop the server gracefully; return when it has ended."""


@contextmanager
def shared(server: Server, directory: Path) -> Iterator[None]:
    """Keep `server` running for the length of the block, shared with every other process that does the same.

    Raises EmbeddedServerError when it cannot be started, or the lock cannot be had within
    `LOCK_TIMEOUT_SECONDS`.
    """
    lock_path = directory / f"{server.name}.lock"
    users = _open(directory / f"{server.name}.users")
    try:
        with _exclusive(lock_path):
            server.ensure_started()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _exclusive(lock_path):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _try_exclusive(users):
                    server.stop()
    finally:
        os.close(users)


def revive(server: Server, directory: Path) -> None:
    """Start a shared server again that died; the caller is one of its users, so nobody stops it meanwhile.

    Raises EmbeddedServerError when it cannot be started, or the lock cannot be had.
    """
    with _exclusive(directory / f"{server.name}.lock"):
        server.ensure_started()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _try_exclusive(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    descriptor = _open(path)
    try:
        deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while not _try_exclusive(descriptor):
            if time.monotonic() > deadline:
                message = f"another process has held {path} for {LOCK_TIMEOUT_SECONDS:.0f} seconds"
                raise EmbeddedServerError(message)
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)  # lets the lock go
