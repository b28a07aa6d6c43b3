"""Requests that move points, and what they are answered with.

The fields of a request are those of the ledger's operation of the same name.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Day,
    Key,
    Member,
    Metadata,
    Moment,
    Points,
    ProgrammeCode,
    Reference,
    Request,
    SignedPoints,
)

ModeName = Literal["independent", "atomic", "stop_on_error"]
Funder = Annotated[Reference, Field(description="Who pays for the points.")]
LastDay = Annotated[
    Day,
    Field(description="Last day the points may be spent; the programme's plan decides without it."),
]
KnownKey = Annotated[Key, Field(description="The key of the operation that is meant.")]


class EventRequest(Request):
    """What every operation may tell: when and where it happened, who did it, the caller's own words for it."""

    occurred_at: Moment | None = None
    store: Reference | None = None
    channel: Reference | None = None
    staff: Reference | None = None
    reference: Reference | None = None
    metadata: Metadata | None = None


class MemberRequest(EventRequest):
    """An operation of a member."""

    member: Member


class IssueRequest(MemberRequest):
    """Give points to a member."""

    points: Points
    funder: Funder | None = None
    available_on: Day | None = Field(
        default=None,
        description="First day the points may be spent; the programme's return window decides without it.",
    )
    expires_on: LastDay | None = None


class RedeemRequest(MemberRequest):
    """Take points from a member, soonest expiry first."""

    points: Points


class HoldRequest(MemberRequest):
    """Set points of a member aside until they are captured or released."""

    points: Points
    expires_at: Moment | None = Field(
        default=None,
        description="Until when they can be captured; soon after, the service releases them by itself.",
    )


class CaptureRequest(MemberRequest):
    """Spend the points of a hold."""

    hold_key: KnownKey
    points: Points | None = Field(
        default=None, description="All of them without; else the rest is given back."
    )


class ReleaseRequest(MemberRequest):
    """Give the points of a hold back."""

    hold_key: KnownKey


class ExpireRequest(EventRequest):
    """Write off the points whose last day is past: one member's, or the whole book's without a member."""

    member: Member | None = None

    @model_validator(mode="after")
    def _whole_book(self) -> Self:
        if self.member is None and self.model_fields_set - {"member", "occurred_at"}:
            raise PydanticCustomError(
                "sweep", "The expiry of a whole book has no fields but occurred_at"
            )
        return self


class ReverseRequest(MemberRequest):
    """Undo an issue, a redemption or a capture."""

    operation_key: KnownKey
    points: Points | None = Field(default=None, description="All that is left of it without.")


class GiftRequest(MemberRequest):
    """Give a member's points to another, who may be new; they keep their dates."""

    to_member: Member
    points: Points


class AdjustRequest(MemberRequest):
    """Put a balance right by hand."""

    points: SignedPoints
    reason: Reference
    actor: Reference
    funder: Funder | None = None
    expires_on: LastDay | None = None


class ConvertRequest(MemberRequest):
    """Turn points into another programme's at the rate between them."""

    points: Points
    to_programme: ProgrammeCode
    to_member: Member | None = Field(
        default=None, description="Who gets them there; the same reference without."
    )
    rate_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="The version of the rate that the member was shown; the current one without.",
    )


class MergeRequest(MemberRequest):
    """Move everything of a member to another, for good."""

    into_member: Member


class Item(Request):
    """What an operation of a batch has besides."""

    key: Key


class IssueItem(IssueRequest, Item):
    """One issue of a batch."""

    kind: Literal["issue"]


class RedeemItem(RedeemRequest, Item):
    """One redemption of a batch."""

    kind: Literal["redeem"]


class HoldItem(HoldRequest, Item):
    """One hold of a batch."""

    kind: Literal["hold"]


class CaptureItem(CaptureRequest, Item):
    """One capture of a batch."""

    kind: Literal["capture"]


class ReleaseItem(ReleaseRequest, Item):
    """One release of a batch."""

    kind: Literal["release"]


class ExpireItem(MemberRequest, Item):
    """One member's expiry of a batch."""

    kind: Literal["expire"]


class ReverseItem(ReverseRequest, Item):
    """One reversal of a batch."""

    kind: Literal["reverse"]


class GiftItem(GiftRequest, Item):
    """One gift of a batch."""

    kind: Literal["gift"]


class AdjustItem(AdjustRequest, Item):
    """One adjustment of a batch."""

    kind: Literal["adjust"]


class ConvertItem(ConvertRequest, Item):
    """One conversion of a batch."""

    kind: Literal["convert"]


class MergeItem(MergeRequest, Item):
    """One merge of a batch."""

    kind: Literal["merge"]


OperationItem = Annotated[
    IssueItem
    | RedeemItem
    | HoldItem
    | CaptureItem
    | ReleaseItem
    | ExpireItem
    | ReverseItem
    | GiftItem
    | AdjustItem
    | ConvertItem
    | MergeItem,
    Field(discriminator="kind"),
]


class OperationsRequest(Request):
    """Up to 1,000 operations, each with its own key.

    When one is refused, the others stand for themselves (`independent`), are refused with it
    (`atomic`), or are not tried if they come after it (`stop_on_error`).
    """

    mode: ModeName = "independent"
    operations: Annotated[list[OperationItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class OperationsEnvelope(Request):
    """The same batch with its items unread: what is left when some item is malformed."""

    mode: ModeName = "independent"
    operations: Annotated[list[Any], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class OperationAnswer(TypedDict):
    """An accepted operation; a replay answers with the same bytes.

    `expires_on` is the last day of points that were issued. A partial capture tells how many points
    it `released`, the reversal of an issue what is `owed`, a gift and a conversion where the points
    went `to`, a conversion what is `credited` there, at which version of the rate. The expiry of a
    whole book has `wallets`, how many it touched, and no member.
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
    released: NotRequired[int]
    owed: NotRequired[int]
    to: NotRequired[str]
    to_member: NotRequired[str]
    rate_version: NotRequired[int]
    credited: NotRequired[int]
    into: NotRequired[str]
    reason: NotRequired[str]
    actor: NotRequired[str]
    wallets: NotRequired[int]


class EntryAnswer(TypedDict):
    """Points that moved from one account to another: the dates and the funder of their lot, and the wallet's figures after it."""

    source: str
    target: str
    points: int
    available_on: date | None
    expires_on: date | None
    funder: str | None
    balance: int
    held: int
    debt: int


class OperationRecordAnswer(TypedDict):
    """What the book keeps of an operation, accepted or rejected; no member where it had no wallet.

    `subject` is the operation that this one ended or reversed.
    """

    operation: str
    key: str
    kind: str
    status: str
    member: str | None
    points: int
    balance: int | None
    occurred_at: datetime
    recorded_at: datetime
    expires_on: date | None
    subject: str | None
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None
    metadata: dict[str, str] | None
    detail: dict[str, Any] | None
    problem: dict[str, Any] | None
    entries: list[EntryAnswer]


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
