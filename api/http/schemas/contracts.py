"""Contracts: what one use costs between a home brand and a supplier."""

from datetime import date
from typing import Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Currency, Day, Rate, Slug

RoundingName = Literal["half_up", "half_even", "down", "up"]


class ContractBody(Body):
    """What each use costs. Without `home_party` or `supplier_party`, the contract holds for any.

    Rates are minor units per use, as exact decimals.
    """

    home_party: Slug | None = None
    supplier_party: Slug | None = None
    coupon_cost_minor: Rate
    platform_fee_minor: Rate
    currency: Currency
    rounding: RoundingName = "half_up"
    valid_from: Day
    valid_until: Day | None = Field(
        default=None, description="The first day on which the terms no longer apply."
    )


class ContractAnswer(TypedDict):
    """A version of the terms between two parties. Null stands for any party."""

    contract_id: int
    home_party: str | None
    supplier_party: str | None
    version: int
    coupon_cost_minor: str
    platform_fee_minor: str
    currency: str
    rounding: RoundingName
    valid_from: date
    valid_until: date | None
    rated_uses: int
    late_uses: int


class ContractVersionAnswer(TypedDict):
    """A version of the terms between two parties, as one of them sees it.

    The rates are null where a rate card says what a use costs, and where they concern others.
    """

    contract_id: int
    home_party: str | None
    supplier_party: str | None
    operator_party: str
    version: int
    coupon_cost_minor: str | None
    platform_fee_minor: str | None
    currency: str
    rounding: RoundingName
    valid_from: date
    valid_until: date | None
    card_id: int | None
    card: dict[str, Any]
    sha256: str | None


class ContractEndBody(Body):
    """On which day a version no longer holds."""

    on: Day
    accept_late: bool = False


class ContractEndAnswer(TypedDict):
    """A version that has an end now."""

    contract_id: int
    version: int
    valid_from: date
    valid_until: date | None
    rated_uses: int
