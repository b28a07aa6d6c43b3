"""Leases: what tills may take without a connection, and what they told of it later."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell
from api.console.supply import columns, words
from api.console.supply.frame import enter_supplier, enter_supplier_form
from api.console.supply.typed import said
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form


async def _list(
    shell: Shell, *, form: Form | None = None, problem: Any = None, status: int = 200
) -> Response[bytes]:
    page = {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/leases", page)
    exposure = await shell.get("/v1/leases/exposure")
    may_add = shell.may("coupons.use") and shell.may("offers.read")
    shops = await shell.get("/v1/shops", {"state": "open", "limit": 500}) if may_add else None
    offers = await shell.get("/v1/offers", {"limit": 500}) if may_add else None
    return shell.page(
        "supply/leases.html",
        status=status,
        form=form,
        problem=problem or answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        exposure=exposure.json["currencies"] if exposure.is_good else [],
        shop_choices=[]
        if shops is None
        else [(each["code"], f"{each['name']} ({each['code']})") for each in shops.items],
        offers=[] if offers is None else [each for each in offers.items if _can_be_leased(each)],
    )


def _can_be_leased(offer: dict[str, Any]) -> bool:
    return offer["fulfilment"] == "own_code" and offer["state"] in {"LISTED", "PAUSED", "ENDED"}


@get("/console/shops/leases", opt=PAGE, include_in_schema=False)
async def leases(request: Call) -> Response[bytes]:
    """The leases of the supplier's tills."""
    shell = await enter_supplier(request, "uses.read")
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/leases", {}, name="leases", columns=columns.LEASES)
    return await _list(shell)


@post("/console/shops/leases", opt=PAGE, include_in_schema=False)
async def add_lease(request: Call) -> Response[bytes]:
    """Let a till work without a connection for some hours."""
    shell, form = await enter_supplier_form(request, "coupons.use")
    body = said(
        {
            "shop": form.text("shop"),
            "offers": [int(each) for each in form.all("offers") if each.isdecimal()],
            "quota": form.whole("quota"),
            "hours": form.whole("hours"),
            "bearer": form.optional("bearer"),
        }.items()
    )
    answer = await shell.act("POST", "/v1/leases", body, form=form)
    if answer.is_good:
        path = f"/console/shops/leases/{answer.json['lease_id']}"
        return shell.done(path, "The till may work offline now.")
    return await _list(shell, form=form, problem=answer.problem, status=answer.status)


async def _one(
    shell: Shell, lease: int, *, problem: Any = None, status: int = 200
) -> Response[bytes]:
    found = await shell.need("/v1/leases/{lease}", lease=lease)
    query = {
        "state": shell.query.get("state"),
        "cursor": shell.query.get("cursor"),
        "limit": PAGE_LIMIT,
    }
    told = await shell.get("/v1/leases/{lease}/uses", query, lease=lease)
    return shell.page(
        "supply/lease.html",
        status=status,
        problem=problem or told.problem,
        words=words,
        found=found,
        rows=told.items,
        next_cursor=told.next_cursor,
    )


@get("/console/shops/leases/{lease:int}", opt=PAGE, include_in_schema=False)
async def one_lease(request: Call, lease: FromPath[int]) -> Response[bytes]:
    """One lease, with what was told of it."""
    shell = await enter_supplier(request, "uses.read")
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/leases/{lease}/uses",
            {"state": shell.query.get("state")},
            name=f"lease-{lease}-uses",
            columns=columns.LEASE_USES,
        )
    return await _one(shell, lease)


@post("/console/shops/leases/{lease:int}/close", opt=PAGE, include_in_schema=False)
async def close_lease(request: Call, lease: FromPath[int]) -> Response[bytes]:
    """Close a lease, once all was told."""
    shell, form = await enter_supplier_form(request, "coupons.use")
    answer = await shell.act("POST", "/v1/leases/{lease}/close", form=form, lease=lease)
    if answer.is_good:
        return shell.done(f"/console/shops/leases/{lease}", "The lease is closed.")
    return await _one(shell, lease, problem=answer.problem, status=answer.status)


ROUTES = [leases, add_lease, one_lease, close_lease]
