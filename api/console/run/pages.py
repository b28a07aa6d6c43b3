"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.run import (
    audit,
    isolation,
    isolation_rules,
    keys,
    member_pages,
    parties,
    system,
    users,
    vetoes,
    webhooks,
)

PARTS = (
    users,
    keys,
    audit,
    parties,
    isolation,
    isolation_rules,
    vetoes,
    system,
    webhooks,
    member_pages,
)

ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
