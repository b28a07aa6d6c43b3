"""Measure the exchange on an embedded PostgreSQL of its own, one measure after the other."""

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
from loadtests.exchange import fairness, redeem, tills
from loadtests.exchange.place import Place


class Measure(Protocol):
    """Takes a place with an empty migrated database, and measures there."""

    def __call__(self, place: Place, *, quick: bool) -> Awaitable[JSON]:
        """The figures, as plain JSON."""


class Part(NamedTuple):
    """One measure, and how its figures are shown."""

    measure: Measure
    lines: Callable[[JSON], Iterator[str]]


PARTS: dict[str, Part] = {
    "fairness": Part(fairness.measure, fairness.lines),
    "redeem": Part(redeem.measure, redeem.lines),
    "tills": Part(tills.measure, tills.lines),
}


async def _run(part: Part, place: Place, *, quick: bool) -> JSON:
    await migrate(place.url)
    return await part.measure(place, quick=quick)


def main() -> int:
    """No figure is judged."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.exchange",
        description="Measure the exchange on an embedded PostgreSQL of its own.",
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
        with (
            temporary_data_dir("comity-bench-") as data_dir,
            running(data_dir) as addresses,
        ):
            assert addresses.database_url is not None
            assert addresses.redis_url is not None
            place = Place(addresses.database_url, addresses.redis_url, data_dir)
            part = PARTS[name]
            figures = uvloop.run(_run(part, place, quick=options.quick))
        document["figures"][name] = figures
        print("\n".join(part.lines(figures)))
    if options.json is not None:
        options.json.write_bytes(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
