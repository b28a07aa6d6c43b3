"""Programmes: their rules, and the figures of a programme as a whole."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.operations import AccountName
from api.http.schemas.types import (
    Body,
    Currency,
    Day,
    MonthAndDay,
    Name,
    PointValue,
    ProgrammeCode,
    Slug,
    TimeZone,
    WalletPoints,
)
from ledger.book import (
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


class ExpiryBody(Body):
    """When points expire; `count` is a number of days, months or years.

    `none`: never. `days`: `count` days after the day of issue. `months`: at the end of the month
    that comes `count` months after the month of issue. `dates`: on the next of the dates, `count`
    years later. `sliding`: `count` days after the member's last activity.
    """

    kind: ExpiryKindName
    count: Annotated[
        int,
        Field(
            ge=0,
            le=max(EXPIRY_COUNT_MAX.values()),
            description="Days, months or years, depending on the kind.",
        ),
    ] = 0
    dates: Annotated[
        list[MonthAndDay],
        Field(
            default_factory=list,
            max_length=EXPIRY_DATES_MAX,
            description="For `dates`, in calendar order.",
        ),
    ]


class CapBody(Body):
    """The most points for one member in one window of the programme's calendar.

    Points set aside count as redeemed.
    """

    kind: CappedName
    window: WindowName
    points: WalletPoints


class ProgrammeBody(Body):
    """A new programme: the points of one brand, kept in their own book."""

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
            description="Decimal places to show. With 2, 150 is shown as 1.50.",
        ),
    ] = 0
    point_value: PointValue | None = Field(
        default=None, description="What one point is worth, in major units of `currency`."
    )
    currency: Currency | None = None
    expiry: ExpiryBody = Field(
        default_factory=lambda: ExpiryBody(kind="none", dates=[]),
        description="By default, points never expire.",
    )
    available_after_days: Annotated[
        Days,
        Field(description="The return window: issued points can be spent this many days later."),
    ] = 0
    debt: Annotated[
        DebtPolicyName,
        Field(
            description="What happens if an issue is reversed and its points are spent: refuse,"
            " take what is there, or owe the rest."
        ),
    ] = "refuse"
    grace_days: Days | None = Field(
        default=None,
        description="How long points can be spent that come back after their last day. Without it,"
        " they come back expired.",
    )
    caps: Annotated[list[CapBody], Field(default_factory=list, max_length=CAPS_MAX)]
    balance_max: WalletPoints | None = Field(
        default=None,
        description="The most points in a wallet after an issue, including those on hold.",
    )
    party: Slug | None = Field(
        default=None,
        description="The owning brand. By default, the caller; only the operator may name another.",
    )


class RulesBody(Body):
    """What is changed at once. All of it is said: what is left out is as in a new programme.

    When points expire, their value and debts change from a day on (`add_programme_rules`).
    """

    name: Name
    unit: Annotated[
        str, Field(min_length=1, max_length=UNIT_LENGTH_MAX, description="What a point is called.")
    ] = "points"
    available_after_days: Annotated[
        Days,
        Field(description="The return window: issued points can be spent this many days later."),
    ] = 0
    caps: Annotated[list[CapBody], Field(default_factory=list, max_length=CAPS_MAX)]
    balance_max: WalletPoints | None = Field(
        default=None,
        description="The most points in a wallet after an issue, including those on hold.",
    )


class RulesFromDayBody(Body):
    """What changes in a programme from a day on. What is left out stays as it is.

    Points that members have keep their last day. The currency is given with the first value. A plan
    that slides is neither begun nor changed.
    """

    since: Day | None = Field(
        default=None, description="The first day, in the programme's time zone. By default, today."
    )
    point_value: PointValue | None = Field(
        default=None, description="What one point is worth, in major units of `currency`."
    )
    currency: Currency | None = None
    expiry: ExpiryBody | None = Field(
        default=None, description="When points expire that are issued from that day on."
    )
    available_after_days: Days | None = Field(
        default=None, description="The return window of points that are issued from that day on."
    )
    debt: DebtPolicyName | None = Field(
        default=None, description="What happens if an issue is reversed and its points are spent."
    )


class ExpiryAnswer(TypedDict):
    """When the points of a programme expire."""

    kind: ExpiryKindName
    count: int
    dates: list[str]


class CapAnswer(TypedDict):
    """A cap of a programme."""

    kind: CappedName
    window: WindowName
    points: int


class DatedRulesAnswer(TypedDict):
    """The rules that hold from a day on, until the next of them. They follow in their order."""

    since: date | None
    point_value: str | None
    expiry: ExpiryAnswer
    available_after_days: int
    debt: DebtPolicyName


class ProgrammeAnswer(TypedDict):
    """A programme with the rules that hold today. `point_value` is a decimal number as text."""

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
    debt: DebtPolicyName
    grace_days: int | None
    caps: list[CapAnswer]
    balance_max: int | None
    dated_rules: list[DatedRulesAnswer]


class RulesVersionAnswer(TypedDict):
    """What holds in a programme, or did until it was replaced."""

    version: int
    name: str
    unit: str
    available_after_days: int
    caps: list[CapAnswer]
    balance_max: int | None
    currency: str | None
    dated_rules: list[DatedRulesAnswer]
    replaced_at: datetime | None
    replaced_by: str | None


class TotalsAnswer(TypedDict):
    """The totals of a book since its beginning.

    issued + converted_in + adjusted + owed = redeemed + converted_out + expired + held +
    converting + outstanding. Reversed issues are subtracted from what was issued, and reversed
    redemptions from what was redeemed.
    """

    programme: str
    issued: int
    converted_in: int
    adjusted: int
    owed: int
    redeemed: int
    converted_out: int
    expired: int
    held: int
    converting: int
    outstanding: int


class TrialBalanceLineAnswer(TypedDict):
    """The balance of one kind of account."""

    account: AccountName
    balance: int


class TrialBalanceAnswer(TypedDict):
    """The balances of every kind of account. Their sum is zero."""

    programme: str
    as_of: datetime | None
    accounts: list[TrialBalanceLineAnswer]
