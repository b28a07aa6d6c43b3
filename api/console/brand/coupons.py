"""Coupons of a programme: the list with its filters, and one coupon with its receipt."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, enter_brand, language
from api.console.brand.receipt import timeline
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT, Query

FILTERS = ("state", "delivery", "offer_id", "supplier")


def coupon_query(brand: Brand) -> Query:
    """The filters in the address, as the interface takes them. Days are those of the programme."""
    query = brand.shell.query
    found: dict[str, str | None] = {name: query.get(name) for name in FILTERS}
    found["member"] = query.get("member", "").strip()
    tail = "".join(each for each in query.get("tail", "") if each.isalnum())
    found["code_tail"] = tail
    found["from"] = brand.instant(query.get("from"))
    until = query.get("until", "")
    with suppress(ValueError, OverflowError):  # the interface refuses what is no day
        until = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    found["until"] = brand.instant(until)
    return found


@get("/console/coupons", opt=PAGE, include_in_schema=False)
async def coupons(request: Call) -> Response[bytes]:
    """The coupons of a programme, newest first."""
    brand = await enter_brand(request, "coupons.read")
    shell, query = brand.shell, coupon_query(brand)
    if shell.query.get("export") == "csv":
        path = f"/v1/programmes/{brand.code}/coupons"
        return await shell.export(path, query, name="coupons", columns=columns.COUPONS)
    answer = await brand.get(
        "/coupons", {**query, "limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    )
    counted = {name: query[name] for name in ("offer_id", "supplier", "from", "until")}
    summary = await brand.get("/coupons/summary", counted)
    counts = {}
    if summary.is_good and not (query["member"] or query["code_tail"] or query["delivery"]):
        counts = {each["state"]: each["coupons"] for each in summary.json["states"]}
    return brand.page(
        "brand/coupons.html",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
        counts=counts,
        names=await brand.names(),
    )


async def one_coupon(brand: Brand, coupon_id: int) -> dict[str, Any]:
    """What the page of one coupon shows.

    Raises:
        Problem: there is no such coupon in the programme.
    """
    shell = brand.shell
    coupon = await brand.need("/coupons/{coupon_id}", coupon_id=coupon_id)
    offer = await brand.get(
        "/offers/{offer_id}", {"lang": language(shell)}, offer_id=coupon["offer"]
    )
    order = lines = None
    if coupon["request_number"] is not None and shell.may("orders.read"):
        found = await shell.get("/v1/orders/{number}", number=coupon["request_number"])
        order = found.json if found.is_good else None
    if shell.may("statements.read"):
        billed = await brand.get("/coupons/{coupon_id}/lines", coupon_id=coupon_id)
        lines = billed.json["lines"] if billed.is_good else None
    if offer.is_good:
        named = offer.json["name"]
    else:  # it is sold no longer
        named = (await brand.names()).get(coupon["offer"], coupon["offer_code"])
    return {
        "coupon": coupon,
        "coupon_offer": named,
        "coupon_line": " · ".join((named, coupon["supplier"], coupon["holder"])),
        "offer": offer.json if offer.is_good else None,
        "order": order,
        "lines": lines,
        "steps": timeline(shell, coupon["steps"]),
    }


@get("/console/coupons/{coupon_id:int}", opt=PAGE, include_in_schema=False)
async def coupon_page(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """One coupon: its receipt, its order and what it is billed with."""
    brand = await enter_brand(request, "coupons.read")
    found = await one_coupon(brand, coupon_id)
    return brand.page("brand/coupon.html", block="drawer", **found)


ROUTES = [coupons, coupon_page]
