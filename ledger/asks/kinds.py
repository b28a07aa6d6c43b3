"""The business events a book takes, each checked when it is made."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from ledger.asks.operation import (
    ACCOUNT_DIGITS_MAX,
    KEY_LENGTH_MAX,
    MEMBER_LENGTH_MAX,
    METADATA_ITEMS_MAX,
    METADATA_NAME_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    POINTS_MAX,
    YEAR_MAX,
    YEAR_MIN,
    BatchMode,
    LedgerBusy,
    Operation,
    OperationInvalid,
    OperationKind,
    in_utc,
    require_day,
    require_key,
    require_points,
    require_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Operation):
    """Give points to a member; the first issue opens the wallet.

    Without `expires_on` (the last day they live) the programme's plan decides; `available_on` is
    the first day they may be spent.
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

    @property
    def amount(self) -> int:
        """Points to issue."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(Operation):
    """Spend a member's points, the earliest expiry first.

    Zero points records a free right and moves nothing.
    """

    KIND: ClassVar[OperationKind] = OperationKind.REDEEM

    points: int

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 0)

    @property
    def amount(self) -> int:
        """Points to spend."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Operation):
    """Set a member's points aside until they are captured or released; not capturable after `expires_at`. Zero points records a free right."""

    KIND: ClassVar[OperationKind] = OperationKind.HOLD

    points: int
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 0)
        if self.expires_at is not None:
            object.__setattr__(self, "expires_at", in_utc("expires_at", self.expires_at))

    @property
    def amount(self) -> int:
        """Points to set aside."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Operation):
    """Spend the points of a hold, named by the key that made it: all of them, or `points` of them; the rest is given back."""

    KIND: ClassVar[OperationKind] = OperationKind.CAPTURE
    HAS_SUBJECT: ClassVar[bool] = True

    hold_key: str
    points: int | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("hold_key", self.hold_key)
        if self.points is not None:
            require_points(self.points, 1)

    @property
    def amount(self) -> int:
        """Points to spend."""
        return self.points or 0

    @property
    def subject_key(self) -> str:
        """The key of the hold."""
        return self.hold_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Operation):
    """Give the points of a hold back to the lots they came from."""

    KIND: ClassVar[OperationKind] = OperationKind.RELEASE
    HAS_SUBJECT: ClassVar[bool] = True

    hold_key: str

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("hold_key", self.hold_key)

    @property
    def subject_key(self) -> str:
        """The key of the hold."""
        return self.hold_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(Operation):
    """Undo an issue, a redemption or a capture, named by its key: all that is left of it, or `points`.

    A redemption's points go back to the lots they came from. An issue's are clawed back by the
    programme's debt policy.
    """

    KIND: ClassVar[OperationKind] = OperationKind.REVERSE
    HAS_SUBJECT: ClassVar[bool] = True

    operation_key: str
    points: int | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_key("operation_key", self.operation_key)
        if self.points is not None:
            require_points(self.points, 1)

    @property
    def amount(self) -> int:
        """Points to undo."""
        return self.points or 0

    @property
    def subject_key(self) -> str:
        """The key of the operation to undo."""
        return self.operation_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift(Operation):
    """Give a member's points to another, who may be new; they keep their dates and their funder."""

    KIND: ClassVar[OperationKind] = OperationKind.GIFT
    HAS_OTHER_MEMBER: ClassVar[bool] = True

    to_member: str
    points: int

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 1)
        require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)
        if self.to_member == self.member:
            raise OperationInvalid("a gift is for another member", field="to_member")

    @property
    def amount(self) -> int:
        """Points to give."""
        return self.points

    @property
    def other_member(self) -> str:
        """The recipient."""
        return self.to_member


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Operation):
    """Move everything of a member into another's wallet, once and for all: `member` takes no operation afterwards."""

    KIND: ClassVar[OperationKind] = OperationKind.MERGE
    HAS_OTHER_MEMBER: ClassVar[bool] = True

    into_member: str

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_text("into_member", self.into_member, MEMBER_LENGTH_MAX)
        if self.into_member == self.member:
            raise OperationInvalid("a member is merged into another", field="into_member")

    @property
    def other_member(self) -> str:
        """The member that remains."""
        return self.into_member


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust(Operation):
    """Put a balance right by hand: add points (as an issue would, but outside caps and return window) or, below zero, take them."""

    KIND: ClassVar[OperationKind] = OperationKind.ADJUST

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

    @property
    def amount(self) -> int:
        """Points to add, or below zero to take."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert(Operation):
    """Turn points into another programme's, at a version of the rate between them; without one, at the current.

    The last three fields are the ledger's own: it looks the rate up when it takes the operation.
    """

    KIND: ClassVar[OperationKind] = OperationKind.CONVERT

    points: int
    to_programme: str
    to_member: str | None = None
    rate_version: int | None = None
    to_book_id: int | None = field(default=None, compare=False)
    version: int | None = field(default=None, compare=False)
    credited: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        require_points(self.points, 1)
        require_text("to_programme", self.to_programme, NOTE_LENGTH_MAX)
        require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)

    @property
    def amount(self) -> int:
        """Points to convert."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit(Operation):
    """What a conversion gives in the other programme; nobody outside the ledger makes one.

    `funder` is where the points came from.
    """

    KIND: ClassVar[OperationKind] = OperationKind.CREDIT

    points: int
    funder: str

    @property
    def amount(self) -> int:
        """Points to issue."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Operation):
    """The end of a conversion where it came from: its points are gone, or come back; nobody outside the ledger makes one."""

    KIND: ClassVar[OperationKind] = OperationKind.SETTLE
    HAS_SUBJECT: ClassVar[bool] = True

    convert_key: str
    is_credited: bool

    @property
    def subject_key(self) -> str:
        """The key of the conversion."""
        return self.convert_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Operation):
    """Take every point of one wallet whose last day is past."""

    KIND: ClassVar[OperationKind] = OperationKind.EXPIRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(Operation):
    """What the sweep of a whole book does to one wallet.

    `reference` is the sweep's key; nobody outside the ledger makes one.
    """

    KIND: ClassVar[OperationKind] = OperationKind.SWEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireBook(Operation):
    """The record that a whole book was swept: its wallets' own operations, keyed `key account`, came before it.

    The figures are what those operations did; they are no part of the body that a key stands for.
    """

    KIND: ClassVar[OperationKind] = OperationKind.EXPIRE_BOOK

    member: str = ""
    points: int = field(default=0, compare=False)
    wallets: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        require_text("key", self.key, KEY_LENGTH_MAX - len(" ") - ACCOUNT_DIGITS_MAX)
        if self.occurred_at is not None:
            object.__setattr__(self, "occurred_at", in_utc("occurred_at", self.occurred_at))

    @property
    def amount(self) -> int:
        """Points that expired."""
        return self.points


__all__ = [
    "KEY_LENGTH_MAX",
    "MEMBER_LENGTH_MAX",
    "METADATA_ITEMS_MAX",
    "METADATA_NAME_LENGTH_MAX",
    "NOTE_LENGTH_MAX",
    "POINTS_MAX",
    "YEAR_MAX",
    "YEAR_MIN",
    "Adjust",
    "BatchMode",
    "Capture",
    "Convert",
    "Credit",
    "Expire",
    "ExpireBook",
    "Gift",
    "Hold",
    "Issue",
    "LedgerBusy",
    "Merge",
    "Operation",
    "OperationInvalid",
    "OperationKind",
    "Redeem",
    "Release",
    "Reverse",
    "Settle",
    "Sweep",
]
