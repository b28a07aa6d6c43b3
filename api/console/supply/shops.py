"""Shops: where coupons are used, the keys of their tills, what was used, and what uses must say."""

from typing import Any, Literal
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell
from api.console.supply import columns, words
from api.console.supply.frame import enter_supplier, enter_supplier_form, offer_names
from api.console.supply.typed import instant_at, said, typed_lines
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form


async def _list(
    shell: Shell, *, form: Form | None = None, problem: Any = None, status: int = 200
) -> Response[bytes]:
    query = {
        "state": shell.query.get("state"),
        "cursor": shell.query.get("cursor"),
        "limit": PAGE_LIMIT,
    }
    answer = await shell.get("/v1/shops", query)
    settings = await shell.get("/v1/parties/{party}/use-settings", party=shell.user.party.code)
    return shell.page(
        "supply/shops.html",
        status=status,
        form=form,
        problem=problem or answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        settings=settings.json if settings.is_good else None,
    )


@get("/console/shops", opt=PAGE, include_in_schema=False)
async def shops(request: Call) -> Response[bytes]:
    """The shops of the supplier."""
    shell = await enter_supplier(request, "uses.read")
    if shell.query.get("export") == "csv":
        query = {"state": shell.query.get("state")}
        return await shell.export("/v1/shops", query, name="shops", columns=columns.SHOPS)
    return await _list(shell)


@post("/console/shops", opt=PAGE, include_in_schema=False)
async def add_shop(request: Call) -> Response[bytes]:
    """Add a shop."""
    shell, form = await enter_supplier_form(request, "shops.write")
    body = said(
        {
            "code": form.text("code"),
            "name": form.text("name"),
            "region": form.optional("region"),
            "groups": typed_lines(form, "groups"),
            "online": form.is_checked("online"),
        }.items()
    )
    answer = await shell.act("POST", "/v1/shops", body, form=form)
    if answer.is_good:
        return shell.done("/console/shops", "The shop was added.")
    return await _list(shell, form=form, problem=answer.problem, status=answer.status)


@post("/console/shops/use-settings", opt=PAGE, include_in_schema=False)
async def set_use_settings(request: Call) -> Response[bytes]:
    """Say whether every use must name a shop."""
    shell, form = await enter_supplier_form(request, "shops.write")
    answer = await shell.act(
        "PUT",
        "/v1/parties/{party}/use-settings",
        {"require_shop": form.is_checked("require_shop")},
        form=form,
        party=shell.user.party.code,
    )
    if answer.is_good:
        return shell.done("/console/shops", "The settings were kept.")
    return await _list(shell, problem=answer.problem, status=answer.status)


