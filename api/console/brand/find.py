"""Find anything: members, coupons, statements, orders, offers and parties, as far as one may."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from litestar import Response, get

from api.console.brand.choice import Brand, NoProgramme, choose, language, show_page
from api.console.brand.words import COUPON_STATES, STATEMENT_STATES
from api.console.shell import Shell, enter
from api.http.auth import PAGE, Call
from api.pages.ask import Query, at

FOUND_MAX = 8
LISTED_MAX = 1000
QUERY_LENGTH_MAX = 200
TAIL_LENGTH_MIN, TAIL_LENGTH_MAX = 4, 16
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
REQUEST_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


@dataclass(slots=True)
class Found:
    """What was found of one kind: each with its text, a note, and where it is."""

    title: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)


@get("/console/find", opt=PAGE, include_in_schema=False)
async def find(request: Call) -> Response[bytes]:
    """What begins with, ends in, or is called what was typed."""
    shell = await enter(request, "self.read")
    wanted = shell.query.get("q", "").strip()[:QUERY_LENGTH_MAX]
    found: list[Found] = []
    if wanted:
        brand = await _brand(shell)
        asked: list[Awaitable[Found | None]] = []
        if brand is not None:
            asked += [each(brand, wanted) for each in OF_BRANDS]
        asked += [each(shell, wanted) for each in OF_ALL]
        found = [each for each in await asyncio.gather(*asked) if each is not None and each.rows]
    return show_page(shell, "brand/find.html", wanted=wanted, found=found)


async def _brand(shell: Shell) -> Brand | None:
    if not shell.is_party("brand") or not shell.may("programmes.read"):
        return None
    try:
        return await choose(shell)
    except NoProgramme:
        return None


async def _members(brand: Brand, wanted: str) -> Found | None:
    shell = brand.shell
    if not shell.may("members.read"):
        return None
    listed = await brand.get("/members", {"prefix": wanted, "limit": FOUND_MAX})
    rows = {
        each["member"]: shell._("%s points") % shell.f.number(each["spendable"])
        for each in listed.items
    }
    if wanted not in rows and shell.may("coupons.read"):
        # Who was only given a right has no points, and is in no list of them.
        given = await brand.get("/coupons", {"member": wanted, "limit": FOUND_MAX})
        rows |= {each["holder"]: shell._("No points yet") for each in given.items} | rows
    return Found(
        shell._("Members"),
        [
            (name, note, brand.to(at("/console/members/{member}", member=name)))
            for name, note in list(rows.items())[:FOUND_MAX]
        ],
    )


async def _coupons(brand: Brand, wanted: str) -> Found | None:
    shell = brand.shell
    if not shell.may("coupons.read"):
        return None
    tail = "".join(each for each in wanted if each.isalnum() and each.isascii())
    items = (await brand.get("/coupons", {"member": wanted, "limit": FOUND_MAX})).items
    if len(tail) >= TAIL_LENGTH_MIN:
        query: Query = {"code_tail": tail[-TAIL_LENGTH_MAX:], "limit": FOUND_MAX}
        items += (await brand.get("/coupons", query)).items
    names = await brand.names() if items else {}
    rows = {
        each["coupon"]: (
            f"{names.get(each['offer'], each['offer_code'])} …{each['code_tail'] or ''}",
            f"{each['holder']} · {shell._(COUPON_STATES[each['state']][0])}",
            brand.to(f"/console/coupons/{each['coupon']}"),
        )
        for each in items
    }
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:  # noqa: PLR2004 - a bigint
        one = await brand.get("/coupons/{coupon_id}", coupon_id=int(wanted))
        if one.is_good:
            rows[int(wanted)] = (
                shell._("Coupon %s") % wanted,
                f"{one.json['holder']} · {shell._(COUPON_STATES[one.json['state']][0])}",
                brand.to(f"/console/coupons/{int(wanted)}"),
            )
    return Found(shell._("Coupons"), list(rows.values())[:FOUND_MAX])


async def _market(brand: Brand, wanted: str) -> Found | None:
    shell = brand.shell
    if not shell.may("market.read"):
        return None
    query: Query = {"q": wanted, "all": True, "lang": language(shell), "limit": FOUND_MAX}
    listed = await brand.get("/offers", query)
    return Found(
        shell._("Market"),
        [
            (each["name"], each["supplier"], brand.to(f"/console/market/{each['offer_id']}"))
            for each in listed.items
        ],
    )


async def _statements(shell: Shell, wanted: str) -> Found | None:
    if not shell.may("statements.read"):
        return None
    month = MONTH.search(wanted)
    query: Query = {"month": month[0] if month else None, "limit": LISTED_MAX}
    listed = await shell.get("/v1/statements", query)
    rows = [
        (
            each["number"],
            " · ".join(
                (
                    f"{each['payer_party']} → {each['payee_party']}",
                    shell.f.money(each["billed_minor"], each["currency"]),
                    shell._(STATEMENT_STATES[each["state"]][0]),
                )
            ),
            f"/console/statements/{each['statement_id']}",
        )
        for each in listed.items
        if wanted.lower() in each["number"].lower() or each["month"] == wanted
    ]
    return Found(shell._("Statements"), rows[:FOUND_MAX])


async def _orders(shell: Shell, wanted: str) -> Found | None:
    if not shell.may("orders.read") or not REQUEST_NUMBER.fullmatch(wanted):
        return None
    one = await shell.get("/v1/orders/{number}", number=wanted)
    if not one.is_good:
        return None
    order = one.json
    path = at("/console/orders/{number}", number=order["request_number"])
    note = f"{order['offer_code']} · {order['supplier']}"
    return Found(shell._("Deliveries"), [(order["request_number"], note, path)])


async def _own_offers(shell: Shell, wanted: str) -> Found | None:
    if not shell.is_party("supplier") or not shell.may("offers.read"):
        return None
    listed = await shell.get("/v1/offers", {"limit": LISTED_MAX})
    rows = [
        (each["name"], each["code"], f"/console/offers/{each['offer_id']}")
        for each in listed.items
        if wanted.lower() in f"{each['name']} {each['code']}".lower()
    ]
    return Found(shell._("Offers"), rows[:FOUND_MAX])


async def _parties(shell: Shell, wanted: str) -> Found | None:
    if not shell.is_party("operator") or not shell.may("parties.read"):
        return None
    listed = await shell.get("/v1/parties", {"limit": LISTED_MAX})
    rows = [
        (each["name"], each["code"], at("/console/parties/{party}", party=each["code"]))
        for each in listed.items
        if wanted.lower() in f"{each['name']} {each['code']}".lower()
    ]
    return Found(shell._("Parties"), rows[:FOUND_MAX])


OF_BRANDS: tuple[Callable[[Brand, str], Awaitable[Found | None]], ...] = (
    _members,
    _coupons,
    _market,
)
OF_ALL: tuple[Callable[[Shell, str], Awaitable[Found | None]], ...] = (
    _statements,
    _orders,
    _own_offers,
    _parties,
)
ROUTES = [find]
