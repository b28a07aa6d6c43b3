"""Secrets that were replaced: until which instant they hold."""

from datetime import UTC, datetime, timedelta

from catalog import load_retired_secrets, retire_secret, retired_until, set_endpoint
from ledger import Database
from tests.catalog.fixtures import trader

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


async def test_a_replaced_secret_holds_up_to_its_very_instant(database: Database) -> None:
    until = NOW + timedelta(days=1)
    async with database.transaction() as connection:
        supplier = (await trader(connection, "supplier", None)).party_id
        await set_endpoint(
            connection, supplier, url="https://rights.example", encrypted_secret=b"first"
        )
        await retire_secret(connection, supplier, valid_until=until, now=NOW)
        (held,) = await load_retired_secrets(connection, supplier, until - MOMENT)
        assert held.value == b"first"
        assert await retired_until(connection, supplier, until - MOMENT) == until
        assert await load_retired_secrets(connection, supplier, until) == []
        assert await retired_until(connection, supplier, until) is None
        # Another one is replaced a moment before and in that instant.
        for now, kept in ((until - MOMENT, 2), (until, 2)):
            await retire_secret(connection, supplier, valid_until=until + MOMENT, now=now)
            assert len(await load_retired_secrets(connection, supplier, NOW)) == kept
