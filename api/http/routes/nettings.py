"""Netting runs: drafted, advised, confirmed and paid."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.nettings import (
    NettedStatementAnswer,
    NettingAnswer,
    NettingBody,
    NettingPartyBody,
    NettingPositionAnswer,
)
from catalog import BIGINT_MAX, Party, find_party
from ledger import JSON, read_clock
from settlement.netting import (
    NettedStatement,
    Netting,
    NettingNotFound,
    NettingPosition,
    advise_netting,
    cancel_netting,
    confirm_netting,
    default_party,
    draft_netting,
    find_netting,
    list_netted,
    list_nettings,
    remove_party,
)

TAGS = ["money"]

_copy = Copier(NettingAnswer, Netting, "positions")
_copy_position = Copier(NettingPositionAnswer, NettingPosition, "party", "due_minor")
_copy_netted = Copier(NettedStatementAnswer, NettedStatement, "payer_party", "payee_party")


_Step = Callable[[AsyncConnection, Party, int, datetime], Awaitable[Netting]]
"""A step of a run: who takes it, the number of the run, and when."""


async def _render(
    request: Call, connection: AsyncConnection, runs: Sequence[Netting]
) -> list[NettingAnswer]:
    parties = {each.party_id for run in runs for each in run.positions}
    codes = await context_of(request).codes.of(connection, parties)
    return [
        _copy(
            run,
            positions=[
                _copy_position(each, party=codes[each.party_id], due_minor=each.due_minor)
                for each in run.positions
            ],
        )
        for run in runs
    ]


def _existing(netting_id: int) -> int:
    """The identifier, if the database can hold it.

    Raises:
        NettingNotFound: it cannot hold it, so there is no such run.
    """
    if not 1 <= netting_id <= BIGINT_MAX:
        raise NettingNotFound
    return netting_id


@post("/v1/nettings", guards=[OPERATOR], opt={**CHANGES, **SLOW}, tags=TAGS)
async def add_netting(request: Call, data: JSONBody[NettingBody]) -> Response[NettingAnswer]:
    """Draft a run: what is due for all final statements of a currency, set off.

    It takes those that were issued up to `closure_on` and are in no other run.
    """

    async def act(connection: AsyncConnection) -> JSON:
        made = await draft_netting(
            connection,
            request.user.party,
            data.currency,
            await read_clock(connection),
            closure_on=data.closure_on,
            advice_on=data.advice_on,
            call_on=data.call_on,
        )
        return (await _render(request, connection, [made]))[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/nettings", tags=TAGS)
async def nettings(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[NettingAnswer]:
    """The runs that the calling party is in, once they are advised. The operator sees all."""
    async with context_of(request).database.transaction() as connection:
        runs = await list_nettings(connection, request.user.party, after=after(cursor), limit=limit)
        rendered = {run["netting_id"]: run for run in await _render(request, connection, runs)}
    found: Page[NettingAnswer] = page(
        runs, limit, lambda run: rendered[run.netting_id], lambda run: run.netting_id
    )
    return found


@get("/v1/nettings/{netting_id:int}", tags=TAGS)
async def netting_by_id(request: Call, netting_id: FromPath[int]) -> NettingAnswer:
    """One run."""
    async with context_of(request).database.transaction() as connection:
        run = await find_netting(connection, request.user.party, _existing(netting_id))
        return (await _render(request, connection, [run]))[0]


@get("/v1/nettings/{netting_id:int}/statements", tags=TAGS)
async def netted_statements(
    request: Call,
    netting_id: FromPath[int],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[NettedStatementAnswer]:
    """The statements of a run in which the calling party has a side. The operator sees all."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_netted(
            connection,
            request.user.party,
            _existing(netting_id),
            after=after(cursor),
            limit=limit,
        )
        parties = {party for row in rows for party in (row.payer_party_id, row.payee_party_id)}
        codes = await context_of(request).codes.of(connection, parties)
    found: Page[NettedStatementAnswer] = page(
        rows,
        limit,
        lambda row: _copy_netted(
            row, payer_party=codes[row.payer_party_id], payee_party=codes[row.payee_party_id]
        ),
        lambda row: row.statement_id,
    )
    return found


async def _take(request: Call, netting_id: int, step: _Step) -> Response[NettingAnswer]:
    """Take a step of a run, and answer with the run."""

    async def act(connection: AsyncConnection) -> JSON:
        operator, now = request.user.party, await read_clock(connection)
        run = await step(connection, operator, _existing(netting_id), now)
        return (await _render(request, connection, [run]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


@post(
    "/v1/nettings/{netting_id:int}/advise",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def advise_run(request: Call, netting_id: FromPath[int]) -> Response[NettingAnswer]:
    """Tell the parties of a draft what they will pay or get: from now on they see the run."""
    await require_no_members(request)
    return await _take(request, netting_id, advise_netting)


@post(
    "/v1/nettings/{netting_id:int}/confirm",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def confirm_run(request: Call, netting_id: FromPath[int]) -> Response[NettingAnswer]:
    """Confirm an advised run: for its statements, the positions are due instead."""
    await require_no_members(request)
    return await _take(request, netting_id, confirm_netting)


@post(
    "/v1/nettings/{netting_id:int}/cancel",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def cancel_run(request: Call, netting_id: FromPath[int]) -> Response[NettingAnswer]:
    """Give up a run before it is confirmed. Its statements are free for others."""
    await require_no_members(request)
    return await _take(request, netting_id, cancel_netting)


@post(
    "/v1/nettings/{netting_id:int}/remove",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def remove_from_run(
    request: Call, netting_id: FromPath[int], data: JSONBody[NettingPartyBody]
) -> Response[NettingAnswer]:
    """Take a party out of a run before it is confirmed. The run is a draft again."""

    async def step(
        connection: AsyncConnection, operator: Party, number: int, now: datetime
    ) -> Netting:
        party = await find_party(connection, data.party)
        return await remove_party(connection, operator, number, party, now)

    return await _take(request, netting_id, step)


@post(
    "/v1/nettings/{netting_id:int}/default",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def default_in_run(
    request: Call, netting_id: FromPath[int], data: JSONBody[NettingPartyBody]
) -> Response[NettingAnswer]:
    """Repeat a confirmed run without a party that does not pay. Its statements are due again."""

    async def step(
        connection: AsyncConnection, operator: Party, number: int, now: datetime
    ) -> Netting:
        party = await find_party(connection, data.party)
        return await default_party(connection, operator, number, party, now)

    return await _take(request, netting_id, step)


ROUTES = [
    *(add_netting, nettings, netting_by_id, netted_statements),
    *(advise_run, confirm_run, cancel_run, remove_from_run, default_in_run),
]
