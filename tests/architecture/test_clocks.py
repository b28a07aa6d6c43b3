"""Business is dated by the database's clock alone: the service hardly reads another one.

`time.monotonic` is free to use. It measures how long something takes, and nobody can set it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "catalog", "exchange", "ledger", "settlement")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
ALLOWED = {
    "api/client/webhooks.py": "runs in other people's programs, which have no database of ours",
    "api/process/clock.py": "compares the two clocks",
    "api/process/own_clock.py": "serves commands that have no database",
    "api/demo/showcase/run.py": "ends the showcase today",
    "api/demo/supplier.py": "plays a supplier, which has a clock of its own",
}


def clocks_read(source: str) -> Iterator[str]:
    """The places in a source where the clock of the process is named."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCKS:
                yield f"{owner}.{node.attr}"


def test_only_these_modules_read_the_clock_of_the_process() -> None:
    reading = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if any(clocks_read(path.read_text(encoding="utf-8")))
    }
    assert reading == set(ALLOWED)


def test_a_clock_is_found_by_any_of_its_names() -> None:
    source = "datetime.now(UTC); datetime.datetime.utcnow(); f(clock=time.time); time.monotonic()"
    assert list(clocks_read(source)) == ["datetime.now", "datetime.utcnow", "time.time"]
