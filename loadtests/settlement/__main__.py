"""Measure the bill, one measure after the other. Each has servers and files of its own."""

import argparse
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson
import uvloop

from api.embedded.services import running, temporary_data_dir
from api.process.migrate import migrate
from ledger import JSON
from loadtests.settlement import closing, liability, matching, partner_files, rating

QUICK_SCALE = 0.001


class OnDatabase(Protocol):
    """Takes the owner's address of an empty migrated database, and measures there."""

    def __call__(self, url: str, *, scale: float) -> Awaitable[JSON]:
        """The figures, as plain JSON."""


class OnFiles(Protocol):
    """Measures what reads and writes files only."""

    def __call__(self, *, scale: float) -> Coroutine[Any, Any, JSON]:
        """The figures, as plain JSON."""


class Part(NamedTuple):
    """One measure, and how its figures are shown."""

    lines: Callable[[JSON], Iterator[str]]
    on_database: OnDatabase | None = None
    on_files: OnFiles | None = None


PARTS: dict[str, Part] = {
    "rating": Part(rating.lines, on_database=rating.measure),
    "closing": Part(closing.lines, on_database=closing.measure),
    "partner-files": Part(partner_files.lines, on_files=partner_files.measure),
    "matching": Part(matching.lines, on_files=matching.measure),
    "liability": Part(liability.lines, on_database=liability.measure),
}


async def _migrated(measure: OnDatabase, url: str, scale: float) -> JSON:
    await migrate(url)
    return await measure(url, scale=scale)


def _figures(part: Part, scale: float) -> JSON:
    if part.on_files is not None:
        return uvloop.run(part.on_files(scale=scale))
    assert part.on_database is not None
    with temporary_data_dir("comity-bench-") as data_dir, running(data_dir) as addresses:
        assert addresses.database_url is not None
        return uvloop.run(_migrated(part.on_database, addresses.database_url, scale))


def _scale(given: str) -> float:
    scale = float(given)
    if not 0 < scale <= 1:
        raise ValueError
    return scale


def main() -> int:
    """No figure is judged."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.settlement",
        description="Measure the bill: rating, closing, partners' files, matching, liability.",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument(
        "--only", action="append", choices=sorted(PARTS), help="only this one; may be repeated"
    )
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument(
        "--scale", type=_scale, default=1.0, help="this part of the full sizes, such as 0.1"
    )
    sizes.add_argument(
        "--quick", action="store_true", help="small sizes, to see that the bench works"
    )
    options = parser.parse_args()
    scale = QUICK_SCALE if options.quick else options.scale
    document: dict[str, JSON] = {
        "started_at": datetime.now(UTC),
        "scale": scale,
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "figures": {},
    }
    for name in options.only or PARTS:
        part = PARTS[name]
        load_before = round(os.getloadavg()[0], 2)
        figures = _figures(part, scale) | {"load_average_before": load_before}
        document["figures"][name] = figures
        for line in part.lines(figures):
            print(line, flush=True)
    if options.json:
        options.json.write_bytes(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
