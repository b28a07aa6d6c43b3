"""What the members of a programme can have."""

from typing import Literal

from api.http.schemas.figures import MeasureAnswer
from api.http.schemas.offers import OfferAnswer

WhyNotName = Literal[
    "closed",
    "undeliverable",
    "suspended",
    "canary",
    "limit-per-member",
    "limit-per-day",
    "no-allotment",
    "not-eligible:tier",
    "not-eligible:tag",
    "not-eligible:points",
    "not-eligible:new",
    "points",
    "no-codes",
]


class MarketOfferAnswer(OfferAnswer):
    """An offer as a brand's app shows it, perhaps to one member."""

    price: int
    price_rule: int | None
    eligible: bool | None
    why_not: WhyNotName | None
    use_rate: MeasureAnswer | None
