"""How long it takes to close a month, by step, and whether what it issued is sound."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from api.process.login import ensure_login
from ledger import JSON, Database
from loadtests.settlement.rows import MONTH, make_month
from settlement.closing import close_period, find_period
from settlement.statements import verify_statements

USES, PARTIES = 3_000_000, 400
PARTIES_MIN = 8
PROVED_USES_MAX = 100_000
"""A month of more uses is not proved afterwards: that is measured apart from this."""
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)


async def measure(url: str, *, scale: float) -> JSON:
    """Make a month and close it. The figures are seconds."""
    uses, parties = round(USES * scale), max(PARTIES_MIN, round(PARTIES * scale))
    await make_month(url, uses=uses, parties=parties)
    database = await Database.open(await ensure_login(url, ""))
    try:
        began = time.perf_counter()
        closing = await close_period(database, MONTH, now=NOW)
        seconds = time.perf_counter() - began
        async with database.transaction() as connection:
            found = await find_period(connection, MONTH)
            proved = uses <= PROVED_USES_MAX
            unsound = await verify_statements(connection, MONTH) if proved else []
    finally:
        await database.close()
    steps = {
        step.name: (step.finished_at - step.began_at).total_seconds()
        for step in found.steps
        if step.finished_at and step.began_at
    }
    return {
        "uses": uses,
        "parties": parties,
        "billed_uses": closing.totals.uses,
        "statements": closing.totals.statements,
        "unsound": len(unsound) if proved else None,
        "seconds": round(seconds, 2),
        "steps": {name: round(each, 2) for name, each in steps.items()},
        "rest_seconds": round(seconds - sum(steps.values()), 2),
    }


def lines(figures: Any) -> Iterator[str]:
    """The figures in words."""
    yield (
        f"{figures['uses']:,} uses of {figures['parties']} parties are closed and issued in"
        f" {figures['seconds']} s: {figures['statements']:,} statements"
    )
    for step, seconds in figures["steps"].items():
        yield f"  {step}: {seconds} s"
    yield f"  the rest, such as freezing, proving and numbering: {figures['rest_seconds']} s"
