"""Compare files in a process of its own.

Python can neither be stopped in the middle of a file nor share its time fairly with the requests of
the same process. A process can be ended at any instant, and the machine shares its cores.
"""

import asyncio
import sys
from datetime import date
from pathlib import Path

import orjson

from settlement.partner_files.refusals import refusal_of
from settlement.reconcile.matching import Matching

COMPARE_SECONDS_MAX = 600.0
TROUBLE_LENGTH_MAX = 2_000


class ComparisonFailed(Exception):
    """The process that compares did not end well. The message has the end of what it said."""


async def compare_apart(ours: Path, theirs: Path, as_of: date, work: Path) -> Matching:
    """Match a partner's file with our lines. When this is cancelled, the process is killed.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: lines of the file are at fault.
        ComparisonFailed: the process died, or took longer than COMPARE_SECONDS_MAX.
    """
    # With -P no file of the working directory can stand in for a module.
    command = [sys.executable, "-P", "-m", "settlement.reconcile.compare"]
    arguments = [str(ours), str(theirs), as_of.isoformat(), str(work)]
    trouble = work / "trouble.txt"
    with trouble.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=output,
        )
    try:
        async with asyncio.timeout(COMPARE_SECONDS_MAX):
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
