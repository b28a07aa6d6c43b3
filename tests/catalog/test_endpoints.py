"""Endpoints: the address and the encrypted secret of a supplier."""

import pytest

from catalog import EndpointNotFound, PartyNotFound, create_party, find_endpoint, set_endpoint
from catalog.endpoints import EndpointInvalid
from ledger import Database
from tests.catalog.fixtures import trader


async def test_an_endpoint_is_set_and_replaced(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        with pytest.raises(EndpointNotFound):
            await find_endpoint(connection, supplier.party_id)
        await set_endpoint(
            connection, supplier.party_id, url="https://first.example/api/", encrypted_secret=b"one"
        )
        made = await set_endpoint(
            connection, supplier.party_id, url="https://rights.example", encrypted_secret=b"two"
        )
        assert await find_endpoint(connection, supplier.party_id) == made
        assert "two" not in repr(made)


async def test_an_endpoint_belongs_to_a_supplier(database: Database) -> None:
    async with database.transaction() as connection:
        brand = await create_party(
            connection, code="brand", name="Brand", roles=["brand"], category=None
        )
        for party_id in (brand.party_id, 1_000):
            with pytest.raises(PartyNotFound):
                await set_endpoint(
                    connection, party_id, url="https://rights.example", encrypted_secret=b"x"
                )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://rights.example",
        "https://",
        "https://user:word@rights.example",
        "https://rights.example/?a=b",
        "https://rights.example/#a",
        "https://rights.example:99999",
        "https://rights.example:0",
        "https://[rights",
        "https://" + "a" * 64 + ".example",
        "https://rights..example",
        "https://" + "a." * 127 + "example",
        "https://rights.example/a b",
        "https://权益.example",
        "https://rights.example/" + "a" * 500,
    ],
)
async def test_a_bad_address_is_refused(database: Database, url: str) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        with pytest.raises(EndpointInvalid):
            await set_endpoint(connection, supplier.party_id, url=url, encrypted_secret=b"x")


async def test_a_secret_of_no_length_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        for secret in (b"", b"x" * 4_097):
            with pytest.raises(EndpointInvalid):
                await set_endpoint(
                    connection,
                    supplier.party_id,
                    url="https://rights.example",
                    encrypted_secret=secret,
                )
