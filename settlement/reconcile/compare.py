"""The process that compares a partner's file with our lines: `python -m …compare`.

It knows no database. It reads the files of a folder and writes the outcome beside them. When there
are rows that nobody knows, it writes them into `wanted.json`, says so, and waits until whoever
started it has looked elsewhere. When its standard input ends, whoever started it is gone, and it
ends too.
"""

import os
import sys
import threading
from datetime import date
from pathlib import Path

import orjson

from ledger import JSON, Refusal
from settlement.reconcile.clean import Inputs
from settlement.reconcile.matching import Matcher
from settlement.reconcile.theirs import THEIRS_FILE, write_theirs

NICENESS = 10
"""Requests come first."""
WANTED = "wanted"


def main(folder: str) -> None:
    """Compare both sides and write the outcome, or the refusal of the partner's file."""
    has_looked = threading.Event()
    threading.Thread(target=_listen, args=(has_looked,), daemon=True).start()
    os.nice(NICENESS)
    work = Path(folder)
    outcome: dict[str, JSON]
    try:
        matcher = Matcher(_inputs(work), work)
        if wanted := matcher.wanted():
            (work / "wanted.json").write_bytes(orjson.dumps(wanted))
            sys.stdout.write(f"{WANTED}\n")
            sys.stdout.flush()
            has_looked.wait()
        outcome = {"matching": matcher.finish().document()}
    except Refusal as refusal:
        outcome = {"refusal": refusal.document()}
    (work / "outcome.json").write_bytes(orjson.dumps(outcome))


def _inputs(work: Path) -> Inputs:
    said = orjson.loads((work / "task.json").read_bytes())
    rejected = write_theirs(work / "partner.file", work)
    return Inputs(
        ours=work / "ours.csv",
        theirs=work / THEIRS_FILE,
        claims=work / "claims.csv",
        elsewhere=work / "elsewhere.csv",
        offers=tuple(said["offers"]),
        rates=tuple((home, amount) for home, amount in said["rates"]),
        rejected=rejected,
        today=date.fromisoformat(said["today"]),
    )


def _listen(has_looked: threading.Event) -> None:
    while os.read(0, 1):  # not `sys.stdin`: its lock would be held while the interpreter ends
        has_looked.set()
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
