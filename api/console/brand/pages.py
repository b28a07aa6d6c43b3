"""All pages of this wing, as the console takes them."""

from litestar.handlers import HTTPRouteHandler

from api.console.brand import coupon_deeds, coupons

PARTS = (coupons, coupon_deeds)

ROUTES: list[HTTPRouteHandler] = [handler for part in PARTS for handler in part.ROUTES]
