"""Figures: what became of rights, how members redeem, how parties do, and what apps have shown.

A brand sees its own programmes, a supplier its own offers in all programmes and no members, the
operator everything, or what a party sees that it names.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import (
    PartyInQuery,
    ProgrammeInPath,
    brand_of,
    own_programme,
    party_acted_for,
)
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of
from api.http.figure_answers import funnel_answer, redemption_answer, scorecard_answer
from api.http.idempotency import answer_once
from api.http.problems import invalid_at
from api.http.schemas.figures import (
    FunnelAnswer,
    RedemptionRateAnswer,
    ScorecardAnswer,
    ShownAnswer,
    ShownBody,
)
from api.http.schemas.types import DAY_PATTERN, read_day
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, load_party_codes
from catalog.offers import load_labels
from exchange.figures import (
    WINDOW_DAYS_MAX,
    By,
    Scope,
    Shown,
    Window,
    brand_card,
    count_steps,
    find_redemption,
    report_shown,
    supplier_card,
)
from ledger import JSON, read_clock
from ledger.book import Programme, load_programmes, programme_day

TAGS = ["figures"]
DAY_LENGTH = len("2017-01-31")
DAYS_DEFAULT = 30
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Days of these years have a midnight in every time zone."""

FirstDay = Annotated[
    str | None,
    QueryParameter(
        name="from",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The first day, like 2017-01-31. By default, 30 days before the end.",
    ),
]
EndDay = Annotated[
    str | None,
    QueryParameter(
        name="until",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The day after the last, like 2017-02-28. By default, tomorrow.",
    ),
]
ProgrammeAsked = Annotated[
    str | None,
    QueryParameter(
        name="programme",
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        description="The programme. By default, the only one that the caller has.",
    ),
]
OneProgramme = Annotated[
    str | None,
    QueryParameter(
        name="programme",
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        description="The only programme that is looked at. By default, all that the caller sees.",
    ),
]
OneOffer = Annotated[int | None, QueryParameter(name="offer_id", ge=1, le=BIGINT_MAX)]
Side = Annotated[
    Literal["brand", "supplier"] | None,
    QueryParameter(
        name="side",
        description="As what the party sees it, where it is both. By default, as a brand.",
    ),
]
GroupedBy = Annotated[By, QueryParameter(name="by")]


class Asked(NamedTuple):
    """Whose rights are asked for."""

    party: str | None
    side: Literal["brand", "supplier"] | None
    offer_id: int | None


@get("/v1/figures/funnel", opt=SLOW, tags=TAGS)
async def funnel(
    request: Call,
    *,
    by: GroupedBy = "offer",
    programme: OneProgramme = None,
    offer_id: OneOffer = None,
    first: FirstDay = None,
    end: EndDay = None,
    party: PartyInQuery = None,
    side: Side = None,
) -> FunnelAnswer:
    """What became of the rights that members redeemed, were delivered or used in some days.

    Later steps count whenever they happened. Figures are told with their intervals.
    """
    one = None if programme is None else await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        window = await _window(connection, one, first, end)
        scope = await _scope(request, connection, one, Asked(party, side, offer_id))
        counted = await count_steps(connection, scope, by, window)
        labels = await _labels(connection, by, counted)
    return funnel_answer(by, window, counted, labels, of_supplier=scope.supplier_id is not None)


@get("/v1/figures/redemption-rate", guards=[BRAND], opt=SLOW, tags=TAGS)
async def redemption_rate(
    request: Call, *, programme: ProgrammeAsked = None, first: FirstDay = None, end: EndDay = None
) -> RedemptionRateAnswer:
    """How many of the members who could redeem a right did, and how many points were redeemed."""
    found = await _programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        window = await _window(connection, found, first, end)
        redemption = await find_redemption(connection, found, window.first_day, window.end_day)
    return redemption_answer(found.code, window, redemption)


