"""Points as a liability: roll-forwards of months, what is expected of points, the ledger's entries.

A programme's own party sees and does all of this, and so does the operator.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, cast

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.idempotency import answer_once, key_of
from api.http.liability_answers import (
    ladder_answer,
    month_answer,
    report_answer,
    what_if_answer,
)
from api.http.paging import LIMIT_DEFAULT, Limit
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.bill_patterns import SHARE_PATTERN
from api.http.schemas.liability import (
    LadderAnswer,
    LiabilityAnswer,
    LiabilityMonthAnswer,
    WhatIfAnswer,
)
from api.http.schemas.types import MONTH_PATTERN
from exchange.coupons import count_ends
from ledger import JSON, read_clock
from ledger.book import Programme, programme_day
from settlement import require_month
from settlement.liability import (
    LAST,
    MEDIA_TYPES,
    TAIL_MAX,
    By,
    JournalFormat,
    Sale,
    ask_what_if,
    export_journal,
    find_close,
    find_reading,
    freeze_months,
    list_closes,
    load_experience,
    load_report,
    see_one_snapshot,
)

TAGS = ["liability"]
PAGES_IN_REQUEST_MAX = 5
"""So many pages are read before a freeze is answered. The worker reads the rest."""
SALE_MINOR_MAX = 1_000_000_000
MONTH_LENGTH = len("2017-01")
ROOT = "/v1/programmes/{programme:str}/liability"

MonthInQuery = Annotated[
    str | None,
    QueryParameter(
        name="month",
        pattern=MONTH_PATTERN,
        max_length=MONTH_LENGTH,
        description="The month. By default, the current one of the programme.",
    ),
]
FirstMonth = Annotated[
    str | None,
    QueryParameter(
        name="from",
        pattern=MONTH_PATTERN,
        max_length=MONTH_LENGTH,
        description="The first month, like 2017-01.",
    ),
]
LastMonth = Annotated[
    str | None,
    QueryParameter(
        name="until",
        pattern=MONTH_PATTERN,
        max_length=MONTH_LENGTH,
        description="The last month, like 2017-03. It is included.",
    ),
]
BeforeMonth = Annotated[
    str | None,
    QueryParameter(name="cursor", pattern=MONTH_PATTERN, max_length=MONTH_LENGTH),
]
ByPeriod = Annotated[By, QueryParameter(name="by")]
TailFactor = Annotated[
    int,
    QueryParameter(
        name="tail_percent",
        ge=100,
        le=100 * TAIL_MAX,
        description="The factor beyond the oldest age, in percent. 100 where points expire within"
        " the triangle.",
    ),
]
OtherRate = Annotated[
    str | None,
    QueryParameter(
        name="redeem_rate",
        pattern=SHARE_PATTERN,
        max_length=8,
        description="The share of points that would be redeemed, like 0.5.",
    ),
]
SalePrice = Annotated[
    int | None,
    QueryParameter(
        name="sale_minor", ge=1, le=SALE_MINOR_MAX, description="The price of a sale, to compare."
    ),
]
SalePoints = Annotated[
    int | None,
    QueryParameter(
        name="sale_points", ge=1, le=SALE_MINOR_MAX, description="The points that it earns."
    ),
]
Format = Annotated[JournalFormat, QueryParameter(name="format")]


async def _current(connection: AsyncConnection, programme: Programme) -> str:
    today = programme_day(await read_clock(connection), programme.time_zone)
    return f"{today.year:04}-{today.month:02}"


def _edges(month: str) -> tuple[date, date]:
    """The first day of a month, and that of the next."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


