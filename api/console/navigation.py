"""The places of the console: one table. Who may not read a place does not see it.

A place is shown to those whose roles hold its permission, in parties with one of its roles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.identity.roles import Permission
from catalog import Role

EVERYBODY: frozenset[Role] = frozenset({"operator", "brand", "supplier"})
BRAND: frozenset[Role] = frozenset({"brand"})
SUPPLIER: frozenset[Role] = frozenset({"supplier"})
OPERATOR: frozenset[Role] = frozenset({"operator"})
TRADERS: frozenset[Role] = frozenset({"brand", "supplier"})
PAYERS: frozenset[Role] = frozenset({"brand", "operator"})
RECONCILERS: frozenset[Role] = frozenset({"supplier", "operator"})


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the console that can be gone to."""

    name: str
    path: str
    icon: str
    permission: Permission
    roles: frozenset[Role] = EVERYBODY


PLACES: Sequence[tuple[str, Sequence[Place]]] = (
    (
        _("Home"),
        (Place(_("Overview"), "/console", "layout-dashboard", "self.read"),),
    ),
    (
        _("Grow"),
        (
            Place(_("Members"), "/console/members", "users", "members.read", BRAND),
            Place(_("Points"), "/console/points", "coins", "programmes.read", BRAND),
            Place(_("Market"), "/console/market", "building-store", "market.read", BRAND),
            Place(_("Procurement"), "/console/procurement", "truck-delivery", "market.read", BRAND),
            Place(_("Prices"), "/console/prices", "percentage", "market.read", BRAND),
            Place(_("Coupons"), "/console/coupons", "ticket", "coupons.read", BRAND),
            Place(_("Swaps"), "/console/swaps", "arrows-exchange", "market.read", BRAND),
            Place(_("Figures"), "/console/figures", "chart-bar", "figures.read"),
        ),
    ),
    (
        _("Supply"),
        (
            Place(_("Offers"), "/console/offers", "tag", "offers.read", RECONCILERS),
            Place(
                _("Procurements"),
                "/console/procurements-waiting",
                "truck-delivery",
                "market.read",
                SUPPLIER,
            ),
            Place(
                _("Supply terms"), "/console/supply-terms", "file-invoice", "market.read", SUPPLIER
            ),
            Place(_("Till"), "/console/till", "scan", "coupons.use", SUPPLIER),
            Place(_("Shops"), "/console/shops", "map-pin", "uses.read", SUPPLIER),
            Place(_("Card codes"), "/console/codes", "lock", "offers.write", SUPPLIER),
            Place(_("Deliveries"), "/console/orders", "package", "orders.read"),
            Place(_("Cases"), "/console/cases", "heart-handshake", "orders.read"),
            Place(_("Connection"), "/console/connection", "plug", "suppliers.manage", SUPPLIER),
            Place(_("Imports"), "/console/imports", "stack-2", "offers.write", TRADERS),
        ),
    ),
    (
        _("Money"),
        (
            Place(_("At a glance"), "/console/money", "report-money", "statements.read"),
            Place(_("Statements"), "/console/statements", "file-invoice", "statements.read"),
            Place(_("Disputes"), "/console/disputes", "alert-triangle", "statements.read"),
            Place(_("Periods"), "/console/periods", "calendar-time", "periods.close", OPERATOR),
            Place(_("Rate cards"), "/console/rate-cards", "receipt", "contracts.read"),
            Place(_("Payments"), "/console/payments", "cash", "statements.read"),
            Place(_("Netting"), "/console/nettings", "arrows-exchange", "statements.read"),
            Place(
                _("Reconciliation"),
                "/console/reconciliations",
                "list-check",
                "reconciliations.read",
            ),
            Place(_("Liability"), "/console/liability", "scale", "liability.read", PAYERS),
            Place(_("Journal"), "/console/journal", "book", "journal.read", OPERATOR),
        ),
    ),
    (
        _("Run"),
        (
            Place(_("Parties"), "/console/parties", "building", "parties.read", OPERATOR),
            Place(_("Isolation"), "/console/isolation", "shield-lock", "isolation.read"),
            Place(_("System"), "/console/system", "activity", "parties.read", OPERATOR),
            Place(_("Audit log"), "/console/audit-log", "history", "audit.read", OPERATOR),
        ),
    ),
    (
        _("Build"),
        (
            Place(_("Users"), "/console/users", "user-shield", "users.manage"),
            Place(_("API keys"), "/console/keys", "key", "keys.manage"),
            Place(_("Webhooks"), "/console/webhooks", "webhook", "keys.manage"),
            Place(_("Member pages"), "/console/member-pages", "device-tv", "keys.manage", BRAND),
            Place(_("Programme"), "/console/programme", "settings", "programmes.read", BRAND),
        ),
    ),
)


def places_for(
    permissions: frozenset[Permission], roles: Iterable[Role]
) -> list[tuple[str, list[Place]]]:
    """What somebody can go to, group by group."""
    held = frozenset(roles)
    found = []
    for group, places in PLACES:
        shown = [each for each in places if each.permission in permissions and each.roles & held]
        if shown:
            found.append((group, shown))
    return found
