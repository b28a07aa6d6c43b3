"""What suppliers publish and what brands see of it.

Promises:

- A published version of an offer never changes.
- At any instant at most one version of an offer is sold.
- Only a listed offer is shown to brands, procured and redeemed. What the operator has paused, the
  operator alone lists again.
- A brand never sees an offer that is isolated from it, and is answered as if there were none.
- An offer that its supplier delivers is published and redeemed only while there is an endpoint.

Never:

- A version is never deleted. A new one ends the one before it.
- No quantity is kept here: how many a brand may redeem stands in `catalog.procurement`.

Start here:

- `terms`: what an offer says, field by field.
- `details`: what its terms may say, and what contradicts what.
- `account_pattern`: the pattern of the account that a recharge goes to.
- `publish`: a supplier's new offer, and its next version.
- `put`: many offers at once, published or given a next version.
- `lifecycle`: the states of an offer, and who may change them.
- `steps`: an offer changes its state.
- `told`: what its supplier is told of that.
- `trust`: whose offers are listed without a review.
- `search`: how offers are found by words and categories.
- `labels`: what offers are called, sold or not.
- `explain`: why one of them is isolated from a brand, or is not.
- `rows`: how an offer is selected, and made of a row.
- `read`: one offer or a page of them, for a supplier and for a brand.
- `history`: an own offer, and all its versions.
- `coupon_rules`: what versions say of coupons that members have.
"""

from catalog.offers.account_pattern import (
    PATTERN_LENGTH_MAX,
    fits_account,
)
from catalog.offers.coupon_rules import (
    load_coupon_rules,
)
from catalog.offers.details import (
    CLOSED_DAYS_MAX,
    DISCOUNT_PERMILLE_MAX,
    GIFT_HOPS_MAX,
    IMAGE_LENGTH_MAX,
    IMAGE_PATTERN,
    IMAGES_MAX,
    LIMIT_PER_MEMBER_MAX,
    PLACE_LENGTH_MAX,
    RETURN_WITHIN_DAYS_MAX,
    REVERSE_MINUTES_MAX,
    SUBTITLE_LENGTH_MAX,
    TERMS_TEXT_LENGTH_MAX,
    TIME_OF_DAY_PATTERN,
    USABLE_SHOPS_MAX,
    USE_AFTER_DAYS_MAX,
    USE_TIMES_MAX,
)
from catalog.offers.explain import explain_isolation
from catalog.offers.history import find_own_offer, list_versions
from catalog.offers.labels import load_labels, load_names, load_offer_codes
from catalog.offers.lifecycle import (
    OfferState,
    Verb,
)
from catalog.offers.publish import (
    publish_offer,
    revise_offer,
)
from catalog.offers.read import (
    OfferNotFound,
    Redeemed,
    find_visible_offer,
    list_own_offers,
    load_offers_to_redeem,
    load_own_offer,
    load_visible_offers,
)
from catalog.offers.rows import (
    Offer,
)
from catalog.offers.search import (
    QUERY_LENGTH_MAX,
)
from catalog.offers.steps import (
    STATE_REASON_LENGTH_MAX,
    move_offer,
)
from catalog.offers.terms import (
    OfferTerms,
    terms_by_name,
)
from catalog.offers.trust import (
    find_trust,
    set_trust,
)

__all__ = [
    "CLOSED_DAYS_MAX",
    "DISCOUNT_PERMILLE_MAX",
    "GIFT_HOPS_MAX",
    "IMAGES_MAX",
    "IMAGE_LENGTH_MAX",
    "IMAGE_PATTERN",
    "LIMIT_PER_MEMBER_MAX",
    "PATTERN_LENGTH_MAX",
    "PLACE_LENGTH_MAX",
    "QUERY_LENGTH_MAX",
    "RETURN_WITHIN_DAYS_MAX",
    "REVERSE_MINUTES_MAX",
    "STATE_REASON_LENGTH_MAX",
    "SUBTITLE_LENGTH_MAX",
    "TERMS_TEXT_LENGTH_MAX",
    "TIME_OF_DAY_PATTERN",
    "USABLE_SHOPS_MAX",
    "USE_AFTER_DAYS_MAX",
    "USE_TIMES_MAX",
    "Offer",
    "OfferNotFound",
    "OfferState",
    "OfferTerms",
    "Redeemed",
    "Verb",
    "explain_isolation",
    "find_own_offer",
    "find_trust",
    "find_visible_offer",
    "fits_account",
    "list_own_offers",
    "list_versions",
    "load_coupon_rules",
    "load_labels",
    "load_names",
    "load_offer_codes",
    "load_offers_to_redeem",
    "load_own_offer",
    "load_visible_offers",
    "move_offer",
    "publish_offer",
    "revise_offer",
    "set_trust",
    "terms_by_name",
]
