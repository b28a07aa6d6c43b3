"""Reports of the kit, as they are stored."""

from sqlalchemy import text

from catalog import create_party
from catalog.stages import has_passed
from ledger import Database
from tests.conftest import owner_transaction


async def report(
    database: Database, party_id: int, check_id: int, *, passed: bool, digest: str = "d"
) -> None:
    """A check that has ended as many minutes after the others as its number says."""
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                "INSERT INTO catalog.supplier_check (check_id, party_id, options, state, passed,"
                " digest, report, ended_at) VALUES (CAST(:id AS int), :party, '{}', 'done',"
                " :passed, :digest, '{}', now() + make_interval(mins => CAST(:id AS int)))"
            ),
            {"id": check_id, "party": party_id, "passed": passed, "digest": digest},
        )


async def test_the_latest_report_about_an_endpoint_counts(database: Database) -> None:
    """A server that has passed once and fails now is not let up by what it was."""

    async with database.transaction() as connection:
        party = await create_party(connection, code="cinema", name="Cinema", roles=["supplier"])
    party_id = party.party_id

    async def passed() -> bool:
        async with database.transaction() as connection:
            return await has_passed(connection, party_id, "d")

    assert not await passed()
    await report(database, party_id, 1, passed=True)
    await report(database, party_id, 2, passed=False, digest="another")
    assert await passed()
    await report(database, party_id, 3, passed=False)
    assert not await passed()
    await report(database, party_id, 4, passed=True)
    assert await passed()
