"""The first page: what each kind of party wants to know at a glance."""

from litestar import Response, get

from api.console.run.overview import overview as of_operator
from api.console.shell import enter
from api.console.supply.overview import overview as supplier_overview
from api.http.auth import PAGE, Call


@get("/console", opt=PAGE, include_in_schema=False)
async def overview(request: Call) -> Response[bytes]:
    """The overview of the party for which the user acts."""
    shell = await enter(request, "self.read")
    if shell.is_party("supplier") and not shell.is_party("brand"):
        return await supplier_overview(shell)
    if shell.is_party("operator") and shell.may("parties.read"):
        return await of_operator(shell)
    return shell.page("console/overview.html")


ROUTES = [overview]
