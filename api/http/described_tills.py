"""What the description says of each operation at a till: uses, locks, tokens and shops' lists."""

from api.http.described_row import described as _row

_NAMED = (
    "operation-invalid coupon-not-found shop-mismatch shop-not-found shop-required"
    " too-many-code-misses"
)
_JUDGED = (
    f"{_NAMED} occurred-in-future coupon-already-used coupon-not-active coupon-not-yet-usable"
    " coupon-expired shop-not-allowed hours-closed coupon-locked token-expired reversed-too-often"
    " vault-broken"
)
_USE = f"{_JUDGED} import-not-permitted threshold-not-met"
_NEW_KEY = "name-invalid scope-unknown key-end-invalid key-exceeds-maker too-many-keys"
_COUPON = "programme-not-found coupon-not-found coupon-not-active vault-broken"

TILLS = {
    "use_one": _row("use_coupon", "Use a coupon", f"{_USE} uses-contended"),
    "use_many": _row(
        "use_coupons",
        "Use many coupons",
        "too-many-code-misses uses-contended vault-broken",
        f"{_USE} idempotency-key-reused",
    ),
    "reverse_one": _row(
        "reverse_coupon_use",
        "Reverse the use of a coupon",
        f"{_NAMED} import-not-permitted coupon-not-used shop-not-allowed reverse-too-late"
        " uses-contended vault-broken",
    ),
    "look_up_coupon": _row("look_up_coupon", "Look a coupon up", f"{_NAMED} vault-broken"),
    "lock_coupon": _row("lock_coupon", "Hold a coupon for a while", f"{_JUDGED} uses-contended"),
    "unlock_coupon": _row(
        "unlock_coupon",
        "Let go of a coupon",
        f"{_NAMED} coupon-not-locked uses-contended vault-broken",
    ),
    "add_till_key": _row(
        "add_till_key",
        "Make an API key for a till",
        f"{_NEW_KEY} party-not-found shop-not-found",
    ),
    "shop_uses": _row(
        "list_shop_uses", "List what a shop has used on a day", "party-not-found shop-not-found"
    ),
    "use_settings": _row(
        "get_use_settings", "Get what a supplier asks of uses", "party-not-found role-missing"
    ),
    "put_use_settings": _row(
        "set_use_settings", "State what a supplier asks of uses", "party-not-found role-missing"
    ),
    "coupon_token": _row("get_coupon_token", "Get a token of a coupon", _COUPON),
    "coupon_qr": _row("get_coupon_qr", "Get a token of a coupon as a QR code", _COUPON),
    "exchange_keys": _row(
        "list_exchange_keys", "List the public keys of the exchange", "vault-broken"
    ),
}
"""The rows, by the name of the handler."""
