"""What the description says of each operation on swaps, placements and leases."""

from api.http.described_row import described as _row

_NAMES = "programme-not-found"
_UPLOAD = (
    "coupon-not-found idempotency-key-reused lease-over lease-not-in-force offer-not-leased"
    " token-expired lease-quota-used coupon-already-used coupon-not-active coupon-expired"
    " coupon-not-yet-usable operation-invalid occurred-in-future shop-not-found shop-not-allowed"
    " hours-closed coupon-locked reversed-too-often threshold-not-met"
)

SWAPS = {
    "add_swap": _row(
        "add_swap",
        "Propose a swap of rights",
        f"{_NAMES} party-not-found role-missing swap-invalid swap-not-found offer-not-found"
        " offer-not-listed",
    ),
    "swaps": _row("list_swaps", "List the swaps"),
    "swap_standing": _row("get_swap", "Get how a swap stands", "swap-not-found"),
    "agree_with_swap": _row(
        "agree_to_swap",
        "Agree to a swap",
        f"{_NAMES} swap-not-found swap-not-proposed offer-not-found offer-not-listed"
        " stock-total-exceeded allotment-too-large",
    ),
    "end_one_swap": _row("end_swap", "End a swap", "swap-not-found"),
    "add_placement": _row(
        "add_placement",
        "Have an offer shown in another app",
        f"{_NAMES} placement-invalid offer-not-found swap-not-found",
    ),
    "placements": _row("list_placements", "List the placements"),
    "placement_figures": _row(
        "get_placement", "Get what came of a placement", "placement-not-found"
    ),
    "add_impressions": _row(
        "add_impressions",
        "Report impressions of a placement",
        "placement-not-found placement-invalid",
    ),
    "add_lease": _row(
        "add_lease",
        "Let a till work without a connection",
        "lease-invalid shop-not-found shop-mismatch offer-not-found too-many-leases vault-broken",
    ),
    "leases": _row("list_leases", "List the leases", "vault-broken"),
    "lease": _row("get_lease", "Get a lease", "lease-not-found vault-broken"),
    "lease_exposure": _row("get_lease_exposure", "Get what is at stake in open leases"),
    "add_lease_uses": _row(
        "add_lease_uses",
        "Tell of uses without a connection",
        "lease-not-found uses-contended vault-broken",
        _UPLOAD,
    ),
    "lease_uses": _row("list_lease_uses", "List the uses of a lease", "lease-not-found"),
    "close_one_lease": _row("close_lease", "Close a lease", "lease-not-found vault-broken"),
    "end_one_placement": _row("end_placement", "End a placement", "placement-not-found"),
}
