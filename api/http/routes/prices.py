"""Prices: a programme's price rules, its rate, points days, and who may have an offer."""

from datetime import date, timedelta
from typing import Annotated, Literal

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, brand_of, own_programme
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.price_terms import (
    hours_answer,
    price_answer,
    price_terms,
    who_answer,
    who_of,
    words_answer,
)
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.prices import (
    AccessAnswer,
    AccessBody,
    PointsDayAnswer,
    PointsDaysAnswer,
    PriceAnswer,
    PriceBody,
    PriceRateAnswer,
    PriceRateBody,
    SimulationAnswer,
    SimulationBody,
)
from api.http.schemas.types import DAY_PATTERN
from api.http.times import day_of
from catalog.pricing import (
    POINTS_DAYS_MAX,
    Access,
    PointsDay,
    PriceRate,
    StatedRate,
    add_price_rule,
    end_price_rule,
    find_access,
    find_rate,
    list_points_days,
    list_price_rules,
    load_rules_between,
    state_access,
    state_rate,
    words_of_rule,
)
from exchange.redeem import Simulation, Sum, simulate_price
from ledger import JSON, read_clock
from ledger.book import Programme, programme_day

TAGS = ["prices"]
DAY_LENGTH = len("2017-01-31")
DAYS_DEFAULT = 31
"""So many days of points days are listed unless the caller says otherwise."""

Wanted = Annotated[
    Literal["in_force", "all"],
    QueryParameter(name="state", description="By default, those that have not ended."),
]
DayFrom = Annotated[
    str | None,
    QueryParameter(
        name="from",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The first day, like 2017-01-31. By default, today.",
    ),
]
DayUntil = Annotated[
    str | None,
    QueryParameter(
        name="until",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The day after the last, like 2017-02-28. By default, 31 days after the first.",
    ),
]


