"""What a contract says, and which contract applies to a use. Pure.

`ContractTerms` names each term once. The statements and conversions of `contracts` take their lists
of columns from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, get_args

from ledger import Refusal
from ledger.book import CURRENCY_PATTERN
from settlement.cards import RateCard, flat_card
from settlement.money import RATE_DECIMALS_MAX, RATE_MINOR_MAX, Rounding

ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)

_CURRENCY = re.compile(CURRENCY_PATTERN)


class ContractInvalid(Refusal):
    """A term of the contract is outside its limits. `detail` names it."""

    code: ClassVar[str] = "contract-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The contract's terms are invalid."


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a use costs and from when.

    A version that stands for a rate card has rates of 0 here: the card says what a use costs.
    Rates are exact decimals in minor units per use. `valid_until` is the first day on which the
    terms no longer hold. None: they have no end.
    """

    operator_party_id: int
    coupon_cost_minor: Decimal
    platform_fee_minor: Decimal
    currency: str
    valid_from: date
    valid_until: date | None = None
    rounding: Rounding = "half_up"

    def hold_on(self, day: date) -> bool:
        """Whether the terms hold on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


TERMS = tuple(field.name for field in fields(ContractTerms))
"""The names of all the fields."""

VALIDITY_TERMS = ("valid_from", "valid_until")
"""Stored as the range `validity`; the others in columns under their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(ContractTerms):
    """One version of the terms between a home brand and a supplier. None stands for any party."""

    contract_id: int
    home_party_id: int | None
    supplier_party_id: int | None
    version: int
    card_id: int | None = None
    stated: RateCard | None = None
    """The card that the version stands for. None: the two flat legs of its rates."""
    named: tuple[tuple[str, int], ...] = ()
    """The parties that the card names by their codes."""

    @property
    def card(self) -> RateCard:
        """What a use costs."""
        return self.stated or flat_card(
            self.currency, self.rounding, self.coupon_cost_minor, self.platform_fee_minor
        )

    @property
    def terms(self) -> ContractTerms:
        """What the version says, without its name."""
        return ContractTerms(**terms_by_name(self))


class Contracts:
    """A set of contracts, asked for the nearest one to a use."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._versions: dict[tuple[int | None, int | None], list[Contract]] = {}
        for contract in contracts:
            scope = (contract.home_party_id, contract.supplier_party_id)
            self._versions.setdefault(scope, []).append(contract)

    def nearest(self, home_party_id: int, supplier_party_id: int, used_on: date) -> Contract | None:
        """The contract of both parties, else the supplier's, else the home brand's, else any.

        The supplier's contract comes before the home brand's because the price is the supplier's.
        """
        for scope in (
            (home_party_id, supplier_party_id),
            (None, supplier_party_id),
            (home_party_id, None),
            (None, None),
        ):
            for contract in self._versions.get(scope, ()):
                if contract.hold_on(used_on):
                    return contract
        return None


def terms_by_name(terms: ContractTerms) -> dict[str, Any]:
    """The terms by the names of their fields."""
    return {name: getattr(terms, name) for name in TERMS}


def require_terms(terms: ContractTerms) -> None:
    """Refuse terms outside their limits.

    Raises:
        ContractInvalid: a rate, the currency, the rounding or the days are.
    """
    for rate in (terms.coupon_cost_minor, terms.platform_fee_minor):
        if not rate.is_finite() or not 0 <= rate < RATE_MINOR_MAX:
            raise ContractInvalid(f"a rate is from 0 to below {RATE_MINOR_MAX} minor units")
        if rate != round(rate, RATE_DECIMALS_MAX):
            raise ContractInvalid(
                f"a rate has at most {RATE_DECIMALS_MAX} decimals of a minor unit"
            )
    if _CURRENCY.fullmatch(terms.currency) is None:
        raise ContractInvalid("a currency is three capital letters (ISO 4217)")
    if terms.rounding not in ROUNDINGS:
        raise ContractInvalid(f"rounding is one of {', '.join(ROUNDINGS)}")
    if terms.valid_until is not None and terms.valid_until <= terms.valid_from:
        raise ContractInvalid("a contract ends after it begins")
