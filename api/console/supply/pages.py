"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.supply import (
    cases,
    codes,
    connection,
    leases,
    offer_form,
    offers,
    orders,
    shops,
    supply_terms,
    till,
)

PARTS = (till, offer_form, offers, supply_terms, leases, shops, codes, orders, cases, connection)
ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
