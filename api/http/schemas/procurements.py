"""Procurements: what brands ask of suppliers, and the terms that say yes in advance."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import (
    Body,
    Currency,
    Identifier,
    Instant,
    Money,
    PointsOrNone,
    Quantity,
    Slug,
)
from catalog.procurement import BRANDS_MAX, REASON_LENGTH_MAX

State = Literal["waiting", "granted", "refused", "cancelled", "closed"]


class SupplyTermsBody(Body):
    """What the calling supplier grants without being asked each time.

    `offer_id` null: any of its offers; the quantities then count all of them together. `brands`
    null: any brand. Without `quantity_per_brand_max`, one brand may have all. With
    `unit_cost_minor` and its `currency`, only what is asked for at this cost is granted.
    """

    offer_id: Identifier | None
    brands: Annotated[list[Slug], Field(min_length=1, max_length=BRANDS_MAX)] | None
    quantity_max: Quantity
    quantity_per_brand_max: Quantity | None = None
    unit_cost_minor: Money | None = None
    currency: Currency | None = None
    valid_from: Instant
    valid_until: Instant | None = None


class SupplyTermsAnswer(TypedDict):
    """Supply terms. `granted` is what was granted under them so far, less what went back."""

    terms_id: int
    offer_id: int | None
    brands: list[str] | None
    quantity_max: int
    quantity_per_brand_max: int | None
    unit_cost_minor: int | None
    currency: str | None
    granted: int
    valid_from: datetime
    valid_until: datetime | None
    withdrawn_at: datetime | None


class ProcurementBody(Body):
    """What a brand asks of a supplier's offer.

    `points` is what it costs a member; without it, the offer's own price applies.
    `unit_cost_minor`, with its `currency`, is what it costs the brand; without it, what the
    supplier's terms say.
    """

    offer_id: Identifier
    quantity: Quantity
    points: PointsOrNone | None = None
    unit_cost_minor: Money | None = None
    currency: Currency | None = None
    window_from: Instant
    window_until: Instant | None = None


class ReturnBody(Body):
    """How many unsold pieces go back to the supplier."""

    quantity: Quantity


class RefuseBody(Body):
    """Why a supplier refuses a procurement. The brand can read it."""

    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX)] | None = None


class ProcurementAnswer(TypedDict):
    """What a brand asked for, and what came of it.

    `terms_id` names the supply terms that granted it at once. `reason` is why it was refused.
    `allotment_no` is the batch that it became, and `returned` how many of it went back.
    """

    procurement_id: int
    brand: str
    offer_id: int
    offer_code: str
    quantity: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: datetime
    window_until: datetime | None
    state: State
    allotment_no: int | None
    returned: int
    terms_id: int | None
    reason: str | None
    requested_at: datetime
    decided_at: datetime | None
