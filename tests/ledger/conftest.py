"""A programme and a ledger on a fresh database."""

import pytest

from ledger import Database, Ledger
from ledger.book import Programme, Rules, create_programme
from ledger.book.calendar import months


@pytest.fixture
async def programme(database: Database) -> Programme:
    async with database.transaction() as connection:
        return await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name="Tea Club",
            time_zone="UTC",
            rules=Rules(expiry=months(6)),
            lanes=4,
        )


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)
