"""The tree of categories: dotted paths of slugs, each beneath its parent.

Categories are added. They are never moved or deleted.
"""

from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import require_category_path, require_page
from catalog.tables import category
from ledger import Refusal

USUAL_CATEGORIES = ("bills", "food", "health", "hotel", "music", "shopping", "travel", "video")
"""What most exchanges need: bills and top-ups, food and drink, health, hotels, music, goods, trips,
and videos.
"""


class CategoryExists(Refusal):
    """The category exists already."""

    code: ClassVar[str] = "category-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The category exists already."


class CategoryUnknown(Refusal):
    """A party, a rule or a new category names a category or parent that does not exist."""

    code: ClassVar[str] = "category-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The category does not exist."


def parent_of(path: str) -> str | None:
    """The path one level up, or None for a root."""
    parent, dot, _ = path.rpartition(".")
    return parent if dot else None


async def create_category(connection: AsyncConnection, path: str) -> None:
    """Add one category beneath an existing parent, or as a root. Two round trips.

    Raises:
        CategoryPathInvalid: the path is not dotted slugs within the limits.
        CategoryUnknown: the parent does not exist.
        CategoryExists: the path is taken. The primary key refuses one of two calls at once.
    """
    require_category_path(path)
    parent = parent_of(path)
    if parent is not None:
        await require_category(connection, parent)
    statement = (
        insert(category)
        .values(path=path, parent=parent)
        .on_conflict_do_nothing()
        .returning(category.c.path)
    )
    if (await connection.execute(statement)).scalar_one_or_none() is None:
        raise CategoryExists(f"category {path} exists already", category=path)


async def add_usual_categories(connection: AsyncConnection) -> list[str]:
    """Add those of USUAL_CATEGORIES that are missing, and return all of them. One round trip."""
    values = [{"path": path, "parent": None} for path in USUAL_CATEGORIES]
    await connection.execute(insert(category).values(values).on_conflict_do_nothing())
    return list(USUAL_CATEGORIES)


async def require_category(connection: AsyncConnection, path: str) -> None:
    """Raise CategoryUnknown unless the category exists, or CategoryPathInvalid. One round trip."""
    require_category_path(path)
    statement = select(category.c.path).where(category.c.path == path)
    if (await connection.execute(statement)).scalar_one_or_none() is None:
        raise CategoryUnknown(f"there is no category {path}", category=path)


async def list_categories(connection: AsyncConnection, *, after: str = "", limit: int) -> list[str]:
    """A page of category paths in their order, those after `after`. One round trip.

    Raises:
        PageOutOfRange: `limit` is outside the limits.
        CategoryPathInvalid: `after` is neither empty nor a path.
    """
    require_page(0, limit)
    if after:
        require_category_path(after)
    # The C collation puts a parent before everything beneath it, and is the same on every server.
    key = category.c.path.collate("C")
    statement = select(category.c.path).where(key > after).order_by(key).limit(limit)
    return list((await connection.execute(statement)).scalars())
