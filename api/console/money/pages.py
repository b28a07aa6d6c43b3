"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.money import (
    cards,
    corrections,
    disputes,
    explain,
    periods,
    reconcile,
    runs,
    statements,
)

PARTS = (statements, disputes, corrections, explain, periods, cards, reconcile, runs)

ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
