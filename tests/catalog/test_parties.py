"""Parties: what they keep and what they refuse."""

from typing import Any

import pytest

from catalog import (
    CODE_LENGTH_MAX,
    PAGE_ITEMS_MAX,
    PartyExists,
    PartyNotFound,
    create_party,
    find_party,
    find_party_by_id,
    list_parties,
)
from catalog.categories import CategoryUnknown
from catalog.fields import (
    CategoryPathInvalid,
    CodeInvalid,
    NameInvalid,
    PageOutOfRange,
)
from catalog.parties import RoleMissing, RolesInvalid
from ledger import Database, Refusal
from ledger.book import NAME_LENGTH_MAX
from tests.catalog.fixtures import build_categories, trader


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
        ({"code": ""}, CodeInvalid),
        ({"code": "Upper"}, CodeInvalid),
        ({"code": "a--b"}, CodeInvalid),
        ({"code": "a\n"}, CodeInvalid),
        ({"code": "a" * (CODE_LENGTH_MAX + 1)}, CodeInvalid),
        ({"name": ""}, NameInvalid),
        ({"name": " padded"}, NameInvalid),
        ({"name": "nul\x00"}, NameInvalid),
        ({"name": "x" * (NAME_LENGTH_MAX + 1)}, NameInvalid),
        ({"roles": []}, RolesInvalid),
        ({"roles": ["emperor"]}, RolesInvalid),
        ({"category": "nowhere"}, CategoryUnknown),
        ({"category": "Gro cery"}, CategoryPathInvalid),
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
