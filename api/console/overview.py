"""The first page: what each role wants to know at a glance."""

from litestar import Response, get

from api.console.brand.overview import overview as brand_overview
from api.console.shell import enter
from api.http.auth import PAGE, Call


@get("/console", opt=PAGE, include_in_schema=False)
async def overview(request: Call) -> Response[bytes]:
    """The overview of the party for which the user acts."""
    shell = await enter(request, "self.read")
    if shell.is_party("brand"):
        return await brand_overview(shell)
    return shell.page("console/overview.html")


ROUTES = [overview]
