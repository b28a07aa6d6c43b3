"""Drafts: statements of a closed month, reviewed and issued one by one."""

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.statements import render
from api.http.schemas.answers import Page
from api.http.schemas.drafts import DraftAnswer
from api.http.schemas.statements import StatementAnswer
from api.process.caches import PartyCodes
from catalog import BIGINT_MAX
from ledger import JSON, read_clock
from settlement.statements import (
    Draft,
    StatementNotFound,
    find_draft,
    find_statement,
    issue_statement,
    list_drafts,
    review_statement,
)

TAGS = ["billing"]

_copy = Copier(DraftAnswer, Draft, "payer_party", "payee_party", "operator_party")


def _known(statement_id: int) -> int:
    if not 1 <= statement_id <= BIGINT_MAX:
        raise StatementNotFound
    return statement_id


async def _rendered(
    connection: AsyncConnection, known: PartyCodes, drafts: list[Draft]
) -> dict[int, DraftAnswer]:
    parties = {
        party_id
        for each in drafts
        for party_id in (each.payer_party_id, each.payee_party_id, each.operator_party_id)
    }
    codes = await known.of(connection, parties)
    return {
        each.statement_id: _copy(
            each,
            payer_party=codes[each.payer_party_id],
            payee_party=codes[each.payee_party_id],
            operator_party=codes[each.operator_party_id],
        )
        for each in drafts
    }


@get("/v1/periods/{month:str}/drafts", guards=[OPERATOR], tags=TAGS)
async def drafts(
    request: Call, month: FromPath[str], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[DraftAnswer]:
    """The statements of a month that are not issued yet."""
    context = context_of(request)
    async with context.database.transaction() as connection:
        rows = await list_drafts(connection, month, after=after(cursor), limit=limit)
        rendered = await _rendered(connection, context.codes, rows)
    found: Page[DraftAnswer] = page(
        rows, limit, lambda row: rendered[row.statement_id], lambda row: row.statement_id
    )
    return found


@post(
    "/v1/statements/{statement_id:int}/review",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def review_draft(request: Call, statement_id: FromPath[int]) -> Response[DraftAnswer]:
    """Say that a draft was looked at and is right."""
    await require_no_members(request)
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        now, actor = await read_clock(connection), request.user.actor_id
        await review_statement(connection, _known(statement_id), now, actor)
        found = await find_draft(connection, statement_id)
        return (await _rendered(connection, context.codes, [found]))[statement_id]

    return await answer_once(request, context.database, act, status=200)


@post(
    "/v1/statements/{statement_id:int}/issue",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def issue_draft(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Issue one draft of a closed month, under the next number of its year."""
    await require_no_members(request)
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        now, actor = await read_clock(connection), request.user.actor_id
        await issue_statement(connection, _known(statement_id), now, actor)
        found = await find_statement(connection, request.user.party, statement_id)
        return await render(connection, context.codes, found)

    return await answer_once(request, context.database, act, status=200)


ROUTES = [drafts, review_draft, issue_draft]
