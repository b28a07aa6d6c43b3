"""Webhook endpoints and deliveries."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.events.catalogue import TYPE_LENGTH_MAX, TYPES
from api.events.deliveries import DeliveryState
from api.events.endpoints import DESCRIPTION_LENGTH_MAX, EndpointState
from api.events.secrets import OVERLAP_SECONDS, OVERLAP_SECONDS_MAX
from api.http.schemas.types import NAME_PATTERN, NO_CONTROL_PATTERN, Body, Instant, Url

EventTypeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=TYPE_LENGTH_MAX,
        pattern=NO_CONTROL_PATTERN,
        description="The name of a type of events, like coupon.used.",
    ),
]


class WebhookEndpointBody(Body):
    """Where events are sent, and which. Without types, all that need not be asked for."""

    url: Url
    description: (
        Annotated[str, Field(min_length=1, max_length=DESCRIPTION_LENGTH_MAX, pattern=NAME_PATTERN)]
        | None
    ) = None
    types: Annotated[list[EventTypeName], Field(max_length=len(TYPES))] = Field([])
    state: Literal["enabled", "disabled"] = "enabled"


class RotateSecretBody(Body):
    """How long the replaced secret still signs beside the new one. With 0 it ends at once."""

    overlap_seconds: Annotated[int, Field(ge=0, le=OVERLAP_SECONDS_MAX)] = OVERLAP_SECONDS


class ReplayFailedBody(Body):
    """From when on what an endpoint did not get is sent again."""

    since: Instant


class WebhookEndpointAnswer(TypedDict):
    """A webhook endpoint. `reason` says why it is disabled.

    `failing_since`: everything has failed since then. `old_secret_until`: so long the secret before
    signs, too.
    """

    endpoint_id: int
    url: str
    description: str | None
    types: list[str]
    state: EndpointState
    reason: str | None
    failing_since: datetime | None
    disabled_at: datetime | None
    created_at: datetime
    old_secret_until: datetime | None


class NewWebhookEndpointAnswer(WebhookEndpointAnswer):
    """A webhook endpoint with a new secret.

    It is shown once: in a replay it is null, and `already_shown` is true.
    """

    secret: str | None
    already_shown: bool


class PingAnswer(TypedDict):
    """A test event is on its way to the endpoint."""

    endpoint_id: int
    type: str


class ReplayedAnswer(TypedDict):
    """How many deliveries are sent again."""

    endpoint_id: int
    replayed: int


class AttemptAnswer(TypedDict):
    """One attempt. `problem` says why there was no answer. Of an answer, the beginning is kept."""

    attempt: int
    started_at: datetime
    milliseconds: int
    status: int | None
    problem: str | None
    answer: str | None


class DeliveryAnswer(TypedDict):
    """One event on its way to one endpoint, with what came of each attempt."""

    delivery_id: int
    endpoint_id: int
    event: str
    sequence: int
    type: str
    state: DeliveryState
    due_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    attempts: list[AttemptAnswer]
