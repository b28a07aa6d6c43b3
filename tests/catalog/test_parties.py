"""Parties, categories and endpoints: what they keep and what they refuse."""

from typing import Any

import pytest

from catalog import (
    CODE_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PAGE_ITEMS_MAX,
    EndpointNotFound,
    PartyExists,
    PartyNotFound,
    create_category,
    create_party,
    find_endpoint,
    find_party,
    find_party_by_id,
    list_categories,
    list_parties,
    set_endpoint,
)
from catalog.categories import CategoryExists, CategoryUnknown
from catalog.endpoints import InvalidEndpoint
from catalog.fields import (
    CATEGORY_DEPTH_MAX,
    CATEGORY_SEGMENT_LENGTH_MAX,
    InvalidCategoryPath,
    InvalidCode,
    InvalidName,
    PageOutOfRange,
)
from catalog.parties import InvalidRoles, RoleMissing
from ledger import Database, Refusal
from tests.catalog.fixtures import CATEGORIES, build_categories, trader


async def test_a_party_is_found_by_code_and_by_id(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        made = await create_party(
            connection,
            code="green-butcher",
            name="绿色肉铺",
            roles=["supplier", "brand"],
            category="grocery.fresh",
        )
        assert made.roles == {"brand", "supplier"}
        assert await find_party(connection, "green-butcher") == made
        assert await find_party_by_id(connection, made.party_id) == made
        made.require("brand")
        with pytest.raises(RoleMissing):
            made.require("operator")


async def test_parties_are_listed_by_pages(database: Database) -> None:
    async with database.transaction() as connection:
        made = [await trader(connection, f"party-{number}", None) for number in range(3)]
        first = await list_parties(connection, limit=2)
        assert first == made[:2]
        assert await list_parties(connection, after=first[-1].party_id, limit=2) == made[2:]
        for after, limit in ((0, 0), (0, PAGE_ITEMS_MAX + 1), (-1, 1), (2**31, 1)):
            with pytest.raises(PageOutOfRange):
                await list_parties(connection, after, limit)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": ""}, InvalidCode),
        ({"code": "Upper"}, InvalidCode),
        ({"code": "a--b"}, InvalidCode),
        ({"code": "a\n"}, InvalidCode),
        ({"code": "a" * (CODE_LENGTH_MAX + 1)}, InvalidCode),
        ({"name": ""}, InvalidName),
        ({"name": " padded"}, InvalidName),
        ({"name": "nul\x00"}, InvalidName),
        ({"name": "x" * (NAME_LENGTH_MAX + 1)}, InvalidName),
        ({"roles": []}, InvalidRoles),
        ({"roles": ["emperor"]}, InvalidRoles),
        ({"category": "nowhere"}, CategoryUnknown),
        ({"category": "Gro cery"}, InvalidCategoryPath),
        ({"code": "taken"}, PartyExists),
    ],
)
async def test_a_bad_party_is_refused_and_nothing_is_kept(
    database: Database, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    async with database.transaction() as connection:
        taken = await trader(connection, "taken", None)
        good: dict[str, Any] = {
            "code": "good",
            "name": "Good",
            "roles": ["brand"],
            "category": None,
        }
        with pytest.raises(refusal):
            await create_party(connection, **(good | change))
        assert await list_parties(connection) == [taken]


@pytest.mark.parametrize("code", ["nobody", "nul\x00", ""])
async def test_an_unknown_party_is_not_found(database: Database, code: str) -> None:
    async with database.transaction() as connection:
        with pytest.raises(PartyNotFound):
            await find_party(connection, code)
        for party_id in (0, 7, 2**40):
            with pytest.raises(PartyNotFound):
                await find_party_by_id(connection, party_id)


async def test_categories_form_a_tree(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        assert await list_categories(connection, limit=100) == sorted(CATEGORIES)
        assert await list_categories(connection, after="grocery", limit=1) == ["grocery.fresh"]
        with pytest.raises(CategoryExists):
            await create_category(connection, "grocery")
        with pytest.raises(CategoryUnknown):
            await create_category(connection, "travel.fuel")
        for path in (
            "",
            ".",
            "grocery.",
            ".fresh",
            "grocery..fresh",
            ".".join(["a"] * (CATEGORY_DEPTH_MAX + 1)),
            "a" * (CATEGORY_SEGMENT_LENGTH_MAX + 1),
            "a." * 1_000,
        ):
            with pytest.raises(InvalidCategoryPath):
                await create_category(connection, path)


async def test_an_endpoint_is_set_and_replaced(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        with pytest.raises(EndpointNotFound):
            await find_endpoint(connection, supplier.party_id)
        await set_endpoint(
            connection, supplier.party_id, url="http://127.0.0.1:9000/api/", encrypted_secret=b"one"
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
        with pytest.raises(InvalidEndpoint):
            await set_endpoint(connection, supplier.party_id, url=url, encrypted_secret=b"x")


async def test_a_secret_of_no_length_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        for secret in (b"", b"x" * 4_097):
            with pytest.raises(InvalidEndpoint):
                await set_endpoint(
                    connection,
                    supplier.party_id,
                    url="https://rights.example",
                    encrypted_secret=secret,
                )
