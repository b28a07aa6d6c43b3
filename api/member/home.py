"""The start of a member's visit, the points, and their history."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post

from api.http.auth import PAGE, Call, context_of
from api.identity.launches import arrive, book_of, end_visit
from api.member.frame import (
    VISIT_COOKIE,
    allow_frames,
    allow_frames_of_book,
    frame_headers,
    frame_origins,
    visit_cookie,
)
from api.member.visit import enter, enter_form, locale_of
from api.member.words import GAINS, KINDS, LOSSES, OTHER_WHY, STATES, WHY_NOT
from api.pages.ask import Problem
from api.pages.forms import read_form
from api.pages.guard import read_cookie
from api.pages.render import html, render, see_other
from ledger.book import CODE_PATTERN, ProgrammeNotFound, find_programme

HOME_OFFERS = 6
HOME_COUPONS = 3
NO_SUCH_MEMBER = "member-not-found"
NO_POINTS: Mapping[str, Any] = {
    **dict.fromkeys(("spendable", "pending", "held", "debt", "expiring_points"), 0),
    "expiring": (),
}
"""The points of a member who was only given a right so far."""
HOME_EXPIRIES = 6
"""How many days are shown on which points expire."""


@get("/m", opt=PAGE, include_in_schema=False)
async def start_page(request: Call) -> Response[bytes]:
    """Where a launch arrives. The token stands behind the # of the address.

    A script takes it from there. An app without scripts is given it as `t` in the query. The page
    asks before it uses the token up, because programs that preview links open them, too.
    """
    locale = locale_of(request)
    token = request.query_params.get("t", "")[:80]
    framed_for = await _allow_frames(request)
    text = render(
        locale,
        "member/start.html",
        theme="",
        token=token,
        has_visit=read_cookie(request, VISIT_COOKIE) is not None,
        framed_for=framed_for,
    )
    return html(request, text, headers=frame_headers(request))


async def _allow_frames(request: Call) -> str:
    """Let the brand frame a page that comes before the visit. Returns the programme, or nothing.

    The token is hidden from the server until it is used up. So the link names the programme, too.
    """
    code = request.query_params.get("p", "")
    if not CODE_PATTERN.fullmatch(code):
        return ""
    async with context_of(request).database.transaction() as connection:
        try:
            programme = await find_programme(connection, code)
        except ProgrammeNotFound:
            return ""
        await allow_frames(request, connection, programme.party_id)
    return code if frame_origins(request) else ""


@post("/m/start", opt=PAGE, include_in_schema=False)
async def start(request: Call) -> Response[bytes]:
    """Use the launch up, and begin a visit."""
    form = await read_form(request)
    await _allow_frames(request)
    async with context_of(request).database.transaction() as connection:
        visit = await arrive(connection, form.text("t"))
        await allow_frames_of_book(request, connection, book_of(visit))
    answer = see_other("/m/home")
    answer.set_cookie(visit_cookie(request, visit))
    return answer


@post("/m/leave", opt=PAGE, include_in_schema=False)
async def leave(request: Call) -> Response[bytes]:
    """End the visit. A form may lead to pages of ours alone, so it does not lead to the app."""
    visit, _ = await enter_form(request)
    async with context_of(request).database.transaction() as connection:
        await end_visit(connection, read_cookie(request, VISIT_COOKIE) or "")
    framed_for = f"?p={visit.programme.code}" if frame_origins(request) else ""
    answer = see_other(f"/m{framed_for}")
    answer.set_cookie(visit_cookie(request, ""))
    return answer


@get("/m/home", opt=PAGE, include_in_schema=False)
async def home(request: Call) -> Response[bytes]:
    """The member's points, what is on its way, and what the member can have."""
    visit = await enter(request)
    balance = await visit.get("/members/{member}", member=visit.member)
    if not balance.is_good and balance.code != NO_SUCH_MEMBER:
        raise Problem(balance)
    points = balance.json if balance.is_good else NO_POINTS
    coupons = await visit.get(
        "/members/{member}/coupons",
        {"limit": HOME_COUPONS, "sort": "new"},
        member=visit.member,
    )
    offers = await visit.get(
        "/offers",
        {
            "member": visit.member,
            "affordable": True,
            "lang": visit.language,
            "limit": HOME_OFFERS,
        },
    )
    return visit.page(
        "member/home.html",
        tab="home",
        balance=points,
        expiring=points["expiring"][:HOME_EXPIRIES],
        coupons=coupons.items,
        offers=offers.items,
        categories=await visit.categories(),
        states=STATES,
        why_not=WHY_NOT,
        other_why=OTHER_WHY,
        names=await visit.names(coupons.items),
    )


@get("/m/history", opt=PAGE, include_in_schema=False)
async def history(request: Call) -> Response[bytes]:
    """How the points came and went, newest first."""
    visit = await enter(request)
    query = {"cursor": request.query_params.get("cursor"), "limit": 30}
    answer = await visit.get("/members/{member}/history", query, member=visit.member)
    if not answer.is_good and answer.code != NO_SUCH_MEMBER:
        raise Problem(answer)
    found = answer.json if answer.is_good else {"entries": [], "next_cursor": None}
    return visit.page(
        "member/history.html",
        tab="home",
        entries=found["entries"],
        next_cursor=found["next_cursor"],
        kinds=KINDS,
        gains=GAINS,
        losses=LOSSES,
    )


ROUTES = [start_page, start, leave, home, history]
