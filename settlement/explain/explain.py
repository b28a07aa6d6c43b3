"""Why a line says what it says: its inputs, each step, its share of the period, and the same again.

Pure: what is stored is given, and the line is rated once more by the function that rated it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from settlement.cards import BasisMissing, Inputs, Leg, RateCard, rate_line
from settlement.money import plain, round_minor
from settlement.rating.conversions import PRICED_POINTS

Replay = Literal["same", "differs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A line as it is stored, with what its charge says if it is a reversal."""

    book_id: int
    use_id: str
    leg: str
    kind: str
    month: str
    late: bool
    payer_party_id: int
    payee_party_id: int
    home_party_id: int
    supplier_party_id: int
    operator_party_id: int
    currency: str
    contract_id: int
    contract_version: int
    card_id: int | None
    leg_number: int | None
    offer_id: int | None
    offer_code: str | None
    used_at: datetime
    used_on: date
    occurred_at: datetime
    face_minor: int | None
    order_minor: int | None
    paid_minor: int | None
    points: int | None
    counted_as: Literal["used", "delivered"]
    swap_id: int | None
    rate_minor: Decimal
    amount_minor: int
    calculation: str
    tax_rate: Decimal | None
    tax_inclusive: bool | None
    effective_minor: int | None
    tax_minor: int | None
    statement_number: str | None
    charge_minor: int | None

    @property
    def identity(self) -> str:
        """What names the line in files and explanations."""
        return f"{self.book_id}:{self.use_id}:{self.leg}:{self.kind}"

    @property
    def inputs(self) -> Inputs:
        """What the line was rated from."""
        return Inputs(
            used_on=self.used_on,
            offer_code=self.offer_code or "",
            face_minor=self.face_minor,
            order_minor=self.order_minor,
            paid_minor=self.paid_minor,
            event=self.counted_as,
            is_swapped=self.swap_id is not None,
        )


@dataclass(frozen=True, slots=True)
class Explained:
    """A line, how it comes about, and whether it comes about in the same way today.

    `effective_minor` is what it comes to with its share of the lines of its period, without tax
    that is added; `tax_minor` is the tax in or on it. Both are known once its month has closed.
    `card_sha256` is None for who does not see the whole card: from it, a price could be guessed.
    """

    line: StoredLine
    card_sha256: bytes | None
    steps: Sequence[Mapping[str, Any]]
    replay: Replay
    effective_minor: int | None
    tax_minor: int | None

    @property
    def net_minor(self) -> int | None:
        """What it comes to without tax."""
        if self.effective_minor is None or self.tax_minor is None:
            return None
        return self.effective_minor - (self.tax_minor if self.line.tax_inclusive else 0)


def explain(line: StoredLine, card: RateCard, *, is_closed: bool) -> Explained:
    """How a line comes about under its card."""
    steps, amount_minor = _again(line, card)
    effective_minor, tax_minor = line.effective_minor, line.tax_minor
    if is_closed and effective_minor is None:
        # Nothing of its period is shared by it.
        effective_minor, tax_minor = line.amount_minor, 0
    return Explained(
        line=line,
        card_sha256=card.sha256,
        steps=steps,
        replay="same" if amount_minor == line.amount_minor else "differs",
        effective_minor=effective_minor,
        tax_minor=tax_minor,
    )


def replayed_minor(line: StoredLine, card: RateCard) -> int | None:
    """What the line comes to when it is rated again; None if its card has no such leg."""
    return _again(line, card)[1]


def _again(line: StoredLine, card: RateCard) -> tuple[Sequence[Mapping[str, Any]], int | None]:
    if line.kind == "reversal":
        charge_minor = line.charge_minor
        steps = [{"op": "reversal", "of": "its charge", "minor": charge_minor}]
        return steps, None if charge_minor is None else -charge_minor
    if line.points is not None:
        return _converted(line, card)
    leg = card.leg(line.leg)
    if leg is None:
        return [], None
    return _used(leg, line)


def _used(leg: Leg, line: StoredLine) -> tuple[Sequence[Mapping[str, Any]], int | None]:
    try:
        rated = rate_line(leg, line.inputs)
    except BasisMissing as missing:
        return [{"op": "missing", "of": missing.name}], None
    return rated.steps, rated.amount_minor


def _converted(line: StoredLine, card: RateCard) -> tuple[Sequence[Mapping[str, Any]], int]:
    points = line.points or 0
    exact = points * line.rate_minor / PRICED_POINTS
    amount_minor = round_minor(exact, card.rounding)
    return [
        {
            "op": "conversion",
            "of": f"{points} points",
            "rate": plain(line.rate_minor),
            "exact": plain(exact),
        },
        {"op": "round", "mode": card.rounding, "minor": amount_minor},
    ], amount_minor
