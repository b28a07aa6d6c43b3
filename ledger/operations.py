"""The business events a book takes, and the answers it gives.

An operation is checked when it is made: a malformed one is refused before anything is stored. `key` makes it idempotent within its book:
the same key and the same body replay the first answer, a refusal too. `occurred_at` None means the moment the ledger takes it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import IntEnum
from operator import attrgetter
from typing import ClassVar

from ledger.refusal import JSON, Refusal

KEY_LENGTH_MAX = 120
MEMBER_LENGTH_MAX = 100
NOTE_LENGTH_MAX = 200
POINTS_MAX = 10**12
BALANCE_MAX = 10**15
FINGERPRINT_BYTES = 16
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What every operation carries. `reference` is the caller's own word for the event; `store` and `channel` say where it happened.

    `occurred_at` decides which points are available or past their last day, not the order of events: that is the order in which the ledger
    takes operations. Whoever brings in history brings it in its own order.
    """

    KIND: ClassVar[OperationKind]

    key: str
    member: str
    occurred_at: datetime | None = None
    store: str | None = None
    channel: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        _require_text("key", self.key, KEY_LENGTH_MAX)
        _require_text("member", self.member, MEMBER_LENGTH_MAX)
        for name in ("store", "channel", "reference"):
            _require_text(name, getattr(self, name), NOTE_LENGTH_MAX)
        if self.occurred_at is not None:
            object.__setattr__(self, "occurred_at", _in_utc("occurred_at", self.occurred_at))

    @property
    def amount(self) -> int:
        """Points asked for; 0 where the operation finds the amount itself."""
        return 0

    def fingerprint(self) -> bytes:
        """128 bits of BLAKE2b over the kind and every field but the key: equal bodies, equal fingerprints."""
        values = _body_of(type(self))(self)
        return hashlib.blake2b(repr((self.KIND.value, *values)).encode(), digest_size=FINGERPRINT_BYTES).digest()


_BODIES: dict[type[Operation], Callable[[Operation], tuple[object, ...]]] = {}


def _body_of(kind: type[Operation]) -> Callable[[Operation], tuple[object, ...]]:
    """What takes the fields that make up an operation's body. Instants are in UTC, so that equal ones read alike."""
    body = _BODIES.get(kind)
    if body is None:
        names = [known.name for known in fields(kind) if known.name != "key" and known.compare]
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
    """Spend the points of a hold, named by the key that made it."""

    KIND: ClassVar[OperationKind] = OperationKind.CAPTURE

    hold_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Operation):
    """Give the points of a hold back to the lots they came from."""

    KIND: ClassVar[OperationKind] = OperationKind.RELEASE

    hold_key: str


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
    """The operation's place in its lane; 0 where nothing was stored, because the key was used with another body."""
    points: int
    """Points moved; for a refused operation the points asked for."""
    balance: int | None
    """Points the member may spend after the operation, on the day it occurred; None where there is no wallet."""
    occurred_at: datetime
    expires_on: date | None = None
    refusal: dict[str, JSON] | None = None
    detail: dict[str, JSON] | None = None
    hold_seq: int | None = None
    """The hold that was ended, by the number of the operation that made it; stored, and no part of the document."""
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
