"""The category tree and the isolation rules."""

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Limit
from api.http.schemas.answers import Page
from api.http.schemas.categories import (
    CategoryAnswer,
    CategoryBody,
    IsolationRuleAnswer,
    IsolationRuleBody,
    SideAnswer,
    SideBody,
)
from api.http.schemas.types import CATEGORY_CURSOR_PATTERN
from catalog import (
    CATEGORY_LENGTH_MAX,
    add_usual_categories,
    create_category,
    list_categories,
)
from catalog.isolation import Rule, Side, add_node_rule, add_rule, load_rules, remove_rule
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


def _side(side: SideBody) -> Side:
    return Side(party=side.party, category=side.category)


def _render_side(side: Side) -> SideAnswer:
    if side.party is not None:
        return {"party": side.party}
    assert side.category is not None, "a side is one of the two"
    return {"category": side.category}


def _render(rule: Rule) -> IsolationRuleAnswer:
    return {
        "rule_id": rule.rule_id,
        "effect": rule.effect,
        "buyer": _render_side(rule.buyer),
        "supplier": _render_side(rule.supplier),
        "mutual": rule.mutual,
        "rule": str(rule),
    }


@post("/v1/isolation-rules", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_isolation_rule(
    request: Call, data: JSONBody[IsolationRuleBody]
) -> Response[IsolationRuleAnswer]:
    """Isolate everything beneath a category, or allow or deny between two sides.

    The nearest rule decides. A deny takes precedence over an allow.
    """

    async def act(connection: AsyncConnection) -> JSON:
        if data.kind == "node":
            return _render(await add_node_rule(connection, data.category or ""))
        assert data.buyer is not None, "checked on reading"
        assert data.supplier is not None, "checked on reading"
        rule = await add_rule(
            connection,
            effect=data.kind,
            buyer=_side(data.buyer),
            supplier=_side(data.supplier),
            mutual=data.mutual,
        )
        return _render(rule)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/isolation-rules", guards=[OPERATOR], tags=TAGS)
async def isolation_rules(request: Call) -> Page[IsolationRuleAnswer]:
    """Every rule, oldest first."""
    async with context_of(request).database.transaction() as connection:
        rules = await load_rules(connection)
    return {"items": [_render(rule) for rule in rules], "next_cursor": None}


@delete("/v1/isolation-rules/{rule_id:int}", guards=[OPERATOR], tags=TAGS)
async def remove_isolation_rule(request: Call, rule_id: FromPath[int]) -> None:
    """Remove a rule."""
    async with changing(request, context_of(request).database) as connection:
        await remove_rule(connection, rule_id)
        await note_change(request, connection, None)


ROUTES = [
    add_category,
    add_usual,
    categories,
    add_isolation_rule,
    isolation_rules,
    remove_isolation_rule,
]
