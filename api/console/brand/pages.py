"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.brand import (
    consents,
    coupon_deeds,
    coupons,
    dated,
    earning,
    figures,
    find,
    imports,
    impressions,
    market,
    member_deeds,
    members,
    points,
    prices,
    procurement,
    programme,
    rules,
    swaps,
)

PARTS = (
    members,
    member_deeds,
    points,
    earning,
    market,
    procurement,
    prices,
    coupons,
    coupon_deeds,
    swaps,
    impressions,
    figures,
    imports,
    programme,
    rules,
    dated,
    consents,
    find,
)

ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
