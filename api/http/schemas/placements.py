"""Placements: a guest's offer in a host's app, what is reported of it and what is measured."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import (
    NAME_PATTERN,
    Body,
    Currency,
    Identifier,
    Instant,
    ProgrammeCode,
)
from exchange.swaps import HOURS_MAX, IMPRESSIONS_MAX, SLOT_LENGTH_MAX, UNIT_VALUE_MINOR_MAX


class PlacementBody(Body):
    """What the calling supplier wants shown in the app of a programme, and what a claim is worth.

    With `swap_id`, what claims are worth enters the balance of that swap of the two parties.
    """

    programme: ProgrammeCode
    offer_id: Identifier
    slot: Annotated[str, Field(min_length=1, max_length=SLOT_LENGTH_MAX, pattern=NAME_PATTERN)]
    currency: Currency
    value_per_claim_minor: Annotated[int, Field(ge=0, le=UNIT_VALUE_MINOR_MAX)]
    promised_impressions: Annotated[int, Field(ge=1, le=IMPRESSIONS_MAX)] | None = None
    window_from: Instant
    window_until: Instant
    swap_id: Identifier | None = None


class ImpressionsItem(Body):
    """How often the offer was shown in one hour, which is over."""

    hour: Instant
    impressions: Annotated[int, Field(ge=0, le=IMPRESSIONS_MAX // HOURS_MAX)]


class ImpressionsBody(Body):
    """What the host tells of a placement, each hour once."""

    hours: Annotated[list[ImpressionsItem], Field(min_length=1, max_length=HOURS_MAX)]


class ToldHourAnswer(TypedDict):
    """What became of one hour.

    It is `recorded` now, or `known` with the same number. It `differs` from what was recorded
    before, which stays. It is `not-yet` over, or `outside` the window.
    """

    hour: datetime
    outcome: Literal["recorded", "known", "differs", "not-yet", "outside"]


class ImpressionsAnswer(TypedDict):
    """What became of each hour, in the order of the request."""

    placement_id: int
    hours: list[ToldHourAnswer]


class PlacementAnswer(TypedDict):
    """A placement. `guest` has its offer shown in the app of `programme`, which is the host's."""

    placement_id: int
    guest: str
    host: str
    programme: str
    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: int | None
    window_from: datetime
    window_until: datetime
    swap_id: int | None
    made_at: datetime
    ended_at: datetime | None


class ReportedAnswer(TypedDict):
    """What the host says. It is worth no money."""

    impressions: int
    hours: int


class MeasuredAnswer(TypedDict):
    """What the exchange has counted: only this is worth money."""

    claims: int
    uses: int
    new_members: int
    value_minor: int


class RatioAnswer(TypedDict):
    """Claims for each impression that was reported. `rate` is null while there are none."""

    numerator: int
    denominator: int
    rate: float | None


class PlacementFiguresAnswer(PlacementAnswer):
    """A placement, what is reported and what is measured of it, side by side."""

    reported: ReportedAnswer
    measured: MeasuredAnswer
    ratio: RatioAnswer
