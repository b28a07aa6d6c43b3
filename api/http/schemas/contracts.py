"""Contracts: what one use costs between a home brand and a supplier."""

from datetime import date
from typing import Literal, TypedDict

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
