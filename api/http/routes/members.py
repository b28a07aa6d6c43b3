"""What members hold, and how it came about."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.http.auth import BRAND, Call, context_of, own_programme
from api.http.paging import Cursor, after
from api.http.schemas.members import (
    BalanceAnswer,
    BalancesAnswer,
    BalancesRequest,
    HistoryAnswer,
    HistoryEntry,
    MemberAnswer,
)
from api.http.schemas.types import PAGE_ITEMS_DEFAULT
from api.http.times import AsOf, instant_of
from ledger import read
from ledger.asks import MEMBER_LENGTH_MAX, MemberNotFound
from ledger.read import Balance, HistoryLine

TAGS = ["members"]
HistoryLimit = Annotated[
    int, QueryParameter(ge=1, le=read.PAGE_LINES_MAX, description="Most lines on the page.")
]


def _render(balance: Balance) -> BalanceAnswer:
    return {
        "member": balance.member,
        "spendable": balance.spendable,
        "held": balance.held,
        "pending": balance.pending,
        "expired": balance.expired,
        "debt": balance.debt,
        "next_expiry": balance.next_expiry,
        "expiring_points": balance.expiring_points,
    }


def _member(text: str) -> str:
    """A member of the address.

    Raises:
        MemberNotFound: no member can have such a reference.
    """
    if not 1 <= len(text) <= MEMBER_LENGTH_MAX or not text.isprintable():
        raise MemberNotFound("no member has such a reference")
    return text


@get("/v1/programmes/{programme:str}/members/{member:str}", guards=[BRAND], tags=TAGS)
async def balance(
    request: Call, programme: FromPath[str], member: FromPath[str], as_of: AsOf = None
) -> MemberAnswer:
    """A member's points now, and how many die when; with `as_of`, what the book said at that instant."""
    instant = instant_of(as_of)
    book = await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        if instant is None:
            found = await read.balance(connection, book, _member(member), datetime.now(UTC))
        else:
            found = await read.balance_as_of(connection, book, _member(member), instant)
    return {
        **_render(found),
        "expiring": [
            {"expires_on": last_day, "points": points} for last_day, points in found.expiring
        ],
    }


@post("/v1/programmes/{programme:str}/balances", guards=[BRAND], status_code=200, tags=TAGS)
async def balances(
    request: Call, programme: FromPath[str], data: JSONBody[BalancesRequest]
) -> BalancesAnswer:
    """Many members' points, judged at `at` (now without); reads only, so it needs no key.

    A member without a wallet has zero.
    """
    book = await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        found = await read.balances(connection, book, data.members, data.at or datetime.now(UTC))
    return {"balances": [_render(each) for each in found]}


def _render_line(line: HistoryLine) -> HistoryEntry:
    return {
        "operation": line.operation,
        "kind": line.kind,
        "key": line.key,
        "points": line.points,
        "balance": line.balance,
        "held": line.held,
        "debt": line.debt,
        "occurred_at": line.occurred_at,
        "recorded_at": line.recorded_at,
        "store": line.store,
        "channel": line.channel,
        "staff": line.staff,
        "reference": line.reference,
    }


@get("/v1/programmes/{programme:str}/members/{member:str}/history", guards=[BRAND], tags=TAGS)
async def history(
    request: Call,
    programme: FromPath[str],
    member: FromPath[str],
    cursor: Cursor = None,
    limit: HistoryLimit = PAGE_ITEMS_DEFAULT,
) -> HistoryAnswer:
    """A member's operations, the latest first."""
    book = await own_programme(request, programme)
    before = after(cursor) or None
    async with context_of(request).database.transaction() as connection:
        lines, following = await read.history(
            connection, book, _member(member), before=before, limit=limit
        )
    cursor_following = None if following is None else str(following)
    return {"entries": [_render_line(line) for line in lines], "next_cursor": cursor_following}


ROUTES = [balance, balances, history]
