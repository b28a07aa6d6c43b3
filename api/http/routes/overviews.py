"""Overviews: what people see first of a programme and of a supplier, and what happens now."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from api.http.acting import PartyInQuery, ProgrammeInPath, brand_of, own_programme, party_acted_for
from api.http.auth import BRAND, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.figure_answers import rate_answer
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, PlacedCursor, after, placed
from api.http.routes.coupon_lists import OfOffer, place_in
from api.http.routes.orders import programme_codes
from api.http.schemas.answers import Page
from api.http.schemas.overviews import (
    BurnDownAnswer,
    DayTakenAnswer,
    DayUsesAnswer,
    DeliveriesAnswer,
    LatestUseAnswer,
    MonthPointsAnswer,
    ProgrammeOverviewAnswer,
    TodayAnswer,
)
from api.http.times import FromInstant, UntilInstant, instant_at
from catalog.offers import load_labels
from exchange.coupons import OrderState
from exchange.figures import DayUses, Today, count_today, load_deliveries
from exchange.redeem import BurnDown, DayTaken, load_burn_down
from exchange.use import LatestUse, list_latest_uses
from ledger.asks import NOTE_LENGTH_MAX
from ledger.read import Row
from settlement import load_calendar
from settlement.liability import MONTHS_MAX, MonthFlow, load_overview, see_one_snapshot

POINTS_TAGS = ["programmes"]
FIGURES_TAGS = ["figures"]
COUPONS_TAGS = ["coupons"]
MONTHS_DEFAULT = 12
ORDER_DAYS_DEFAULT, ORDER_DAYS_MAX = 7, 31

Months = Annotated[
    int,
    QueryParameter(
        name="months", ge=1, le=MONTHS_MAX, description="How many months back, and ahead."
    ),
]
OrderDays = Annotated[
    int,
    QueryParameter(
        name="days", ge=1, le=ORDER_DAYS_MAX, description="The orders of so many last days."
    ),
]
InStore = Annotated[
    str | None,
    QueryParameter(
        name="store",
        max_length=NOTE_LENGTH_MAX,
        description="Only uses in this shop.",
    ),
]

_today = Copier(TodayAnswer, Today)
_copy_taken = Copier(DayTakenAnswer, DayTaken)
_copy_stock = Copier(BurnDownAnswer, BurnDown, "offer_code", "supplier", "days")
_copy_day = Copier(DayUsesAnswer, DayUses)
_copy_use = Copier(LatestUseAnswer, LatestUse, "coupon", "programme", "offer", "code_tail")


def _month(flow: MonthFlow) -> MonthPointsAnswer:
    return {
        "month": flow.month,
        "opening": flow.opening,
        "issued": flow.rows[Row.ISSUED],
        "converted_in": flow.rows[Row.CONVERTED_IN],
        "issue_reversed": flow.rows[Row.ISSUE_REVERSED],
        "redeemed": flow.rows[Row.REDEEMED],
        "redeemed_partner": flow.redeemed_partner,
        "redemption_reversed": flow.rows[Row.REDEMPTION_REVERSED],
        "converted_out": flow.rows[Row.CONVERTED_OUT],
        "expired": flow.rows[Row.EXPIRED],
        "adjusted": flow.rows[Row.ADJUSTED],
        "closing": flow.closing,
    }


@get("/v1/programmes/{programme:str}/overview", guards=[BRAND], opt=SLOW, tags=POINTS_TAGS)
async def programme_overview(
    request: Call, code: ProgrammeInPath, months: Months = MONTHS_DEFAULT
) -> ProgrammeOverviewAnswer:
    """What came in and went out of a programme's points by month, and what expires by month.

    The current month is the last one, as of now.
    """
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    async with context_of(request).database.transaction() as connection:
        await see_one_snapshot(connection)
        found = await load_overview(connection, programme, brand.code, months)
    return {
        "as_of": found.as_of,
        "records_left": found.records_left,
        "months": [_month(each) for each in found.months],
        "expiring": [{"month": each.month, "points": each.points} for each in found.ahead],
    }


@get("/v1/programmes/{programme:str}/today", guards=[BRAND], opt=SLOW, tags=POINTS_TAGS)
async def programme_today(request: Call, code: ProgrammeInPath) -> TodayAnswer:
    """How many rights were redeemed, used and not delivered since the programme's day began."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        return _today(await count_today(connection, programme))


