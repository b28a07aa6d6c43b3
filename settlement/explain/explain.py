"""Why a line says what it says: its inputs, each step, its share of the period, and the same again.

Pure: what is stored is given, and the line is rated once more by the function that rated it. It is
the same if amount, rate, words, parties, currency and tax all are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from settlement.cards import BasisMissing, Inputs, Leg, RateCard, RatedLine, rate_line, words_of
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
class Stated:
    """The card that a line was rated by, its digest, and the parties that it names."""

    card: RateCard
    sha256: bytes
    named: Mapping[str, int]


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


def explain(line: StoredLine, stated: Stated, *, is_closed: bool) -> Explained:
    """How a line comes about under its card."""
    card = stated.card
    steps, amount_minor = _again(line, card)
    is_same = amount_minor == line.amount_minor and _says_the_same(line, card, stated.named)
    effective_minor, tax_minor = line.effective_minor, line.tax_minor
    if is_closed and effective_minor is None:
        # Nothing of its period is shared by it.
        effective_minor, tax_minor = line.amount_minor, 0
    return Explained(
        line=line,
        card_sha256=stated.sha256,
        steps=steps,
        replay="same" if is_same else "differs",
        effective_minor=effective_minor,
        tax_minor=tax_minor,
    )


def replayed_minor(line: StoredLine, card: RateCard) -> int | None:
    """What the line comes to when it is rated again; None if its card has no such leg."""
    return _again(line, card)[1]


def _says_the_same(line: StoredLine, card: RateCard, named: Mapping[str, int]) -> bool:
    """Whether all but the amount is what the card says. A reversal is compared with its charge."""
    if line.kind == "reversal":
        return True
    if line.points is not None:
        parties = (line.home_party_id, line.supplier_party_id)
        payer_and_payee = (line.payer_party_id, line.payee_party_id)
        return payer_and_payee == parties and line.currency == card.currency
    leg = card.leg(line.leg)
    if leg is None:
        return False
    try:
        rated = rate_line(leg, line.inputs)
    except BasisMissing:
        return False
    parties_by_role = {
        **named,
        "home": line.home_party_id,
        "supplier": line.supplier_party_id,
        "operator": line.operator_party_id,
    }
    payer, payee = parties_by_role.get(leg.payer), parties_by_role.get(leg.payee)
    return (payer, payee) == (line.payer_party_id, line.payee_party_id) and _as_rated(
        line, card, leg, rated
    )


def _as_rated(line: StoredLine, card: RateCard, leg: Leg, rated: RatedLine) -> bool:
    tax = leg.tax
    is_counted = line.card_id is not None and rated.counts
    return (
        line.currency == card.currency
        and line.rate_minor == rated.rate_minor
        and line.calculation == words_of(rated, leg, card.currency)
        and line.leg_number == (card.legs.index(leg) if is_counted else None)
        and (line.tax_rate, line.tax_inclusive)
        == ((None, None) if tax is None else (tax.rate, tax.inclusive))
    )


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
