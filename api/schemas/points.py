"""Requests that move points, and what they are answered with."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from api.schemas.answers import RefusedAnswer
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


class ProgrammeAnswer(TypedDict):
    """A programme."""

    code: str
    name: str
    party: str
    time_zone: str
    expiry_months: int | None


class OperationAnswer(TypedDict):
    """An accepted operation; a replay answers with the same bytes.

    `expires_on` is the last day of points that were issued. The expiry of a whole book has `wallets`, how many it touched, and no member.
    """

    operation: str
    key: str
    kind: str
    status: str
    member: NotRequired[str]
    points: int
    balance: int | None
    occurred_at: datetime
    expires_on: NotRequired[date]
    wallets: NotRequired[int]


class RightAnswer(OperationAnswer):
    """Points turned into a right: the operation, and the coupon it made."""

    coupon: int
    state: str
    offer: int
    offer_code: str
    supplier: str
    free: bool
    last_day: date | None


class OperationsAnswer(TypedDict):
    """One answer per operation, in the order of the request."""

    answers: list[OperationAnswer | RefusedAnswer]


class RightsAnswer(TypedDict):
    """One answer per right, in the order of the request."""

    answers: list[RightAnswer | RefusedAnswer]


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


class HistoryEntry(TypedDict):
    """One operation of a member, with the balance (spendable or not) and what was held after it."""

    sequence: int
    operation: str
    kind: str
    key: str
    points: int
    balance: int
    held: int
    occurred_at: datetime
    recorded_at: datetime
    store: str | None
    reference: str | None


class HistoryAnswer(TypedDict):
    """A page of a member's entries, newest first."""

    entries: list[HistoryEntry]
    next_cursor: str | None


class TotalsAnswer(TypedDict):
    """Totals of a book since its beginning: issued = redeemed + expired + held + outstanding."""

    programme: str
    issued: int
    redeemed: int
    expired: int
    held: int
    outstanding: int
