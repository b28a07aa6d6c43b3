"""What suppliers publish and what brands see of it."""

from catalog.offers.publish import (
    publish_offer,
)
from catalog.offers.read import (
    Offer,
    explain_isolation,
    find_visible_offer,
    list_own_offers,
    list_visible_offers,
    load_visible_offers,
)

__all__ = [
    "Offer",
    "explain_isolation",
    "list_visible_offers",
    "list_own_offers",
    "publish_offer",
    "find_visible_offer",
    "load_visible_offers",
]