@post("/v1/programmes/{programme:str}/prices", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_price(
    request: Call, code: ProgrammeInPath, data: JSONBody[PriceBody]
) -> Response[PriceAnswer]:
    """Make a price rule. The lowest of the rules that apply to a member sets the price."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    terms = price_terms(data)

    async def act(connection: AsyncConnection) -> JSON:
        rule = await add_price_rule(connection, programme.book_id, brand, terms)
        return price_answer(rule, await read_clock(connection), programme.time_zone)

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


@get("/v1/programmes/{programme:str}/prices", guards=[BRAND], tags=TAGS)
async def prices(
    request: Call,
    code: ProgrammeInPath,
    wanted: Wanted = "in_force",
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[PriceAnswer]:
    """The programme's price rules, oldest first."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        now = await read_clock(connection)
        rows = await list_price_rules(
            connection,
            programme.book_id,
            in_force=wanted == "in_force",
            after=after(cursor),
            limit=limit,
        )
    found: Page[PriceAnswer] = page(
        rows,
        limit,
        lambda row: price_answer(row, now, programme.time_zone),
        lambda row: row.price_id,
    )
    return found


@post(
    "/v1/programmes/{programme:str}/prices/{price_id:int}/end",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def end_price(
    request: Call, code: ProgrammeInPath, price_id: FromPath[int]
) -> Response[PriceAnswer]:
    """End a price rule for good, at once. One that has ended keeps its end."""
    await require_no_members(request)
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        rule = await end_price_rule(connection, programme.book_id, price_id)
        return price_answer(rule, await read_clock(connection), programme.time_zone)

    return await answer_once(
        request, context_of(request).database, act, status=200, book_id=programme.book_id
    )


@post(
    "/v1/programmes/{programme:str}/prices/simulate",
    guards=[BRAND],
    status_code=200,
    opt=SLOW,
    tags=TAGS,
)
async def simulate(
    request: Call, code: ProgrammeInPath, data: JSONBody[SimulationBody]
) -> SimulationAnswer:
    """What the redemptions of the last days would have cost under a rule that is not made yet."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    terms = price_terms(data.rule)
    async with context_of(request).database.transaction() as connection:
        found = await simulate_price(connection, programme, brand, terms, data.days)
        today = programme_day(await read_clock(connection), programme.time_zone)
    return _render_simulation(found, programme, today)


@get("/v1/programmes/{programme:str}/points-days", guards=[BRAND], tags=TAGS)
async def points_days(
    request: Call, code: ProgrammeInPath, first: DayFrom = None, until: DayUntil = None
) -> PointsDaysAnswer:
    """The days on which price rules with a schedule apply, such as a points day each month."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        today = programme_day(await read_clock(connection), programme.time_zone)
    begin = today if first is None else day_of("from", first)
    end = begin + timedelta(days=DAYS_DEFAULT) if until is None else day_of("until", until)
    if not 0 < (end - begin).days <= POINTS_DAYS_MAX:
        raise invalid_at("/until", f"Input should be 1 to {POINTS_DAYS_MAX} days after from")
    async with context_of(request).database.transaction() as connection:
        rules = await load_rules_between(
            connection, programme.book_id, begin, end, programme.time_zone
        )
    found = list_points_days(rules, begin, end, programme.time_zone)
    return {"days": [_render_day(each) for each in found]}


@get("/v1/programmes/{programme:str}/price-rate", guards=[BRAND], tags=TAGS)
async def price_rate(request: Call, code: ProgrammeInPath) -> PriceRateAnswer:
    """The programme's rate for prices: by it, a face value is a price where nothing else says."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        return _render_rate(await find_rate(connection, programme.book_id))


@put("/v1/programmes/{programme:str}/price-rate", guards=[BRAND], tags=TAGS)
async def set_price_rate(
    request: Call, code: ProgrammeInPath, data: JSONBody[PriceRateBody]
) -> PriceRateAnswer:
    """State the programme's rate for prices, or turn it off. It holds at once."""
    programme = await own_programme(request, code)
    stated = data.rate
    rate = (
        None
        if stated is None
        else PriceRate(stated.points, stated.minor, stated.step_points, stated.currency)
    )
    async with changing(request, context_of(request).database) as connection:
        made = await state_rate(connection, programme.book_id, rate)
        await note_change(request, connection, None)
    return _render_rate(made)


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}/access", guards=[BRAND], tags=TAGS)
async def access(request: Call, code: ProgrammeInPath, offer_id: FromPath[int]) -> AccessAnswer:
    """Who of the programme's members may have an offer at all."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    async with context_of(request).database.transaction() as connection:
        found = await find_access(connection, programme.book_id, brand, offer_id)
    return _render_access(found)


@put("/v1/programmes/{programme:str}/offers/{offer_id:int}/access", guards=[BRAND], tags=TAGS)
async def set_access(
    request: Call, code: ProgrammeInPath, offer_id: FromPath[int], data: JSONBody[AccessBody]
) -> AccessAnswer:
    """State who of the programme's members may have an offer at all. It holds at once.

    What the brand gives for free obeys it, too.
    """
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    open_to = who_of(data.open_to)
    async with changing(request, context_of(request).database) as connection:
        stated = await state_access(connection, programme.book_id, brand, offer_id, open_to)
        await note_change(request, connection, None)
    return _render_access(stated)


def _render_rate(stated: StatedRate) -> PriceRateAnswer:
    rate = stated.rate
    if rate is None:
        return {"version": stated.version, "rate": None}
    return {
        "version": stated.version,
        "rate": {
            "points": rate.points,
            "minor": rate.minor,
            "step_points": rate.step,
            "currency": rate.currency,
        },
    }


def _render_access(found: Access) -> AccessAnswer:
    return {
        "offer_id": found.offer_id,
        "version": found.version,
        "open_to": who_answer(found.open_to),
    }


def _render_day(found: PointsDay) -> PointsDayAnswer:
    return {
        "day": found.day,
        "earning_multiplier_percent": found.earning_multiplier_percent,
        "prices": [
            {
                "price_id": rule.price_id,
                "label": rule.label,
                "words": words_answer(words_of_rule(rule)),
                "hours": hours_answer(rule.schedule.hours),
            }
            for rule in found.rules
        ],
    }


def _render_simulation(found: Simulation, programme: Programme, today: date) -> SimulationAnswer:
    def value(points: int) -> str | None:
        worth = programme.rules.on(today).point_value
        return None if worth is None else f"{points * worth:f}"

    total = found.total
    return {
        "redemptions": total.redemptions,
        "changed": total.changed,
        "points_before": total.points_before,
        "points_after": total.points_after,
        "value_before": value(total.points_before),
        "value_after": value(total.points_after),
        "currency": programme.rules.currency,
        "is_complete": found.is_complete,
        "days": [
            {"day": day, **_sums(each)}  # type: ignore[typeddict-item]
            for day, each in sorted(found.days.items())
        ],
        "stock": [
            {"offer_id": offer_id, "redemptions": count, "remaining": remaining}
            for offer_id, count, remaining in found.stock
        ],
    }


def _sums(each: Sum) -> dict[str, int]:
    return {
        "redemptions": each.redemptions,
        "changed": each.changed,
        "points_before": each.points_before,
        "points_after": each.points_after,
    }


ROUTES = [
    add_price,
    prices,
    end_price,
    simulate,
    points_days,
    price_rate,
    set_price_rate,
    access,
    set_access,
]
