"""What an offer costs one member, and why it cannot be had (pure).

The reasons come in the order in which a redemption would meet them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from catalog.market.shopper import Purse
from catalog.offers.lifecycle import OfferState
from catalog.offers.rows import Offer
from catalog.pricing import eligible
from catalog.pricing.eligible import MemberFacts
from catalog.pricing.load import Pricing
from catalog.stages.stage import WhyNotServed
from ledger import Refusal

WhyNot = Literal[
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
"""`closed`: it is not listed, or not sold now. `no-allotment`: the brand has no open stock.

`no-codes`: the supplier has sent no further card code. `suspended`, `canary`: its supplier is
suspended, or serves only some members, and not this one.
"""

_LIMITS: Mapping[str, WhyNot] = {
    "limit-per-member": "limit-per-member",
    "limit-per-day": "limit-per-day",
    "codes-exhausted": "no-codes",
}

_NOT_ELIGIBLE: Mapping[eligible.WhyNot, WhyNot] = {
    "tier": "not-eligible:tier",
    "tag": "not-eligible:tag",
    "points": "not-eligible:points",
    "new": "not-eligible:new",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may be shown. `batch_points` is the price of the batch that goes next."""

    offer: Offer
    has_stock: bool
    batch_points: int | None
    is_deliverable: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """An offer for one member. `eligible` is None where no member was named."""

    offer: Offer
    price: int
    price_id: int | None
    eligible: bool | None
    why_not: WhyNot | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides on the offers of a market for one member, or for nobody in particular."""

    pricing: Pricing
    facts: MemberFacts | None
    purse: Purse | None
    limits: Mapping[int, Refusal]
    at: datetime
    unserved: Mapping[int, WhyNotServed]
    """The suppliers that do not serve the member, and why."""


def priced_for(candidates: Sequence[Candidate], asked: Asked) -> list[Priced]:
    """What each offer costs the member, in order, and why it cannot be had."""
    prices = asked.pricing.price_list(asked.facts, asked.at)
    found = []
    for each in candidates:
        price = prices.price(each.offer, each.batch_points)
        why = _why_not(each, price.points, asked)
        is_eligible = None if asked.purse is None else why is None
        found.append(Priced(each.offer, price.points, price.price_id, is_eligible, why))
    return found


def _why_not(candidate: Candidate, points: int, asked: Asked) -> WhyNot | None:
    offer, at = candidate.offer, asked.at
    is_sold = offer.valid_from <= at and (offer.valid_until is None or at < offer.valid_until)
    if offer.state != OfferState.LISTED or not is_sold:
        return "closed"
    if not candidate.is_deliverable:
        return "undeliverable"
    if (unserved := asked.unserved.get(offer.supplier_id)) is not None:
        return unserved
    limit = asked.limits.get(offer.offer_id)
    why_limit = None if limit is None else _LIMITS[limit.code]
    if why_limit is not None and why_limit != "no-codes":
        return why_limit
    if not candidate.has_stock:
        return "no-allotment"
    if why_limit is not None:
        return why_limit
    if asked.facts is not None:
        why = asked.pricing.why_not(offer.offer_id, asked.facts, at)
        if why is not None:
            return _NOT_ELIGIBLE[why]
    if asked.purse is not None and asked.purse.spendable < points:
        return "points"
    return None
