"""Requests that move points, and what they are answered with."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from api.schemas.types import (
    BATCH_ITEMS_MAX,
    Day,
    Key,
    Member,
    Moment,
    Name,
    Points,
    ProgrammeCode,
    Reference,
    Request,
    Slug,
    TimeZone,
)
from ledger.programme import EXPIRY_MONTHS_MAX


class ProgrammeRequest(Request):
    """A new programme: one brand's points, kept in a book of its own."""

    code: ProgrammeCode
    name: Name
    time_zone: TimeZone = "UTC"
    expiry_months: (
        Annotated[
            int,
            Field(
                ge=1,
                le=EXPIRY_MONTHS_MAX,
                description="Points expire at the end of this many months after the month of issue.",
            ),
        ]
        | None
    ) = None
    party: Slug | None = Field(
        default=None, description="The owning brand; the caller unless the operator names another."
    )


class IssueRequest(Request):
    """Give points to a member."""

    member: Member
    points: Points
    occurred_at: Moment | None = None
    store: Reference | None = None
    channel: Reference | None = None
    reference: Reference | None = None
    expires_on: Day | None = Field(
        default=None, description="Last day the points may be spent; the programme's plan decides without it."
    )
    available_on: Day | None = Field(default=None, description="First day the points may be spent.")


class RedeemRequest(Request):
    """Take points from a member, soonest expiry first."""

    member: Member
    points: Points
    occurred_at: Moment | None = None
    store: Reference | None = None
    channel: Reference | None = None
    reference: Reference | None = None


class ExpireRequest(Request):
    """Write off the points whose last day is past: one member's, or the whole book's without a member."""

    member: Member | None = None
    occurred_at: Moment | None = None


class IssueItem(IssueRequest):
    """One issue of a batch."""

    kind: Literal["issue"]
    key: Key


class RedeemItem(RedeemRequest):
    """One redemption of a batch."""

    kind: Literal["redeem"]
    key: Key


class ExpireItem(Request):
    """One member's expiry of a batch."""

    kind: Literal["expire"]
    key: Key
    member: Member
    occurred_at: Moment | None = None


OperationItem = Annotated[IssueItem | RedeemItem | ExpireItem, Field(discriminator="kind")]


class OperationsRequest(Request):
    """Up to 1,000 operations, each with its own key and answered by itself."""

    mode: Literal["independent"] = "independent"
    operations: Annotated[list[OperationItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class OperationsEnvelope(Request):
    """The same batch with its items unread: what is left when some item is malformed."""

    mode: Literal["independent"] = "independent"
    operations: Annotated[list[Any], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class BalancesRequest(Request):
    """Read many members' balances at one time."""

    members: Annotated[list[Member], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]
    at: Moment | None = None


class Problem(TypedDict, total=False):
    """An RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]]


class ProgrammeAnswer(TypedDict):
    """A programme."""

    code: str
    name: str
    party: str
    time_zone: str
    expiry_months: NotRequired[int | None]


class OperationAnswer(TypedDict):
    """What became of one operation; a replay answers with the same bytes."""

    operation: NotRequired[str | None]
    key: str
    kind: NotRequired[str]
    status: str
    member: NotRequired[str]
    points: NotRequired[int]
    balance: NotRequired[int | None]
    occurred_at: NotRequired[datetime]
    expires_on: NotRequired[date]
    detail: NotRequired[dict[str, Any] | None]
    problem: NotRequired[Problem]


class BatchAnswer(TypedDict):
    """One answer per item, in the order of the request."""

    answers: list[OperationAnswer]


class BalanceAnswer(TypedDict):
    """A member's points: spendable, held for rights under way, not yet available, past their date but not yet swept.

    `expiring_points` of the spendable ones die at the end of `next_expiry`.
    """

    member: str
    spendable: int
    held: int
    pending: int
    expired: int
    next_expiry: date | None
    expiring_points: int


class BalancesAnswer(TypedDict):
    """Balances in the order asked."""

    balances: list[BalanceAnswer]


class HistoryAnswer(TypedDict):
    """A page of a member's entries, newest first."""

    entries: list[dict[str, Any]]
    next_cursor: str | None


class TotalsAnswer(TypedDict):
    """Totals of a book since its beginning: issued = redeemed + expired + held + outstanding."""

    programme: str
    issued: int
    redeemed: int
    expired: int
    held: int
    outstanding: int
