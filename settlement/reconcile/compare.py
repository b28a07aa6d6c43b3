"""The process that compares a partner's file with our lines: `python -m …compare`.

It knows no database. It reads two files and writes the outcome beside them. When its standard input
ends, whoever started it is gone, and it ends too.
"""

import os
import sys
import threading
from datetime import date
from pathlib import Path

import orjson

from ledger import JSON, Refusal
from settlement.reconcile.matching import match
from settlement.reconcile.theirs import THEIRS_FILE, write_theirs

NICENESS = 10
"""Requests come first."""


def main(ours: str, theirs: str, as_of: str, folder: str) -> None:
    """Compare two files and write the outcome, or the refusal of the partner's file."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)
    work = Path(folder)
    outcome: dict[str, JSON]
    try:
        write_theirs(Path(theirs), work)
        matching = match(Path(ours), work / THEIRS_FILE, date.fromisoformat(as_of), work)
        outcome = {"matching": matching.document()}
    except Refusal as refusal:
        outcome = {"refusal": refusal.document()}
    (work / "outcome.json").write_bytes(orjson.dumps(outcome))


def _end_with_parent() -> None:
    os.read(0, 1)  # not `sys.stdin`: its lock would be held while the interpreter ends
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
