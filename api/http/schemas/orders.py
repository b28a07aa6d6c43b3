"""Fulfilment orders as the operator and the parties read them."""

from datetime import datetime
from typing import TypedDict

from exchange.coupons import OrderState


class OrderAnswer(TypedDict):
    """A fulfilment order. `member` is null to its supplier."""

    request_number: str
    coupon: int
    programme: str
    supplier: str
    offer_code: str
    member: str | None
    points: int
    state: OrderState
    submissions: int
    queries: int
    created_at: datetime
    submitted_at: datetime | None
    query_at: datetime | None
    deadline_at: datetime
    promised_at: datetime | None
    finished_at: datetime | None
    supplier_reference: str | None
    reason: str | None
    case: str | None
    parked_at: datetime | None
    parked_reason: str | None
