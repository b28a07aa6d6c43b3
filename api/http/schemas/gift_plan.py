"""What a brand gives by itself: birthday gifts, and how many free rights a week are enough."""

from datetime import date, datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Identifier
from catalog import INTEGER_MAX
from exchange.earning import BIRTHDAY_HOUR_DEFAULT, HOUR_MAX


class GiftPlanBody(Body):
    """The plan of a programme. It takes the place of the one before."""

    birthday_offer_id: Identifier | None
    birthday_hour: Annotated[int, Field(ge=0, le=HOUR_MAX)] = BIRTHDAY_HOUR_DEFAULT
    free_rights_per_week: Annotated[int, Field(ge=0, le=INTEGER_MAX)] | None = None


class GiftPlanAnswer(TypedDict):
    """The plan of a programme. Without one, nothing is given by itself."""

    birthday_offer_id: int | None
    birthday_hour: int
    free_rights_per_week: int | None
    birthdays_done_on: date | None


class BirthdayGiftAnswer(TypedDict):
    """What came of a member's birthday: a coupon, or why there is none."""

    day: date
    member: str
    offer_id: int
    coupon: int | None
    refusal: str | None
    recorded_at: datetime
