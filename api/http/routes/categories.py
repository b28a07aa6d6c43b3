"""The category tree."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Limit
from api.http.schemas.answers import Page
from api.http.schemas.categories import CategoryAnswer, CategoryBody
from api.http.schemas.types import CATEGORY_CURSOR_PATTERN
from catalog import (
    CATEGORY_LENGTH_MAX,
    add_usual_categories,
    create_category,
    list_categories,
)
from ledger import JSON

TAGS = ["categories"]


@post("/v1/categories", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_category(request: Call, data: JSONBody[CategoryBody]) -> Response[CategoryAnswer]:
    """Add a category. Its parent must exist."""

    async def act(connection: AsyncConnection) -> JSON:
        await create_category(connection, data.path)
        return {"path": data.path}

    return await answer_once(request, context_of(request).database, act)


@post("/v1/categories/usual", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_usual(request: Call) -> Response[Page[CategoryAnswer]]:
    """Add the categories that most exchanges need, as far as they are missing."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        paths = await add_usual_categories(connection)
        return {"items": [{"path": path} for path in paths], "next_cursor": None}

    return await answer_once(request, context_of(request).database, act)


@get("/v1/categories", tags=TAGS)
async def categories(
    request: Call,
    cursor: Annotated[
        str | None, QueryParameter(max_length=CATEGORY_LENGTH_MAX, pattern=CATEGORY_CURSOR_PATTERN)
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[CategoryAnswer]:
    """The category tree. A parent comes before everything beneath it."""
    async with context_of(request).database.transaction() as connection:
        paths = await list_categories(connection, after=cursor or "", limit=limit)
    return {
        "items": [{"path": path} for path in paths],
        "next_cursor": paths[-1] if len(paths) == limit else None,
    }


ROUTES = [add_category, add_usual, categories]
