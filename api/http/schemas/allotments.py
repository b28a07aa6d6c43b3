"""Allotments: the stock of other parties' offers that a brand procures for a programme."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.procurements import ProcurementAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Body,
    Currency,
    Identifier,
    Instant,
    Key,
    Money,
    PointsOrNone,
    Quantity,
)


class AllotmentItem(Body):
    """One allotment of a batch: stock of an offer, procured for a programme.

    It is granted at once if the supplier's terms allow it, and otherwise waits. What is granted is
    a batch with this price and this window. Without `points`, the offer's own price applies.
    """

    key: Key
    offer_id: Identifier
    quantity: Quantity
    points: PointsOrNone | None = None
    unit_cost_minor: Money | None = None
    currency: Currency | None = None
    window_from: Instant
    window_until: Instant | None = None


class AllotmentsBody(Body):
    """Up to 1,000 allotments, each with its own key."""

    allotments: Annotated[list[AllotmentItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class BatchAnswer(TypedDict):
    """What one grant gave. It keeps its price, its cost and its window.

    `granted` is as many as remain, went back to the supplier (`returned`), or are out in coupons.
    `points` is null if the offer's own price applies, `unit_cost_minor` if no cost was said.
    Nothing is taken from a batch that was closed.
    """

    allotment_no: int
    granted: int
    remaining: int
    returned: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: datetime
    window_until: datetime | None
    procurement_id: int | None
    closed_at: datetime | None


class AllotmentAnswer(TypedDict):
    """An allotment. `granted` is the total quantity and `remaining` is what is left of it.

    `points` and the window are those of the batch that comes next. `points` is null if the offer's
    own price applies. `batches` are those with stock left, and the last ten that are used up, in
    the order in which they are taken.
    """

    offer_id: int
    name: str
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None
    batches: list[BatchAnswer]


class GrantAnswer(TypedDict):
    """A batch that was granted. `granted` and `remaining` are those of the whole allotment."""

    offer_id: int
    allotment_no: int
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None


class AllotmentItemAnswer(GrantAnswer):
    """A batch that was granted to an item of a request."""

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
