"""Conversions that arrive at once, each on its own connection, and consents that end meanwhile.

Also consents and rates that are given at once.
"""

import asyncio

import pytest
from sqlalchemy import text

from ledger import Database, Ledger
from ledger.asks import Convert, Issue
from ledger.book import end_consent, give_consent, load_consents, publish_conversion_rate
from ledger.finish import deliver_conversions
from ledger.read import totals
from tests.ledger.fixtures import Book, code, generous, members_by_lane
from tests.races.waiting import until_waiting

WORKERS = 4
LOCK = text("SELECT 1 FROM ledger.consent WHERE ended_at IS NULL FOR UPDATE")


async def two_books(database: Database, **changes: int) -> tuple[Book, Book]:
    """Four conversions of ten points are under way, to members of four lanes or to one member."""
    tea = await Book.open(database, code="tea-club")
    air = await Book.open(database, code="air-miles")
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 1, 1)
        await give_consent(connection, air.programme, tea.programme, generous(**changes))
    await tea.do(Issue, points=100)
    return tea, air


async def send(tea: Book, members: list[str]) -> None:
    for member in members:
        sent = await tea.do(Convert, points=10, to_programme="air-miles", to_member=member)
        assert code(sent) == "ok"


async def delivered_at_once(database: Database) -> list[int]:
    return await asyncio.gather(
        *(deliver_conversions(Ledger(database), limit=1) for _ in range(WORKERS))
    )


async def assert_arrived(tea: Book, air: Book, points: int) -> None:
    while await deliver_conversions(tea.ledger):
        pass
    async with tea.database.transaction() as connection:
        assert (await totals(connection, air.programme)).converted_in == points
        assert (await totals(connection, tea.programme)).converted_out == points
        assert (await totals(connection, tea.programme)).converting == 0
    await tea.assert_sound()
    await air.assert_sound()


@pytest.mark.parametrize("limit", ["points_max", "member_month_points_max"])
async def test_conversions_at_once_keep_to_the_limit(database: Database, limit: str) -> None:
    """All wait for the consent before any has counted. None may count by what it saw before."""
    tea, air = await two_books(database, **{limit: 25})
    lanes = members_by_lane(range(4))[::40]
    await send(tea, lanes if limit == "points_max" else ["eve"] * WORKERS)
    async with database.transaction() as holder:
        await holder.execute(LOCK)
        working = asyncio.create_task(delivered_at_once(database))
        await until_waiting(database, WORKERS if limit == "points_max" else 1)
    assert await working == [1] * WORKERS
    await assert_arrived(tea, air, 20)


async def test_a_conversion_that_waited_for_an_end_comes_back(database: Database) -> None:
    tea, air = await two_books(database)
    await send(tea, ["eve"])
    async with database.transaction() as connection:
        await end_consent(connection, air.programme, tea.programme)
        working = asyncio.create_task(deliver_conversions(Ledger(database)))
        await until_waiting(database, 1)
    assert await working == 1
    await assert_arrived(tea, air, 0)


async def test_a_conversion_that_waited_for_a_new_version_counts_under_it(
    database: Database,
) -> None:
    tea, air = await two_books(database, points_max=5)
    async with database.transaction() as connection:
        await give_consent(connection, air.programme, tea.programme, generous())
    await send(tea, ["eve"])
    async with database.transaction() as connection:
        newest = await give_consent(connection, air.programme, tea.programme, generous())
        working = asyncio.create_task(deliver_conversions(Ledger(database)))
        await until_waiting(database, 1)
    assert await working == 1
    assert newest.version == 3
    await assert_arrived(tea, air, 10)
    async with database.transaction() as connection:
        rows = await connection.execute(text("SELECT version, points FROM ledger.consent"))
        assert sorted(tuple(row) for row in rows) == [(1, 0), (2, 0), (3, 10)]


@pytest.mark.parametrize("is_first", [True, False])
async def test_programmes_that_consent_twice_at_once_get_two_versions(
    database: Database, *, is_first: bool
) -> None:
    tea = await Book.open(database, code="tea-club")
    air = await Book.open(database, code="air-miles")

    async def give() -> int:
        async with database.transaction() as connection:
            given = await give_consent(connection, air.programme, tea.programme, generous())
        return given.version

    expected = [1, 2, 3] if is_first else [2, 3, 4]
    if not is_first:
        await give()
    async with database.transaction() as connection:
        one = await give_consent(connection, air.programme, tea.programme, generous())
        others = asyncio.gather(give(), give())
        await until_waiting(database, 2)
    assert sorted([one.version, *await others]) == expected
    async with database.transaction() as connection:
        versions = await load_consents(connection, air.programme)
    assert [each.version for each in versions if each.ended_at is None] == expected[-1:]


async def test_an_end_that_waited_for_a_new_version_ends_that_one(database: Database) -> None:
    tea, air = await two_books(database)
    async with database.transaction() as connection:
        newest = await give_consent(connection, air.programme, tea.programme, generous())

        async def end() -> int:
            async with database.transaction() as other:
                return (await end_consent(other, air.programme, tea.programme)).version

        ending = asyncio.create_task(end())
        await until_waiting(database, 1)
    assert await ending == newest.version == 2


async def test_rates_that_are_published_at_once_get_a_version_each(database: Database) -> None:
    tea = await Book.open(database, code="tea-club")
    air = await Book.open(database, code="air-miles")

    async def publish() -> int:
        async with database.transaction() as connection:
            rate = await publish_conversion_rate(connection, tea.programme, air.programme, 1, 1)
        return rate.version

    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 2, 1)
        others = asyncio.gather(publish(), publish())
        await until_waiting(database, 2)
    assert sorted(await others) == [2, 3]
