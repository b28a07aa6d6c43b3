"""One server for many processes: who starts it, and who stops it.

There are two lock files beside the server's data. Both are locked with flock(2). The kernel
releases such a lock when a process dies, in whatever way. So no list of process numbers can go
stale.

- `<name>.lock` is held exclusively while somebody starts or stops the server, and only then.
- `<name>.users` is held shared by each user for as long as it uses the server.

Why there is no race: a user joins and leaves only while it holds `lock`. To join, it starts the
server if needed, and takes `users` shared. To leave, it releases `users` and tries to take it
exclusively; if that succeeds, it stops the server. So nobody can join between "nobody else uses it"
and "it is stopped". A user who joins later finds it stopped, and starts it. A user that is killed
leaves without stopping the server. The next one to join finds it running and uses it, and the last
one to leave stops it.

A lock by flock belongs to the open file. A forked child shares the lock of its parent. This keeps
the server for a child that outlives its parent. A program started by exec does not inherit it, as
Python opens files close-on-exec. So the server never counts as one of its own users.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from api.embedded.errors import EmbeddedServerError

# Longer than the longest start: the holder of the lock may be recovering from a crash.
LOCK_TIMEOUT_SECONDS = 900.0
_POLL_SECONDS = 0.05


class Server(Protocol):
    """A server that can be shared. Its two methods are called only while the lock is held."""

    @property
    def name(self) -> str:
        """The name of its lock files."""

    def ensure_started(self) -> None:
        """Start the server, or return at once if it runs already."""

    def stop(self) -> None:
        """Stop the server gracefully, and return when it has ended."""


class Watched(Server, Protocol):
    """A server that can say whether it is there."""

    @property
    def url(self) -> str:
        """Its address."""

    def is_alive(self) -> bool:
        """Whether it accepts connections, or would if it were less busy.

        This is quick, and needs no lock.
        """


@contextmanager
def shared(server: Server, directory: Path) -> Iterator[None]:
    """Keep `server` running for the length of the block.

    It is shared with all other processes that do the same.

    Raises:
        EmbeddedServerError: it cannot be started, or the lock is not free within
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


def is_used(name: str, directory: Path) -> bool:
    """Whether a process uses the shared server of this name. It makes no file and starts nothing.

    Raises:
        EmbeddedServerError: the lock is not free within `LOCK_TIMEOUT_SECONDS`.
    """
    users_path = directory / f"{name}.users"
    if not users_path.exists():
        return False
    users = _open(users_path)
    try:
        # Under the lock: somebody who leaves at this moment would take us for a user who stays.
        with _exclusive(directory / f"{name}.lock"):
            return not _try_exclusive(users)
    finally:
        os.close(users)


def revive(server: Watched, directory: Path) -> bool:
    """Restart a shared server that died. Returns False if somebody else was faster.

    The caller is one of its users, so nobody stops it meanwhile.

    Raises:
        EmbeddedServerError: it cannot be started, or the lock is not free in time.
    """
    with _exclusive(directory / f"{server.name}.lock"):
        if server.is_alive():
            return False
        server.ensure_started()
        return True


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
        os.close(descriptor)  # releases the lock
