"""All pages of the console, as the application takes them."""

from litestar import Router

from api.console import account, door, invited, live, oidc, overview, second_factor, troubles
from api.console.brand import pages as brand
from api.console.money import pages as money
from api.console.run import pages as run
from api.console.supply import pages as supply

PARTS = (
    door,
    oidc,
    invited,
    overview,
    live,
    account,
    second_factor,
    brand,
    supply,
    money,
    run,
    troubles,
)

router = Router(
    path="/",
    route_handlers=[handler for part in PARTS for handler in part.ROUTES],
    exception_handlers=troubles.EXCEPTION_HANDLERS,
)
