"""A use as the exchange reports it, and the rule that turns it into charges. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from catalog import BIGINT_MAX, FACE_VALUE_MINOR_MAX, INTEGER_MAX
from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from ledger import JSON
from ledger.finish import CONVERTED, Converted
from settlement.cards import Inputs, RatedLine, rate_line, words_of
from settlement.cards import Leg as CardLeg
from settlement.months import day_of
from settlement.rating.terms import Contract

Leg = Literal["coupon_cost", "platform_fee", "conversion"]
"""The legs that a statement has sums of their own for. A rate card may have others."""
LEGS: tuple[Leg, ...] = ("coupon_cost", "platform_fee")
"""The legs of a use under a contract of two rates."""
CONVERSION: Leg = "conversion"
"""The one leg of a conversion."""

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
    face_minor: int | None = None
    order_minor: int | None = None
    paid_minor: int | None = None
    currency: str | None = None
    store: str | None = None
    offer_version: int | None = None
    request_number: str | None = None
    redeemed_at: datetime | None = None
    counted: Literal["used", "delivered"] = "used"

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
    """What one leg of a use costs by itself. `calculation` lets a reader recompute it.

    `leg_number` is the leg's place in its card, from 0, where the card counts this use. None: it
    does not, as the leg is not about this use; or there is no card.
    """

    leg: str
    payer_party_id: int
    payee_party_id: int
    rate_minor: Decimal
    calculation: str
    amount_minor: int
    leg_number: int | None = None
    tax_rate: Decimal | None = None
    tax_inclusive: bool | None = None


class Pricing:
    """What uses cost under one contract.

    A leg that costs every use the same is rated once. A leg that costs nothing now is charged at
    zero, so that every use can be found on its statement, and be counted at the end of the month.
    """

    def __init__(self, contract: Contract, zone: tzinfo) -> None:
        self._contract = contract
        self._zone = zone
        self._legs = contract.card.legs
        self._named = dict(contract.named)
        self._same: dict[tuple[int, str, bool], tuple[RatedLine, str]] = {}

    def charges(self, use: Use) -> tuple[Charge, ...]:
        """A charge for each leg of the card.

        Raises:
            BasisMissing: a leg is a share of what was not told of the use.
        """
        return tuple(self._charge(number, leg, use) for number, leg in enumerate(self._legs))

    def _charge(self, number: int, leg: CardLeg, use: Use) -> Charge:
        rated, calculation = self._rated(number, leg, use)
        is_counted = self._contract.stated is not None and rated.counts
        return Charge(
            leg.leg,
            self._party(leg.payer, use),
            self._party(leg.payee, use),
            rated.rate_minor,
            calculation,
            rated.amount_minor,
            number if is_counted else None,
            None if leg.tax is None else leg.tax.rate,
            None if leg.tax is None else leg.tax.inclusive,
        )

    def _rated(self, number: int, leg: CardLeg, use: Use) -> tuple[RatedLine, str]:
        if leg.basis != "count" or leg.free is not None:
            return self._words(leg, rate_line(leg, inputs_of(use, self._zone)))
        kind = (number, use.counted, use.swap_id is not None)
        if kind not in self._same:
            self._same[kind] = self._words(leg, rate_line(leg, inputs_of(use, self._zone)))
        return self._same[kind]

    def _words(self, leg: CardLeg, rated: RatedLine) -> tuple[RatedLine, str]:
        return rated, words_of(rated, leg, self._contract.currency)

    def _party(self, role: str, use: Use) -> int:
        if role == "home":
            return use.home_party_id
        if role == "supplier":
            return use.supplier_party_id
        if role == "operator":
            return self._contract.operator_party_id
        return self._named[role]


def inputs_of(use: Use, zone: tzinfo) -> Inputs:
    """What a leg may be rated from."""
    return Inputs(
        day_of(use.used_at, zone),
        use.offer_code,
        use.face_minor,
        use.order_minor,
        use.paid_minor,
        use.counted,
        use.swap_id is not None,
    )


def charges(use: Use, contract: Contract, zone: tzinfo = UTC) -> tuple[Charge, ...]:
    """The legs of a use: under a contract of two rates, the brand pays supplier and operator.

    The coupon of a swap costs nothing: what it is worth enters the balance of the swap.

    Raises:
        BasisMissing: a leg is a share of what was not told of the use.
    """
    return Pricing(contract, zone).charges(use)


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
        face_minor=in_range(event.face_value_minor, FACE_VALUE_MINOR_MAX),
        order_minor=_money(event.order_minor),
        paid_minor=_money(event.paid_minor),
        currency=event.currency,
        store=event.store,
        offer_version=None
        if event.offer_version is None
        else in_range(event.offer_version, INTEGER_MAX),
        request_number=event.request_number,
        redeemed_at=event.redeemed_at,
        counted=event.counted,
    )


def read_reversal(payload: Mapping[str, JSON]) -> UseReversal:
    """The reversal in an outbox payload; KeyError, TypeError or ValueError when it is not one."""
    event = UseReversed.from_payload(payload)
    return UseReversal(in_range(event.book_id, INTEGER_MAX), event.use_id, event.reversed_at)


def _money(amount_minor: int | None) -> int | None:
    return None if amount_minor is None else in_range(amount_minor, FACE_VALUE_MINOR_MAX)


def code_digest(code: str) -> bytes:
    """The digest that recognises a code in canonical spelling. 80 random bits cannot be guessed."""
    return hashlib.sha256(code.encode()).digest()


def in_range(number: int, maximum: int) -> int:
    """The number, if its column holds it. If not, it would fail the messages beside it as well."""
    if not 0 <= number <= maximum:
        raise ValueError(f"{number} is out of range")
    return number
