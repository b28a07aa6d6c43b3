"""The lines of a statement, a page at a time, and the history of its steps."""

import json
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from api.http.auth import Call, context_of
from api.http.copying import Copier
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.problems import invalid_at
from api.http.routes.statements import existing_statement
from api.http.schemas.answers import Page
from api.http.schemas.bill_patterns import LINE_CURSOR_PATTERN
from api.http.schemas.statement_lines import StatementLineAnswer, StatementStepAnswer
from catalog import load_actor_names
from settlement import plain
from settlement.statements import (
    LineCursorInvalid,
    StatementLine,
    Step,
    list_lines,
    list_steps,
)

TAGS = ["billing"]
LineCursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        pattern=LINE_CURSOR_PATTERN,
        description="The `next_cursor` of the page before.",
    ),
]

_copy = Copier(StatementLineAnswer, StatementLine, "tax_rate", "calculation", "coupon_code_sha256")
_copy_step = Copier(StatementStepAnswer, Step, "party", "actor")


def _render(line: StatementLine) -> StatementLineAnswer:
    worked = line.calculation
    digest = line.coupon_code_sha256
    return _copy(
        line,
        tax_rate=None if line.tax_rate is None else plain(line.tax_rate),
        calculation=worked if isinstance(worked, str) else json.dumps(worked, ensure_ascii=False),
        coupon_code_sha256=None if digest is None else digest.hex(),
    )


@get("/v1/statements/{statement_id:int}/lines", tags=TAGS)
async def statement_lines(
    request: Call,
    *,
    statement_id: FromPath[int],
    cursor: LineCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[StatementLineAnswer]:
    """The lines of a statement. A member is shown to the brand whose member it is."""
    try:
        async with context_of(request).database.transaction() as connection:
            rows, following = await list_lines(
                connection,
                request.user.party,
                existing_statement(statement_id),
                cursor=cursor,
                limit=limit,
            )
    except LineCursorInvalid:
        message = "The cursor should be the next_cursor of an earlier page"
        raise invalid_at("/cursor", message) from None
    return {"items": [_render(row) for row in rows], "next_cursor": following}


@get("/v1/statements/{statement_id:int}/steps", tags=TAGS)
async def statement_steps(
    request: Call,
    *,
    statement_id: FromPath[int],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[StatementStepAnswer]:
    """Which steps were taken with a statement, when, and by whom. The first one is first.

    The key is told of one's own steps, and the operator of all.
    """
    context, viewer = context_of(request), request.user.party
    async with context.database.transaction() as connection:
        rows = await list_steps(
            connection,
            viewer,
            existing_statement(statement_id),
            after=after(cursor),
            limit=limit,
        )
        codes = await context.codes.of(
            connection, {row.party_id for row in rows if row.party_id is not None}
        )
        actors = await load_actor_names(connection, [row.recorded_by for row in rows])
    sees_all = "operator" in viewer.roles
    items = [
        _copy_step(
            row,
            party=codes.get(row.party_id or 0),
            actor=str(actors[row.recorded_by])
            if row.recorded_by in actors and (sees_all or row.party_id == viewer.party_id)
            else None,
        )
        for row in rows
    ]
    return {
        "items": items,
        "next_cursor": str(rows[-1].step_id) if len(rows) == limit else None,
    }


ROUTES = [statement_lines, statement_steps]
