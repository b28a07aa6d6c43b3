"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.money import (
    cards,
    corrections,
    disputes,
    estimates,
    explain,
    journal,
    liability,
    mappings,
    nettings,
    new_card,
    overview,
    payments,
    periods,
    previews,
    reconcile,
    runs,
    settlement,
    statements,
    trials,
)

PARTS = (
    overview,
    statements,
    disputes,
    corrections,
    explain,
    periods,
    new_card,
    trials,
    cards,
    reconcile,
    mappings,
    previews,
    runs,
    payments,
    nettings,
    journal,
    liability,
    estimates,
    settlement,
)

ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