@get("/console/shops/uses", opt=PAGE, include_in_schema=False)
async def uses(request: Call) -> Response[bytes]:
    """All uses, the latest first."""
    shell = await enter_supplier(request, "uses.read")
    query = {
        "store": shell.query.get("store"),
        "offer_id": shell.query.get("offer_id"),
        "from": instant_at(shell.query.get("from", ""), "00:00:00", shell.f.zone),
        "until": instant_at(shell.query.get("until", ""), "23:59:59", shell.f.zone),
    }
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/coupons/uses", query, name="uses", columns=columns.USES)
    page = {**query, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/coupons/uses", page)
    listed = await shell.get("/v1/shops", {"limit": 500})
    return shell.page(
        "supply/uses.html",
        status=answer.status,
        problem=answer.problem,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        shops=listed.items,
        names=await offer_names(shell),
    )


async def _one(
    shell: Shell,
    shop: str,
    *,
    form: Form | None = None,
    problem: Any = None,
    status: int = 200,
    made: Any = None,
) -> Response[bytes]:
    found = await shell.need("/v1/shops/{shop}", shop=shop)
    day = _day(shell)
    page = {"day": day, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    used = await shell.get("/v1/shops/{shop}/uses", page, shop=shop)
    leases = await shell.get("/v1/leases", {"limit": 100}) if shell.may("shops.write") else None
    keys = await shell.get("/v1/keys") if shell.may("keys.manage") else None
    return shell.page(
        "supply/shop.html",
        status=status,
        form=form,
        problem=problem or used.problem,
        words=words,
        found=found,
        day=day,
        rows=used.items,
        next_cursor=used.next_cursor,
        made=made,
        names=await offer_names(shell),
        keys=[] if keys is None else [each for each in keys.items if _is_of(each, shop)],
        leases=[] if leases is None else [each for each in leases.items if each["shop"] == shop],
    )


def _day(shell: Shell) -> str:
    """The day of which the uses are shown: that of the address, or today."""
    return shell.query.get("day") or shell.today.isoformat()


def _is_of(key: dict[str, Any], shop: str) -> bool:
    return key["shop"] == shop and key["revoked_at"] is None


@get("/console/shops/{shop:str}", opt=PAGE, include_in_schema=False)
async def one_shop(request: Call, shop: FromPath[str]) -> Response[bytes]:
    """One shop: what it has used on a day, its till keys and what it may do offline."""
    shell = await enter_supplier(request, "uses.read")
    if shell.query.get("export") == "csv":
        found = await shell.need("/v1/shops/{shop}", shop=shop)
        return await shell.export(
            f"/v1/shops/{found['code']}/uses",
            {"day": _day(shell)},
            name=f"shop-{found['code']}-uses",
            columns=columns.SHOP_USES,
        )
    return await _one(shell, shop)


@post("/console/shops/{shop:str}/close", opt=PAGE, include_in_schema=False)
async def close_shop(request: Call, shop: FromPath[str]) -> Response[bytes]:
    """Close a shop."""
    return await _set_state(request, shop, "close")


@post("/console/shops/{shop:str}/open", opt=PAGE, include_in_schema=False)
async def open_shop(request: Call, shop: FromPath[str]) -> Response[bytes]:
    """Open a shop that was closed."""
    return await _set_state(request, shop, "open")


async def _set_state(request: Call, shop: str, verb: Literal["close", "open"]) -> Response[bytes]:
    shell, form = await enter_supplier_form(request, "shops.write")
    answer = await shell.act("POST", f"/v1/shops/{{shop}}/{verb}", form=form, shop=shop)
    if answer.is_good:
        return shell.done(f"/console/shops/{quote(shop)}", words.SHOP_DONE[verb])
    return await _one(shell, shop, problem=answer.problem, status=answer.status)


@post("/console/shops/{shop:str}/keys", opt=PAGE, include_in_schema=False)
async def make_key(request: Call, shop: FromPath[str]) -> Response[bytes]:
    """Make a key for one of the shop's tills. It is shown once."""
    shell, form = await enter_supplier_form(request, "keys.manage")
    answer = await shell.act(
        "POST", "/v1/shops/{shop}/keys", {"label": form.text("label")}, form=form, shop=shop
    )
    if answer.is_good:
        return await _one(shell, shop, made=answer.json)
    return await _one(shell, shop, form=form, problem=answer.problem, status=answer.status)


@post("/console/shops/{shop:str}/keys/{key_id:int}/revoke", opt=PAGE, include_in_schema=False)
async def revoke_key(request: Call, shop: FromPath[str], key_id: FromPath[int]) -> Response[bytes]:
    """Revoke the key of a till."""
    shell, form = await enter_supplier_form(request, "keys.manage")
    answer = await shell.act("DELETE", "/v1/keys/{key}", form=form, key=key_id)
    if answer.is_good:
        return shell.done(f"/console/shops/{quote(shop)}", "The key was revoked.")
    return await _one(shell, shop, problem=answer.problem, status=answer.status)


ROUTES = [
    shops,
    add_shop,
    set_use_settings,
    uses,
    one_shop,
    close_shop,
    open_shop,
    make_key,
    revoke_key,
]
