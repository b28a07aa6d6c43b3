"""Prices: rules, the rate, who may have an offer, points days and simulations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.types import (
    CLOSING_PATTERN,
    NO_CONTROL_PATTERN,
    Body,
    Category,
    Currency,
    Day,
    Identifier,
    Instant,
    Label,
    PointsOrNone,
)
from catalog import CODE_LENGTH_MAX
from catalog.pricing import (
    DATES_MAX,
    DAY_OF_MONTH_MAX,
    DAY_OF_WEEK_MAX,
    MEMBER_DAYS_MAX,
    MULTIPLIER_PERCENT_MAX,
    RATE_MAX,
    STEP_MAX,
    WHO_NAMES_MAX,
)
from exchange.redeem import SIMULATED_DAYS_MAX
from ledger.book import BALANCE_MAX

PERCENT_MAX = 100

_MonthDay = Annotated[int, Field(ge=1, le=DAY_OF_MONTH_MAX)]
_Weekday = Annotated[int, Field(ge=1, le=DAY_OF_WEEK_MAX)]
_TimeOfDay = Annotated[str, Field(pattern=CLOSING_PATTERN)]
_Named = Annotated[str, Field(max_length=2 * CODE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)]
_Names = Annotated[Sequence[_Named], Field(max_length=WHO_NAMES_MAX)]
_Balance = Annotated[int, Field(ge=0, le=BALANCE_MAX)]
_Percent = Annotated[int, Field(ge=1, le=PERCENT_MAX)]


class ScopeBody(Body):
    """Which offers a rule is for: one of the three."""

    offer_id: Identifier | None = None
    category: Category | None = None
    all: Literal[True] | None = None


class EffectBody(Body):
    """What a rule makes of the price: `points`, a `percent` of the ordinary price, or `free`."""

    points: PointsOrNone | None = None
    percent: _Percent | None = None
    floor: PointsOrNone | None = None
    free: Literal[True] | None = None


class ScheduleBody(Body):
    """On which days a rule applies, in one of three ways. Months without a day are skipped.

    `last` is the last day of every month. In `weekly`, 1 is Monday.
    """

    monthly: Annotated[
        Sequence[_MonthDay | Literal["last"]], Field(max_length=DAY_OF_MONTH_MAX + 1)
    ] = ()
    weekly: Annotated[Sequence[_Weekday], Field(max_length=DAY_OF_WEEK_MAX)] = ()
    dates: Annotated[Sequence[Day], Field(max_length=DATES_MAX)] = ()


class HoursBody(Body):
    """Hours of a day in the programme's time zone, from `opens` until before `closes`."""

    opens: _TimeOfDay
    closes: _TimeOfDay


class WhoBody(Body):
    """Conditions on a member, all of which must hold. The tier "" is that of no tier."""

    tiers: _Names = ()
    tags_any: _Names = ()
    tags_all: _Names = ()
    tags_none: _Names = ()
    points_at_least: _Balance | None = None
    points_at_most: _Balance | None = None
    member_for_days_at_most: Annotated[int, Field(ge=0, le=MEMBER_DAYS_MAX)] | None = None
    first_redemption: bool = False


class PriceBody(Body):
    """A new price rule. It never changes, and may be ended."""

    scope: ScopeBody
    price: EffectBody
    schedule: ScheduleBody | None = None
    hours: HoursBody | None = None
    who: WhoBody | None = None
    valid_from: Instant
    valid_until: Instant | None = None
    earning_multiplier_percent: (
        Annotated[int, Field(ge=PERCENT_MAX, le=MULTIPLIER_PERCENT_MAX)] | None
    ) = None
    label: Label


class SimulationBody(Body):
    """A price rule to try on the redemptions of the last days. Nothing is stored."""

    rule: PriceBody
    days: Annotated[int, Field(ge=1, le=SIMULATED_DAYS_MAX)]


class PriceRateTermsBody(Body):
    """So many `points` are worth so much (`minor`). Prices are rounded up to whole steps."""

    points: Annotated[int, Field(ge=1, le=RATE_MAX)]
    minor: Annotated[int, Field(ge=1, le=RATE_MAX)]
    step_points: Annotated[int, Field(ge=1, le=STEP_MAX)] = 1
    currency: Currency


class PriceRateBody(Body):
    """The programme's rate for prices. Null turns it off."""

    rate: PriceRateTermsBody | None


class AccessBody(Body):
    """Who of the programme's members may have an offer. Without conditions, everybody may."""

    open_to: WhoBody


class ScopeAnswer(TypedDict):
    """Which offers a rule is for."""

    offer_id: int | None
    category: str | None
    all: bool


class EffectAnswer(TypedDict):
    """What a rule makes of the price."""

    points: int | None
    percent: int | None
    floor: int | None
    free: bool


class ScheduleAnswer(TypedDict):
    """On which days a rule applies. Nothing in it: on every day."""

    monthly: list[int | str]
    weekly: list[int]
    dates: list[date]


class HoursAnswer(TypedDict):
    """Hours of a day in the programme's time zone."""

    opens: str
    closes: str


class WhoAnswer(TypedDict):
    """Conditions on a member."""

    tiers: list[str]
    tags_any: list[str]
    tags_all: list[str]
    tags_none: list[str]
    points_at_least: int | None
    points_at_most: int | None
    member_for_days_at_most: int | None
    first_redemption: bool


class PriceAnswer(TypedDict):
    """A price rule. `next_days` are the next three days of its schedule, today included."""

    price_id: int
    scope: ScopeAnswer
    price: EffectAnswer
    schedule: ScheduleAnswer
    hours: HoursAnswer | None
    who: WhoAnswer
    valid_from: datetime
    valid_until: datetime | None
    ended_at: datetime | None
    earning_multiplier_percent: int | None
    label: str
    words: WordsAnswer
    next_days: list[date]


class PriceRateTermsAnswer(TypedDict):
    """So many points for so much."""

    points: int
    minor: int
    step_points: int
    currency: str


class PriceRateAnswer(TypedDict):
    """The programme's rate for prices. Version 0 was never stated."""

    version: int
    rate: PriceRateTermsAnswer | None


class AccessAnswer(TypedDict):
    """Who of the programme's members may have an offer. Version 0 was never stated."""

    offer_id: int
    version: int
    open_to: WhoAnswer


class PointsDayPriceAnswer(TypedDict):
    """A price rule that applies on a points day."""

    price_id: int
    label: str
    words: WordsAnswer
    hours: HoursAnswer | None


class PointsDayAnswer(TypedDict):
    """A day with price rules of its own."""

    day: date
    earning_multiplier_percent: int
    prices: list[PointsDayPriceAnswer]


class PointsDaysAnswer(TypedDict):
    """The points days of a programme, in order."""

    days: list[PointsDayAnswer]


class SimulatedDayAnswer(TypedDict):
    """What the redemptions of a day came to, and would have come to under the rule."""

    day: date
    redemptions: int
    changed: int
    points_before: int
    points_after: int


class SimulatedStockAnswer(TypedDict):
    """How many pieces of an offer went at the rule's price, and how many are left now."""

    offer_id: int
    redemptions: int
    remaining: int


class SimulationAnswer(TypedDict):
    """What the redemptions of the last days would have come to under the rule."""

    redemptions: int
    changed: int
    points_before: int
    points_after: int
    value_before: str | None
    value_after: str | None
    currency: str | None
    is_complete: bool
    days: list[SimulatedDayAnswer]
    stock: list[SimulatedStockAnswer]
