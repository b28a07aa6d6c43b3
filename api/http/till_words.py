"""What the members at a till mean, in a sentence each: a part of `glossary`."""

from collections.abc import Mapping

_ORDER = "What the order comes to, in minor units; null if it was not told."
_NEW = "Whether your user is new to you; null if you do not say."
_BOUND = "The shop; null if none was named. A till's key names its own by itself."

TILL_WORDS: Mapping[str, str] = {
    "token": "A token of the coupon: what its QR code says.",
    "TokenAnswer.code": "The code of the coupon, for tills that scan nothing.",
    "TokenAnswer.expires_at": "When the token ends. Get a new one before that.",
    "LookUpBody.token": "A token of the coupon; null if the code is given.",
    "LockBody.token": "A token of the coupon; null if the code is given.",
    "UnlockBody.token": "A token of the coupon; null if the code is given.",
    "UseBody.token": "A token of the coupon; null if the code is given.",
    "UseItem.token": "A token of the coupon; null if the code is given.",
    "ReverseUseBody.token": "A token of the coupon; null if the code is given.",
    "shop": _BOUND,
    "staff": "The shop's own word for who did it; null for none.",
    "order_minor": _ORDER,
    "UseBody.new_member": _NEW,
    "UseItem.new_member": _NEW,
    "UseAnswer.counted_new": "Whether the member was counted as new to the supplier by this use.",
    "price_rule": "The price rule that set the price of the right; null if none did.",
    "lock": "The name of the lock that holds the coupon; null if none does.",
    "UnlockBody.lock": "The name of the lock that holds the coupon.",
    "lock_until": "When the lock ends by itself; null if none holds the coupon.",
    "LockBody.seconds": "How long the lock holds.",
    "require_shop": "Whether every use names one of the supplier's shops.",
    "usable": "Whether it can be used there and now.",
    "LookUpAnswer.why_not": "The codes of the refusals that a use would meet; empty if none.",
    "LookUpAnswer.name": "The name of the offer.",
    "LockAnswer.name": "The name of the offer.",
    "LookUpAnswer.kind": "What the right is worth.",
    "LockAnswer.kind": "What the right is worth.",
    "LookUpAnswer.member": "The member, with dots in the middle.",
    "LockAnswer.member": "The member, with dots in the middle.",
    "ShopUseAnswer.used_at": "When it was used.",
    "LookUpAnswer.used_at": "When it was used; null if it is not used.",
    "used_store": "The shop or store that used it; null if it is not used, or none was named.",
    "reference_tail": "The end of the shop's word for the use; null if there is none.",
    "TillWordsAnswer.zh": "In Chinese.",
    "TillWordsAnswer.en": "In English.",
    "reversed_at": "When the use was reversed; null if it stands.",
    "keys": "The keys, the one that signs first.",
    "kty": "The type of the key, as RFC 8037 has it.",
    "crv": "The curve.",
    "alg": "The algorithm of the signatures.",
    "ExchangeKeyAnswer.use": "What the key is for.",
    "kid": "The number of the key, as signed texts name it.",
    "x": "The public key, in base64url.",
    "holds_until": "Until when the key still holds; null for the one that signs.",
}
