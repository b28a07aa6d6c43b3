"""Which scope an API key needs for which address: one table, from which all else is made.

The guard, the reference (`docs/reference/http.md`) and the tests read it. An address that needs an
API key stands here once, or the application does not start.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from litestar import Litestar
from litestar.types import Scope as ConnectionScope

from api.http.permission_table import ADDRESSES as PERMITTED
from catalog import TILL, Scope, ScopeRequired

_OTHER: Mapping[Scope, tuple[str, ...]] = {
    "points": (
        "POST /v1/programmes/{programme}/issue",
        "POST /v1/programmes/{programme}/redeem",
        "POST /v1/programmes/{programme}/hold",
        "POST /v1/programmes/{programme}/capture",
        "POST /v1/programmes/{programme}/release",
        "POST /v1/programmes/{programme}/expire",
        "POST /v1/programmes/{programme}/reverse",
        "POST /v1/programmes/{programme}/gift",
        "POST /v1/programmes/{programme}/adjust",
        "POST /v1/programmes/{programme}/convert",
        "POST /v1/programmes/{programme}/merge",
        "POST /v1/programmes/{programme}/operations",
        "POST /v1/programmes/{programme}/events",
        "POST /v1/programmes/{programme}/events/batch",
        "PUT /v1/programmes/{programme}/members/{member}",
        "POST /v1/programmes/{programme}/members",
        "DELETE /v1/programmes/{programme}/members/{member}/identifiers",
        "POST /v1/programmes/{programme}/members/{member}/forget",
    ),
    "rights": (
        "POST /v1/programmes/{programme}/launches",
        "POST /v1/programmes/{programme}/rights",
        "POST /v1/programmes/{programme}/rights/batch",
        "POST /v1/programmes/{programme}/coupons/{coupon_id}/return",
        "POST /v1/programmes/{programme}/coupons/{coupon_id}/gift",
        "POST /v1/programmes/{programme}/coupons/{coupon_id}/gift/cancel",
        "POST /v1/programmes/{programme}/gifts/claim",
        "POST /v1/programmes/{programme}/coupons/{coupon_id}/reveal",
        "POST /v1/programmes/{programme}/shown",
        "POST /v1/programmes/{programme}/coupons/{coupon_id}/complain",
    ),
    "coupons": (
        "POST /v1/coupons/use",
        "POST /v1/coupons/use/batch",
        "POST /v1/coupons/reverse-use",
        "POST /v1/leases",
        "POST /v1/leases/{lease_id}/uses",
        "POST /v1/leases/{lease_id}/close",
        "POST /v1/coupons/look-up",
        "POST /v1/coupons/lock",
        "POST /v1/coupons/unlock",
        "POST /v1/coupons/deactivate",
    ),
    "offers": (
        "POST /v1/offers",
        "POST /v1/offers/batch",
        "POST /v1/pictures",
        "DELETE /v1/pictures/{picture}",
        "POST /v1/offers/{offer_id}/versions",
        "POST /v1/offers/{offer_id}/submit",
        "POST /v1/offers/{offer_id}/pause",
        "POST /v1/offers/{offer_id}/resume",
        "POST /v1/offers/{offer_id}/end",
        "POST /v1/offers/{offer_id}/approve",
        "POST /v1/offers/{offer_id}/reject",
        "POST /v1/offers/{offer_id}/deactivate",
        "POST /v1/programmes/{programme}/allotments",
        "POST /v1/programmes/{programme}/procurements",
        "POST /v1/programmes/{programme}/procurements/{procurement_id}/cancel",
        "POST /v1/programmes/{programme}/procurements/{procurement_id}/return",
        "POST /v1/programmes/{programme}/procurements/{procurement_id}/close",
        "POST /v1/programmes/{programme}/prices",
        "POST /v1/programmes/{programme}/prices/{price_id}/end",
        "PUT /v1/programmes/{programme}/price-rate",
        "POST /v1/programmes/{programme}/earning-rules",
        "POST /v1/programmes/{programme}/earning-rules/{rule}/end",
        "POST /v1/programmes/{programme}/product-batches",
        "POST /v1/programmes/{programme}/product-batches/{batch}/codes",
        "POST /v1/programmes/{programme}/product-batches/{batch}/new-codes",
        "POST /v1/programmes/{programme}/product-batches/{batch}/end",
        "POST /v1/programmes/{programme}/product-batches/{batch}/void",
        "PUT /v1/programmes/{programme}/gift-plan",
        "PUT /v1/programmes/{programme}/offers/{offer_id}/access",
        "PUT /v1/programmes/{programme}/tags",
        "PUT /v1/programmes/{programme}/tiers",
        "POST /v1/supply-terms",
        "DELETE /v1/supply-terms/{terms_id}",
        "POST /v1/procurements/{procurement_id}/approve",
        "POST /v1/procurements/{procurement_id}/refuse",
        "POST /v1/swaps",
        "POST /v1/swaps/{swap_id}/agree",
        "POST /v1/swaps/{swap_id}/end",
        "POST /v1/placements",
        "POST /v1/placements/{placement_id}/counts",
        "POST /v1/placements/{placement_id}/end",
        "POST /v1/shops",
        "POST /v1/shops/batch",
        "POST /v1/shops/{shop}/close",
        "POST /v1/shops/{shop}/open",
        "POST /v1/offers/{offer_id}/codes",
        "POST /v1/offers/{offer_id}/codes/withdraw",
        "POST /v1/imports",
        "GET /v1/imports/{import_id}/rejected",
        "POST /v1/imports/{import_id}/apply",
        "POST /v1/imports/{import_id}/cancel",
        "PUT /v1/import-mappings/{mapping}",
    ),
    "statements": (
        "POST /v1/statements/{statement_id}/agree",
        "POST /v1/statements/{statement_id}/dispute",
        "POST /v1/statements/{statement_id}/finalise",
        "POST /v1/statements/{statement_id}/settle",
        "POST /v1/statements/{statement_id}/disputes",
        "POST /v1/statements/{statement_id}/void",
        "POST /v1/statements/{statement_id}/invoices",
        "POST /v1/disputes/{dispute_id}/accept",
        "POST /v1/disputes/{dispute_id}/reject",
        "POST /v1/disputes/{dispute_id}/withdraw",
        "POST /v1/adjustments",
        "POST /v1/adjustments/{adjustment_id}/approve",
        "POST /v1/adjustments/{adjustment_id}/discard",
        "POST /v1/periods/{month}/close",
        "POST /v1/periods/{month}/issue",
        "POST /v1/statements/{statement_id}/review",
        "POST /v1/statements/{statement_id}/issue",
        "PUT /v1/settlement-calendar",
        "POST /v1/payments",
        "POST /v1/nettings",
        "POST /v1/nettings/{netting_id}/advise",
        "POST /v1/nettings/{netting_id}/confirm",
        "POST /v1/nettings/{netting_id}/cancel",
        "POST /v1/nettings/{netting_id}/remove",
        "POST /v1/nettings/{netting_id}/default",
        "POST /v1/programmes/{programme}/liability/{month}/freeze",
        "POST /v1/programmes/{programme}/liability/estimates",
        "POST /v1/programmes/{programme}/liability/estimates/{version}/approve",
        "PUT /v1/programmes/{programme}/liability/settings",
    ),
    "reconcile": (
        "POST /v1/reconciliations",
        "POST /v1/partner-files",
        "GET /v1/partner-files",
        "GET /v1/partner-files/{file_id}",
        "GET /v1/partner-files/{file_id}/content",
        "POST /v1/partner-files/{file_id}/preview",
        "PUT /v1/mappings/{mapping}",
        "GET /v1/mappings",
        "GET /v1/mappings/{mapping}",
        "POST /v1/reconciliations/{reconciliation_id}/sign",
        "POST /v1/breaks/{break_id}/assign",
        "POST /v1/breaks/{break_id}/comments",
        "POST /v1/breaks/{break_id}/resolve",
    ),
    "admin": (
        "GET /v1/users",
        "POST /v1/users",
        "GET /v1/users/{user_id}",
        "PUT /v1/users/{user_id}/roles",
        "POST /v1/users/{user_id}/invitation",
        "POST /v1/users/{user_id}/remove",
        "POST /v1/users/{user_id}/disable",
        "PUT /v1/programmes/{programme}/event-types",
        "POST /v1/webhook-endpoints",
        "PUT /v1/webhook-endpoints/{endpoint_id}",
        "DELETE /v1/webhook-endpoints/{endpoint_id}",
        "POST /v1/webhook-endpoints/{endpoint_id}/rotate-secret",
        "POST /v1/webhook-endpoints/{endpoint_id}/test",
        "POST /v1/webhook-endpoints/{endpoint_id}/replay-failed",
        "PUT /v1/frame-origins",
        "POST /v1/deliveries/{delivery_id}/replay",
        "POST /v1/keys",
        "GET /v1/keys",
        "POST /v1/keys/{key_id}/rotate",
        "DELETE /v1/keys/{key_id}",
        "POST /v1/parties",
        "GET /v1/parties",
        "POST /v1/parties/{party}/keys",
        "GET /v1/parties/{party}/keys",
        "POST /v1/parties/{party}/keys/{key_id}/rotate",
        "DELETE /v1/parties/{party}/keys/{key_id}",
        "PUT /v1/parties/{party}/name",
        "PUT /v1/parties/{party}/endpoint",
        "PUT /v1/parties/{party}/billing-profile",
        "POST /v1/parties/{party}/check",
        "POST /v1/parties/{party}/stage",
        "PUT /v1/parties/{party}/trust",
        "PUT /v1/parties/{party}/use-settings",
        "POST /v1/shops/{shop}/keys",
        "POST /v1/categories",
        "POST /v1/categories/usual",
        "POST /v1/isolation-rules",
        "GET /v1/isolation-rules",
        "POST /v1/isolation-rules/{rule_id}/end",
        "DELETE /v1/isolation-rules/{rule_id}",
        "POST /v1/vetoes",
        "POST /v1/vetoes/{veto_id}/end",
        "POST /v1/groups",
        "PUT /v1/groups/{group}/members/{party}",
        "DELETE /v1/groups/{group}/members/{party}",
        "POST /v1/groups/{group}/accept",
        "GET /v1/isolation/matrix",
        "GET /v1/isolation/matrix/download",
        "POST /v1/parties/{party}/categories",
        "POST /v1/programmes",
        "PUT /v1/programmes/{programme}/rules",
        "POST /v1/programmes/{programme}/rules",
        "POST /v1/programmes/{programme}/rates",
        "POST /v1/programmes/{programme}/consents",
        "DELETE /v1/programmes/{programme}/consents/{from_programme}",
        "POST /v1/contracts",
        "POST /v1/contracts/{contract_id}/end",
        "POST /v1/rate-cards",
        "POST /v1/rate-cards/{card_id}/publish",
        "POST /v1/rate-cards/{card_id}/withdraw",
        "GET /v1/status",
        "GET /v1/rejected-uses",
        "POST /v1/rejected-uses/retry",
        "POST /v1/orders/{request_number}/query-now",
        "POST /v1/orders/{request_number}/replay",
        "POST /v1/cases/{case}/resolve",
    ),
    "import": (),
    "till": (),
}
_EVENTS: tuple[str, ...] = (
    "GET /v1/programmes/{programme}/event-types",
    "GET /v1/events",
    "GET /v1/events/stream",
    "GET /v1/events/{event_id}",
    "GET /v1/webhook-endpoints",
    "GET /v1/webhook-endpoints/{endpoint_id}",
    "GET /v1/deliveries",
    "GET /v1/frame-origins",
)
"""A program reads them with any key that reads. Users see them where keys are managed."""


def _to_read() -> Iterator[str]:
    """What users may read, unless another scope names it: one list for people and programs.

    Only permissions whose name says that they read. What is forgotten in the table above, and
    changes something, keeps the application from starting.
    """
    elsewhere = {address for addresses in _OTHER.values() for address in addresses}
    for permission, addresses in PERMITTED.items():
        if permission.endswith(".read"):
            yield from (address for address in addresses if address not in elsewhere)


ADDRESSES: Mapping[Scope, tuple[str, ...]] = {"read": (*_to_read(), *_EVENTS), **_OTHER}
"""`import` opens no address. It lets the requests to others give a time of occurrence.

