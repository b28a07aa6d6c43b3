"""Operations on points: bodies that move points, and their answers.

A body has the same fields as the ledger's operation of that name.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.answers import KindName, RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Body,
    Day,
    Instant,
    Key,
    Member,
    Metadata,
    Points,
    ProgrammeCode,
    Reference,
    SignedPoints,
)

ModeName = Literal["independent", "atomic", "stop_on_error"]
AccountName = Literal[
    "issuance",
    "redemption",
    "breakage",
    "held",
    "transit",
    "clearing",
    "adjustment",
    "debt",
    "converted_out",
    "converted_in",
    "wallet",
]
"""What an account is for, as `ledger.read` names it."""
Funder = Annotated[Reference, Field(description="Who pays for the points.")]
LastDay = Annotated[
    Day,
    Field(
        description="Last day on which the points can be spent. By default, the programme's plan"
        " decides."
    ),
]
KnownKey = Annotated[Key, Field(description="The key of the earlier operation.")]


class EventBody(Body):
    """Facts that every operation can have: when, where and by whom it was done, and notes."""

    occurred_at: Instant | None = None
    store: Reference | None = None
    channel: Reference | None = None
    staff: Reference | None = None
    reference: Reference | None = None
    metadata: Metadata | None = None


class MemberBody(EventBody):
    """An operation on a member's points."""

    member: Member


class IssueBody(MemberBody):
    """Give points to a member."""

    points: Points
    funder: Funder | None = None
    available_on: Day | None = Field(
        default=None,
        description="First day on which the points can be spent. By default, the programme's return"
        " window decides.",
    )
    expires_on: LastDay | None = None
    points_day: bool = Field(
        default=False,
        description="Whether the points are multiplied if it is a points day for the member.",
    )


class RedeemBody(MemberBody):
    """Take points from a member, those that expire soonest first."""

    points: Points


class HoldBody(MemberBody):
    """Set a member's points aside until they are captured or released."""

    points: Points
    expires_at: Instant | None = Field(
        default=None,
        description="Until when they can be captured. Soon after, the service releases them.",
    )


class CaptureBody(MemberBody):
    """Spend the points of a hold."""

    hold_key: KnownKey
    points: Points | None = Field(
        default=None,
        description="How many to spend; the rest is given back. By default, all of them.",
    )


class ReleaseBody(MemberBody):
    """Give back the points of a hold."""

    hold_key: KnownKey


class ExpireBody(EventBody):
    """Write off points past their last day. Without `member`, these are of the whole book."""

    member: Member | None = None

    @model_validator(mode="after")
    def _whole_book(self) -> Self:
        if self.member is None and self.model_fields_set - {"member", "occurred_at"}:
            raise PydanticCustomError(
                "sweep", "The expiry of a whole book has no fields but occurred_at"
            )
        return self


class ReverseBody(MemberBody):
    """Undo an issue, a redemption or a capture."""

    operation_key: KnownKey
    points: Points | None = Field(default=None, description="By default, all that is left of it.")


class GiftBody(MemberBody):
    """Give a member's points to another member, who may be new. The points keep their dates."""

    to_member: Member
    points: Points


class AdjustBody(MemberBody):
    """Correct a balance by hand."""

    points: SignedPoints
    reason: Reference
    actor: Reference
    funder: Funder | None = None
    expires_on: LastDay | None = None


class ConvertBody(MemberBody):
    """Turn points into points of another programme, at the rate between the two."""

    points: Points
    to_programme: ProgrammeCode
    to_member: Member | None = Field(
        default=None,
        description="Who gets them there. Without, the request is refused: whoever has the same"
        " reference there may be somebody else.",
    )
    rate_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="The version of the rate that the member was shown. By default, the current"
        " one.",
    )


class MergeBody(MemberBody):
    """Move everything a member has to another member, permanently."""

    into_member: Member


class Item(Body):
    """An operation of a batch has a key of its own."""

    key: Key


class IssueItem(IssueBody, Item):
    """One issue of a batch."""

    kind: Literal["issue"]


class RedeemItem(RedeemBody, Item):
    """One redemption of a batch."""

    kind: Literal["redeem"]


class HoldItem(HoldBody, Item):
    """One hold of a batch."""

    kind: Literal["hold"]


class CaptureItem(CaptureBody, Item):
    """One capture of a batch."""

    kind: Literal["capture"]


class ReleaseItem(ReleaseBody, Item):
    """One release of a batch."""

    kind: Literal["release"]


class ExpireItem(MemberBody, Item):
    """One member's expiry of a batch."""

    kind: Literal["expire"]


class ReverseItem(ReverseBody, Item):
    """One reversal of a batch."""

    kind: Literal["reverse"]


class GiftItem(GiftBody, Item):
    """One gift of a batch."""

    kind: Literal["gift"]


class AdjustItem(AdjustBody, Item):
    """One adjustment of a batch."""

    kind: Literal["adjust"]


class ConvertItem(ConvertBody, Item):
    """One conversion of a batch."""

    kind: Literal["convert"]


class MergeItem(MergeBody, Item):
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


class OperationsBody(Body):
    """Up to 1,000 operations, each with its own key.

    `mode` decides what happens to the others if one is refused. `independent`: nothing. `atomic`:
    they are refused with it. `stop_on_error`: those after it are not tried.
    """

    mode: ModeName = "independent"
    operations: Annotated[list[OperationItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class UnreadOperationsBody(Body):
    """The same batch with its items unread. It is used if an item is malformed."""

    mode: ModeName = "independent"
    operations: Annotated[list[Any], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class OperationAnswer(TypedDict):
    """An accepted operation. A replay is answered with the same bytes.

    `expires_on` is the last day of issued points. A partial capture says how many points it
    `released`. The reversal of an issue says what is `owed`. A gift and a conversion say where the
    points went (`to`). A conversion also says how many points are `credited` there, and at which
    version of the rate. The expiry of a whole book has no member; `wallets` is the number of
    wallets it touched. An issue that asks for `points_day` says what it asked for (`base_points`)
    and what that was multiplied by; `points` is what was given.
    """

    operation: str
    key: str
    kind: KindName
    status: Literal["accepted"]
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
    base_points: NotRequired[int]
    earning_multiplier_percent: NotRequired[int]


class EntryAnswer(TypedDict):
    """Points that moved from one account to another.

    The dates and the funder are those of their lot. `balance`, `held` and `debt` are the wallet's
    figures afterwards.
    """

    source: AccountName
    target: AccountName
    points: int
    available_on: date | None
    expires_on: date | None
    funder: str | None
    balance: int
    held: int
    debt: int


class OperationRecordAnswer(TypedDict):
    """What the book keeps of an operation, accepted or rejected.

    `member` is null if the operation had no wallet. `subject` is the operation that this one ended
    or reversed. `recorded_by` is the actor who asked for it.
    """

    operation: str
    key: str
    kind: KindName
    status: Literal["accepted", "rejected"]
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
    recorded_by: str | None


class OperationsAnswer(TypedDict):
    """One answer per operation, in the order of the request."""

    answers: list[OperationAnswer | RefusedAnswer]
