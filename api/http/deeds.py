"""Who did what to what: the entries of the audit log that a request makes.

Each address that changes something stands in one of the tables here, or the application does not
start.
"""

from collections import ChainMap
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.described import OPERATIONS
from api.http.scopes import ADDRESSES
from catalog import Deed, note, read_object
from ledger import JSON, Database

_PRODUCT_BATCH = "product-batch:{programme}/{batch}"

OBJECTS: Mapping[str, str] = {
    "POST /v1/keys": "key:{key_id}",
    "POST /v1/keys/{key_id}/rotate": "key:{key_id}",
    "DELETE /v1/keys/{key_id}": "key:{key_id}",
    "POST /v1/users": "user:{user_id}",
    "PUT /v1/users/{user_id}/roles": "user:{user_id}",
    "POST /v1/users/{user_id}/invitation": "user:{user_id}",
    "POST /v1/users/{user_id}/remove": "user:{user_id}",
    "POST /v1/users/{user_id}/disable": "user:{user_id}",
    "POST /v1/parties": "party:{code}",
    "POST /v1/parties/{party}/keys": "key:{key_id}",
    "POST /v1/parties/{party}/keys/{key_id}/rotate": "key:{key_id}",
    "DELETE /v1/parties/{party}/keys/{key_id}": "key:{key_id}",
    "PUT /v1/parties/{party}/endpoint": "endpoint:{party}",
    "PUT /v1/parties/{party}/billing-profile": "billing-profile:{party}",
    "PUT /v1/parties/{party}/name": "party:{party}",
    "POST /v1/rejected-uses/retry": "messages:{messages}",
    "PUT /v1/parties/{party}/trust": "party:{party}",
    "POST /v1/parties/{party}/check": "check:{check_id}",
    "POST /v1/parties/{party}/stage": "stage:{party}",
    "POST /v1/categories": "category:{path}",
    "POST /v1/categories/usual": "category:usual",
    "POST /v1/isolation-rules": "isolation-rule:{rule_id}",
    "POST /v1/isolation-rules/{rule_id}/end": "isolation-rule:{rule_id}",
    "DELETE /v1/isolation-rules/{rule_id}": "isolation-rule:{rule_id}",
    "POST /v1/vetoes": "veto:{veto_id}",
    "POST /v1/vetoes/{veto_id}/end": "veto:{veto_id}",
    "POST /v1/groups": "group:{code}",
    "PUT /v1/groups/{group}/members/{party}": "group-member:{group}/{party}",
    "DELETE /v1/groups/{group}/members/{party}": "group-member:{group}/{party}",
    "POST /v1/groups/{group}/accept": "group:{group}",
    "POST /v1/parties/{party}/categories": "party:{code}",
    "POST /v1/programmes": "programme:{code}",
    "PUT /v1/programmes/{programme}/rules": "programme:{programme}",
    "PUT /v1/programmes/{programme}/event-types": "programme:{programme}",
    "POST /v1/programmes/{programme}/rules": "programme:{programme}",
    "POST /v1/programmes/{programme}/rates": "rate:{programme}/{to_programme}",
    "POST /v1/programmes/{programme}/consents": "consent:{programme}/{from_programme}",
    "DELETE /v1/programmes/{programme}/consents/{from_programme}": (
        "consent:{programme}/{from_programme}"
    ),
    "POST /v1/programmes/{programme}/allotments": "procurement:{procurement_id}",
    "PUT /v1/programmes/{programme}/members/{member}": "profile:{programme}/{member}",
    "POST /v1/programmes/{programme}/members": "profile:{programme}/{member}",
    "DELETE /v1/programmes/{programme}/members/{member}/identifiers": (
        "profile:{programme}/{member}"
    ),
    "POST /v1/programmes/{programme}/members/{member}/forget": "profile:{programme}/{member}",
    "PUT /v1/programmes/{programme}/tags": "tags:{programme}",
    "PUT /v1/programmes/{programme}/tiers": "tiers:{programme}",
    "POST /v1/offers": "offer:{offer_id}",
    "POST /v1/offers/batch": "offer:{offer_id}",
    "POST /v1/pictures": "picture:{picture}",
    "DELETE /v1/pictures/{picture}": "picture:{picture}",
    "POST /v1/offers/{offer_id}/versions": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/submit": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/pause": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/resume": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/end": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/approve": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/reject": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/deactivate": "offer:{offer_id}",
    "POST /v1/supply-terms": "supply-terms:{terms_id}",
    "DELETE /v1/supply-terms/{terms_id}": "supply-terms:{terms_id}",
    "POST /v1/programmes/{programme}/procurements": "procurement:{procurement_id}",
    "POST /v1/programmes/{programme}/procurements/{procurement_id}/cancel": (
        "procurement:{procurement_id}"
    ),
    "POST /v1/programmes/{programme}/procurements/{procurement_id}/return": (
        "procurement:{procurement_id}"
    ),
    "POST /v1/programmes/{programme}/procurements/{procurement_id}/close": (
        "procurement:{procurement_id}"
    ),
    "POST /v1/procurements/{procurement_id}/approve": "procurement:{procurement_id}",
    "POST /v1/procurements/{procurement_id}/refuse": "procurement:{procurement_id}",
    "POST /v1/swaps": "swap:{swap_id}",
    "POST /v1/swaps/{swap_id}/agree": "swap:{swap_id}",
    "POST /v1/swaps/{swap_id}/end": "swap:{swap_id}",
    "POST /v1/placements": "placement:{placement_id}",
    "POST /v1/placements/{placement_id}/counts": "placement:{placement_id}",
    "POST /v1/placements/{placement_id}/end": "placement:{placement_id}",
    "POST /v1/leases": "lease:{lease_id}",
    "POST /v1/leases/{lease_id}/close": "lease:{lease_id}",
    "POST /v1/shops": "shop:{code}",
    "POST /v1/shops/batch": "shop:{code}",
    "POST /v1/shops/{shop}/close": "shop:{code}",
    "POST /v1/shops/{shop}/open": "shop:{code}",
    "POST /v1/shops/{shop}/keys": "key:{key_id}",
    "PUT /v1/parties/{party}/use-settings": "party:{party}",
    "POST /v1/offers/{offer_id}/codes": "offer:{offer_id}",
    "POST /v1/offers/{offer_id}/codes/withdraw": "offer:{offer_id}",
    "POST /v1/imports": "import:{import_id}",
    "POST /v1/imports/{import_id}/apply": "import:{import_id}",
    "POST /v1/imports/{import_id}/cancel": "import:{import_id}",
    "PUT /v1/import-mappings/{mapping}": "import-mapping:{kind}/{name}",
    "POST /v1/programmes/{programme}/launches": "launch:{programme}/{member}",
    "PUT /v1/frame-origins": "frame-origins:{party}",
    "POST /v1/programmes/{programme}/shown": "shown:{programme}",
    "POST /v1/programmes/{programme}/prices": "price:{programme}/{price_id}",
    "POST /v1/programmes/{programme}/prices/{price_id}/end": "price:{programme}/{price_id}",
    "PUT /v1/programmes/{programme}/price-rate": "price-rate:{programme}",
    "PUT /v1/programmes/{programme}/offers/{offer_id}/access": "access:{programme}/{offer_id}",
    "POST /v1/orders/{request_number}/query-now": "order:{request_number}",
    "POST /v1/orders/{request_number}/replay": "order:{request_number}",
    "POST /v1/programmes/{programme}/coupons/{coupon_id}/complain": "case:{case}",
    "POST /v1/programmes/{programme}/earning-rules": "earning-rule:{programme}/{rule}",
    "POST /v1/programmes/{programme}/earning-rules/{rule}/end": "earning-rule:{programme}/{rule}",
    "POST /v1/programmes/{programme}/product-batches": _PRODUCT_BATCH,
    "POST /v1/programmes/{programme}/product-batches/{batch}/codes": _PRODUCT_BATCH,
    "POST /v1/programmes/{programme}/product-batches/{batch}/new-codes": _PRODUCT_BATCH,
    "POST /v1/programmes/{programme}/product-batches/{batch}/end": _PRODUCT_BATCH,
    "POST /v1/programmes/{programme}/product-batches/{batch}/void": _PRODUCT_BATCH,
    "PUT /v1/programmes/{programme}/gift-plan": "gift-plan:{programme}",
    "POST /v1/contracts": "contract:{contract_id}",
    "POST /v1/contracts/{contract_id}/end": "contract:{contract_id}",
    "POST /v1/rate-cards": "rate-card:{card_id}",
    "POST /v1/rate-cards/{card_id}/publish": "rate-card:{card_id}",
    "POST /v1/rate-cards/{card_id}/withdraw": "rate-card:{card_id}",
    "PUT /v1/settlement-calendar": "calendar:settlement",
    "POST /v1/periods/{month}/close": "period:{month}",
    "POST /v1/periods/{month}/issue": "period:{month}",
    "POST /v1/statements/{statement_id}/review": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/issue": "statement:{statement_id}",
    "POST /v1/programmes/{programme}/liability/{month}/freeze": "liability:{programme}/{month}",
    "POST /v1/programmes/{programme}/liability/estimates": "estimate:{programme}/{version}",
    "POST /v1/programmes/{programme}/liability/estimates/{version}/approve": (
        "estimate:{programme}/{version}"
    ),
    "PUT /v1/programmes/{programme}/liability/settings": "liability-settings:{programme}",
    "POST /v1/statements/{statement_id}/agree": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/dispute": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/finalise": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/settle": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/disputes": "dispute:{dispute_id}",
    "POST /v1/statements/{statement_id}/void": "statement:{statement_id}",
    "POST /v1/statements/{statement_id}/invoices": "invoice:{invoice_id}",
    "POST /v1/disputes/{dispute_id}/accept": "dispute:{dispute_id}",
    "POST /v1/disputes/{dispute_id}/reject": "dispute:{dispute_id}",
    "POST /v1/disputes/{dispute_id}/withdraw": "dispute:{dispute_id}",
    "POST /v1/adjustments": "adjustment:{adjustment_id}",
    "POST /v1/adjustments/{adjustment_id}/approve": "adjustment:{adjustment_id}",
    "POST /v1/adjustments/{adjustment_id}/discard": "adjustment:{adjustment_id}",
    "POST /v1/payments": "payment:{payment_id}",
    "POST /v1/nettings": "netting:{netting_id}",
    "POST /v1/nettings/{netting_id}/advise": "netting:{netting_id}",
    "POST /v1/nettings/{netting_id}/confirm": "netting:{netting_id}",
    "POST /v1/nettings/{netting_id}/cancel": "netting:{netting_id}",
    "POST /v1/nettings/{netting_id}/remove": "netting:{netting_id}",
    "POST /v1/nettings/{netting_id}/default": "netting:{netting_id}",
    "POST /v1/partner-files": "partner-file:{file}",
    "PUT /v1/mappings/{mapping}": "mapping:{name}",
    "POST /v1/reconciliations": "reconciliation:{reconciliation_id}",
    "POST /v1/reconciliations/{reconciliation_id}/sign": "reconciliation:{reconciliation_id}",
    "POST /v1/breaks/{break_id}/assign": "break:{break_id}",
    "POST /v1/breaks/{break_id}/comments": "break:{break_id}",
    "POST /v1/breaks/{break_id}/resolve": "break:{break_id}",
    "POST /v1/webhook-endpoints": "webhook-endpoint:{endpoint_id}",
    "PUT /v1/webhook-endpoints/{endpoint_id}": "webhook-endpoint:{endpoint_id}",
    "DELETE /v1/webhook-endpoints/{endpoint_id}": "webhook-endpoint:{endpoint_id}",
    "POST /v1/webhook-endpoints/{endpoint_id}/rotate-secret": "webhook-endpoint:{endpoint_id}",
    "POST /v1/webhook-endpoints/{endpoint_id}/test": "webhook-endpoint:{endpoint_id}",
    "POST /v1/webhook-endpoints/{endpoint_id}/replay-failed": "webhook-endpoint:{endpoint_id}",
    "POST /v1/deliveries/{delivery_id}/replay": "delivery:{delivery_id}",
}
"""The object that each address changes, from the members of its answer and of the address."""

