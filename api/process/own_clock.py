"""The clock of this machine, for commands that work without a database.

A supplier that checks its server, and the sandbox, are no part of an exchange. They sign and verify
by their own clock, as any supplier does.
"""

from datetime import UTC, datetime


def own_time() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)
