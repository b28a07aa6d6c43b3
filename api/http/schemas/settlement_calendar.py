"""The settlement calendar: the zone whose months are billed, and the terms of all bills."""

from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, TimeZone
from settlement import CALENDAR_DAYS_MAX, NUMBER_PREFIX_PATTERN


class SettlementCalendarBody(Body):
    """The calendar. It takes the place of the one before."""

    time_zone: TimeZone
    four_eyes: bool = False
    dispute_days: Annotated[int, Field(ge=1, le=CALENDAR_DAYS_MAX)] = 15
    payment_days: Annotated[int, Field(ge=0, le=CALENDAR_DAYS_MAX)] = 30
    number_prefix: Annotated[str, Field(pattern=NUMBER_PREFIX_PATTERN)] = ""


class SettlementCalendarAnswer(TypedDict):
    """The calendar of all bills of this exchange."""

    time_zone: str
    four_eyes: bool
    dispute_days: int
    payment_days: int
    number_prefix: str
