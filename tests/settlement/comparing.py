"""The process that compares a supplier's file, caught and halted while it is at work."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

COMPARES = b"settlement.reconcile.compare"
CATCH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparing process."""

    pid: int

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def has_ended(self) -> bool:
        """Whether it is gone, or only waits to be noticed by its parent."""
        return _has_ended(self.pid)


async def comparison(ancestor: int | None = None) -> AbstractContextManager[Comparison]:
    """Catch the comparison that `ancestor` started, by default this process, and halt it.

    It goes on at the end of the block.
    """
    async with asyncio.timeout(CATCH_SECONDS):
        while (pid := _find(ancestor or os.getpid())) is None:  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0.002)
    os.kill(pid, signal.SIGSTOP)
    return _halted(pid)


@contextmanager
def _halted(pid: int) -> Iterator[Comparison]:
    try:
        yield Comparison(pid)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _find(ancestor: int) -> int | None:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        with suppress(OSError):
            is_one = COMPARES in (entry / "cmdline").read_bytes().split(b"\0")
            if is_one and ancestor in _ancestors(pid) and not _has_ended(pid):
                return pid
    return None


def _ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pid = int(fields[1])
        found.append(pid)
    return found


def _has_ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"
