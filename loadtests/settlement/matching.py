"""Reconcile a large file: the partner's own file is read, normalised and matched, to its breaks.

Both sides are made first, and are not counted. Then a process of its own reads the file and matches
it, as the service does. What is left out: the COPY of our lines out of PostgreSQL, and the storing.

One row of a thousand is missing, one is foreign, one is listed twice, one has another amount, and
one has another day.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson

from ledger import JSON
from loadtests.settlement.partner_files import peak_mib
from settlement.partner_files import read_partner_file
from settlement.reconcile.clean import Inputs
from settlement.reconcile.matching import Matcher

ROWS = 3_000_000
KEYS = ("coupon_sha256", "reference")
"""What the rows name their uses by, in turn."""
OFFERS = 40

_LINES = f"""
    CREATE TABLE line AS
    SELECT i AS position, 1 + i % 400 AS book_id, i || '.1' AS use_id, 'f' AS is_reversal,
        5 + i % 400 AS home, '2026-05' AS month, left(sha256('code ' || i), 32) AS code,
        'ref-' || i AS reference, NULL AS request_number, 'offer-' || (i % {OFFERS}) AS offer,
        'store-' || (i % 300) AS store, DATE '2026-05-01' + CAST(i % 31 AS INTEGER) AS used_on,
        CAST(100 + (i % {OFFERS}) * 10 AS BIGINT) AS amount, NULL AS net, NULL AS gross,
        'CNY' AS currency
    FROM range({{rows}}) AS numbers (i)
"""
_ROW = """
    SELECT {key}, offer AS offer_code, store, used_on + {days} AS used_on,
        printf('%.2f', (amount + {more}) / 100.0) AS "金额", currency
    FROM line WHERE {which}
"""


async def measure(*, scale: float) -> JSON:
    """The figures for each kind of key."""
    figures: dict[str, JSON] = {}
    for key in KEYS:
        with tempfile.TemporaryDirectory(prefix="comity-matching-") as folder:
            await asyncio.to_thread(make_sides, Path(folder), round(ROWS * scale), key)
            figures[key] = await _match_apart(Path(folder))
    return figures


def lines(figures: JSON) -> Iterator[str]:
    """The figures in words."""
    for key in KEYS:
        each = figures[key]
        yield (
            f"by {key:14} {each['ours']:,} lines x {each['theirs']:,} rows: read in"
            f" {each['reading_seconds']} s, matched in {each['matching_seconds']} s,"
            f" {each['cpu_seconds']} s of processors, {each['memory_mib']} MiB of memory;"
            f" {each['matched']:,} matched, {sum(each['breaks'].values()):,} breaks"
        )


def make_sides(folder: Path, rows: int, key: str) -> None:
    """Write both sides of a month."""
    column = "code || code AS coupon_sha256" if key == "coupon_sha256" else "reference"
    foreign = column.replace("code || code", "sha256(code)").replace(
        "reference", "'x-' || position"
    )
    named = {"key": column, "days": "0", "more": "0"}
    parts = (
        named | {"which": "position % 1000 NOT IN (3, 7, 11)"},
        named | {"more": "7", "which": "position % 1000 = 7"},
        named | {"days": "5", "which": "position % 1000 = 11"},
        named | {"which": "position % 1000 = 9"},
        named | {"key": foreign, "which": "position % 1000 = 5"},
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 2")
        connection.execute(_LINES.format(rows=rows))
        connection.execute(f"COPY line TO '{folder / 'ours.csv'}' (HEADER false)")
        union = " UNION ALL ".join(_ROW.format(**part) for part in parts)
        connection.execute(f"COPY ({union}) TO '{folder / 'theirs.csv'}' (HEADER true)")


async def _match_apart(folder: Path) -> JSON:
    command = (sys.executable, "-m", "loadtests.settlement.matching", str(folder))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0, f"the matching ended with {process.returncode}"
    found: JSON = orjson.loads(said)
    return found


def match_once(folder: Path) -> dict[str, Any]:
    """Read and match in this process, and say what it took."""
    begun = time.perf_counter()
    read_partner_file(folder / "theirs.csv", folder / "theirs.parquet", zone="Asia/Shanghai")
    read = time.perf_counter()
    inputs = Inputs(
        folder / "ours.csv",
        folder / "theirs.parquet",
        offers=tuple(f"offer-{number}" for number in range(OFFERS)),
    )
    matcher = Matcher(inputs, folder)
    matcher.wanted()
    matching = matcher.finish()
    return {
        "reading_seconds": round(read - begun, 2),
        "matching_seconds": round(time.perf_counter() - read, 2),
        "cpu_seconds": round(time.process_time(), 2),
        "memory_mib": round(peak_mib()),
        "ours": matching.ours,
        "theirs": matching.theirs,
        "matched": matching.matched,
        "breaks": matching.by_category,
        "difference_minor": matching.difference_minor,
    }


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(match_once(Path(sys.argv[1]))))