@get(ROOT, guards=[BRAND], tags=TAGS)
async def liability_months(
    request: Call,
    programme_code: ProgrammeInPath,
    cursor: BeforeMonth = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[LiabilityMonthAnswer]:
    """The frozen months of a programme, the latest first."""
    programme = await own_programme(request, programme_code)
    async with context_of(request).database.transaction() as connection:
        found = await list_closes(connection, programme.book_id, cursor or LAST, limit + 1)
    items = [month_answer(programme, each.month, each, None) for each in found[:limit]]
    return {"items": items, "next_cursor": items[-1]["month"] if len(found) > limit else None}


@get(f"{ROOT}/{{month:str}}", guards=[BRAND], opt=SLOW, tags=TAGS)
async def liability(
    request: Call, programme_code: ProgrammeInPath, month: FromPath[str]
) -> LiabilityAnswer:
    """The roll-forward of a month, in points and in money, by cohort.

    An open month is told as of now.
    """
    programme = await own_programme(request, programme_code)
    require_month(month)
    async with context_of(request).database.transaction() as connection:
        await see_one_snapshot(connection)
        report = await load_report(connection, programme, month)
        today = programme_day(await read_clock(connection), programme.time_zone)
        ends = await count_ends(connection, programme, *_edges(month), today)
    return report_answer(programme, report, ends)


@post(
    f"{ROOT}/{{month:str}}/freeze",
    guards=[BRAND],
    opt={**CHANGES, **SLOW},
    status_code=200,
    tags=TAGS,
)
async def freeze_month(
    request: Call, programme_code: ProgrammeInPath, month: FromPath[str]
) -> Response[LiabilityMonthAnswer]:
    """Freeze a month that is over, and all months before it, for good.

    Much is read in the background. Then the answer says how many records are left.
    """
    await require_no_members(request)
    programme = await own_programme(request, programme_code)
    require_month(month)
    key_of(request)
    database = context_of(request).database
    # To freeze what is frozen changes nothing, so it may come before the key is looked up.
    await freeze_months(
        database,
        programme,
        month,
        actor=request.user.actor_id,
        pages_max=PAGES_IN_REQUEST_MAX,
    )

    async def act(connection: AsyncConnection) -> JSON:
        close = await find_close(connection, programme.book_id, month)
        reading = await find_reading(connection, programme.book_id)
        return cast("JSON", month_answer(programme, month, close, reading))

    return await answer_once(request, database, act, status=200, book_id=programme.book_id)


@get(f"{ROOT}/ladder", guards=[BRAND], opt=SLOW, tags=TAGS)
async def liability_ladder(
    request: Call,
    programme_code: ProgrammeInPath,
    by: ByPeriod = "quarter",
    tail_percent: TailFactor = 100,
) -> LadderAnswer:
    """What the frozen months say of how points are redeemed: chain ladder, history, back-test."""
    programme = await own_programme(request, programme_code)
    async with context_of(request).database.transaction() as connection:
        experience = await load_experience(
            connection, programme.book_id, by, Fraction(tail_percent, 100)
        )
    return ladder_answer(programme, experience)


@get(f"{ROOT}/what-if", guards=[BRAND], opt=SLOW, tags=TAGS)
async def liability_what_if(
    request: Call,
    *,
    programme_code: ProgrammeInPath,
    redeem_rate: OtherRate = None,
    month: MonthInQuery = None,
    sale_minor: SalePrice = None,
    sale_points: SalePoints = None,
) -> WhatIfAnswer:
    """What would be owed and billed if so many points were redeemed. Nothing is stored."""
    programme = await own_programme(request, programme_code)
    if redeem_rate is None:
        raise invalid_at("/redeem_rate", "Say which share of the points would be redeemed")
    sale = None
    if sale_minor is not None and sale_points is not None:
        sale = Sale(sale_minor, sale_points)
    async with context_of(request).database.transaction() as connection:
        await see_one_snapshot(connection)
        when = month or await _current(connection, programme)
        found = await ask_what_if(connection, programme, when, Decimal(redeem_rate), sale)
    return what_if_answer(programme, found)


@get(
    f"{ROOT}/journal",
    guards=[BRAND],
    opt={**SLOW, "answers": tuple(dict.fromkeys(MEDIA_TYPES.values()))},
    tags=TAGS,
)
async def liability_journal(
    request: Call,
    *,
    programme_code: ProgrammeInPath,
    first: FirstMonth = None,
    last: LastMonth = None,
    form: Format = "csv",
) -> Response[bytes]:
    """The general ledger's entries of frozen months, for spreadsheets, Beancount or hledger."""
    programme = await own_programme(request, programme_code)
    if first is None or last is None:
        raise invalid_at("/from" if first is None else "/until", "Say which months")
    async with context_of(request).database.transaction() as connection:
        await see_one_snapshot(connection)
        text = await export_journal(connection, programme, first, last, form)
    ending = "csv" if form == "csv" else form
    name = f"points-{programme.code}-{first}-{last}.{ending}"
    return Response(
        text.encode(),
        headers={
            "Content-Type": MEDIA_TYPES[form],
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


ROUTES = [
    liability_months,
    liability,
    freeze_month,
    liability_ladder,
    liability_what_if,
    liability_journal,
]
