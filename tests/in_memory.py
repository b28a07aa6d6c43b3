"""Temporary files of a run are kept in memory, if the machine has room for that.

Each test makes a database and drops it. On a disk that costs ten times as much as in memory, and
each commit waits for the disk. The servers do there what they do on a disk, with the same settings:
what they wrote is there when they are killed. Only a machine that loses power forgets it, which no
test tries.

The directories that pytest gives to tests stay on the disk, where they can be looked at afterwards.
To keep all on the disk, set TMPDIR.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "comity-run-"
FREE_BYTES_MIN = 4 << 30
"""Several times as much as a run needs. Most of that are write-ahead logs of its servers."""


@contextmanager
def preferred() -> Iterator[None]:
    """Keep temporary files in memory, also those of processes that are started."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        yield
        return
    _remove_what_killed_runs_left()
    if min(shutil.disk_usage(MEMORY).free, _available_bytes()) < FREE_BYTES_MIN:
        yield
        return
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    directory.chmod(0o711)  # the account of the servers passes through
    lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    os.environ["TMPDIR"] = tempfile.tempdir = str(directory)
    try:
        yield
    finally:
        del os.environ["TMPDIR"]
        tempfile.tempdir = None
        os.close(lock)
        shutil.rmtree(directory, ignore_errors=True)


def _remove_what_killed_runs_left() -> None:
    """Remove the directories that no run has locked. The memory would be lost."""
    for directory in MEMORY.glob(f"{PREFIX}*"):
        with suppress(OSError):
            lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory)
            finally:
                os.close(lock)


def _available_bytes() -> int:
    """How much memory could be used without swapping. 0 if the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    found = dict(line.split(":", 1) for line in lines)
    return int(found.get("MemAvailable", "0 kB").split()[0]) << 10
