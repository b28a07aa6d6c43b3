"""Measure the ledger on an embedded PostgreSQL of its own.

One run, one table, each figure beside what it is held against.
"""

import argparse
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop

from api.embedded.services import running, temporary_data_dir
from ledger.decide import decider
from loadtests.ledger.bench import QUICK, Bench, Sizes, Unsound
from loadtests.ledger.figures import expiry, one_member, processes, singles, stored_bytes
from loadtests.ledger.growth import growth
from loadtests.ledger.meter import Figure
from loadtests.ledger.paired import BULK, LIMIT, ORM, paired
from loadtests.ledger.server import Server, stolen_seconds
from loadtests.ledger.work import (
    BATCH,
    GARBAGE_OBJECTS,
    ISSUE_SHARE,
    KEY_LENGTH,
    LANES,
    SUBMITTERS,
    KeyOrder,
)

MEASURES: dict[str, Callable[[Bench], Awaitable[list[Figure]]]] = {
    "singles": singles,
    "processes": processes,
    "member": one_member,
    "expiry": expiry,
    "bytes": stored_bytes,
    "growth": growth,
}
NAMES = (BULK, LIMIT, ORM, *MEASURES)


async def measure(server: Server, sizes: Sizes, order: KeyOrder, names: set[str]) -> list[Figure]:
    """The figures asked for, in the order of `NAMES`.

    Raises:
        Unsound: the ledger lost something.
    """
    bench = Bench(server, sizes, order)
    figures: list[Figure] = []
    if names & {BULK, LIMIT, ORM}:
        _tell(", ".join(name for name in NAMES if name in names & {BULK, LIMIT, ORM}))
        figures += await paired(bench, names)
    for name, figure in MEASURES.items():
        if name in names and (name != "growth" or sizes.growth_entries):
            _tell(name)
            figures += await figure(bench)
    return figures


def _tell(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)


def _number(value: float | None, unit: str = "") -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:,.2f}{unit}"


HEAD = ("figure", "target", "measured", "verdict", "p50 ms", "p99 ms", "client us", "PostgreSQL us")


def table(figures: list[Figure]) -> str:
    """The figures, each with where its time goes beneath.

    Latencies and processor time are of one operation, batch or transaction, as the row says.
    """
    rows = [
        (
            figure.title,
            ""
            if figure.target is None
            else f"{'<=' if figure.is_most else '>='} {_number(figure.target, figure.unit)}",
            _number(figure.value, figure.unit),
            figure.verdict,
            _number(figure.p50_ms),
            _number(figure.p99_ms),
            _number(figure.client_us),
            _number(figure.server_us),
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]

    def line(row: tuple[str, ...]) -> str:
        first, *others = (
            text.ljust(width) if column in {0, 3} else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join([first, *others]).rstrip()

    lines = [line(HEAD)]
    for figure, row in zip(figures, rows, strict=True):
        lines.append(line(row))
        of = f"p50 and p99 are of one {figure.of}" if figure.of else ""
        lines.extend(f"    {note}" for note in (of, figure.where) if note)
    return "\n".join(lines)


def _conditions(
    sizes: Sizes, order: KeyOrder, postgres: str, loads: tuple[float, float]
) -> dict[str, Any]:
    """What the figures depend on.

    A load above our own, which is one or two, means that others used the machine, too.
    """
    return {
        "processors": os.cpu_count(),
        "load_average_before": loads[0],
        "load_average_after": loads[1],
        "machine": platform.machine(),
        "python": platform.python_version(),
        "ledger": "interpreted" if decider.__file__.endswith(".py") else "compiled",
        "postgresql": postgres,
        "asyncpg": version("asyncpg"),
        "event_loop": f"uvloop {version('uvloop')}",
        "garbage_collection": (
            f"frozen after set-up, every {GARBAGE_OBJECTS:,} objects, as the service has it"
        ),
        "durability": "fsync, full_page_writes and synchronous_commit are on",
        "keys": f"{KEY_LENGTH} characters, {order}",
        "lanes": LANES,
        "mix": f"{ISSUE_SHARE:.0%} issue, {1 - ISSUE_SHARE:.0%} redeem",
        "batch": BATCH,
        "submitters": SUBMITTERS,
        "sizes": asdict(sizes),
    }


async def _run(options: argparse.Namespace, url: str, data_dir: Path) -> None:
    sizes: Sizes = QUICK if options.quick else Sizes()
    if options.growth_entries is not None:
        sizes = replace(sizes, growth_entries=options.growth_entries)
    if options.rounds is not None:
        sizes = replace(sizes, rounds=options.rounds)
    server = Server(url, data_dir)
    async with server.session() as session:
        postgres: str = await session.fetchval("SHOW server_version")
    started, load_before = datetime.now(UTC), round(os.getloadavg()[0], 2)
    stolen_before = stolen_seconds()
    figures = await measure(server, sizes, options.keys, set(options.only or NAMES))
    stolen = stolen_seconds()
    conditions = _conditions(
        sizes, options.keys, postgres, (load_before, round(os.getloadavg()[0], 2))
    )
    if stolen is not None and stolen_before is not None:
        conditions["processor_seconds_taken_by_the_host"] = round(stolen - stolen_before, 1)
    print("; ".join(f"{name} {value}" for name, value in conditions.items() if name != "sizes"))
    print(
        "Operations are built before the clock starts, and so are the limit's rows. "
        "Figures of a pair are taken in turns; medians."
    )
    print("Processor time is of one operation; PostgreSQL's is that of all its processes.\n")
    print(table(figures))
    if options.json is not None:
        document = {
            "started_at": started,
            "seconds": round((datetime.now(UTC) - started).total_seconds()),
            "quick": options.quick,
            "conditions": conditions,
            "figures": [{**asdict(figure), "verdict": figure.verdict} for figure in figures],
        }
        options.json.write_bytes(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )


def main() -> int:
    """Returns 1 where the ledger lost something; a target that is missed is told in the table."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.ledger",
        description="Measure the ledger on an embedded PostgreSQL of its own.",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="also write the figures to this file"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, to see that the bench works; no growth"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        metavar="NAME",
        help=f"one of {', '.join(NAMES)}; may be repeated",
    )
    parser.add_argument(
        "--growth-entries", type=int, metavar="N", help="entries of the large book; 0: no growth"
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of each side of a pair")
    parser.add_argument(
        "--keys",
        type=KeyOrder,
        choices=list(KeyOrder),
        default=KeyOrder.ORDERED,
        help="how keys come",
    )
    options = parser.parse_args()
    with (
        temporary_data_dir("comity-bench-") as data_dir,
        running(data_dir, cache=False) as addresses,
    ):
        assert addresses.database_url is not None
        try:
            uvloop.run(_run(options, addresses.database_url, data_dir))
        except (Unsound, asyncpg.DiskFullError) as error:
            print(f"bench-ledger: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
