"""What is expected of a programme's points, who approved it, and what the programme asks for."""

from decimal import Decimal
from typing import cast

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.liability_answers import estimate_answers, evidence_of, settings_answer
from api.http.schemas.answers import Page
from api.http.schemas.liability import (
    EstimateAnswer,
    EstimateBody,
    LiabilitySettingsAnswer,
    LiabilitySettingsBody,
)
from ledger import JSON, read_clock
from settlement.liability import (
    Terms,
    approve_estimate,
    list_estimates,
    load_experience,
    load_settings,
    propose_estimate,
    put_settings,
    redeem_rate_of,
)

TAGS = ["liability"]
ROOT = "/v1/programmes/{programme:str}/liability"


@get(f"{ROOT}/estimates", guards=[BRAND], tags=TAGS)
async def liability_estimates(
    request: Call, programme_code: ProgrammeInPath
) -> Page[EstimateAnswer]:
    """What is expected of a programme's points: all estimates, in the order of their versions."""
    programme = await own_programme(request, programme_code)
    async with context_of(request).database.transaction() as connection:
        found = await list_estimates(connection, programme.book_id)
        return {
            "items": await estimate_answers(connection, programme, found),
            "next_cursor": None,
        }


@post(f"{ROOT}/estimates", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_liability_estimate(
    request: Call, programme_code: ProgrammeInPath, data: JSONBody[EstimateBody]
) -> Response[EstimateAnswer]:
    """Propose what is expected of points, from a month on that is not frozen."""
    programme = await own_programme(request, programme_code)

    async def act(connection: AsyncConnection) -> JSON:
        experience = await load_experience(connection, programme.book_id, data.by)
        terms = Terms(
            from_month=data.from_month,
            cohort=data.cohort,
            redeem_rate=redeem_rate_of(data.method, data.redeem_rate, experience),
            use_rate=Decimal(1) if data.use_rate is None else data.use_rate,
            value_minor_per_1000_points=data.value_minor_per_1000_points,
            cost_minor_per_1000_points=data.cost_minor_per_1000_points or Decimal(0),
            currency=data.currency,
            method=data.method,
            reason=data.reason,
        )
        made = await propose_estimate(
            connection,
            programme,
            terms,
            actor=request.user.actor_id,
            evidence=None
            if data.method == "entered"
            else evidence_of(experience, data.method, data.value_minor_per_1000_points),
        )
        return cast("JSON", (await estimate_answers(connection, programme, [made]))[0])

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


@post(
    f"{ROOT}/estimates/{{version:int}}/approve",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def approve_liability_estimate(
    request: Call, programme_code: ProgrammeInPath, version: FromPath[int]
) -> Response[EstimateAnswer]:
    """Approve an estimate: from its month on, it holds.

    Where the programme asks for four eyes, another key than that which has proposed it does so.
    """
    await require_no_members(request)
    programme = await own_programme(request, programme_code)

    async def act(connection: AsyncConnection) -> JSON:
        now = await read_clock(connection)
        found = await approve_estimate(
            connection, programme, version, actor=request.user.actor_id, now=now
        )
        return cast("JSON", (await estimate_answers(connection, programme, [found]))[0])

    return await answer_once(
        request, context_of(request).database, act, status=200, book_id=programme.book_id
    )


@get(f"{ROOT}/settings", guards=[BRAND], tags=TAGS)
async def liability_settings(
    request: Call, programme_code: ProgrammeInPath
) -> LiabilitySettingsAnswer:
    """What a programme asks of its liability."""
    programme = await own_programme(request, programme_code)
    async with context_of(request).database.transaction() as connection:
        return settings_answer(programme, await load_settings(connection, programme.book_id))


@put(f"{ROOT}/settings", guards=[BRAND], tags=TAGS)
async def set_liability_settings(
    request: Call, programme_code: ProgrammeInPath, data: JSONBody[LiabilitySettingsBody]
) -> LiabilitySettingsAnswer:
    """Ask for four eyes, and name the accounts. Who asked for four eyes does not end them alone."""
    programme = await own_programme(request, programme_code)
    named = {} if data.accounts is None else data.accounts.model_dump()
    accounts = {name: account for name, account in named.items() if account is not None}
    async with changing(request, context_of(request).database) as connection:
        put_down = await put_settings(
            connection,
            programme,
            four_eyes=data.four_eyes,
            accounts=accounts,
            actor=request.user.actor_id,
            now=await read_clock(connection),
        )
        await note_change(request, connection, None)
    return settings_answer(programme, put_down)


ROUTES = [
    liability_estimates,
    add_liability_estimate,
    approve_liability_estimate,
    liability_settings,
    set_liability_settings,
]
