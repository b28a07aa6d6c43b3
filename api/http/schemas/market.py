"""What the members of a programme can have."""

from typing import Literal

from api.http.schemas.offers import OfferAnswer


class MarketOfferAnswer(OfferAnswer):
    """An offer as a brand's app shows it, perhaps to one member."""

    price: int
    eligible: bool | None
    why_not: Literal["no-allotment", "closed", "points"] | None
