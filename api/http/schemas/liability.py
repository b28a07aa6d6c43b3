"""Points as a liability: frozen months, roll-forwards, estimates, and what they rest on."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from pydantic import BeforeValidator, Field, WithJsonSchema

from api.http.schemas.bill_patterns import COHORT_PATTERN
from api.http.schemas.types import (
    Body,
    Currency,
    Label,
    Month,
    Reference,
    decimal_schema,
    read_decimal,
)
from settlement import RATE_MINOR_MAX

LiabilityStateName = Literal["frozen", "freezing", "open"]
EstimateMethodName = Literal["entered", "history", "chain_ladder"]
PeriodName = Literal["month", "quarter", "year"]

Share = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    WithJsonSchema(decimal_schema("A share of 1, as text or as a whole number.") | {"maximum": 1}),
]
PerThousand = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    WithJsonSchema(
        decimal_schema("Minor units for 1,000 points, as text or as a whole number.")
        | {"exclusiveMaximum": int(RATE_MINOR_MAX)}
    ),
]
Cohort = Annotated[str, Field(pattern=COHORT_PATTERN)]


class EstimateBody(Body):
    """What is expected of a programme's points, from a month on.

    With the methods `history` and `chain_ladder`, the redeem rate is computed from the frozen
    months. With `entered`, it has to be given.
    """

    from_month: Month
    cohort: Cohort | None = None
    method: EstimateMethodName = "entered"
    redeem_rate: Share | None = None
    use_rate: Share | None = None
    value_minor_per_1000_points: PerThousand
    cost_minor_per_1000_points: PerThousand | None = None
    currency: Currency
    by: PeriodName = "quarter"
    reason: Reference


class LiabilityAccountsBody(Body):
    """What the accounts are called in the books of the programme's party. Null: as they are."""

    liability: Label | None = None
    deferred: Label | None = None
    redeemed: Label | None = None
    broken: Label | None = None
    estimate_change: Label | None = None
    cost: Label | None = None
    payable: Label | None = None
    opening: Label | None = None


class LiabilitySettingsBody(Body):
    """What a programme asks of its liability."""

    four_eyes: bool
    accounts: LiabilityAccountsBody | None = None


class LiabilityAccountsAnswer(TypedDict):
    """What the accounts are called, each by its own name or the programme's."""

    liability: str
    deferred: str
    redeemed: str
    broken: str
    estimate_change: str
    cost: str
    payable: str
    opening: str


class LiabilitySettingsAnswer(TypedDict):
    """What a programme asks of its liability."""

    programme: str
    four_eyes: bool
    accounts: LiabilityAccountsAnswer


class LiabilityMonthAnswer(TypedDict):
    """A month that is frozen, or is being frozen."""

    programme: str
    month: str
    state: LiabilityStateName
    records_left: int
    opening: int | None
    closing: int | None
    later: int | None
    currency: str | None
    frozen_at: datetime | None


class LiabilityPointsAnswer(TypedDict):
    """The points of a month. Opening and the rows come to closing; what went out is below zero."""

    opening: int
    issued: int
    converted_in: int
    issue_reversed: int
    redeemed_own: int
    redeemed_partner: int
    redemption_reversed: int
    converted_out: int
    expired: int
    adjusted: int
    moved: int
    closing: int


class LiabilityMoneyAnswer(TypedDict):
    """The contract liability of a month in minor units. Opening and the rows come to closing."""

    opening_minor: int
    deferred_minor: int
    redeemed_minor: int
    broken_minor: int
    estimate_change_minor: int
    closing_minor: int
    expected_cost_minor: int


class LiabilityCohortAnswer(TypedDict):
    """One cohort in a month: points of one month of issue, or with one month of their last day."""

    cohort: str
    points: LiabilityPointsAnswer
    money: LiabilityMoneyAnswer | None


class LiabilityPartnerAnswer(TypedDict):
    """What was redeemed at one partner, less what came back."""

    supplier: str
    points: int
    share: float


class TieOutAnswer(TypedDict):
    """Two figures of different origin that have to be the same."""

    name: str
    left: int
    right: int
    holds: bool


class LiabilityBalancesAnswer(TypedDict):
    """What members had when the month was frozen, or have now: where their points were."""

    wallets: int
    held: int
    converting: int
    owed: int


class LiabilityCouponsAnswer(TypedDict):
    """What became of the coupons that points were spent on in the month."""

    redeemed: int
    used: int
    expired: int
    living: int
    use_rate: float | None


class LiabilityAnswer(TypedDict):
    """The roll-forward of a month."""

    programme: str
    month: str
    state: LiabilityStateName
    as_of: datetime
    records_left: int
    points: LiabilityPointsAnswer
    money: LiabilityMoneyAnswer | None
    currency: str | None
    cohorts: list[LiabilityCohortAnswer]
    partners: list[LiabilityPartnerAnswer]
    partner_share: float | None
    late_points: int
    late_entries: int
    later: int
    balances: LiabilityBalancesAnswer
    coupons: LiabilityCouponsAnswer
    ties: bool
    tie_outs: list[TieOutAnswer]


class BackTestAnswer(TypedDict):
    """What the ladder would have said of a cohort's last period, and what came."""

    cohort: str
    predicted: int
    actual: int
    error: int


class LadderCohortAnswer(TypedDict):
    """One cohort of the triangle."""

    cohort: str
    issued: int
    redeemed: list[int]
    ultimate: int
    to_come: int


class LiabilityHistoryAnswer(TypedDict):
    """The cohorts of which no point is left."""

    cohorts: int
    issued: int
    redeemed: int
    rate: str | None
    is_short: bool


class LadderAnswer(TypedDict):
    """What a programme's frozen months say of how its points are redeemed."""

    programme: str
    frozen_until: str | None
    by: PeriodName
    cohorts: list[LadderCohortAnswer]
    factors: list[str]
    rate: str
    warnings: list[str]
    back_test: list[BackTestAnswer]
    history: LiabilityHistoryAnswer


class EstimateEvidenceAnswer(TypedDict):
    """What an estimate rests on."""

    by: PeriodName
    frozen_until: str | None
    rate: str
    warnings: list[str]
    back_test: list[BackTestAnswer]
    error_minor: int


class EstimateAnswer(TypedDict):
    """An estimate. It holds once it is approved."""

    programme: str
    version: int
    from_month: str
    cohort: str | None
    method: EstimateMethodName
    redeem_rate: str
    use_rate: str
    value_minor_per_1000_points: str
    cost_minor_per_1000_points: str
    currency: str
    reason: str
    evidence: EstimateEvidenceAnswer | None
    proposed_at: datetime
    proposed_by: str | None
    approved_at: datetime | None
    approved_by: str | None


class WhatIfCohortAnswer(TypedDict):
    """One cohort now, and at the other rate."""

    cohort: str
    now_minor: int
    then_minor: int
    points_to_come: int
    bill_minor: int


class CashMonthAnswer(TypedDict):
    """What partners are expected to bill in a month."""

    month: str
    bill_minor: int


class SalePartsAnswer(TypedDict):
    """What of a sale is deferred for its points."""

    now_minor: int
    then_minor: int


class WhatIfAnswer(TypedDict):
    """What would be owed and billed at another redeem rate. Nothing is stored."""

    programme: str
    month: str
    currency: str
    redeem_rate: str
    now_minor: int
    then_minor: int
    cost_minor_per_1000_points: str
    bill_now_minor: int
    bill_minor: int
    cohorts: list[WhatIfCohortAnswer]
    cash: list[CashMonthAnswer]
    sale: SalePartsAnswer | None
