"""Compares the clock of this process with the database's.

Everything is dated by the database, so a wrong clock here does no harm to the books. But signatures
of suppliers, certificates and log lines are of the machine's time, and a service whose clock is
wrong is often one of several things that are wrong with its machine. Or it is the database's clock
that is wrong.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from ledger import Database, read_clock

CLOCKS_APART_SECONDS_MAX = 30.0
"""How far the clocks of the process and of its database may be apart."""

_log = structlog.get_logger("comity.clock")


def own_clock() -> float:
    """The clock of this process, in seconds since 1970."""
    return time.time()


async def seconds_ahead(database: Database, clock: Callable[[], float] = own_clock) -> float:
    """How many seconds this process is ahead of its database; below zero, how many behind.

    The time that the question took cannot be told apart from a difference. It counts for none.
    """
    async with database.transaction() as connection:
        await read_clock(connection)  # the first statement waits for the connection as well
        asked = clock()
        now: datetime = await read_clock(connection)
        answered = clock()
    instant = now.timestamp()
    if asked <= instant <= answered:
        return 0.0
    return asked - instant if asked > instant else answered - instant


async def clock_state(database: Database, clock: Callable[[], float] = own_clock) -> str:
    """`ok`, or how far the clocks are apart if that is more than they may be."""
    ahead = await seconds_ahead(database, clock)
    if abs(ahead) <= CLOCKS_APART_SECONDS_MAX:
        return "ok"
    return f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the database"


async def warn_of_clock(database: Database, clock: Callable[[], float] = own_clock) -> None:
    """Say in the log if the clocks are too far apart."""
    state = await clock_state(database, clock)
    if state != "ok":
        _log.warning("clocks_apart", clock=state, seconds_max=CLOCKS_APART_SECONDS_MAX)
