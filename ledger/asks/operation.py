"""What every operation has in common: its kind, its key, its limits.

An operation is checked when it is made: a malformed one is refused before anything is stored. `key` makes it idempotent within its book:
the same key and the same body replay the first answer, a refusal too. `occurred_at` None means the moment the ledger takes it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from operator import attrgetter
from struct import Struct
from typing import ClassVar

import orjson

from ledger.refusal import Refusal

KEY_LENGTH_MAX = 120
MEMBER_LENGTH_MAX = 100
NOTE_LENGTH_MAX = 200
POINTS_MAX = 10**12
METADATA_ITEMS_MAX = 16
METADATA_NAME_LENGTH_MAX = 40
ACCOUNT_DIGITS_MAX = 19
YEAR_MIN, YEAR_MAX = 1900, 9000
FUTURE_MAX = timedelta(minutes=5)
"""How far a caller's clock may be ahead of the database's."""


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


def require_text(name: str, value: str | None, length_max: int) -> None:
    """Refuse a text that is empty, too long or not printable; None is no text.

    Raises:
        OperationInvalid: it is one of these.
    """
    if value is None:
        return
    if not 1 <= len(value) <= length_max:
        raise OperationInvalid(f"{name} has 1 to {length_max} characters", field=name)
    if not value.isprintable():
        raise OperationInvalid(f"{name} has characters that cannot be printed", field=name)


def in_utc(name: str, instant: datetime) -> datetime:
    """An instant in UTC.

    Raises:
        OperationInvalid: it has no offset, or its year is out of range.
    """
    if instant.tzinfo is None:
        raise OperationInvalid(f"{name} needs a UTC offset", field=name)
    if not YEAR_MIN <= instant.year <= YEAR_MAX:
        raise OperationInvalid(f"{name} is in the years {YEAR_MIN} to {YEAR_MAX}", field=name)
    if instant.tzinfo is UTC:
        return instant
    return instant.astimezone(UTC)


def require_key(name: str, value: str) -> None:
    """Refuse what can be no operation's key."""
    require_text(name, value, KEY_LENGTH_MAX)


_DIGEST = hashlib.blake2b(digest_size=8)
"""To be copied, which costs less than to make one."""
_SIGNED = Struct(">q").unpack


def fingerprint_of(body: Sequence[object]) -> int:
    """64 bits of BLAKE2b over a body as JSON, as a signed number: equal bodies, equal fingerprints."""
    digest = _DIGEST.copy()
    digest.update(orjson.dumps(body))
    fingerprint: int = _SIGNED(digest.digest())[0]
    return fingerprint


NOTES = ("store", "channel", "staff", "reference", "owner")
"""What an operation may say of itself in a text each."""
_NOTES = attrgetter(*NOTES)
_NO_NOTES = (None,) * len(NOTES)
Metadata = Mapping[str, str] | tuple[tuple[str, str], ...]


def _sorted_metadata(metadata: Metadata) -> tuple[tuple[str, str], ...] | None:
    """Metadata in the order of its names, so that equal ones have one fingerprint; None where it is empty."""
    items = tuple(sorted(metadata.items() if isinstance(metadata, Mapping) else metadata))
    if len(items) > METADATA_ITEMS_MAX:
        raise OperationInvalid(
            f"metadata has at most {METADATA_ITEMS_MAX} members", field="metadata"
        )
    for name, value in items:
        require_text("metadata", name, METADATA_NAME_LENGTH_MAX)
        require_text("metadata", value, NOTE_LENGTH_MAX)
    return items or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What every operation carries.

    `reference` is the caller's own word for the event; `store`, `channel` and `staff` say where it happened and who did it; `metadata` is free:
    up to 16 names of 40 characters with values of 200.

    `occurred_at` decides which points are available or past their last day, not the order of
    events: that is the order in which the ledger takes operations. Whoever brings in history brings
    it in its own order.
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
    owner: str | None = None
    """The use case that the operation serves: nobody else ends or reverses it.

    Callers from outside have none.
    """
    has_notes: bool = field(init=False, repr=False, compare=False, default=False)
    """Whether it has any of `NOTES`, or metadata."""

    def __post_init__(self) -> None:
        require_text("key", self.key, KEY_LENGTH_MAX)
        require_text("member", self.member, MEMBER_LENGTH_MAX)
        if _NOTES(self) != _NO_NOTES or self.metadata is not None:
            object.__setattr__(self, "has_notes", True)
            for name in NOTES:
                require_text(name, getattr(self, name), NOTE_LENGTH_MAX)
        if self.occurred_at is not None:
            object.__setattr__(self, "occurred_at", in_utc("occurred_at", self.occurred_at))
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
        """Over the kind and every field but the key."""
        return fingerprint_of(_body_of(type(self))(self))


_BODIES: dict[type[Operation], Callable[[Operation], tuple[object, ...]]] = {}


def _body_of(kind: type[Operation]) -> Callable[[Operation], tuple[object, ...]]:
    """What takes the fields that make up an operation's body.

    Instants are in UTC, so that equal ones read alike.

    It is compiled, as a dataclass's own methods are, because there is one call to every operation:
    `attrgetter` looks each name up by the class.
    """
    body = _BODIES.get(kind)
    if body is None:
        names = [
            "KIND",
            *(known.name for known in fields(kind) if known.name != "key" and known.compare),
        ]
        values = ", ".join(f"operation.{name}" for name in names)
        body = _BODIES[kind] = eval(f"lambda operation: ({values})")  # noqa: S307 - the names are the class's own
    return body


def require_day(name: str, day: date | None) -> None:
    """Refuse a day outside the calendar in use; None is no day.

    Raises:
        OperationInvalid: its year is out of range.
    """
    if day is not None and not YEAR_MIN <= day.year <= YEAR_MAX:
        raise OperationInvalid(f"{name} is in the years {YEAR_MIN} to {YEAR_MAX}", field=name)


def require_points(points: int, least: int) -> None:
    """Refuse an amount that is out of range."""
    if not least <= points <= POINTS_MAX:
        raise OperationInvalid(
            f"points is a whole number from {least} to {POINTS_MAX}", field="points"
        )
