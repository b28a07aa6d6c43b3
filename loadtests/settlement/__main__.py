"""Measure the bill on an embedded PostgreSQL of its own, one measure after the other."""

import argparse
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import orjson
import uvloop

from api.embedded.services import running, temporary_data_dir
from api.process.migrate import migrate
from ledger import JSON
from loadtests.settlement import closing


class Measure(Protocol):
    """Takes the owner's address of an empty migrated database, and measures there."""

    def __call__(self, url: str, *, quick: bool) -> Awaitable[JSON]:
        """The figures, as plain JSON."""


class Part(NamedTuple):
    """One measure, and how its figures are shown."""

    measure: Measure
    lines: Callable[[JSON], Iterator[str]]


PARTS: dict[str, Part] = {
    "closing": Part(closing.measure, closing.lines),
}


async def _run(part: Part, url: str, *, quick: bool) -> JSON:
    await migrate(url)
    return await part.measure(url, quick=quick)


def main() -> int:
    """No figure is judged."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.settlement",
        description="Measure the bill on an embedded PostgreSQL of its own.",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument(
        "--only", action="append", choices=sorted(PARTS), help="only this one; may be repeated"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, to see that the bench works"
    )
    options = parser.parse_args()
    document: dict[str, JSON] = {
        "started_at": datetime.now(UTC),
        "quick": options.quick,
        "processors": os.cpu_count(),
        "load_average_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "figures": {},
    }
    for name in options.only or PARTS:
        with temporary_data_dir("comity-bench-") as data_dir, running(data_dir) as addresses:
            assert addresses.database_url is not None
            part = PARTS[name]
            figures = uvloop.run(_run(part, addresses.database_url, quick=options.quick))
        document["figures"][name] = figures
        for line in part.lines(figures):
            print(line, flush=True)
    if options.json:
        options.json.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
