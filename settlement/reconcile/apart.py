"""Compare files in a process of its own.

Python can neither be stopped in the middle of a file nor share its time fairly with the requests of
the same process. A process can be ended at any instant, and the machine shares its cores.

The process asks at most once, for what is known elsewhere. It knows no database.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from settlement.partner_files.refusals import refusal_of
from settlement.reconcile.matching import Matching

COMPARE_SECONDS_MAX = 600.0
TROUBLE_LENGTH_MAX = 2_000

Look = Callable[[Sequence[tuple[Any, ...]]], Awaitable[None]]
"""Looks elsewhere for rows that no line of the scope is known for."""


class ComparisonFailed(Exception):
    """The process that compares did not end well. The message has the end of what it said."""


async def compare_apart(work: Path, look: Look) -> Matching:
    """Match both sides in a folder. When this is cancelled, the process is killed.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: lines of the file are at fault.
        ComparisonFailed: the process died, or took longer than COMPARE_SECONDS_MAX.
    """
    # With -P no file of the working directory can stand in for a module.
    command = [sys.executable, "-P", "-m", "settlement.reconcile.compare", str(work)]
    trouble = work / "trouble.txt"
    with trouble.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
        )
    try:
        async with asyncio.timeout(COMPARE_SECONDS_MAX):
            await _answer(process, work, look)
            status = await process.wait()
    except TimeoutError:
        raise ComparisonFailed(f"it took longer than {COMPARE_SECONDS_MAX:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        said = trouble.read_text(encoding="utf-8", errors="replace")[-TROUBLE_LENGTH_MAX:]
        raise ComparisonFailed(f"it ended with {status}: {said}")
    outcome = orjson.loads((work / "outcome.json").read_bytes())
    if "refusal" in outcome:
        raise refusal_of(outcome["refusal"])
    return Matching.of_document(outcome["matching"])


async def _answer(process: asyncio.subprocess.Process, work: Path, look: Look) -> None:
    """Look elsewhere if the process asks for it."""
    assert process.stdin is not None, "it was opened as a pipe"
    assert process.stdout is not None, "it was opened as a pipe"
    if not await process.stdout.readline():
        return
    rows = orjson.loads((work / "wanted.json").read_bytes())
    await look(
        [(row, key, code and UUID(code), *rest) for row, key, code, *rest in rows],
    )
    with suppress(ConnectionError):  # it has died, and its status says so
        process.stdin.write(b"\n")
        await process.stdin.drain()
