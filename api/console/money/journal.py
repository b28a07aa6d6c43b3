"""The journal of money: what was posted between parties, and files for a general ledger."""

from http import HTTPStatus

from litestar import Response, get

from api.console.money.frame import save, show
from api.console.shell import enter
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT

CURRENCY = "CNY"


@get("/console/journal", opt=PAGE, include_in_schema=False)
async def journal(request: Call) -> Response[bytes]:
    """The entries of a currency in the order of their numbers."""
    shell = await enter(request, "journal.read")
    currency = (shell.query.get("currency") or CURRENCY).upper()
    days = {name: shell.query.get(name) for name in ("since", "before")}
    answer = await shell.get(
        "/v1/journal/{currency}",
        {**days, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
        currency=currency,
    )
    # Nothing was posted in the usual currency yet: that is no fault of whoever opens the page.
    is_empty = answer.status == HTTPStatus.NOT_FOUND and "currency" not in shell.query
    return show(
        shell,
        "journal",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=None if is_empty else answer.problem,
        status=HTTPStatus.OK if is_empty else answer.status,
        currency=currency,
    )


@get("/console/journal/export", opt=PAGE, include_in_schema=False)
async def export(request: Call) -> Response[bytes]:
    """The journal as a file: CSV, beancount or hledger."""
    shell = await enter(request, "journal.read")
    asked = {name: shell.query.get(name) for name in ("since", "before", "format")}
    currency = (shell.query.get("currency") or CURRENCY).upper()
    return await save(shell, "/v1/journal/{currency}/export", asked, currency=currency)


ROUTES = [journal, export]
