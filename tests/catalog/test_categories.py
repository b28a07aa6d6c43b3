"""Categories: a tree of dotted paths."""

import pytest

from catalog import create_category, list_categories
from catalog.categories import CategoryExists, CategoryUnknown
from catalog.fields import CATEGORY_DEPTH_MAX, CATEGORY_SEGMENT_LENGTH_MAX, CategoryPathInvalid
from ledger import Database
from tests.catalog.fixtures import CATEGORIES, build_categories


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
            with pytest.raises(CategoryPathInvalid):
                await create_category(connection, path)
