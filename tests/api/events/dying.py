"""A worker that dies between any two statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from ledger import Database


class Death(Exception):
    """The worker dies: the statement is never sent, and the server rolls back."""


@contextmanager
def dying_before(database: Database, number: int) -> Iterator[None]:
    """Die before the statement of this number."""
    sent = 0

    def sending(*_: object) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            raise Death

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", sending)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", sending)
