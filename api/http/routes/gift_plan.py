"""What a brand gives by itself: birthday gifts, and how many free rights a week are enough."""

from datetime import date
from typing import Annotated

from litestar import get, put
from litestar.params import JSONBody, QueryParameter
from pydantic_core import PydanticCustomError

from api.http.acting import ProgrammeInPath, brand_of, own_programme
from api.http.auth import BRAND, Call, context_of
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.gift_plan import BirthdayGiftAnswer, GiftPlanAnswer, GiftPlanBody
from api.http.schemas.types import DAY_PATTERN, read_day
from exchange.earning import (
    BirthdayGift,
    GiftPlan,
    find_gift_plan,
    list_birthday_gifts,
    put_gift_plan,
)
from ledger import read_clock
from ledger.book import programme_day

TAGS = ["earning"]
DAY_LENGTH = len("2017-01-31")

Day = Annotated[
    str | None,
    QueryParameter(
        name="day",
        pattern=DAY_PATTERN,
        max_length=DAY_LENGTH,
        description="The day of the birthdays, like 2017-01-31. By default, today.",
    ),
]

_render_plan = Copier(GiftPlanAnswer, GiftPlan)
_render_gift = Copier(BirthdayGiftAnswer, BirthdayGift, "coupon")


@get("/v1/programmes/{programme:str}/gift-plan", guards=[BRAND], tags=TAGS)
async def gift_plan(request: Call, code: ProgrammeInPath) -> GiftPlanAnswer:
    """What the programme gives by itself."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        return _render_plan(await find_gift_plan(connection, programme.book_id))


@put("/v1/programmes/{programme:str}/gift-plan", guards=[BRAND], tags=TAGS)
async def set_gift_plan(
    request: Call, code: ProgrammeInPath, data: JSONBody[GiftPlanBody]
) -> GiftPlanAnswer:
    """State what the programme gives by itself. It holds at once."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    plan = GiftPlan(**data.__dict__)
    async with changing(request, context_of(request).database) as connection:
        stated = await put_gift_plan(connection, programme.book_id, brand, plan)
        await note_change(request, connection, None)
    return _render_plan(stated)


@get("/v1/programmes/{programme:str}/birthdays", guards=[BRAND], tags=TAGS)
async def birthdays(
    request: Call,
    code: ProgrammeInPath,
    day: Day = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[BirthdayGiftAnswer]:
    """Whose birthday was kept on a day, with their gifts: whom to greet."""
    programme = await own_programme(request, code)
    kept_on = None if day is None else _day(day)
    async with context_of(request).database.transaction() as connection:
        if kept_on is None:
            kept_on = programme_day(await read_clock(connection), programme.time_zone)
        rows = await list_birthday_gifts(
            connection, programme.book_id, kept_on, after=after(cursor), limit=limit
        )
    found: Page[BirthdayGiftAnswer] = page(
        rows,
        limit,
        lambda row: _render_gift(row, coupon=row.coupon_id),
        lambda row: row.gift_no,
    )
    return found


def _day(text: str) -> date:
    try:
        return read_day(text)
    except PydanticCustomError as error:
        raise invalid_at("/day", error.message()) from error


ROUTES = [gift_plan, set_gift_plan, birthdays]
