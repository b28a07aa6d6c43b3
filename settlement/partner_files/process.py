"""Run a module on a folder, in a process of its own.

Python can neither be stopped in the middle of a file nor share its time fairly with the requests of
the same process. A process can be ended at any instant, and the machine shares its cores.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path

LEAN = Path(__file__).with_name("lean.py")
TROUBLE_LENGTH_MAX = 8_000
"""A library that is ended by an error says much after it."""

Attend = Callable[[Process], Awaitable[None]]
"""Reads what the process says, and answers it."""


class ProcessFailed(Exception):
    """The process did not end well. The message has the end of what it said."""


async def run_process(
    module: str, work: Path, *, seconds_max: float, attend: Attend | None = None
) -> None:
    """Run a module on a folder, to its end. When this is cancelled, the process is killed.

    Raises:
        ProcessFailed: the process died, or took longer than `seconds_max`.
    """
    # With -P no file beside the program can stand in for a module.
    command = [sys.executable, "-P", str(LEAN), module, str(work)]
    trouble = work / "trouble.txt"
    with trouble.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=DEVNULL if attend is None else PIPE, stderr=output
        )
    try:
        async with asyncio.timeout(seconds_max):
            if attend is not None:
                await attend(process)
            status = await process.wait()
    except TimeoutError:
        raise ProcessFailed(f"it took longer than {seconds_max:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        said = trouble.read_text(encoding="utf-8", errors="replace")[-TROUBLE_LENGTH_MAX:]
        raise ProcessFailed(f"it ended with {status}: {said}")
