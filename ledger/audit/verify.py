"""Proof by replay: everything in a book is compared with what its entries add up to.

Each check (in `checks`) is one statement. Together they cover balances, the chain of each wallet's
records, lots, holds, conversions, reversals, gifts, merges, the lanes' own accounts and the
operations behind the entries. All of them see one snapshot.

The packages above have checks of their own, of the same form: how their tables agree with the book.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.audit.checks import CHECKS
from ledger.book.programme import Programme
from ledger.database import NO_TIME_LIMIT, allow_time

DEFECTS_PER_CHECK_MAX = 20

Progress = Callable[[str, int, int], None]
"""Told before each check: its name, its number from 1, and how many there are."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in a book that does not follow from its entries."""

    check: str
    where: str


async def verify_book(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """Every defect found in a book, at most `DEFECTS_PER_CHECK_MAX` of a kind. See `check_book`."""
    return await check_book(connection, programme, CHECKS, progress)


async def check_book(
    connection: AsyncConnection,
    programme: Programme,
    checks: Mapping[str, str],
    progress: Progress | None = None,
) -> list[Defect]:
    """What these checks find wrong in a book, all of them in one snapshot.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ), and for no limit
    of time. It never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    return await run_checks(connection, programme, checks, progress)


async def run_checks(
    connection: AsyncConnection,
    programme: Programme,
    checks: Mapping[str, str],
    progress: Progress | None = None,
) -> list[Defect]:
    """What these checks find wrong, as the caller's transaction sees the book.

    Each check is one statement about the book `:book_id`. It returns the rows that are wrong, as
    text that tells where. What it cannot hold in `work_mem` it writes to disk.
    """
    # Whole books are compared. Stale statistics may suggest to loop over one for each row of the
    # other, which would never end.
    await allow_time(connection, NO_TIME_LIMIT)
    for setting in ("enable_nestloop = off", "work_mem = '64MB'"):
        await connection.execute(text(f"SET LOCAL {setting}"))
    defects: list[Defect] = []
    for number, (check, statement) in enumerate(checks.items(), start=1):
        if progress is not None:
            progress(check, number, len(checks))
        rows = await connection.execute(
            text(f"{statement} LIMIT :limit"),
            {"book_id": programme.book_id, "limit": DEFECTS_PER_CHECK_MAX},
        )
        defects.extend(Defect(check, str(row[0])) for row in rows)
    return defects
