"""What all operations have in common: a key, a member, the limits of their fields.

An operation is checked when it is made, so a malformed one is refused before anything is stored.
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
"""The most points one operation may ask for.

The HTTP interface takes a thousandth of it at most: its limit is the most that an offer may cost. A
conversion gives as many points as the other wallet may hold, `book.limits.BALANCE_MAX`.
"""
METADATA_ITEMS_MAX = 16
METADATA_NAME_LENGTH_MAX = 40
ACCOUNT_DIGITS_MAX = 19
"""The digits of the largest account number: the sweep of a book puts it into its wallets' keys."""
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
    """The kind of a record, as it is stored: numbers are never reused."""

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
    END_CONVERSION = 15
    """The end of a conversion in the programme it came from."""
    MERGE = 16
    ABSORB = 17
    """The remaining member's record of a merge."""


class BatchMode(StrEnum):
    """What happens to the other operations of a batch when one is refused."""

    INDEPENDENT = "independent"
    """Nothing: each is decided for itself."""
    ATOMIC = "atomic"
    """All of them are refused with it."""
    STOP_ON_ERROR = "stop_on_error"
    """Those after it are not tried."""


def require_text(name: str, value: str | None, length_max: int) -> None:
    """Refuse a text that is empty, too long or not printable. None passes: there is no text.

    Raises:
        OperationInvalid: the text is one of these.
    """
    if value is None:
        return
    if not 1 <= len(value) <= length_max:
        raise OperationInvalid(f"{name} has 1 to {length_max} characters", field=name)
    if not value.isprintable():
        raise OperationInvalid(f"{name} has characters that cannot be printed", field=name)


def in_utc(name: str, instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        OperationInvalid: the instant has no UTC offset, or its year is out of range.
    """
    if instant.tzinfo is None:
        raise OperationInvalid(f"{name} needs a UTC offset", field=name)
    if not YEAR_MIN <= instant.year <= YEAR_MAX:
        raise OperationInvalid(f"{name} is in the years {YEAR_MIN} to {YEAR_MAX}", field=name)
    if instant.tzinfo is UTC:
        return instant
    return instant.astimezone(UTC)


def require_key(name: str, value: str) -> None:
    """Refuse a text that cannot be an operation's key."""
    require_text(name, value, KEY_LENGTH_MAX)


_DIGEST = hashlib.blake2b(digest_size=8)
"""Copied for each fingerprint: a copy costs less than a new one."""
_SIGNED = Struct(">q").unpack


def fingerprint_of(body: Sequence[object]) -> int:
    """64 bits of BLAKE2b over a body as JSON, as a signed number.

    Equal bodies have equal fingerprints.
    """
    digest = _DIGEST.copy()
    digest.update(orjson.dumps(body))
    fingerprint: int = _SIGNED(digest.digest())[0]
    return fingerprint


NOTES = ("store", "channel", "staff", "reference", "owner")
"""The optional texts of an operation."""
_NOTES = attrgetter(*NOTES)
_NO_NOTES = (None,) * len(NOTES)
Metadata = Mapping[str, str] | tuple[tuple[str, str], ...]


def _sorted_metadata(metadata: Metadata) -> tuple[tuple[str, str], ...] | None:
    """Metadata in the order of its names, so that equal metadata has one fingerprint.

    None where there is none.
    """
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

    `key` makes the operation idempotent within its book: the same key with the same body replays
    the first answer, even if that was a refusal.

    `occurred_at` decides which points are available and which are past their last day. None means
    the instant at which the ledger takes the operation. It does not decide the order of events:
    operations take effect in the order in which the ledger takes them. Import history in the order
    in which it happened. What is spent out of order must have been there on its own day.

    `reference` is the caller's own name for the event. `store`, `channel` and `staff` say where it
    happened and who did it. `metadata` is free: up to `METADATA_ITEMS_MAX` names, each with a
    value.
    """

    KIND: ClassVar[OperationKind]
    OTHER_MEMBER: ClassVar[str | None] = None
    """The field with the second member whose wallet the operation changes."""
    SUBJECT: ClassVar[str | None] = None
    """The field with the key of the operation that this one ends or reverses."""
    SPENDS: ClassVar[bool] = False
    """Whether it takes points that must have been there on its day."""

    key: str
    member: str
    occurred_at: datetime | None = None
    store: str | None = None
    channel: str | None = None
    staff: str | None = None
    reference: str | None = None
    metadata: Metadata | None = None
    owner: str | None = None
    """The use case that the operation serves, which alone may end or reverse it.

    The packages above the ledger set it. Callers from outside have none.
    """
    has_notes: bool = field(init=False, repr=False, compare=False, default=False)
    """Whether it has any of `NOTES`, or metadata: most operations have neither."""

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
        field_name = self.OTHER_MEMBER
        other: str | None = None if field_name is None else getattr(self, field_name)
        return other

    @property
    def subject_key(self) -> str | None:
        """The key of the operation that this one ends or reverses."""
        field_name = self.SUBJECT
        key: str | None = None if field_name is None else getattr(self, field_name)
        return key

    def fingerprint(self) -> int:
        """The fingerprint of the body: the kind and every field but the key."""
        return fingerprint_of(_body_of(type(self))(self))


_BODIES: dict[type[Operation], Callable[[Operation], tuple[object, ...]]] = {}


def _body_of(kind: type[Operation]) -> Callable[[Operation], tuple[object, ...]]:
    """The function that reads an operation's body: the values of its fields.

    Instants are in UTC, so equal ones read alike.

    The function is made from source, as a dataclass's own methods are. It runs once per operation,
    and `attrgetter` would look each name up in the class.
    """
    body = _BODIES.get(kind)
    if body is None:
        names = [
            "KIND",
            *(known.name for known in fields(kind) if known.name != "key" and known.compare),
        ]
        values = ", ".join(f"operation.{name}" for name in names)
        source = f"lambda operation: ({values})"
        body = _BODIES[kind] = eval(source)  # noqa: S307 - the names are the class's own
    return body


def require_day(name: str, day: date | None) -> None:
    """Refuse a day whose year is out of range. None is no day, and passes.

    Raises:
        OperationInvalid: the year is out of range.
    """
    if day is not None and not YEAR_MIN <= day.year <= YEAR_MAX:
        raise OperationInvalid(f"{name} is in the years {YEAR_MIN} to {YEAR_MAX}", field=name)


def require_points(points: int, least: int) -> None:
    """Refuse a number of points that is out of range.

    Raises:
        OperationInvalid: the number is out of range.
    """
    if not least <= points <= POINTS_MAX:
        raise OperationInvalid(
            f"points is a whole number from {least} to {POINTS_MAX}", field="points"
        )
