"""Figures: what became of rights, how members redeem, and how parties do."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Day, Identifier, Reference
from exchange.figures import SHOWN_COUNT_MAX, SHOWN_MAX, By, Figure

UnitName = Literal["members", "coupons", "orders", "uses", "redemptions", "points", "pieces"]

_Count = Annotated[int, Field(ge=0, le=SHOWN_COUNT_MAX)]


class MeasureAnswer(TypedDict):
    """A figure, with what it takes to judge it."""

    numerator: int | None
    denominator: int | None
    rate: float | None
    low: float | None
    high: float | None
    method: Literal["wilson-95"] | None
    unit: UnitName
    trials: int | None
    immature: int
    note: str | None


class FigureAnswer(MeasureAnswer):
    """One of several figures, with its name."""

    figure: Figure


class FunnelStepsAnswer(TypedDict):
    """How many rights took each step."""

    impressions: int
    shown: int
    redeemed: int
    redeemers: int | None
    points: int
    open: int
    oldest_open_seconds: int | None
    returned: int
    delivered: int
    uses: int
    used: int
    reversed: int


class FunnelRefusalAnswer(TypedDict):
    """How often redemptions were refused with a code."""

    code: str
    times: int


class FunnelGroupAnswer(TypedDict):
    """The rights of one offer, supplier, brand, shop or channel."""

    key: str | None
    label: str | None
    steps: FunnelStepsAnswer
    figures: list[FigureAnswer]
    refusals: list[FunnelRefusalAnswer]


class FunnelAnswer(TypedDict):
    """What became of the rights of some days, in groups: those redeemed most come first."""

    by: By
    from_day: date
    until_day: date
    as_of: datetime
    groups: list[FunnelGroupAnswer]
    is_complete: bool


class RedemptionRateAnswer(TypedDict):
    """How a programme's members redeem, in some days."""

    programme: str
    from_day: date
    until_day: date
    days_measured: int
    members: MeasureAnswer
    points_flow: MeasureAnswer
    points_cohort: MeasureAnswer


class CardNoteAnswer(TypedDict):
    """Why a part of a scorecard is null."""

    about: str
    note: str


class SupplierCardAnswer(TypedDict):
    """How a supplier does."""

    figures: list[FigureAnswer]
    open_orders: int
    oldest_open_seconds: int | None
    kit_age_days: int | None
    swap_balance_minor: int | None
    swap_currency: str | None
    notes: list[CardNoteAnswer]


class BrandCardAnswer(TypedDict):
    """How a brand does."""

    redemption: MeasureAnswer
    claim: MeasureAnswer
    payment_days: int | None
    vetoes: int
    notes: list[CardNoteAnswer]


class ScorecardAnswer(TypedDict):
    """How a party does, as a supplier and as a brand."""

    party: str
    from_day: date
    until_day: date
    as_of: datetime
    supplier: SupplierCardAnswer | None
    brand: BrandCardAnswer | None


class ShownItem(Body):
    """How often an offer was shown on a day, in a channel or in all, and to how many members."""

    offer_id: Identifier
    day: Day
    channel: Reference | None = None
    impressions: _Count
    members: _Count


class ShownBody(Body):
    """What the brand's app has shown: up to 1,000 counts, never a member."""

    shown: Annotated[Sequence[ShownItem], Field(min_length=1, max_length=SHOWN_MAX)]


class ShownAnswer(TypedDict):
    """How many counts were kept."""

    kept: int
