"""Measure what requests over HTTP cost, on a service that is started for the bench.

With `--before DIR`, the service of another checkout is measured in turns with this one's.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from loadtests.http.generator import Plan
from loadtests.http.service import Service, serving, verify

HERE = Path(__file__).resolve().parents[2]
ITEMS = {"floor": 0, "singles": 1, "batches-100": 100, "batches-1000": 1_000}
"""How many operations a request has. The floor is a request that does nothing: GET /livez."""
PARTS_TASKS = 64
AFTER, BEFORE = "after", "before"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is done."""

    rounds: int = 3
    singles: int = 8_000
    operations: int = 64_000
    members: int = 10_000
    connections: tuple[int, ...] = (16, 64, 256)

    def requests(self, items: int, connections: int) -> int:
        """How many requests a run has: each connection sends one at least."""
        return max(connections, self.singles if items < 2 else self.operations // items)


QUICK = Sizes(rounds=1, singles=100, operations=1_000, members=100, connections=(2,))


@dataclass(slots=True)
class Figure:
    """One kind of request over a number of connections, of one checkout. Medians of the rounds.

    Rates and processor time are of operations; of requests where a request is none. `possible` is
    the rate at which the server's one process would be busy all the time.
    """

    name: str
    side: str
    connections: int
    rate: float
    possible: float
    p50_ms: float
    p99_ms: float
    service_us: float
    database_us: float
    generator_us: float
    runs: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Run:
    rate: float
    p50_ms: float
    p99_ms: float
    service_us: float
    database_us: float
    generator_us: float


def _ask(script: str, plan: dict[str, Any], path: Path) -> dict[str, Any]:
    """The result of a process that measures, with the packages of `path`."""
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name(script))],
        input=json.dumps(plan).encode(),
        env={**os.environ, "PYTHONPATH": str(path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


class Failed(Exception):
    """The service answered otherwise than it should."""


def _send(service: Service, plan: Plan) -> _Run:
    before = service.cpu()
    result = _ask("generator.py", asdict(plan), HERE)
    used = service.cpu()
    expected = "201" if plan.items == 1 else "200"
    if result["statuses"] != {expected: plan.requests}:
        raise Failed(f"{plan.path}: {result['statuses']}")
    count = plan.requests * max(1, plan.items)
    return _Run(
        rate=count / result["seconds"],
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        service_us=1e6 * (used.service - before.service) / count,
        database_us=1e6 * (used.database - before.database) / count,
        generator_us=1e6 * result["cpu_seconds"] / count,
    )


def _figure(name: str, side: str, connections: int, runs: list[_Run]) -> Figure:
    def median(of: str) -> float:
        found: float = statistics.median(getattr(run, of) for run in runs)
        return found

    service_us = median("service_us")
    return Figure(
        name=name,
        side=side,
        connections=connections,
        rate=median("rate"),
        possible=1e6 / service_us if service_us else 0.0,
        p50_ms=median("p50_ms"),
        p99_ms=median("p99_ms"),
        service_us=service_us,
        database_us=median("database_us"),
        generator_us=median("generator_us"),
        runs=[round(run.rate, 1) for run in runs],
    )


def measure(services: dict[str, Service], sizes: Sizes, names: list[str]) -> list[Figure]:
    """The figures of all services, in turns.

    Raises:
        Failed: a request was refused.
    """
    figures: list[Figure] = []
    for side, service in services.items():  # opens the wallets, and warms the process up
        _send(service, _plan(service, sizes, 100, 16, f"warm-{side}"))
    for name in names:
        for connections in sizes.connections:
            _tell(f"{name}, {connections} connections")
            runs: dict[str, list[_Run]] = {side: [] for side in services}
            for number in range(sizes.rounds):
                for side, service in services.items():
                    run = f"{name}-{connections}-{number}"
                    plan = _plan(service, sizes, ITEMS[name], connections, run)
                    runs[side].append(_send(service, plan))
            figures += [_figure(name, side, connections, runs[side]) for side in services]
    return figures


def _plan(service: Service, sizes: Sizes, items: int, connections: int, run: str) -> Plan:
    return Plan(
        port=service.port,
        path="/v1/programmes/tea-club" if items else "/livez",
        key=service.key,
        run=run,
        connections=connections,
        requests=sizes.requests(items, connections),
        items=items,
        members=sizes.members,
    )


def parts(checkouts: dict[str, Path], sizes: Sizes) -> dict[str, dict[str, dict[str, float]]]:
    """Microseconds of a request by part, for singles and for batches of 1,000, of each checkout."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, items in (("singles", 1), ("batches-1000", 1_000)):
        _tell(f"parts of {name}")
        plan = {
            "tasks": PARTS_TASKS if items == 1 else 8,
            "requests": sizes.requests(items, 1),
            "items": items,
            "members": sizes.members,
        }
        runs: dict[str, list[dict[str, float]]] = {side: [] for side in checkouts}
        for _ in range(sizes.rounds):
            for side, checkout in checkouts.items():
                result = _ask("parts.py", plan, checkout)
                runs[side].append({**result["parts"], "in all": result["microseconds"]})
        found[name] = {
            side: {
                part: statistics.mean(run.get(part, 0.0) for run in runs[side])
                for part in {part for run in runs[side] for part in run}
            }
            for side in checkouts
        }
    return found


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def table(figures: list[Figure]) -> str:
    """The figures, and the ratios of both sides if there are two."""
    rows: list[tuple[str, ...]] = [
        (
            *("figure", "conn", "side", "per s", "possible", "p50 ms", "p99 ms"),
            *("service us", "PostgreSQL us", "generator us"),
        ),
        *(
            (
                figure.name,
                str(figure.connections),
                figure.side,
                f"{figure.rate:,.0f}",
                f"{figure.possible:,.0f}",
                f"{figure.p50_ms:,.1f}",
                f"{figure.p99_ms:,.1f}",
                f"{figure.service_us:,.1f}",
                f"{figure.database_us:,.1f}",
                f"{figure.generator_us:,.1f}",
            )
            for figure in figures
        ),
    ]
    lines = _columns(rows)
    by_side = {(figure.name, figure.connections, figure.side): figure for figure in figures}
    for (name, connections, side), after in by_side.items():
        before = by_side.get((name, connections, BEFORE))
        if side == AFTER and before is not None and after.service_us:
            lines.append(
                f"{name}, {connections} connections: {after.rate / before.rate:.2f} times the rate,"
                f" {before.service_us / after.service_us:.2f} times what its processor time allows"
            )
    return "\n".join(lines)


def parts_table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    """Where the time goes, the largest part first."""
    lines: list[str] = []
    for name, sides in found.items():
        names = sorted(
            {part for of_side in sides.values() for part in of_side},
            key=lambda part: -max(of_side.get(part, 0.0) for of_side in sides.values()),
        )
        head = (f"{name}: us of the application", *sides)
        rows = [(part, *(f"{sides[side].get(part, 0.0):,.1f}" for side in sides)) for part in names]
        lines += ["", *_columns([head, *rows])]
    return "\n".join(lines)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _conditions() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "granian": version("granian"),
        "litestar": version("litestar"),
        "server_processes": 1,
    }


def main() -> int:
    """Returns 1 if a request was refused, and fails if the book is not sound afterwards."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.http",
        description="Measure what requests over HTTP cost, on a service started for the bench.",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--before", type=Path, metavar="DIR", help="another checkout, in turns")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument(
        "--connections",
        type=int,
        action="append",
        metavar="N",
        help="so many, in place of 16, 64 and 256; may be repeated",
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of each figure")
    parser.add_argument(
        "--only",
        action="append",
        choices=[*ITEMS, "parts"],
        help=f"one of {', '.join(ITEMS)}, parts; may be repeated",
    )
    options = parser.parse_args()
    sizes = QUICK if options.quick else Sizes()
    if options.connections:
        sizes = replace(sizes, connections=tuple(options.connections))
    if options.rounds is not None:
        sizes = replace(sizes, rounds=options.rounds)
    wanted = options.only or [*ITEMS, "parts"]
    names = [name for name in ITEMS if name in wanted]
    checkouts = {AFTER: HERE}
    if options.before is not None:
        checkouts = {BEFORE: options.before.resolve(), AFTER: HERE}
    conditions, figures = _conditions(), []
    if names:
        with ExitStack() as stack:
            services = {
                side: stack.enter_context(serving(checkout)) for side, checkout in checkouts.items()
            }
            try:
                figures = measure(services, sizes, names)
            except Failed as failure:
                print(f"bench-http: {failure}", file=sys.stderr)
                return 1
            for service in services.values():
                verify(service)
    found = parts(checkouts, sizes) if "parts" in wanted else {}
    print("; ".join(f"{name} {value}" for name, value in conditions.items()))
    print("Processor time and rates are of one operation.\n")
    print(table(figures) + parts_table(found))
    if options.json is not None:
        document = {
            "quick": options.quick,
            "conditions": conditions,
            "sizes": asdict(sizes),
            "figures": [asdict(figure) for figure in figures],
            "parts": found,
        }
        options.json.write_bytes(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
