"""The business events a book takes, and the answers it gives.

An operation is checked when it is made: a malformed one is refused before anything is stored. `key` makes it idempotent within its book:
the same key and the same body replay the first answer, a refusal too. `occurred_at` None means the moment the ledger takes it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import ClassVar

import orjson

from ledger.refusal import JSON, Refusal

KEY_LENGTH_MAX = 120
MEMBER_LENGTH_MAX = 100
NOTE_LENGTH_MAX = 200
POINTS_MAX = 10**12
METADATA_ITEMS_MAX = 16
METADATA_NAME_LENGTH_MAX = 40
FINGERPRINT_BYTES = 8
ACCOUNT_DIGITS_MAX = 19
YEAR_MIN, YEAR_MAX = 1900, 9000


class OperationInvalid(Refusal):
    """The operation is malformed: nothing was stored for its key."""

    code: ClassVar[str] = "operation-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The operation is not valid."


class LedgerBusy(Refusal):
    """More operations wait than the ledger lets wait: nothing was taken in."""

    code: ClassVar[str] = "ledger-busy"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "Too many operations are waiting."
    is_transient: ClassVar[bool] = True


class OperationKind(IntEnum):
    """Stored with each operation: numbers are never reused."""

    ISSUE = 1
    REDEEM = 2
    HOLD = 3
    CAPTURE = 4
    RELEASE = 5
    EXPIRE = 6
    EXPIRE_BOOK = 7
    SWEEP = 8
    REVERSE = 9
    GIFT = 10
    RECEIVE = 11
    """The recipient's record of a gift."""
    ADJUST = 12
    CONVERT = 13
    CREDIT = 14
    """What a conversion gives in the other programme."""
    SETTLE = 15
    """The end of a conversion in the programme it came from."""
    MERGE = 16
    ABSORB = 17
    """The remaining member's record of a merge."""


class BatchMode(StrEnum):
    """What becomes of the other operations of a batch when one is refused."""

    INDEPENDENT = "independent"
    """Nothing: each stands for itself."""
    ATOMIC = "atomic"
    """They are refused with it."""
    STOP_ON_ERROR = "stop_on_error"
    """Those after it are not tried."""


def _require_text(name: str, value: str | None, length_max: int) -> None:
    if value is None:
        return
    if not 1 <= len(value) <= length_max:
        raise OperationInvalid(f"{name} has 1 to {length_max} characters", field=name)
    if not value.isprintable():
        raise OperationInvalid(f"{name} has characters that cannot be printed", field=name)


