"""Leases: tills that take coupons without a connection, and what they tell of it later."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    KEY_PATTERN,
    Body,
    Code,
    Identifier,
    Instant,
    Key,
    Money,
    Reference,
)
from exchange.coupons import TOKEN_LENGTH_MAX
from exchange.leases import HOURS_MAX, OFFERS_MAX, QUOTA_MAX, UPLOAD_ITEMS_MAX, Bearer

LeaseUseName = Literal["TAKEN", "USED", "CONFLICT", "REFUSED"]


class LeaseBody(Body):
    """What a till of a shop may do without a connection.

    It may take so many coupons of these offers, for so many hours from now. `bearer` bears the loss
    where a coupon was taken twice.
    """

    shop: Code
    offers: Annotated[list[Identifier], Field(min_length=1, max_length=OFFERS_MAX)]
    quota: Annotated[int, Field(ge=1, le=QUOTA_MAX)]
    hours: Annotated[int, Field(ge=1, le=HOURS_MAX)]
    bearer: Bearer = "shop"


class LeaseAnswer(TypedDict):
    """A lease. `signed` is the text that the till keeps.

    The exposure is what may still be told of: in uses, and in money at the highest face value.
    """

    lease_id: int
    supplier: str
    shop: str
    offers: list[int]
    quota: int
    used: int
    bearer: Bearer
    valid_from: datetime
    valid_until: datetime
    upload_until: datetime
    closed_at: datetime | None
    exposure: int
    exposure_minor: int
    currency: str
    signed: str


class LeaseExposureAnswer(TypedDict):
    """What is at stake in the open leases of one currency."""

    currency: str
    leases: int
    exposure: int
    exposure_minor: int


class LeaseExposuresAnswer(TypedDict):
    """What is at stake in all open leases."""

    as_of: datetime
    currencies: list[LeaseExposureAnswer]


class OfflineUseItem(Body):
    """A use that a till has made without a connection, by the token that the member showed."""

    key: Key
    token: Annotated[str, Field(min_length=1, max_length=TOKEN_LENGTH_MAX, pattern=KEY_PATTERN)]
    occurred_at: Instant
    reference: Reference | None = None
    staff: Reference | None = None
    order_minor: Money | None = None


class OfflineUsesBody(Body):
    """Up to 500 uses of a lease, each with its own key."""

    uses: Annotated[list[OfflineUseItem], Field(min_length=1, max_length=UPLOAD_ITEMS_MAX)]


class OfflineUseAnswer(TypedDict):
    """What became of a use that was told.

    A `conflict` is a coupon that was true when it was taken, but that somebody else had used, or
    that its member had given away. One that is `refused` could not be used at that time. Both are
    borne by `borne_by`, and billed to nobody.
    """

    key: str
    status: Literal["recorded"]
    number: int
    outcome: Literal["used", "conflict", "refused"]
    coupon: int
    use: int | None
    occurred_at: datetime
    borne_by: Bearer | None
    fault: dict[str, Any] | None


class OfflineUsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""

    answers: list[OfflineUseAnswer | RefusedAnswer]


class LeaseUseAnswer(TypedDict):
    """A use that was told of a lease. A use is TAKEN until its upload is sent again to the end."""

    number: int
    key: str
    state: LeaseUseName
    occurred_at: datetime
    recorded_at: datetime
    coupon: int | None
    use: int | None
    borne_by: Bearer | None
    fault: dict[str, Any] | None