@get("/v1/programmes/{programme:str}/burn-down", guards=[BRAND], opt=SLOW, tags=["allotments"])
async def programme_burn_down(
    request: Call, code: ProgrammeInPath, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[BurnDownAnswer]:
    """How fast the programme's stock is taken, and how long what is left will last."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await load_burn_down(connection, programme, after=after(cursor), limit=limit)
        labels = await load_labels(connection, {each.offer_id for each in found})
    items = [
        _copy_stock(
            each,
            offer_code=labels[each.offer_id].code,
            supplier=labels[each.offer_id].supplier_code,
            days=[_copy_taken(day) for day in each.days],
        )
        for each in found
    ]
    is_full = len(found) == limit
    return {"items": items, "next_cursor": str(found[-1].offer_id) if is_full else None}


@get(
    "/v1/parties/{party:str}/deliveries",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=SLOW,
    tags=FIGURES_TAGS,
)
async def supplier_deliveries(
    request: Call, party: FromPath[str], days: OrderDays = ORDER_DAYS_DEFAULT
) -> DeliveriesAnswer:
    """How a supplier's deliveries do, and how many of its coupons were used on each day.

    Days begin in the time zone of the settlement calendar. Each supplier sees its own.
    """
    async with context_of(request).database.transaction() as connection:
        supplier = await party_acted_for(request, connection, party)
        zone = (await load_calendar(connection)).time_zone
        found = await load_deliveries(connection, supplier.party_id, zone, days)
    return {
        "party": supplier.code,
        "as_of": found.as_of,
        "since": found.since,
        "orders": [{"state": state, "orders": found.orders.get(state, 0)} for state in OrderState],
        "success": rate_answer(found.success),
        "p50_seconds": found.p50_seconds,
        "p95_seconds": found.p95_seconds,
        "unheard_of": found.unheard_of,
        "unheard_of_since": found.unheard_of_since,
        "time_zone": zone,
        "days": [_copy_day(each) for each in found.days],
    }


@get("/v1/coupons/uses", guards=[SUPPLIER_OR_OPERATOR], opt=SLOW, tags=COUPONS_TAGS)
async def latest_uses(
    request: Call,
    *,
    store: InStore = None,
    offer_id: OfOffer = None,
    since: FromInstant = None,
    until: UntilInstant = None,
    party: PartyInQuery = None,
    cursor: PlacedCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[LatestUseAnswer]:
    """The coupons of a supplier that are used, in all its shops, the latest use first.

    A page looks at some thousand uses at most. It may hold fewer than `limit`, or none, and still
    have a `next_cursor`.
    """
    async with context_of(request).database.transaction() as connection:
        supplier = await party_acted_for(request, connection, party)
        found, following = await list_latest_uses(
            connection,
            supplier.party_id,
            store=store,
            offer_id=offer_id,
            since=instant_at("from", since),
            until=instant_at("until", until),
            place=place_in(cursor),
            limit=limit,
        )
        programmes = await programme_codes(connection, {each.book_id for each in found})
    items = [
        _copy_use(
            each,
            coupon=each.coupon_id,
            programme=programmes[each.book_id],
            offer=each.offer_id,
            code_tail=each.tail,
        )
        for each in found
    ]
    return {
        "items": items,
        "next_cursor": None if following is None else placed(following.at, following.number),
    }


ROUTES = [
    programme_overview,
    programme_today,
    programme_burn_down,
    supplier_deliveries,
    latest_uses,
]
