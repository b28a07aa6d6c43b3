"""What a piece costs the brand, and whether the supplier agrees to that."""

from typing import ClassVar

from catalog.fields import FACE_VALUE_MINOR_MAX, is_whole, require_currency
from ledger import Refusal

UNIT_COST_MINOR_MAX = FACE_VALUE_MINOR_MAX


class UnitCostInvalid(Refusal):
    """A cost is no number of minor units within the limits, or it has no currency."""

    code: ClassVar[str] = "unit-cost-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The cost is no whole number within the limits, or has no currency."


class PriceNotAgreed(Refusal):
    """The supplier's terms would grant it, at another cost. `unit_cost_minor` says which."""

    code: ClassVar[str] = "price-not-agreed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier's terms ask for another cost."


def require_cost(unit_cost_minor: int | None, currency: str | None) -> None:
    """Check the cost of a piece. Both are None if none is said.

    Raises:
        UnitCostInvalid: it is not 0 to UNIT_COST_MINOR_MAX, or one comes without the other.
        CurrencyInvalid: the currency is malformed.
    """
    if unit_cost_minor is None and currency is None:
        return
    if (
        unit_cost_minor is None
        or currency is None
        or not is_whole(unit_cost_minor, 0, UNIT_COST_MINOR_MAX)
    ):
        raise UnitCostInvalid(
            f"a cost is 0 to {UNIT_COST_MINOR_MAX} minor units of a currency",
            field="unit_cost_minor",
        )
    require_currency(currency)