IN_JOURNAL: frozenset[str] = frozenset(ADDRESSES["points"]) - OBJECTS.keys()
"""Their records in the journal name the actor, and are the log themselves."""

ONLY_READING: frozenset[str] = frozenset(
    {
        "POST /v1/programmes/{programme}/balances",
        "POST /v1/programmes/{programme}/prices/simulate",
        "POST /v1/rate-cards/simulate",
        "POST /v1/partner-files/{file_id}/preview",
        "POST /v1/programmes/{programme}/quotes",
        # It is kept for the check alone, and goes with it.
        "POST /v1/fulfilment/checks/{check_id}",
        "POST /v1/programmes/{programme}/resolve",
        "POST /v1/coupons/look-up",
    }
)

BY_USE_CASE: frozenset[str] = (
    frozenset(
        {
            *ADDRESSES["rights"],
            *ADDRESSES["coupons"],
            "POST /v1/cases/{case}/resolve",
            "POST /v1/fulfilment/callbacks/{supplier}",
        }
    )
    - ONLY_READING
    - OBJECTS.keys()
)
"""The exchange logs the coupons and cases that it makes and changes, in its own transactions."""

Call = Request[Any, Any, Any]


def address_of(request: Call) -> str:
    """The request's method and the template of its path, as the tables here have them."""
    return f"{request.scope['method']} {request.scope['path_template']}"


