"""Swaps: rights that two brands give each other, and who owes whom how much."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import (
    Body,
    Currency,
    Identifier,
    Instant,
    ProgrammeCode,
    Quantity,
    Slug,
)
from exchange.swaps import LINES_MAX, SWAP_MINOR_MAX, UNIT_VALUE_MINOR_MAX

SwapStateName = Literal["PROPOSED", "AGREED", "RUNNING", "ENDED"]
StandingName = Literal["ok", "alert", "stopped"]
ALERT_PERCENT_DEFAULT = 80


class SwapLineItem(Body):
    """What a side gives of one offer, and what a used one is worth to both."""

    offer_id: Identifier
    quantity: Quantity
    unit_value_minor: Annotated[int, Field(ge=1, le=UNIT_VALUE_MINOR_MAX)]


class SwapBody(Body):
    """What the calling party proposes to another one.

    It gives to the members of the other party, and takes for those of its own `programme`. Each
    offer is named once. No direction may come to owe more than `limit_minor`.
    """

    other: Slug
    programme: ProgrammeCode
    gives: Annotated[list[SwapLineItem], Field(min_length=1, max_length=LINES_MAX)]
    takes: Annotated[list[SwapLineItem], Field(min_length=1, max_length=LINES_MAX)]
    currency: Currency
    window_from: Instant
    window_until: Instant
    limit_minor: Annotated[int, Field(ge=1, le=SWAP_MINOR_MAX)]
    alert_percent: Annotated[int, Field(ge=1, le=100)] = ALERT_PERCENT_DEFAULT


class AgreeSwapBody(Body):
    """For the members of which programme the other party takes its part."""

    programme: ProgrammeCode


class SwapLineAnswer(TypedDict):
    """What a side gives of one offer, and what a used one is worth to both."""

    offer_id: int
    quantity: int
    unit_value_minor: int


class SwapAnswer(TypedDict):
    """A swap, from the side of the party that has proposed it.

    `other_programme` is null until the other party has agreed.
    """

    swap_id: int
    state: SwapStateName
    proposer: str
    other: str
    programme: str
    other_programme: str | None
    gives: list[SwapLineAnswer]
    takes: list[SwapLineAnswer]
    currency: str
    window_from: datetime
    window_until: datetime
    limit_minor: int
    alert_percent: int
    proposed_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None


class SwapPieceAnswer(TypedDict):
    """What a side has given of one offer, in pieces."""

    offer_id: int
    unit_value_minor: int
    granted: int
    outstanding: int
    used: int


class SwapSideAnswer(TypedDict):
    """How one side stands. A positive balance is what the other side owes it.

    The exposure is the balance, and what this side's rights are worth that are out and not used
    yet. `standing` says how near it is to the limit now. `stopped` is what redemptions of this
    side's rights meet: it is set and lifted by rounds, the last of them at `judged_at`.
    """

    party: str
    pieces: list[SwapPieceAnswer]
    granted: int
    outstanding: int
    used: int
    outstanding_minor: int
    used_minor: int
    traffic_minor: int
    balance_minor: int
    exposure_minor: int
    standing: StandingName
    stopped: bool


class SwapStandingAnswer(SwapAnswer):
    """A swap, and how both sides stand: first the proposer, then the other party.

    Between two rounds, a side may go over the limit by what is redeemed in that time.
    """

    as_of: datetime
    judged_at: datetime | None
    sides: list[SwapSideAnswer]
