"""Match a large file: `python -m loadtests.settlement.matching --rows 3000000`.

Both sides are made first, and are not counted. Then a process of its own reads them, matches them
and writes breaks and matches, as it does for the service. What is left out: the COPY of our lines
out of PostgreSQL, the reading of the partner's own file, and the storing.

One row of a thousand is missing, one is foreign, one is listed twice, one has another amount, and
one has another day.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from settlement.reconcile.clean import Inputs
from settlement.reconcile.matching import Matcher

ROWS = 3_000_000
KEYS = ("code", "reference")
RUNS = 3

_LINES = """
    CREATE TABLE line AS
    SELECT i AS position, 1 + i % 400 AS book_id, i || '.1' AS use_id, 'f' AS is_reversal,
        5 + i % 400 AS home, '2026-05' AS month, md5('code ' || i) AS code,
        'ref-' || i AS reference, NULL AS request_number, 'offer-' || (i % 40) AS offer,
        'store-' || (i % 300) AS store, DATE '2026-05-01' + CAST(i % 31 AS INTEGER) AS used_on,
        CAST(100 + (i % 40) * 10 AS BIGINT) AS amount, NULL AS net, NULL AS gross,
        'CNY' AS currency
    FROM range({rows}) AS numbers (i)
"""
_ROW = """
    SELECT CAST({number} AS BIGINT) AS row, CAST(NULL AS VARCHAR) AS line_key,
        {code} AS code_sha256, CAST(NULL AS VARCHAR) AS request_number, {reference} AS reference,
        offer, store, CAST(NULL AS VARCHAR) AS member, used_on + {days} AS used_on,
        amount + {more} AS amount_minor, currency
    FROM line WHERE {which}
"""


def make_sides(folder: Path, rows: int, key: str) -> None:
    """Write both sides of a month."""
    named = {
        "code": "unhex(code || code)" if key == "code" else "CAST(NULL AS BLOB)",
        "reference": "reference" if key == "reference" else "CAST(NULL AS VARCHAR)",
        "days": "0",
        "more": "0",
    }
    foreign = {"code": "CAST(NULL AS BLOB)", "reference": "'x-' || position"}
    parts = (
        named | {"number": "position", "which": "position % 1000 NOT IN (3, 7, 11)"},
        named | {"number": "position", "more": "7", "which": "position % 1000 = 7"},
        named | {"number": "position", "days": "5", "which": "position % 1000 = 11"},
        named | {"number": f"position + {rows}", "which": "position % 1000 = 9"},
        named | foreign | {"number": f"position + {2 * rows}", "which": "position % 1000 = 5"},
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 2")
        connection.execute(_LINES.format(rows=rows))
        connection.execute(f"COPY line TO '{folder / 'ours.csv'}' (HEADER false)")
        union = " UNION ALL ".join(_ROW.format(**part) for part in parts)
        connection.execute(f"COPY ({union}) TO '{folder / 'theirs.parquet'}' (FORMAT parquet)")


def match_once(folder: Path) -> None:
    """Match both sides in this process, and print what it took."""
    begun = time.monotonic()
    inputs = Inputs(
        folder / "ours.csv",
        folder / "theirs.parquet",
        offers=tuple(f"offer-{number}" for number in range(40)),
    )
    matcher = Matcher(inputs, folder)
    matcher.wanted()
    matching = matcher.finish()
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    found = {
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mib": int(peak.split()[1]) // 1024,
        "ours": matching.ours,
        "theirs": matching.theirs,
        "matched": matching.matched,
        "breaks": matching.by_category,
        "difference_minor": matching.difference_minor,
    }
    print(json.dumps(found))


def measure(rows: int, key: str, folder: Path) -> list[dict[str, object]]:
    """Match several times, each in a process of its own."""
    make_sides(folder, rows, key)
    command = [sys.executable, "-m", "loadtests.settlement.matching", "--once", str(folder)]
    return [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(RUNS)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        match_once(options.once)
        return
    found: dict[str, object] = {"cores": os.cpu_count(), "python": platform.python_version()}
    print(f"{options.rows:,} lines against as many rows, {os.cpu_count()} cores")
    print(f"{'named by':<12}{'seconds':>9}{'peak MiB':>10}{'matched':>12}{'breaks':>9}")
    for key in KEYS:
        with tempfile.TemporaryDirectory(prefix="comity-matching-") as folder:
            runs = measure(options.rows, key, Path(folder))
        best = min(runs, key=lambda run: float(str(run["seconds"])))
        found[key] = runs
        breaks = sum(dict(best["breaks"]).values())  # type: ignore[call-overload]
        print(
            f"{key:<12}{best['seconds']:>9}{best['peak_mib']:>10}{best['matched']:>12}{breaks:>9}"
        )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
