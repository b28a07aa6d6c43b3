"""Periods: the months of the bill, and their closing."""

from dataclasses import asdict

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.schemas.answers import Page
from api.http.schemas.periods import ClosingAnswer, PeriodAnswer
from ledger import JSON, read_clock
from settlement import Period, load_periods, require_month
from settlement.statements import Closing, close_period, rate_and_close

TAGS = ["billing"]


_render = Copier(PeriodAnswer, Period)


def _render_closing(closing: Closing) -> dict[str, JSON]:
    return {**_render(closing.period), **asdict(closing.totals)}


@post(
    "/v1/periods/{month:str}/close",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def close(request: Call, month: FromPath[str]) -> Response[ClosingAnswer]:
    """Close a month: rate what waits, issue its statements, open the next.

    Months close in order.
    """
    require_month(month)
    await require_no_members(request)
    database = context_of(request).database

    async def act(connection: AsyncConnection) -> JSON:
        return _render_closing(await close_period(connection, month, await read_clock(connection)))

    return await rate_and_close(database, lambda: answer_once(request, database, act, status=200))


@get("/v1/periods", guards=[OPERATOR], tags=TAGS)
async def periods(request: Call) -> Page[PeriodAnswer]:
    """Every month so far, in order."""
    async with context_of(request).database.transaction() as connection:
        found = await load_periods(connection)
    return {"items": [_render(period) for period in found], "next_cursor": None}


ROUTES = [close, periods]