def request_id() -> str | None:
    """The id of the request that this task answers."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found


def action_of(request: Call) -> str:
    """The name of the operation that a request asks for."""
    return OPERATIONS[request.route_handler.handler_name].name


def deed_of(request: Call) -> Deed:
    """The caller, and what it asks for."""
    caller = request.user
    return Deed(caller.actor_id, action_of(request), caller.party.party_id, request_id())


async def note_change(
    request: Call, connection: AsyncConnection, document: JSON, key: str | None = None
) -> None:
    """Log what a request has changed, in the transaction that changed it."""
    values = ChainMap(
        document if isinstance(document, dict) else {}, dict(request.scope["path_params"])
    )
    changed = read_object(OBJECTS[address_of(request)].format_map(values))
    await note(connection, deed_of(request), changed.kind, [changed.name], [key])


@asynccontextmanager
async def changing(request: Call, database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction of the caller for an address without an idempotency key."""
    async with database.transaction(actor=request.user.actor_id) as connection:
        yield connection


def changing_addresses(app: Litestar) -> Iterator[str]:
    """Every address of the application that is not only for reading."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.opt.get("page"):
                continue  # what a page does, it does by an address of the interface
            for method in sorted(set(handler.http_methods) - {"GET", "HEAD", "OPTIONS"}):
                yield f"{getattr(method, 'value', method)} {route.path_format}"


def require_every_deed(app: Litestar) -> None:
    """Refuse an application with an address whose changes would not be logged.

    Raises:
        RuntimeError: an address is in none of the tables, or in two, or is not served.
    """
    known = [*OBJECTS, *IN_JOURNAL, *BY_USE_CASE, *ONLY_READING]
    wrong = {each for each in known if known.count(each) > 1}
    wrong |= set(changing_addresses(app)) ^ set(known)
    if wrong:
        raise RuntimeError(f"api/http/deeds.py and the addresses differ in {sorted(wrong)}")
