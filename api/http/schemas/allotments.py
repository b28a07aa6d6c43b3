"""Allotments: the stock of other parties' offers that a brand procures for a programme."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.procurements import ProcurementAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Body,
    Identifier,
    Instant,
    Key,
    PointsOrNone,
    Quantity,
)


class AllotmentItem(Body):
    """One allotment of a batch: stock of an offer, procured for a programme.

    It is granted at once if the supplier's terms allow it, and otherwise waits. Without `points`,
    the offer's own price applies.
    """

    key: Key
    offer_id: Identifier
    quantity: Quantity
    points: PointsOrNone | None = None
    window_from: Instant
    window_until: Instant | None = None


class AllotmentsBody(Body):
    """Up to 1,000 allotments, each with its own key."""

    allotments: Annotated[list[AllotmentItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class AllotmentAnswer(TypedDict):
    """An allotment. `granted` is the total quantity and `remaining` is what is left of it.

    `points` is null if the offer's own price applies.
    """

    offer_id: int
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None


class AllotmentItemAnswer(AllotmentAnswer):
    """An allotment after a grant in a batch."""

    key: str
    status: Literal["accepted"]
    procurement_id: int


class WaitingItemAnswer(ProcurementAnswer):
    """A request of a batch that waits for the supplier's yes."""

    key: str
    status: Literal["waiting"]


class AllotmentsAnswer(TypedDict):
    """One answer per allotment, in the order of the request."""

    answers: list[AllotmentItemAnswer | WaitingItemAnswer | RefusedAnswer]
