"""The first page: what each role wants to know at a glance."""

from collections.abc import Awaitable, Callable, Mapping

from litestar import Response, get

from api.console.brand.overview import overview as of_brand
from api.console.money.overview import overview as of_finance
from api.console.run.overview import overview as of_operator
from api.console.shell import Shell, enter
from api.console.supply.overview import overview as of_supplier
from api.http.auth import PAGE, Call
from api.identity.roles import RoleName
from api.pages.render import see_other


async def _till(_: Shell) -> Response[bytes]:
    """A till wants no figures."""
    return see_other("/console/till")


FIRST_PAGES: Mapping[RoleName, Callable[[Shell], Awaitable[Response[bytes]]]] = {
    "operator": of_operator,
    "auditor": of_operator,
    "marketer": of_brand,
    "manager": of_supplier,
    "finance": of_finance,
    "brand_finance": of_finance,
    "service": of_brand,
    "till": _till,
}
"""Who has several roles sees the page of the one that stands first here."""


@get("/console", opt=PAGE, include_in_schema=False)
async def overview(request: Call) -> Response[bytes]:
    """The overview of the party for which the user acts."""
    shell = await enter(request, "self.read")
    for role, page in FIRST_PAGES.items():
        if role in shell.user.roles:
            return await page(shell)
    return shell.page("console/overview.html")


ROUTES = [overview]
