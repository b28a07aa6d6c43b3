"""A use as the exchange reports it, and the pure rule that turns it into charges."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, Literal

from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC
from ledger import JSON
from settlement.money import plain, round_minor
from settlement.rating.terms import Contract

Leg = Literal["coupon_cost", "platform_fee"]
LEGS: Final[tuple[Leg, ...]] = ("coupon_cost", "platform_fee")

TOPICS: Final = (USED_TOPIC, USE_REVERSED_TOPIC)
MOMENT_KEYS: Final = {USED_TOPIC: "used_at", USE_REVERSED_TOPIC: "reversed_at"}
"""Where the payload of each topic holds the moment that its month is told by."""
CODE_TAIL_LENGTH: Final = 4
_INTEGER_MAX: Final = 2**31 - 1
_BIGINT_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Use:
    """One use of one coupon. A coupon used again after a reversal is another use.

    The code itself can be used again after a reversal. So settlement keeps only what recognises it:
    its digest and its last characters.
    """

    book_id: int
    use_id: str
    coupon_id: int
    coupon_code_sha256: bytes
    coupon_code_tail: str
    offer_id: int
    offer_code: str
    home_party_id: int
    supplier_party_id: int
    programme: str
    member: str
    reference: str | None
    used_at: datetime

    @property
    def identity(self) -> tuple[int, str]:
        """What names the use forever."""
        return self.book_id, self.use_id

    @property
    def used_on(self) -> date:
        """The day of use in UTC: contracts and periods go by it."""
        return self.used_at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class UseReversal:
    """The undoing of one use. It belongs to the month in which it happened."""

    book_id: int
    use_id: str
    reversed_at: datetime

    @property
    def identity(self) -> tuple[int, str]:
        """The identity of the use that it undoes."""
        return self.book_id, self.use_id


@dataclass(frozen=True, slots=True)
class Charge:
    """What one leg of a use costs, with the words that let a reader recompute it."""

    leg: Leg
    payer_party_id: int
    payee_party_id: int
    rate_minor: Decimal
    calculation: str
    amount_minor: int


def charges(use: Use, contract: Contract) -> tuple[Charge, ...]:
    """The legs of a use: the home brand pays the supplier its coupon, the operator its platform.

    A leg that costs nothing is charged at zero, so that every use can be found on its statement.
    """
    legs: tuple[tuple[Leg, int, Decimal], ...] = (
        ("coupon_cost", use.supplier_party_id, contract.coupon_cost_minor),
        ("platform_fee", contract.operator_party_id, contract.platform_fee_minor),
    )
    return tuple(
        _charge(leg, use.home_party_id, payee, rate, contract) for leg, payee, rate in legs
    )


def _charge(
    leg: Leg, payer_party_id: int, payee_party_id: int, rate: Decimal, contract: Contract
) -> Charge:
    amount_minor = round_minor(rate, contract.rounding)
    calculation = (
        f"1 use x {plain(rate)} = {amount_minor} {contract.currency} minor ({contract.rounding})"
    )
    return Charge(leg, payer_party_id, payee_party_id, rate, calculation, amount_minor)


def read_use(payload: Mapping[str, JSON]) -> Use:
    """The use in an outbox payload; KeyError, TypeError or ValueError when it is not one."""
    code = str(payload["code"])
    return Use(
        book_id=_number(payload["book_id"], _INTEGER_MAX),
        use_id=_use_id(payload),
        coupon_id=_number(payload["coupon_id"], _BIGINT_MAX),
        coupon_code_sha256=code_digest(code),
        coupon_code_tail=code[-CODE_TAIL_LENGTH:],
        offer_id=_number(payload["offer_id"], _BIGINT_MAX),
        offer_code=str(payload["offer_code"]),
        home_party_id=_number(payload["home_party_id"], _INTEGER_MAX),
        supplier_party_id=_number(payload["supplier_id"], _INTEGER_MAX),
        programme=str(payload["programme"]),
        member=str(payload["member"]),
        reference=None if payload["reference"] is None else str(payload["reference"]),
        used_at=_moment(payload[MOMENT_KEYS[USED_TOPIC]]),
    )


def read_reversal(payload: Mapping[str, JSON]) -> UseReversal:
    """The reversal in an outbox payload; KeyError, TypeError or ValueError when it is not one."""
    return UseReversal(
        _number(payload["book_id"], _INTEGER_MAX),
        _use_id(payload),
        _moment(payload[MOMENT_KEYS[USE_REVERSED_TOPIC]]),
    )


def code_digest(code: str) -> bytes:
    """What recognises a coupon's code, in its canonical spelling: 80 random bits are beyond guessing from it."""
    return hashlib.sha256(code.encode()).digest()


def _number(value: JSON, maximum: int) -> int:
    """A whole number that its column holds: one that it does not would fail the messages beside it as well."""
    number = int(value)
    if not 0 <= number <= maximum:
        raise ValueError(f"{number} is out of range")
    return number


def _use_id(payload: Mapping[str, JSON]) -> str:
    return f"{int(payload['coupon_id'])}.{int(payload['use'])}"


def _moment(value: JSON) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is beyond the calendar in UTC") from error
