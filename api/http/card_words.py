"""What the members of contracts and rate cards mean, in a sentence each: a part of `glossary`."""

from collections.abc import Mapping

_SHA256 = "The SHA-256 of the whole card; null if you do not see all its legs."
_FEE = "What the operator gets; null if a card says it, or if it is not yours to pay."

CARD_WORDS: Mapping[str, str] = {
    "?contract_id": "The number of a version of a contract.",
    "?card_id": "The number of a rate card.",
    "card_id": "The number of the rate card; null where two rates say it all.",
    "card": "What a use costs: currency, rounding, and the legs that concern you.",
    "RateCardAnswer.state": "Whether it is a draft, holds, or was given up.",
    "RateCardAnswer.sha256": _SHA256,
    "ContractVersionAnswer.sha256": _SHA256,
    "ContractVersionAnswer.coupon_cost_minor": "What a coupon costs; null if a card says it.",
    "ContractVersionAnswer.platform_fee_minor": _FEE,
    "versions": "The numbers of the contract's versions that stand for the card.",
    "written_at": "When the draft was written.",
    "written_by": "The number of the key that wrote it; null if none did.",
    "published_at": "When it was published; null if it was not.",
    "published_by": "The number of the key that published it; null if none did.",
    "accept_late": "Whether a day in a closed month is meant. Uses of it are billed late.",
    "on": "The first day on which the version no longer holds.",
    "rated_uses": "How many uses of these days another price has rated, and keeps.",
    "late_uses": "How many uses of closed months wait, and are billed late.",
}
