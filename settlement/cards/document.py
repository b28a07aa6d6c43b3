"""What a rate card says: its legs, its currency and how it rounds. Pure.

A card is data, and nothing else decides what a use costs. `of_document` reads what somebody wrote
and refuses what has no clear meaning. `to_document` gives it back in the one way to write it, so
equal cards have equal digests.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, get_args

from settlement.cards.leg_document import leg_document, read_leg
from settlement.cards.legs import LEGS_MAX, Leg, RoundAt
from settlement.cards.reading import RateCardInvalid, Reader
from settlement.money import Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """What a use costs between the parties of a contract."""

    currency: str
    legs: tuple[Leg, ...]
    rounding: Rounding = "half_up"
    round_at: RoundAt = "line"

    @property
    def sha256(self) -> bytes:
        """The digest of `to_document`, as JSON with sorted keys, in UTF-8 and without spaces."""
        text = json.dumps(
            self.to_document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).digest()

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "RateCard":
        """The card in a document.

        Raises:
            RateCardInvalid: it says something unknown, nothing clear, or exceeds a limit. `at`
                names the place.
        """
        read = Reader(document)
        read.choice("priced_at", ("use",), "use")
        rounding: Rounding = read.choice("rounding", get_args(Rounding), "half_up")
        round_at: RoundAt = read.choice("round", get_args(RoundAt), "line")
        card = cls(
            currency=read.currency("currency"),
            rounding=rounding,
            round_at=round_at,
            legs=tuple(
                read_leg(each, rounding, round_at) for each in read.readers("legs", 1, LEGS_MAX)
            ),
        )
        read.finish()
        names = [leg.leg for leg in card.legs]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise RateCardInvalid.at_place(f"legs[{number}].leg", "two legs have this name")
        return card

    def to_document(self) -> dict[str, Any]:
        """What the card says, as JSON. What is not stated, or is as if it were not, is left out."""
        return {
            "currency": self.currency,
            "rounding": self.rounding,
            "round": self.round_at,
            "legs": [leg_document(leg, self.rounding, self.round_at) for leg in self.legs],
        }

    def leg(self, name: str) -> Leg | None:
        """The leg of a name."""
        return next((leg for leg in self.legs if leg.leg == name), None)


def shown_card(card: RateCard, legs: tuple[Leg, ...]) -> dict[str, Any]:
    """The document of a card with some of its legs: those that a viewer may see."""
    return replace(card, legs=legs).to_document()


def flat_card(
    currency: str, rounding: Rounding, coupon_cost_minor: Decimal, platform_fee_minor: Decimal
) -> RateCard:
    """The card of two flat legs: the brand pays the supplier its coupon, the operator a fee."""
    return RateCard(
        currency=currency,
        rounding=rounding,
        legs=(
            Leg(
                leg="coupon_cost",
                payer="home",
                payee="supplier",
                rate=coupon_cost_minor,
                rounding=rounding,
            ),
            Leg(
                leg="platform_fee",
                payer="home",
                payee="operator",
                rate=platform_fee_minor,
                rounding=rounding,
            ),
        ),
    )