@get("/v1/scorecards/{party:str}", opt=SLOW, tags=TAGS)
async def scorecard(
    request: Call, party: FromPath[str], *, first: FirstDay = None, end: EndDay = None
) -> ScorecardAnswer:
    """How a party does. Each party sees its own, the operator everybody's. There is no grade."""
    async with context_of(request).database.transaction() as connection:
        about = await party_acted_for(request, connection, party)
        window = await _window(connection, None, first, end)
        of_supplier = of_brand = None
        if "supplier" in about.roles:
            scope = Scope(await load_programmes(connection), about.party_id)
            of_supplier = await supplier_card(connection, about, scope, window)
        if "brand" in about.roles:
            scope = Scope(await load_programmes(connection, party_id=about.party_id))
            of_brand = await brand_card(connection, about, scope, window)
    return scorecard_answer(about.code, window, of_supplier, of_brand)


@post("/v1/programmes/{programme:str}/shown", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_shown(
    request: Call, code: ProgrammeInPath, data: JSONBody[ShownBody]
) -> Response[ShownAnswer]:
    """Report how often offers were shown, by day. A later report replaces an earlier one."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    shown = [
        Shown(each.offer_id, each.day, each.impressions, each.members, each.channel or "")
        for each in data.shown
    ]

    async def act(connection: AsyncConnection) -> JSON:
        return {"kept": await report_shown(connection, programme, brand, shown)}

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


async def _programme(request: Call, code: str | None) -> Programme:
    """The programme that is named, or the caller's only one.

    Raises:
        RequestInvalid: none is named, and the caller has none or several.
        ProgrammeNotFound: there is none with this code, or it is another party's.
    """
    if code is not None:
        return await own_programme(request, code)
    party_id = request.user.party.party_id
    async with context_of(request).database.transaction() as connection:
        own = await load_programmes(connection, party_id=party_id)
    if len(own) != 1:
        raise invalid_at("/programme", "A programme should be named")
    return own[0]


async def _scope(
    request: Call,
    connection: AsyncConnection,
    one: Programme | None,
    asked: Asked,
) -> Scope:
    """What the caller may see, or the party that the operator names.

    Raises:
        PartyNotFound: there is no such party, or the caller may not act for it.
    """
    seer = await party_acted_for(request, connection, asked.party)
    if one is not None:
        return Scope([one], None, asked.offer_id)
    roles = seer.roles if asked.side is None else seer.roles & {asked.side}
    if "brand" in roles:
        own = await load_programmes(connection, party_id=seer.party_id)
        return Scope(own, None, asked.offer_id)
    everyone = await load_programmes(connection)
    if "operator" in seer.roles and asked.side is None:
        return Scope(everyone, None, asked.offer_id)
    # Somebody without the role that is asked for supplies nothing, and sees nothing.
    return Scope(everyone, seer.party_id, asked.offer_id)


async def _window(
    connection: AsyncConnection, programme: Programme | None, first: str | None, end: str | None
) -> Window:
    """The days that are asked for. Those of several programmes begin at their own midnights.

    Raises:
        RequestInvalid: they are no days, not in order, or too many.
    """
    now = await read_clock(connection)
    today = programme_day(now, "UTC" if programme is None else programme.time_zone)
    end_day = today + timedelta(days=1) if end is None else _day(end, "/until")
    if first is not None:
        first_day = _day(first, "/from")
    else:
        first_day = date.fromordinal(max(1, end_day.toordinal() - DAYS_DEFAULT))
    if not 0 < (end_day - first_day).days <= WINDOW_DAYS_MAX:
        raise invalid_at("/until", f"Input should be 1 to {WINDOW_DAYS_MAX} days after from")
    if not FIRST_YEAR <= first_day.year <= end_day.year <= LAST_YEAR:
        raise invalid_at("/from", f"Input should be a day from {FIRST_YEAR} to {LAST_YEAR}")
    return Window(first_day, end_day, now)


def _day(text: str, pointer: str) -> date:
    try:
        return read_day(text)
    except PydanticCustomError as error:
        raise invalid_at(pointer, error.message()) from error


async def _labels(connection: AsyncConnection, by: By, keys: Iterable[str]) -> dict[str, str]:
    """What groups are called, by their keys."""
    if by == "offer":
        offers = await load_labels(connection, {int(key) for key in keys})
        return {str(each): label.code for each, label in offers.items()}
    if by in {"supplier", "brand"}:
        codes = await load_party_codes(connection, {int(key) for key in keys})
        return {str(each): code for each, code in codes.items()}
    return {key: key for key in keys}


ROUTES = [funnel, redemption_rate, scorecard, add_shown]
