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
    "put_rules": _row(
        "set_programme_rules", "Change the rules of a programme", f"{_NAMES} programme-invalid"
    ),
    "add_rules": _row(
        "add_programme_rules",
        "Let other rules hold from a day on",
        f"{_NAMES} programme-invalid",
    ),
    "rules_versions": _row("list_programme_rules", "List what held in a programme", _NAMES),
    "party_by_code": _row("get_party", "Get a party", "party-not-found"),
    "put_party_name": _row(
        "set_party_name", "Give a party another name", "party-not-found name-invalid"
    ),
    "status": _row("get_status", "Get how the exchange does"),
    "rejected_uses": _row("list_rejected_uses", "List uses that cannot be billed"),
    "retry_rejected_uses": _row("retry_rejected_uses", "Have uses rated again"),
    "members": _row("list_members", "List the members of a programme", _NAMES),
    "holds": _row("list_holds", "List what a member has set aside", f"{_NAMES} member-not-found"),
    "imports": _row("list_imports", "List a party's imports", "party-not-found"),
    "coupon_lines": _row(
        "get_coupon_lines", "Explain what a coupon is billed with", f"{_NAMES} coupon-not-found"
    ),
    "supplier_coupons": _row(
        "list_supplier_coupons", "List the coupons of a supplier", "party-not-found"
    ),
}
