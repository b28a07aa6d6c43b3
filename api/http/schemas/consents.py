"""Consents: what a programme lets in of another's points."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypedDict

from pydantic import BeforeValidator, Field, WithJsonSchema

from api.http.schemas.rates import RateTerm
from api.http.schemas.types import Body, Day, ProgrammeCode, decimal_schema, read_decimal
from ledger.book import BALANCE_MAX, CONSENT_PRICE_MINOR_MAX

LimitOfPoints = Annotated[int, Field(ge=1, le=BALANCE_MAX)]
Price = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    WithJsonSchema(
        decimal_schema("Minor units for 1,000 points, as text or as a whole number.")
        | {"maximum": CONSENT_PRICE_MINOR_MAX}
    ),
]


class ConsentBody(Body):
    """Consent to conversions from another programme. It replaces the consent before at once.

    `denominator` points of the other programme become at most `numerator` points of this one. The
    limits are in points of this programme. Its time zone has the days and the months.
    """

    from_programme: ProgrammeCode
    numerator: RateTerm
    denominator: RateTerm
    member_month_points_max: LimitOfPoints
    points_max: LimitOfPoints
    price_minor: Price = Field(
        description="What the other brand owes for 1,000 points, in the currency of its contract."
    )
    valid_from: Day
    valid_until: Day | None = Field(
        default=None, description="The first day on which the consent no longer holds."
    )


class ConsentAnswer(TypedDict):
    """A version of a consent. `points` is what was credited under it.

    `ended_at` is null while the version stands. Of the versions between two programmes, only the
    highest can.
    """

    programme: str
    from_programme: str
    version: int
    numerator: int
    denominator: int
    member_month_points_max: int
    points_max: int
    price_minor: str
    valid_from: date
    valid_until: date | None
    points: int
    ended_at: datetime | None


class ConsentsAnswer(TypedDict):
    """The consents of a programme that the caller may see, by source and version."""

    consents: list[ConsentAnswer]
