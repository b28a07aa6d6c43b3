"""What the members of offers mean, in a sentence each: a part of `glossary`."""

from collections.abc import Mapping

_ONLY_SHOWN = "It is shown; nothing is judged by it yet."

OFFER_WORDS: Mapping[str, str] = {
    "OfferBody.state": "DRAFT for one that is not to be listed yet; null for one that is.",
    "OfferItem.state": "DRAFT for one that is not to be listed yet; null for one that is.",
    "OfferAnswer.state": "Where the offer stands.",
    "OfferItemAnswer.state": "Where the offer stands.",
    "paused_by": "Who paused it; null if it is not paused, and to brands.",
    "state_reason": "Why its state was changed last; null if nobody said it, and to brands.",
    "OfferStepBody.reason": "Why; null for no reason.",
    "RejectBody.reason": "Why the offer is not listed.",
    "DeactivateBody.reason": "Why the offer is taken out.",
    "DeactivateBody.coupons": "What becomes of its coupons: they stay as good as they were.",
    "trusted": "Whether its offers are listed without a review.",
    "VersionBody.kind": "What the right is worth; null for a voucher, a top-up if delivered.",
    "VersionBody.category": "The category of the offer; null for the supplier's.",
    "VersionBody.quantity_max": "How many all brands may procure together; null for any number.",
    "MarketOfferAnswer.points": "What the offer suggests that it costs.",
    "MarketOfferAnswer.kind": "What the right is worth.",
    "MarketOfferAnswer.category": "The category of the offer; null if it has none.",
    "MarketOfferAnswer.state": "Where the offer stands.",
    "MarketOfferAnswer.counts_as_used": "What counts as its use.",
    "MarketOfferAnswer.quantity_max": (
        "How many all brands may procure together; null for any number."
    ),
    "price": "What it costs a member here, in points.",
    "eligible": "Whether the member can redeem it now; null if none was named.",
    "why_not": "Why it cannot be redeemed; null if it can.",
    "OfferBody.kind": "What the right is worth; null for a voucher, a top-up if delivered.",
    "OfferItem.kind": "What the right is worth; null for a voucher, a top-up if delivered.",
    "OfferAnswer.kind": "What the right is worth.",
    "OfferItemAnswer.kind": "What the right is worth.",
    "OfferBody.category": "The category of the offer; null for the supplier's.",
    "OfferItem.category": "The category of the offer; null for the supplier's.",
    "OfferAnswer.category": "The category of the offer; null if it has none.",
    "OfferItemAnswer.category": "The category of the offer; null if it has none.",
    "presented_brand": "The code of the party whose right it is; null if it is the supplier's.",
    "subtitle": "A line beneath the name; null for none.",
    "terms_text": "The conditions that a member reads; null for none.",
    "images": "The addresses of its images.",
    "texts": "What it says in other languages; null for none.",
    "zh": "In Chinese; null for none.",
    "en": "In English; null for none.",
    "TextBody.name": "The name in this language; null for the offer's own.",
    "TextBody.subtitle": "The subtitle in this language; null for the offer's own.",
    "TextBody.terms_text": "The conditions in this language; null for the offer's own.",
    "threshold_minor": (
        f"From which order on it can be used, in minor units; null for any. {_ONLY_SHOWN}"
    ),
    "discount_permille": "What is taken off, in thousandths; null if it is no discount.",
    "discount_cap_minor": "The most that is taken off, in minor units; null for any amount.",
    "usable": f"Where it can be used; null for everywhere. {_ONLY_SHOWN}",
    "online": "Whether it can be used online.",
    "shops": "In which shops it can be used.",
    "groups": "The names of groups of shops.",
    "regions": "Regions of shops, as six digits.",
    "codes": "The codes of shops.",
    "use_times": f"In which hours it can be used; null for all. {_ONLY_SHOWN}",
    "weekdays": "Weekdays, from 1 for Monday to 7.",
    "opens": "From which time of day on, like 09:30.",
    "closes": "Until before which time of day, like 21:00.",
    "closed_on": f"On which days it cannot be used. {_ONLY_SHOWN}",
    "use_from": "The first day on which it can be used; null for any.",
    "use_until": "The last day on which it can be used; null for any.",
    "use_after_days": "How many days after it was redeemed it can be used; null for at once.",
    "per_member": "How many a member may redeem in all; null for any number.",
    "per_member_per_day": "How many a member may redeem in a day; null for any number.",
    "per_day": "How many the members of a programme may redeem in a day; null for any number.",
    "OfferBody.quantity_max": "How many all brands may procure together; null for any number.",
    "OfferItem.quantity_max": "How many all brands may procure together; null for any number.",
    "OfferAnswer.quantity_max": "How many all brands may procure together; null for any number.",
    "OfferItemAnswer.quantity_max": (
        "How many all brands may procure together; null for any number."
    ),
    "gift_hops": f"How often a member may give it to another. {_ONLY_SHOWN}",
    "return_within_days": (
        f"Within how many days a member may return it; 0 for never. {_ONLY_SHOWN}"
    ),
    "reverse_minutes": f"Within how many minutes a use may be reversed. {_ONLY_SHOWN}",
    "counts_as_used": (
        f"What counts as its use; null for what follows from the fulfilment. {_ONLY_SHOWN}"
    ),
    "OfferAnswer.counts_as_used": f"What counts as its use. {_ONLY_SHOWN}",
    "OfferItemAnswer.counts_as_used": f"What counts as its use. {_ONLY_SHOWN}",
    "account_pattern": "The pattern of the account that it is delivered to; null for any.",
    "visible_from": "From when on it is shown, before it is sold; null for no sooner.",
}
