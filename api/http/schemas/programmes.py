"""Requests that lay down a programme's rules and rates, and what is said of a programme as a whole."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import (
    Currency,
    MonthAndDay,
    Name,
    PointValue,
    ProgrammeCode,
    Request,
    Slug,
    TimeZone,
    WalletPoints,
)
from ledger.book import (
    CONVERSION_RATE_MAX,
    DAYS_MAX,
    DISPLAY_SCALE_MAX,
    EXPIRY_COUNT_MAX,
    EXPIRY_DATES_MAX,
    UNIT_LENGTH_MAX,
    Capped,
    Window,
)

CAPS_MAX = len(Capped) * len(Window)

ExpiryKindName = Literal["none", "days", "months", "dates", "sliding"]
DebtPolicyName = Literal["refuse", "take", "owe"]
CappedName = Literal["issue", "redeem"]
WindowName = Literal["day", "month", "year"]
Days = Annotated[int, Field(ge=0, le=DAYS_MAX)]
RateTerm = Annotated[int, Field(ge=1, le=CONVERSION_RATE_MAX)]


class ExpiryRequest(Request):
    """When points die.

    `none`: never. `days`: so many days after the day of issue. `months`: at the end of the month
    that comes so many months after the month of issue. `dates`: on the next of the dates, so many
    years later. `sliding`: so many days after the member's last activity.
    """

    kind: ExpiryKindName
    count: Annotated[
        int,
        Field(
            ge=0,
            le=max(EXPIRY_COUNT_MAX.values()),
            description="Days, months, years or days, as the kind has it.",
        ),
    ] = 0
    dates: Annotated[
        list[MonthAndDay],
        Field(
            default_factory=list,
            max_length=EXPIRY_DATES_MAX,
            description="In the order of the year, for `dates`.",
        ),
    ]


class CapRequest(Request):
    """At most so many points for one member in one window of the programme's calendar; points set aside count as redeemed."""

    kind: CappedName
    window: WindowName
    points: WalletPoints


class ProgrammeRequest(Request):
    """A new programme: one brand's points, kept in a book of its own."""

    code: ProgrammeCode
    name: Name
    time_zone: TimeZone = "UTC"
    unit: Annotated[
        str, Field(min_length=1, max_length=UNIT_LENGTH_MAX, description="What a point is called.")
    ] = "points"
    display_scale: Annotated[
        int,
        Field(
            ge=0,
            le=DISPLAY_SCALE_MAX,
            description="Decimal places shown: with 2, 150 is shown as 1.50.",
        ),
    ] = 0
    point_value: PointValue | None = Field(
        default=None, description="What one point is worth, in major units of `currency`."
    )
    currency: Currency | None = None
    expiry: ExpiryRequest = Field(
        default_factory=lambda: ExpiryRequest(kind="none", dates=[]), description="Never without."
    )
    available_after_days: Annotated[
        Days, Field(description="The return window: issued points may be spent so many days later.")
    ] = 0
    debt: Annotated[
        DebtPolicyName,
        Field(
            description="When an issue is reversed whose points are spent: refuse, take what is there, or owe the rest."
        ),
    ] = "refuse"
    grace_days: Days | None = Field(
        default=None,
        description="How long points live that come back after their last day; without, they come back dead.",
    )
    caps: Annotated[list[CapRequest], Field(default_factory=list, max_length=CAPS_MAX)]
    balance_max: WalletPoints | None = Field(
        default=None,
        description="The most points a wallet may hold after an issue, held ones included.",
    )
    party: Slug | None = Field(
        default=None, description="The owning brand; the caller unless the operator names another."
    )


class RateRequest(Request):
    """What a point of this programme is in another: numerator/denominator of its points, rounded down. A new version, in force at once."""

    to_programme: ProgrammeCode
    numerator: RateTerm
    denominator: RateTerm


class ExpiryAnswer(TypedDict):
    """A programme's plan of expiry."""

    kind: str
    count: int
    dates: list[str]


class CapAnswer(TypedDict):
    """A programme's cap."""

    kind: str
    window: str
    points: int


class ProgrammeAnswer(TypedDict):
    """A programme with its rules; `point_value` is a decimal as text."""

    code: str
    name: str
    party: str
    time_zone: str
    unit: str
    display_scale: int
    point_value: str | None
    currency: str | None
    expiry: ExpiryAnswer
    available_after_days: int
    debt: str
    grace_days: int | None
    caps: list[CapAnswer]
    balance_max: int | None


class RateAnswer(TypedDict):
    """A version of a rate; the highest of two programmes counts."""

    programme: str
    to_programme: str
    version: int
    numerator: int
    denominator: int


class RatesAnswer(TypedDict):
    """The rates of a programme that the caller may see, by target and version."""

    rates: list[RateAnswer]


class TotalsAnswer(TypedDict):
    """Totals of a book since its beginning: issued + adjusted + owed = redeemed + expired + held + converting + outstanding.

    Issues that were reversed are taken off what was issued, redemptions that were reversed off what
    was redeemed.
    """

    programme: str
    issued: int
    adjusted: int
    owed: int
    redeemed: int
    expired: int
    held: int
    converting: int
    outstanding: int


class TrialBalanceLine(TypedDict):
    """What one kind of account holds."""

    account: str
    balance: int


class TrialBalanceAnswer(TypedDict):
    """What every kind of account holds; together they come to zero."""

    programme: str
    as_of: datetime | None
    accounts: list[TrialBalanceLine]
