"""What the description says of lists and overviews, which people look at."""

from api.http.described_row import described as _row

_NAMES = "programme-not-found"

READS = {
    "programme_coupons": _row(
        "list_coupons", "List the coupons of a programme", f"{_NAMES} member-not-found"
    ),
    "coupon_summary": _row("get_coupon_summary", "Count the coupons of a programme", _NAMES),
    "programme_overview": _row("get_overview", "Get the months of a programme", _NAMES),
    "programme_today": _row("get_today", "Get what happened today in a programme", _NAMES),
    "programme_burn_down": _row("get_burn_down", "Get how long stock will last", _NAMES),
    "supplier_deliveries": _row(
        "get_deliveries", "Get how a supplier's deliveries do", "party-not-found"
    ),
    "latest_uses": _row("list_latest_uses", "List a supplier's latest uses", "party-not-found"),
    "members": _row("list_members", "List the members of a programme", _NAMES),
    "holds": _row("list_holds", "List what a member has set aside", f"{_NAMES} member-not-found"),
    "supplier_coupons": _row(
        "list_supplier_coupons", "List the coupons of a supplier", "party-not-found"
    ),
}
