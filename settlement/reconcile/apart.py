"""Compare files in a process of its own, which can be ended at any instant.

The process asks at most once, for what is known elsewhere. It knows no database.
"""

from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from settlement.partner_files.process import run_process
from settlement.partner_files.refusals import refusal_of
from settlement.reconcile.matching import Matching

COMPARE_SECONDS_MAX = 600.0

Look = Callable[[Sequence[tuple[Any, ...]]], Awaitable[None]]
"""Looks elsewhere for rows that no line of the scope is known for."""


async def compare_apart(work: Path, look: Look) -> Matching:
    """Match both sides in a folder. When this is cancelled, the process is killed.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: lines of the file are at fault.
        ProcessFailed: the process died, or took longer than COMPARE_SECONDS_MAX.
    """

    async def attend(process: Process) -> None:
        await _answer(process, work, look)

    await run_process(
        "settlement.reconcile.compare", work, seconds_max=COMPARE_SECONDS_MAX, attend=attend
    )
    outcome = orjson.loads((work / "outcome.json").read_bytes())
    if "refusal" in outcome:
        raise refusal_of(outcome["refusal"])
    return Matching.of_document(outcome["matching"])


async def _answer(process: Process, work: Path, look: Look) -> None:
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
