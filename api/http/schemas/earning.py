"""Earning: rules, and the events that earn by them."""

from datetime import date, datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.prices import WhoAnswer, WhoBody
from api.http.schemas.profiles import IdentifierBody
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    EVENT_PATTERN,
    NO_CONTROL_PATTERN,
    Body,
    Instant,
    Key,
    Label,
    Member,
    Points,
    Reference,
    Slug,
    WalletPoints,
)
from catalog import INTEGER_MAX
from exchange.earning import EVENT_LENGTH_MAX, Why

OncePerName = Literal["day", "subject", "ever"]
EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=EVENT_LENGTH_MAX,
        pattern=EVENT_PATTERN,
        description="What has happened. The brand's own events begin with `custom:`.",
        examples=["sign-in", "custom:survey"],
    ),
]
TypedCode = Annotated[
    str, Field(min_length=1, max_length=2 * EVENT_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
_Times = Annotated[int, Field(ge=1, le=INTEGER_MAX)]


class EarningRuleBody(Body):
    """A new earning rule. It never changes, and may be ended."""

    rule: Slug
    event: EventName
    label: Label
    points: Points
    once_per: OncePerName | None = None
    per_member_per_day: _Times | None = None
    per_member_total: _Times | None = None
    budget_points_per_day: WalletPoints | None = None
    budget_points_total: WalletPoints | None = None
    who: WhoBody | None = None
    funder: Reference | None = None
    after_use: bool = False
    valid_from: Instant
    valid_until: Instant | None = None


class EarnBody(Body):
    """Something that a member has done. What it earns is up to the programme's rules."""

    event: EventName
    member: Member
    subject: Reference | None = None
    occurred_at: Instant | None = None
    friend: IdentifierBody | None = None
    code: TypedCode | None = None
    store: Reference | None = None
    channel: Reference | None = None
    staff: Reference | None = None


class EarnItem(EarnBody):
    """One event of a batch."""

    key: Key


class EarnsBody(Body):
    """Up to 1,000 events, each with its own key."""

    events: Annotated[list[EarnItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class EarningRuleAnswer(TypedDict):
    """An earning rule."""

    rule: str
    event: str
    label: str
    points: int
    once_per: OncePerName | None
    per_member_per_day: int | None
    per_member_total: int | None
    budget_points_per_day: int | None
    budget_points_total: int | None
    who: WhoAnswer
    funder: str | None
    after_use: bool
    valid_from: datetime
    valid_until: datetime | None
    ended_at: datetime | None


class EarnAnswer(TypedDict):
    """What an event has earned. No points are an answer, too: `why` says why.

    `base_points` and `earning_multiplier_percent` are null where nothing was given.
    """

    operation: str | None
    key: str
    status: Literal["accepted"]
    member: str
    event: str
    subject: str | None
    points: int
    why: Why
    rule: str | None
    base_points: int | None
    earning_multiplier_percent: int | None
    balance: int | None
    occurred_at: datetime
    expires_on: NotRequired[date]


class EarnsAnswer(TypedDict):
    """The answers to a batch of events, in the order of its items."""

    answers: list[EarnAnswer | RefusedAnswer]
