"""Values of closed lists as people read them. They are translated where they are shown."""

from collections.abc import Mapping


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


gettext = _
"""The same for other files of this wing."""


ROLES: Mapping[str, tuple[str, str]] = {
    "operator": (_("Operator"), _("Everything, for every party.")),
    "finance": (_("Finance"), _("Contracts, periods, statements, reconciliation and liability.")),
    "auditor": (_("Auditor"), _("Reads everything and changes nothing.")),
    "marketer": (_("Marketer"), _("Points, members, market and prices; users and keys.")),
    "brand_finance": (_("Brand finance"), _("Statements, invoices and liability.")),
    "service": (_("Customer service"), _("Members and coupons; adjusts points and helps out.")),
    "manager": (_("Supplier manager"), _("Offers, deliveries, statements, shops; users and keys.")),
    "till": (_("Till"), _("Uses coupons, and takes a use back.")),
}
PARTY_ROLES: Mapping[str, str] = {
    "operator": _("Operator"),
    "brand": _("Brand"),
    "supplier": _("Supplier"),
}
USER_STATES: Mapping[str, tuple[str, str]] = {
    "invited": (_("Invited"), "warn"),
    "active": (_("Active"), "ok"),
    "disabled": (_("Disabled"), "bad"),
}
KEY_STATES: Mapping[str, tuple[str, str]] = {
    "active": (_("In force"), "ok"),
    "ending": (_("Ends soon"), "warn"),
    "ended": (_("Ended"), ""),
    "revoked": (_("Revoked"), "bad"),
}
SCOPES: Mapping[str, str] = {
    "read": _("Read what the party may see"),
    "points": _("Issue, redeem, hold and adjust points"),
    "rights": _("Redeem rights for members"),
    "coupons": _("Use coupons and take uses back"),
    "offers": _("Offers, stock and prices"),
    "statements": _("Agree to statements and dispute them"),
    "reconcile": _("Send files to reconcile"),
    "admin": _("Keys, users and settings of the party"),
    "import": _("Say when something happened, for imports"),
    "till": _("One shop's till"),
}
LIGHTS: Mapping[str, tuple[str, str]] = {
    "red": (_("Red"), "bad"),
    "amber": (_("Amber"), "warn"),
    "green": (_("Green"), "ok"),
}
STAGES: Mapping[str, tuple[str, str]] = {
    "DECLARED": (_("Declared"), ""),
    "CHECKED": (_("Checked"), "warn"),
    "CANARY": (_("Canary"), "warn"),
    "OPEN": (_("Open"), "ok"),
    "SUSPENDED": (_("Suspended"), "bad"),
}
ENDPOINT_STATES: Mapping[str, tuple[str, str]] = {
    "enabled": (_("Enabled"), "ok"),
    "disabled": (_("Disabled"), "bad"),
}
DELIVERY_STATES: Mapping[str, tuple[str, str]] = {
    "waiting": (_("Waiting"), "warn"),
    "delivered": (_("Delivered"), "ok"),
    "failed": (_("Failed"), "bad"),
}
GROUP_KINDS: Mapping[str, str] = {
    "alliance": _("Alliance: open to each other"),
    "competitors": _("Competitors: isolated from each other"),
    "plain": _("Plain: for rules alone"),
}
EFFECTS: Mapping[str, tuple[str, str]] = {
    "allow": (_("Allow"), "ok"),
    "deny": (_("Deny"), "bad"),
}
LAYERS: Mapping[str, str] = {
    "itself": _("Its own offers"),
    "veto": _("A veto"),
    "rule": _("A rule"),
    "default": _("The default of the category"),
    "none": _("No rule"),
}
FACETS: Mapping[str, str] = {
    "owner": _("by whose right it is"),
    "carrier": _("by who supplies it"),
}
VETO_ROLES: Mapping[str, str] = {
    "buyer": _("We do not see their offers"),
    "supplier": _("They do not see our offers"),
}
WHY: Mapping[str, str] = {
    "suspended": _("It is suspended."),
    "failing": _("Too many deliveries fail."),
    "unheard_of": _("It does not say what became of orders."),
    "slow": _("Orders stay open for long."),
    "fine": _("Deliveries do well."),
    "idle": _("No orders in the last day."),
}
VIEWS: Mapping[str, str] = {
    "": _("Matrix"),
    "/rules": _("Rules"),
    "/vetoes": _("Vetoes"),
    "/groups": _("Groups"),
    "/categories": _("Categories"),
    "/explain": _("Explain"),
}
"""The pages about isolation. Brands and suppliers have but two of them."""
