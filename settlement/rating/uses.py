"""A use as the exchange reports it, and the rule that turns it into charges. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from catalog import BIGINT_MAX, INTEGER_MAX
from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from ledger import JSON
from ledger.finish import CONVERTED, Converted
from settlement.money import plain, round_minor
from settlement.rating.terms import Contract

Leg = Literal["coupon_cost", "platform_fee", "conversion"]
LEGS: tuple[Leg, ...] = ("coupon_cost", "platform_fee")
"""The legs of a use. A conversion has the third."""

TOPICS = (USED_TOPIC, USE_REVERSED_TOPIC, CONVERTED)
INSTANT_KEYS = {
    USED_TOPIC: CouponUsed.INSTANT_KEY,
    USE_REVERSED_TOPIC: UseReversed.INSTANT_KEY,
    CONVERTED: Converted.INSTANT_KEY,
}
"""The key of each topic's payload that holds the instant which decides its month."""
CODE_TAIL_LENGTH = 4


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
    swap_id: int | None = None
    """The swap that gave the right. Its worth is in the balance of the swap, and not on a bill."""

    @property
    def identity(self) -> tuple[int, str]:
        """What names the use forever."""
        return self.book_id, self.use_id


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
    """What one leg of a use costs. `calculation` lets a reader recompute it."""

    leg: Leg
    payer_party_id: int
    payee_party_id: int
    rate_minor: Decimal
    calculation: str
    amount_minor: int


def charges(use: Use, contract: Contract) -> tuple[Charge, ...]:
    """The legs of a use: the home brand pays the supplier its coupon, the operator its platform.

    A leg that costs nothing is charged at zero, so that every use can be found on its statement.
    The coupon of a swap is one: what it is worth enters the balance of the swap.
    """
    coupon_cost_minor = contract.coupon_cost_minor if use.swap_id is None else Decimal(0)
    legs: tuple[tuple[Leg, int, Decimal], ...] = (
        ("coupon_cost", use.supplier_party_id, coupon_cost_minor),
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
    event = CouponUsed.from_payload(payload)
    return Use(
        book_id=in_range(event.book_id, INTEGER_MAX),
        use_id=event.use_id,
        coupon_id=in_range(event.coupon_id, BIGINT_MAX),
        coupon_code_sha256=code_digest(event.code),
        coupon_code_tail=event.code[-CODE_TAIL_LENGTH:],
        offer_id=in_range(event.offer_id, BIGINT_MAX),
        offer_code=event.offer_code,
        home_party_id=in_range(event.home_party_id, INTEGER_MAX),
        supplier_party_id=in_range(event.supplier_id, INTEGER_MAX),
        programme=event.programme,
        member=event.member,
        reference=event.reference,
        used_at=event.used_at,
        swap_id=event.swap_id,
    )


def read_reversal(payload: Mapping[str, JSON]) -> UseReversal:
    """The reversal in an outbox payload; KeyError, TypeError or ValueError when it is not one."""
    event = UseReversed.from_payload(payload)
    return UseReversal(in_range(event.book_id, INTEGER_MAX), event.use_id, event.reversed_at)


def code_digest(code: str) -> bytes:
    """The digest that recognises a code in canonical spelling. 80 random bits cannot be guessed."""
    return hashlib.sha256(code.encode()).digest()


def in_range(number: int, maximum: int) -> int:
    """The number, if its column holds it. If not, it would fail the messages beside it as well."""
    if not 0 <= number <= maximum:
        raise ValueError(f"{number} is out of range")
    return number
