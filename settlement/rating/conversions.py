"""A conversion as the ledger reports it, and what it costs under a contract. Pure.

The brand whose points were given away owes the brand whose points were made. The price is that of
the consent. Currency, rounding and operator are those of the contract between the two, with the
payer as the home brand and the payee as the supplier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog import BIGINT_MAX, INTEGER_MAX
from ledger import JSON
from ledger.book import CONSENT_PRICE_DECIMALS_MAX, CONSENT_PRICE_MINOR_MAX
from ledger.finish import Converted
from settlement.money import plain, round_minor
from settlement.rating.terms import Contract
from settlement.rating.uses import Charge, in_range

PRICED_POINTS = 1000
"""How many points a price is for."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion. `use_id` is the operation that credited it, in the book that took it."""

    book_id: int
    use_id: str
    home_party_id: int
    supplier_party_id: int
    from_programme: str
    programme: str
    member: str
    reference: str
    points: int
    price_minor: Decimal
    used_at: datetime

    @property
    def identity(self) -> tuple[int, str]:
        """What names the conversion forever."""
        return self.book_id, self.use_id


def charge_of(conversion: Conversion, contract: Contract) -> Charge:
    """What the home brand owes for a conversion. `calculation` lets a reader recompute it."""
    exact = conversion.points * conversion.price_minor / PRICED_POINTS
    amount_minor = round_minor(exact, contract.rounding)
    calculation = (
        f"{conversion.points} points x {plain(conversion.price_minor)} / {PRICED_POINTS}"
        f" = {amount_minor} {contract.currency} minor ({contract.rounding})"
    )
    return Charge(
        "conversion",
        conversion.home_party_id,
        conversion.supplier_party_id,
        conversion.price_minor,
        calculation,
        amount_minor,
    )


def read_conversion(payload: Mapping[str, JSON]) -> Conversion:
    """The conversion in a payload; KeyError, TypeError or ValueError when it is not one."""
    event = Converted.from_payload(payload)
    price = event.price_minor
    if not price.is_finite() or not 0 <= price <= CONSENT_PRICE_MINOR_MAX:
        raise ValueError(f"{price} is no price")
    if price != round(price, CONSENT_PRICE_DECIMALS_MAX):
        raise ValueError(f"{price} has too many decimals")
    return Conversion(
        book_id=in_range(event.book_id, INTEGER_MAX),
        use_id=event.credit,
        home_party_id=in_range(event.from_party_id, INTEGER_MAX),
        supplier_party_id=in_range(event.to_party_id, INTEGER_MAX),
        from_programme=event.from_programme,
        programme=event.programme,
        member=event.member,
        reference=event.reference,
        points=in_range(event.points, BIGINT_MAX),
        price_minor=price,
        used_at=event.converted_at,
    )
