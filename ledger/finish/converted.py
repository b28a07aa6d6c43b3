"""What is told of a conversion that was credited and has its price, through the outbox.

The event holds everything a bill needs. Its payload has one key for each field, under the field's
name. Messages outlive releases: a field may be added with a default, but none is renamed or
removed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Self

from ledger.refusal import JSON

CONVERTED = "ledger.converted"
"""The outbox topic. The messages are in the book that took the points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Points of `from_programme` became `points` of `programme`, for `member` there.

    `credit` is the operation that credited them, `reference` the key of the conversion in the book
    it came from. `price_minor` is what 1,000 of the points cost, in minor units.
    """

    INSTANT_KEY: ClassVar[str] = "converted_at"
    """The key of the business time, which decides the month an event belongs to."""

    book_id: int
    credit: str
    programme: str
    member: str
    points: int
    price_minor: Decimal
    from_programme: str
    from_party_id: int
    to_party_id: int
    reference: str
    converted_at: datetime

    def to_payload(self) -> dict[str, JSON]:
        """The event as a message of the outbox."""
        texts = {
            "price_minor": str(self.price_minor),
            "converted_at": self.converted_at.isoformat(),
        }
        return {**asdict(self), **texts}

    @classmethod
    def from_payload(cls, payload: Mapping[str, JSON]) -> Self:
        """The event in a message of the outbox.

        Raises:
            KeyError, TypeError, ValueError: the payload is no such event.
        """
        return cls(
            book_id=int(payload["book_id"]),
            credit=str(payload["credit"]),
            programme=str(payload["programme"]),
            member=str(payload["member"]),
            points=int(payload["points"]),
            price_minor=_price(payload["price_minor"]),
            from_programme=str(payload["from_programme"]),
            from_party_id=int(payload["from_party_id"]),
            to_party_id=int(payload["to_party_id"]),
            reference=str(payload["reference"]),
            converted_at=_instant(payload[cls.INSTANT_KEY]),
        )


def _price(value: JSON) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no price") from error


def _instant(value: JSON) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is beyond the calendar in UTC") from error
