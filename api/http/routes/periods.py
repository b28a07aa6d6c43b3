"""Periods: the months of the bill, their closing, and the issue of their statements."""

from dataclasses import asdict

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.problems import refusal_of
from api.http.schemas.answers import Page
from api.http.schemas.periods import (
    CloseBody,
    ClosingAnswer,
    DryRunAnswer,
    PeriodAnswer,
    PeriodProgressAnswer,
)
from ledger import JSON, read_clock
from settlement import Period, load_periods, require_month
from settlement.closing import (
    CloseWish,
    Closing,
    DryRun,
    Finding,
    Owed,
    PeriodProgress,
    end_closing,
    find_period,
    prepare_closing,
    run_dry,
    until_closed,
)
from settlement.statements import issue_month, load_totals

TAGS = ["billing"]


_render = Copier(PeriodAnswer, Period)
_render_progress = Copier(PeriodProgressAnswer, PeriodProgress, "steps")
_render_dry_run = Copier(DryRunAnswer, DryRun, "currencies", "pairs", "suspicious")


def _render_closing(closing: Closing) -> dict[str, JSON]:
    return {**_render(closing.period), **asdict(closing.totals)}


async def _wish(request: Call) -> CloseWish:
    """How the month is to be closed. A request without a body says nothing of it.

    Raises:
        MalformedJson: there is a body, and it is not JSON.
        RequestInvalid: it is not a `CloseBody`.
    """
    if not await request.body():
        return CloseWish()
    try:
        body = CloseBody.model_validate(await request.json())
    except ValidationError as error:
        raise refusal_of(error) from error
    return CloseWish(frozenset(body.accept_waiting), body.reason, body.issue)


@post(
    "/v1/periods/{month:str}/close",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW, "body": CloseBody, "body_is_optional": True},
    status_code=200,
    tags=TAGS,
)
async def close(request: Call, month: FromPath[str]) -> Response[ClosingAnswer]:
    """Close a month: rate what waits, fix its lines, draft its statements, and issue them.

    Months close in order. A closing that was left half-way goes on.
    """
    require_month(month)
    wish, actor = await _wish(request), request.user.actor_id
    database = context_of(request).database

    async def act(connection: AsyncConnection) -> JSON:
        return _render_closing(await end_closing(connection, month, None))

    return await until_closed(
        lambda: answer_once(request, database, act, status=200),
        lambda: prepare_closing(database, month, wish, actor=actor),
    )


@post(
    "/v1/periods/{month:str}/issue",
    guards=[OPERATOR],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def issue_period(request: Call, month: FromPath[str]) -> Response[ClosingAnswer]:
    """Issue all drafts of a closed month. Drafts that nobody has reviewed are reviewed by this.

    Where the calendar wants four eyes, another key than the one that closed the month does this.
    """
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        now = await read_clock(connection)
        await issue_month(connection, require_month(month), now, request.user.actor_id)
        found = await find_period(connection, month)
        totals = await load_totals(connection, month=month, drafts=True)
        period = Period(month, found.state, found.closed_at)
        return _render_closing(Closing(period, totals, replayed=False))

    return await answer_once(request, context_of(request).database, act, status=200)


@get("/v1/periods", guards=[OPERATOR], tags=TAGS)
async def periods(request: Call) -> Page[PeriodAnswer]:
    """Every month so far, in order."""
    async with context_of(request).database.transaction() as connection:
        found = await load_periods(connection)
    return {"items": [_render(period) for period in found], "next_cursor": None}


@get("/v1/periods/{month:str}", guards=[OPERATOR], tags=TAGS)
async def period_by_month(request: Call, month: FromPath[str]) -> PeriodProgressAnswer:
    """A month, and how far each step of its closing has come."""
    async with context_of(request).database.transaction() as connection:
        found = await find_period(connection, month)
    return _render_progress(found, steps=[asdict(step) for step in found.steps])


@get("/v1/periods/{month:str}/dry-run", guards=[OPERATOR], opt=SLOW, tags=TAGS)
async def dry_run(request: Call, month: FromPath[str]) -> DryRunAnswer:
    """What a closing would bill, what would refuse it, and what looks unusual. Changes nothing."""
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await run_dry(connection, month, await read_clock(connection))
        codes = await context.codes.of(connection, found.parties)

    def told(row: Owed | Finding) -> dict[str, JSON]:
        fields = asdict(row)
        payer, payee = fields.pop("payer_party_id"), fields.pop("payee_party_id")
        return {"payer_party": codes[payer], "payee_party": codes[payee], **fields}

    return _render_dry_run(
        found,
        currencies=[asdict(each) for each in found.currencies],
        pairs=[told(each) for each in found.pairs],
        suspicious=[told(each) for each in found.suspicious],
    )


ROUTES = [close, issue_period, periods, period_by_month, dry_run]