`till` opens those of TILL_ADDRESSES, which are other scopes' too.
"""

TILL_ADDRESSES: frozenset[str] = frozenset(
    {
        *ADDRESSES["coupons"],
        "GET /v1/shops/{shop}/uses",
        "GET /v1/leases",
        "GET /v1/leases/{lease_id}",
        "GET /v1/leases/{lease_id}/uses",
    }
)
"""What a till needs: to look up, to lock, to use, to reverse, and to compare its day.

And to do without a connection for some hours.
"""

SCOPE_OF: Mapping[str, Scope] = {
    address: scope for scope, addresses in ADDRESSES.items() for address in addresses
}
"""The scope of each address, which is written as its method and its path."""


def require_scope(connection: ConnectionScope, scopes: Collection[Scope]) -> None:
    """Let a request through whose key has the scope of the address.

    Raises:
        ScopeRequired: the key lacks it.
    """
    request = cast("dict[str, Any]", connection)
    address = f"{request['method']} {request['path_template']}"
    needed = SCOPE_OF[address]
    is_open = needed in scopes or (TILL in scopes and address in TILL_ADDRESSES)
    if not is_open:
        raise ScopeRequired(f"this request needs an API key with the scope {needed}", scope=needed)


def guarded_addresses(app: Litestar) -> Iterator[str]:
    """Every address of the application that needs an API key."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if not handler.opt.get("public"):
                for method in sorted(set(handler.http_methods) - {"OPTIONS"}):
                    yield f"{getattr(method, 'value', method)} {route.path_format}"


def require_every_scope(app: Litestar) -> None:
    """Refuse an application and a table of scopes that do not fit each other.

    Raises:
        RuntimeError: they do not.
    """
    served = set(guarded_addresses(app))
    if wrong := sorted(served ^ SCOPE_OF.keys()):
        raise RuntimeError(f"api/http/scopes.py and the addresses differ in {', '.join(wrong)}")
