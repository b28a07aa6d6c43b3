"""What suppliers publish and what brands see of it."""

from catalog.offers.publish import (
    publish_offer,
)
from catalog.offers.read import (
    Offer,
    explain,
    list_offers,
    offers_of,
    visible_offer,
    visible_offers,
)

__all__ = [
    "Offer",
    "explain",
    "list_offers",
    "offers_of",
    "publish_offer",
    "visible_offer",
    "visible_offers",
]
