"""Fulfilment: a supplier's callback and the answer to it."""

from typing import Annotated, Literal, TypedDict

from pydantic import ConfigDict, Field

from api.http.schemas.types import Body
from exchange.coupons import CODE_LENGTH_MAX, OrderState


class CallbackBody(Body):
    """How a delivery ended, or that a part of it was delivered. Other members are not read.

    This describes the body. It is read by `exchange.fulfil`, after its signature.
    """

    model_config = ConfigDict(extra="ignore")

    request_number: Annotated[str, Field(min_length=1, max_length=CODE_LENGTH_MAX)]
    status: Literal["SUCCESS", "FAILED", "PARTIAL"]
    reason: str | None = None
    supplier_reference: str | None = None


class CallbackAnswer(TypedDict):
    """The state of the order after the callback, and whether the callback changed it."""

    request_number: str
    state: OrderState
    changed: bool
