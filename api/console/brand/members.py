"""Members: found by how their references begin, and one member with all that is known of her."""

import asyncio

from litestar import Response, get
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import PROGRAMME, enter_brand
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT, Problem, at

COUPONS_SHOWN = 20
ENTRIES_MAX = 500
"""The interface tells so much of a history at once."""
NO_POINTS: dict[str, object] = {
    "merged_into": None,
    **dict.fromkeys(("spendable", "pending", "held", "debt", "expiring_points"), 0),
    "next_expiry": None,
    "expiring": [],
}
"""The points of a member who was only given a right, or of whom only a profile is stored."""


@get("/console/members", opt=PAGE, include_in_schema=False)
async def members(request: Call) -> Response[bytes]:
    """Members with their points, in the order of their references."""
    brand = await enter_brand(request, "members.read")
    shell = brand.shell
    query = {"prefix": shell.query.get("prefix", "").strip()}
    if shell.query.get("export") == "csv":
        path = f"/v1/programmes/{brand.code}/members"
        return await shell.export(path, query, name="members", columns=columns.MEMBERS)
    answer = await brand.get(
        "/members", {**query, "limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    )
    return brand.page(
        "brand/members.html",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
        totals=await brand.need("/totals"),
    )


@get("/console/members/{member:str}", opt=PAGE, include_in_schema=False)
async def member_page(request: Call, member: FromPath[str]) -> Response[bytes]:
    """One member: points by last day, holds, history, coupons and profile."""
    brand = await enter_brand(request, "members.read")
    shell = brand.shell
    path = "/members/{member}"
    if shell.query.get("export") == "csv":
        return await shell.export(
            at(f"{PROGRAMME}{path}/history", programme=brand.code, member=member),
            {},
            name="history",
            columns=columns.HISTORY,
            items="entries",
            limit=ENTRIES_MAX,
        )
    cursor = shell.query.get("cursor")
    balance, history, holds, coupons, profile = await asyncio.gather(
        brand.get(path, member=member),
        brand.get(path + "/history", {"limit": PAGE_LIMIT, "cursor": cursor}, member=member),
        brand.get(path + "/holds", member=member),
        brand.get("/coupons", {"member": member, "limit": COUPONS_SHOWN}),
        brand.get(path + "/profile", member=member),
    )
    is_known = balance.is_good or profile.is_good or bool(coupons.items)
    if not balance.is_good and (balance.code != "member-not-found" or not is_known):
        raise Problem(balance)
    return brand.page(
        "brand/member.html",
        member=balance.json if balance.is_good else {**NO_POINTS, "member": member},
        has_points=balance.is_good,
        entries=history.json["entries"] if history.is_good else [],
        next_cursor=history.json["next_cursor"] if history.is_good else None,
        holds=holds.items,
        rows=coupons.items,
        profile=profile.json if profile.is_good else None,
        names=await brand.names(),
    )


ROUTES = [members, member_page]