def _in_utc(name: str, instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise OperationInvalid(f"{name} needs a UTC offset", field=name)
    if not YEAR_MIN <= instant.year <= YEAR_MAX:
        raise OperationInvalid(f"{name} is in the years {YEAR_MIN} to {YEAR_MAX}", field=name)
    if instant.tzinfo is UTC:
        return instant
    return instant.astimezone(UTC)


def _require_key(name: str, value: str) -> None:
    _require_text(name, value, KEY_LENGTH_MAX)


Metadata = Mapping[str, str] | tuple[tuple[str, str], ...]


def _sorted_metadata(metadata: Metadata) -> tuple[tuple[str, str], ...] | None:
    """Metadata in the order of its names, so that equal ones have one fingerprint; None where it is empty."""
    items = tuple(sorted(metadata.items() if isinstance(metadata, Mapping) else metadata))
    if len(items) > METADATA_ITEMS_MAX:
        raise OperationInvalid(f"metadata has at most {METADATA_ITEMS_MAX} members", field="metadata")
    for name, value in items:
        _require_text("metadata", name, METADATA_NAME_LENGTH_MAX)
        _require_text("metadata", value, NOTE_LENGTH_MAX)
    return items or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What every operation carries.

    `reference` is the caller's own word for the event; `store`, `channel` and `staff` say where it happened and who did it; `metadata` is free:
    up to 16 names of 40 characters with values of 200.

    `occurred_at` decides which points are available or past their last day, not the order of events: that is the order in which the ledger
    takes operations. Whoever brings in history brings it in its own order.
    """

    KIND: ClassVar[OperationKind]
    HAS_OTHER_MEMBER: ClassVar[bool] = False
    HAS_SUBJECT: ClassVar[bool] = False

    key: str
    member: str
    occurred_at: datetime | None = None
    store: str | None = None
    channel: str | None = None
    staff: str | None = None
    reference: str | None = None
    metadata: Metadata | None = None

    def __post_init__(self) -> None:
        _require_text("key", self.key, KEY_LENGTH_MAX)
        _require_text("member", self.member, MEMBER_LENGTH_MAX)
        for name in ("store", "channel", "staff", "reference"):
            _require_text(name, getattr(self, name), NOTE_LENGTH_MAX)
        if self.occurred_at is not None:
            object.__setattr__(self, "occurred_at", _in_utc("occurred_at", self.occurred_at))
        if self.metadata is not None:
            object.__setattr__(self, "metadata", _sorted_metadata(self.metadata))

    @property
    def other_member(self) -> str | None:
        """The second member whose wallet the operation changes."""
        return None

    @property
    def subject_key(self) -> str | None:
        """The key of the operation this one ends or reverses."""
        return None

    @property
    def amount(self) -> int:
        """Points asked for; 0 where the operation finds the amount itself."""
        return 0

    def fingerprint(self) -> int:
        """64 bits of BLAKE2b, as a signed number, over the kind and every field but the key: equal bodies, equal fingerprints."""
        body = orjson.dumps(_body_of(type(self))(self))
        return int.from_bytes(hashlib.blake2b(body, digest_size=FINGERPRINT_BYTES).digest(), "big", signed=True)


_BODIES: dict[type[Operation], Callable[[Operation], tuple[object, ...]]] = {}


def _body_of(kind: type[Operation]) -> Callable[[Operation], tuple[object, ...]]:
    """What takes the fields that make up an operation's body. Instants are in UTC, so that equal ones read alike."""
    body = _BODIES.get(kind)
    if body is None:
        names = ["KIND", *(known.name for known in fields(kind) if known.name != "key" and known.compare)]
        body = _BODIES[kind] = attrgetter(*names)
    return body


def _require_points(points: int, least: int) -> None:
    if not least <= points <= POINTS_MAX:
        raise OperationInvalid(f"points is a whole number from {least} to {POINTS_MAX}", field="points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Operation):
    """Give points to a member; the first issue opens the wallet.

    Without `expires_on` (the last day they live) the programme's plan decides; `available_on` is the first day they may be spent.
    """

    KIND: ClassVar[OperationKind] = OperationKind.ISSUE

    points: int
    funder: str | None = None
    available_on: date | None = None
    expires_on: date | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        _require_points(self.points, 1)
        _require_text("funder", self.funder, NOTE_LENGTH_MAX)

    @property
    def amount(self) -> int:
        """Points to issue."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(Operation):
    """Spend a member's points, the earliest expiry first. Zero points records a free right and moves nothing."""

    KIND: ClassVar[OperationKind] = OperationKind.REDEEM

    points: int

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        _require_points(self.points, 0)

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
        _require_points(self.points, 0)
        if self.expires_at is not None:
            object.__setattr__(self, "expires_at", _in_utc("expires_at", self.expires_at))

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
        _require_key("hold_key", self.hold_key)
        if self.points is not None:
            _require_points(self.points, 1)

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
        _require_key("hold_key", self.hold_key)

    @property
    def subject_key(self) -> str:
        """The key of the hold."""
        return self.hold_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(Operation):
    """Undo an issue, a redemption or a capture, named by its key: all that is left of it, or `points`.

    A redemption's points go back to the lots they came from. An issue's are clawed back by the programme's debt policy.
    """

    KIND: ClassVar[OperationKind] = OperationKind.REVERSE
    HAS_SUBJECT: ClassVar[bool] = True

    operation_key: str
    points: int | None = None

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        _require_key("operation_key", self.operation_key)
        if self.points is not None:
            _require_points(self.points, 1)

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
        _require_points(self.points, 1)
        _require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)
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
        _require_text("into_member", self.into_member, MEMBER_LENGTH_MAX)
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
                f"points is a whole number from -{POINTS_MAX} to {POINTS_MAX}, not 0", field="points"
            )
        for name in ("reason", "actor", "funder"):
            _require_text(name, getattr(self, name), NOTE_LENGTH_MAX)
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
        _require_points(self.points, 1)
        _require_text("to_programme", self.to_programme, NOTE_LENGTH_MAX)
        _require_text("to_member", self.to_member, MEMBER_LENGTH_MAX)

    @property
    def amount(self) -> int:
        """Points to convert."""
        return self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit(Operation):
    """What a conversion gives in the other programme; nobody outside the ledger makes one. `funder` is where the points came from."""

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
    """What the sweep of a whole book does to one wallet. `reference` is the sweep's key; nobody outside the ledger makes one."""

    KIND: ClassVar[OperationKind] = OperationKind.SWEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireBook(Operation):
    """The record that a whole book was swept: its wallets' own operations, keyed `key/account`, came before it.

    The figures are what those operations did; they are no part of the body that a key stands for.
    """

    KIND: ClassVar[OperationKind] = OperationKind.EXPIRE_BOOK

    member: str = ""
    points: int = field(default=0, compare=False)
    wallets: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        _require_text("key", self.key, KEY_LENGTH_MAX - len("/") - ACCOUNT_DIGITS_MAX)

    @property
    def amount(self) -> int:
        """Points that expired."""
        return self.points


@dataclass(slots=True)
class Answer:
    """What the ledger says to an operation. `document` is the same, byte for byte, when it is replayed."""

    key: str
    kind: OperationKind
    member: str
    lane: int
    seq: int
    """The operation's place in its lane; 0 where nothing was stored: the key was used with another body, or the batch had stopped."""
    points: int
    """Points moved; for a refused operation the points asked for."""
    balance: int | None
    """Points the member may spend after the operation, on the day it occurred; None where there is no wallet."""
    occurred_at: datetime
    expires_on: date | None = None
    refusal: dict[str, JSON] | None = None
    detail: dict[str, JSON] | None = None
    subject: int | None = None
    """The record that was ended or reversed, see `wallet.subject_of`; stored, and no part of the document."""
    replayed: bool = False

    @property
    def operation(self) -> str | None:
        """The operation's identifier, `lane-seq`; None where nothing was stored."""
        return f"{self.lane}-{self.seq}" if self.seq else None

    @property
    def accepted(self) -> bool:
        """Whether the operation took effect."""
        return self.refusal is None

    def document(self) -> dict[str, JSON]:
        """The answer as JSON, without `replayed`."""
        document: dict[str, JSON] = {
            "operation": self.operation,
            "key": self.key,
            "kind": self.kind.name.lower(),
            "status": "accepted" if self.refusal is None else "rejected",
            **({"member": self.member} if self.member else {}),  # a whole book's sweep has none
            "points": self.points,
            "balance": self.balance,
            "occurred_at": self.occurred_at,
        }
        if self.expires_on is not None:
            document["expires_on"] = self.expires_on
        if self.refusal is not None:
            document["refusal"] = self.refusal
        if self.detail is not None:
            document.update(self.detail)
        return document
