"""Overviews: what people see first, of a programme and of a supplier."""

from datetime import date, datetime
from typing import TypedDict

from api.http.schemas.figures import MeasureAnswer
from exchange.coupons import OrderState


class MonthPointsAnswer(TypedDict):
    """The points of a month. What went out is below zero.

    `closing` is what members have at its end, and `opening` what they had before it.
    """

    month: str
    opening: int
    issued: int
    converted_in: int
    issue_reversed: int
    redeemed: int
    redeemed_partner: int
    redemption_reversed: int
    converted_out: int
    expired: int
    adjusted: int
    closing: int


class PointsAheadAnswer(TypedDict):
    """Points that expire by the end of a month, unless they are spent before."""

    month: str
    points: int


class ProgrammeOverviewAnswer(TypedDict):
    """A programme's last months, the oldest first, and what expires in the next ones.

    `records_left` are not counted yet: the background work reads them.
    """

    as_of: datetime
    records_left: int
    months: list[MonthPointsAnswer]
    expiring: list[PointsAheadAnswer]


class TodayAnswer(TypedDict):
    """What a programme's day has brought so far. A count stops at 100,000."""

    day: date
    as_of: datetime
    redeemed: int
    used: int
    failed: int


class DayTakenAnswer(TypedDict):
    """How many were taken on a day."""

    day: date
    taken: int


class BurnDownAnswer(TypedDict):
    """How the stock of an offer goes, at the pace of the last 14 days."""

    offer_id: int
    offer_code: str
    supplier: str
    granted: int
    remaining: int
    taken: int
    days: list[DayTakenAnswer]
    days_left: int | None
    runs_out_on: date | None
    is_low: bool


class OrderCountAnswer(TypedDict):
    """How many orders are in a state."""

    state: OrderState
    orders: int


class DayUsesAnswer(TypedDict):
    """How many coupons were used on a day; null if there were too many to count."""

    day: date
    uses: int | None


class DeliveriesAnswer(TypedDict):
    """How a supplier's deliveries do, and how many of its coupons are used by day."""

    party: str
    as_of: datetime
    since: datetime
    orders: list[OrderCountAnswer]
    success: MeasureAnswer
    p50_seconds: float | None
    p95_seconds: float | None
    unheard_of: int
    unheard_of_since: datetime | None
    time_zone: str
    days: list[DayUsesAnswer]


class LatestUseAnswer(TypedDict):
    """A coupon that is used. `uses` counts its reversed uses, too."""

    coupon: int
    programme: str
    offer: int
    offer_code: str
    code_tail: str
    face_value_minor: int
    currency: str
    used_at: datetime
    store: str | None
    reference: str | None
    uses: int
