"""A process that dies between any two statements of a lane transaction leaves nothing half done.

The same request finishes the work.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from ledger import Database, Ledger
from ledger.asks import Capture, Hold, Issue, Operation, Redeem
from ledger.audit import verify_book
from ledger.book import Programme
from ledger.read import totals
from ledger.write import store as store_module

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)
STATEMENTS_MAX = 20


class Death(Exception):
    """The statement is never sent; the server, left alone, rolls back."""


class Connections:
    """Counts what goes to the server, and dies before the statement of a chosen number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent = 0
        self.last = 0
        for name in ("execute", "executemany", "fetch", "copy_to_table", "prepare"):
            monkeypatch.setattr(
                asyncpg.Connection, name, self._counted(getattr(asyncpg.Connection, name))
            )

    def die_before(self, number: int) -> None:
        """Die before the statement of this number, counted from now."""
        self.sent, self.last = 0, number

    def live(self) -> None:
        """Die no more."""
        self.last = 0

    def _counted(self, real: Any) -> Any:
        async def counted(connection: asyncpg.Connection, *args: Any, **more: Any) -> Any:
            if args[0] in {"BEGIN;", "COMMIT;", "ROLLBACK;"}:
                return await real(connection, *args, **more)
            self.sent += 1
            if self.sent == self.last:
                raise Death
            return await real(connection, *args, **more)

        return counted


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    counted = Connections(monkeypatch)
    yield counted
    counted.live()


def work(number: int) -> list[Operation]:
    return [
        Issue(
            key=f"i{number}",
            member="ann",
            points=10,
            occurred_at=JANUARY,
            expires_on=date(2026, 5, 31),
        ),
        Issue(key=f"j{number}", member=f"new{number}", points=10, occurred_at=JANUARY),
        Redeem(key=f"r{number}", member="ann", points=3, occurred_at=JANUARY),
        Hold(key=f"h{number}", member="ann", points=4, occurred_at=JANUARY),
        Capture(key=f"c{number}", member="ann", hold_key=f"h{number}", occurred_at=JANUARY),
    ]


@pytest.mark.parametrize("inline", [0, 250], ids=["by COPY", "by one statement"])
async def test_a_death_before_any_statement_leaves_nothing_half_done(
    database: Database,
    programme: Programme,
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    inline: int,
) -> None:
    monkeypatch.setattr(store_module, "INLINE_RECORDS_MAX", inline)
    deaths = 0
    for number in range(1, STATEMENTS_MAX):
        connections.die_before(number)
        died = False
        try:
            await Ledger(database).submit(programme, work(number))
        except Death:
            died = True
        connections.live()
        deaths += died
        async with database.transaction() as connection:
            assert await verify_book(connection, programme) == []
            assert (await totals(connection, programme)).issued == 20 * (number - died)
        again = await Ledger(database).submit(programme, work(number))
        assert all(answer.accepted and answer.replayed is not died for answer in again)
        async with database.transaction() as connection:
            assert (await totals(connection, programme)).issued == 20 * number
        if not died:
            break
    assert deaths >= 3
    assert deaths < STATEMENTS_MAX - 1, "there are more statements than were tried"


@pytest.mark.parametrize("took_place", [True, False])
async def test_a_death_during_commit_is_answered_by_the_replay(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch, took_place: bool
) -> None:
    real = asyncpg.Connection.execute
    dying = True

    async def execute(connection: asyncpg.Connection, query: str, *args: Any, **more: Any) -> Any:
        is_last = dying and query == "COMMIT;"
        result = await real(connection, query, *args, **more) if not is_last or took_place else None
        if is_last:
            connection.terminate()
            raise Death
        return result

    monkeypatch.setattr(asyncpg.Connection, "execute", execute)
    with pytest.raises(Death):
        await Ledger(database).submit(programme, work(1))
    dying = False
    again = await Ledger(database).submit(programme, work(1))
    assert all(answer.accepted and answer.replayed is took_place for answer in again)
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []
        assert (await totals(connection, programme)).issued == 20
