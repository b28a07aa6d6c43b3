"""The operations a book takes: one class for each kind of business event.

Each is checked when it is made, and each says only what its kind adds to `Operation`. Those that
ask for points have a field `points`, which `answer.points_asked` reads.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from ledger.asks.operation import (
    ACCOUNT_DIGITS_MAX,
    KEY_LENGTH_MAX,
    MEMBER_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    POINTS_MAX,
    Operation,
    OperationInvalid,
    OperationKind,
    in_utc,
    require_day,
    require_key,
    require_points,
    require_text,
)
from ledger.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Operation):
    """Give points to a member. The first issue opens the wallet.

    `available_on` is the first day on which the points may be spent, `expires_on` their last day.
    Without them the programme's rules decide.
    """

    KIND: ClassVar[OperationKind] = OperationKind.ISSUE

    points: int
    funder: str | None = None
    available_on: date | None = None
    expires_on: date | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 1)
        require_text("funder", self.funder, NOTE_LENGTH_MAX)
        require_day("available_on", self.available_on)
        require_day("expires_on", self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(Operation):
    """Spend a member's points, the earliest expiry first.

    Zero points record a free right and move nothing.
    """

    KIND: ClassVar[OperationKind] = OperationKind.REDEEM
    SPENDS: ClassVar[bool] = True

    points: int

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Operation):
    """Set a member's points aside until they are captured or released.

    After `expires_at` they can only be released. Zero points record a free right.
    """

    KIND: ClassVar[OperationKind] = OperationKind.HOLD
    SPENDS: ClassVar[bool] = True

    points: int
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 0)
        if self.expires_at is not None:
            object.__setattr__(self, "expires_at", in_utc("expires_at", self.expires_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Operation):
    """Spend the points of a hold, which is named by its key.

    With `points`, only so many of them are spent and the rest is given back.
    """

    KIND: ClassVar[OperationKind] = OperationKind.CAPTURE
    SUBJECT: ClassVar[str | None] = "hold_key"

    hold_key: str
    points: int | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("hold_key", self.hold_key)
        if self.points is not None:
            require_points(self.points, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Operation):
    """Give the points of a hold back to the lots they came from."""

    KIND: ClassVar[OperationKind] = OperationKind.RELEASE
    SUBJECT: ClassVar[str | None] = "hold_key"

    hold_key: str

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("hold_key", self.hold_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(Operation):
    """Undo an issue, a redemption or a capture, which is named by its key.

    With `points`, only so many are undone, otherwise all that are left. A redemption's points go
    back to the lots they came from. An issue's points are clawed back under the programme's debt
    policy.
    """

    KIND: ClassVar[OperationKind] = OperationKind.REVERSE
    SUBJECT: ClassVar[str | None] = "operation_key"

    operation_key: str
    points: int | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("operation_key", self.operation_key)
        if self.points is not None:
            require_points(self.points, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift(Operation):
    """Give a member's points to another member, who may be new.

    The points keep their dates and their funder.
    """

    KIND: ClassVar[OperationKind] = OperationKind.GIFT
    SPENDS: ClassVar[bool] = True
    OTHER_MEMBER: ClassVar[str | None] = "to_member"

    to_member: str
    points: int

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 1)
        require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)
        if self.to_member == self.member:
            raise OperationInvalid("a gift is for another member", field="to_member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Operation):
    """Move everything a member has into another's wallet, for good.

    `member` takes no operation afterwards.
    """

    KIND: ClassVar[OperationKind] = OperationKind.MERGE
    OTHER_MEMBER: ClassVar[str | None] = "into_member"

    into_member: str

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_text("into_member", self.into_member, MEMBER_LENGTH_MAX)
        if self.into_member == self.member:
            raise OperationInvalid("a member is merged into another", field="into_member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust(Operation):
    """Correct a balance by hand: add points or, below zero, take them.

    Points are added as an issue adds them, but without its caps and its return window.
    """

    KIND: ClassVar[OperationKind] = OperationKind.ADJUST
    SPENDS: ClassVar[bool] = True

    points: int
    reason: str
    actor: str
    funder: str | None = None
    expires_on: date | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        if self.points == 0 or abs(self.points) > POINTS_MAX:
            raise OperationInvalid(
                f"points is a whole number from -{POINTS_MAX} to {POINTS_MAX}, not 0",
                field="points",
            )
        for name in ("reason", "actor", "funder"):
            require_text(name, getattr(self, name), NOTE_LENGTH_MAX)
        require_day("expires_on", self.expires_on)
        for name in ("funder", "expires_on"):
            if self.points < 0 and getattr(self, name) is not None:
                raise OperationInvalid(f"{name} is of points that are added", field=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert(Operation):
    """Turn points into another programme's points.

    `rate_version` is the version of the conversion rate between the two, the current one if None.
    The last four fields are filled in by the ledger, which looks the rate and the consent of the
    other programme up when it takes the operation. `objection` is why that consent does not cover
    it.
    """

    KIND: ClassVar[OperationKind] = OperationKind.CONVERT
    SPENDS: ClassVar[bool] = True

    points: int
    to_programme: str
    to_member: str | None = None
    rate_version: int | None = None
    to_book_id: int | None = field(default=None, compare=False)
    version: int | None = field(default=None, compare=False)
    credited: int = field(default=0, compare=False)
    objection: Refusal | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 1)
        require_text("to_programme", self.to_programme, NOTE_LENGTH_MAX)
        require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)
        if self.to_member is None:
            raise OperationInvalid(
                "to_member is missing: whoever has the same reference there may be somebody else",
                field="to_member",
            )

    @property
    def recipient(self) -> str:
        """Who gets the points. No conversion is made without."""
        assert self.to_member is not None, "checked when it was made"
        return self.to_member


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit(Operation):
    """Give a member what a conversion comes to in the other programme.

    `funder` is the programme the points came from. Only the ledger makes this operation.
    """

    KIND: ClassVar[OperationKind] = OperationKind.CREDIT

    points: int
    funder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConversion(Operation):
    """End a conversion in the programme it came from: its points are spent, or come back.

    Only the ledger makes this operation.
    """

    KIND: ClassVar[OperationKind] = OperationKind.END_CONVERSION
    SUBJECT: ClassVar[str | None] = "convert_key"

    convert_key: str
    is_credited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Operation):
    """Take all points of one wallet that are past their last day."""

    KIND: ClassVar[OperationKind] = OperationKind.EXPIRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(Operation):
    """What the sweep of a whole book does to one wallet.

    `reference` is the sweep's key. Only the ledger makes this operation.
    """

    KIND: ClassVar[OperationKind] = OperationKind.SWEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireBook(Operation):
    """Record that a whole book was swept.

    Before it come the operations of the wallets, each under the key `key account`. The figures say
    what those operations did. They are no part of the body that a key stands for.
    """

    KIND: ClassVar[OperationKind] = OperationKind.EXPIRE_BOOK

    member: str = ""
    points: int = field(default=0, compare=False)
    wallets: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        require_text("key", self.key, KEY_LENGTH_MAX - len(" ") - ACCOUNT_DIGITS_MAX)
        if self.occurred_at is not None:
            object.__setattr__(self, "occurred_at", in_utc("occurred_at", self.occurred_at))
