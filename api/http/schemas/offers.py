"""Offers: published by a supplier, and visible to brands that are not isolated from it."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Body,
    Code,
    Currency,
    Instant,
    Key,
    Money,
    Name,
    PointsOrNone,
)
from catalog import USE_WITHIN_DAYS_MAX

FulfilmentName = Literal["own_code", "direct"]


class OfferBody(Body):
    """A new offer of the calling supplier."""

    code: Code
    name: Name
    face_value_minor: Money
    currency: Currency
    points: PointsOrNone
    fulfilment: FulfilmentName
    valid_from: Instant
    valid_until: Instant | None = None
    use_within_days: Annotated[int, Field(ge=1, le=USE_WITHIN_DAYS_MAX)] | None = None


class OfferItem(OfferBody):
    """One offer of a batch."""

    key: Key


class OffersBody(Body):
    """Up to 1,000 offers, each with its own key."""

    offers: Annotated[list[OfferItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class OfferAnswer(TypedDict):
    """An offer."""

    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: FulfilmentName
    valid_from: datetime
    valid_until: datetime | None
    use_within_days: int | None
    version: int


class OfferItemAnswer(OfferAnswer):
    """An offer that was published in a batch."""

    key: str
    status: Literal["accepted"]


class OffersAnswer(TypedDict):
    """One answer per offer, in the order of the request."""

    answers: list[OfferItemAnswer | RefusedAnswer]


class IsolationAnswer(TypedDict):
    """Whether an offer is isolated from the programme's brand, and the rule that decides it."""

    offer_id: int
    isolated: bool
    rule: str
    explanation: str
