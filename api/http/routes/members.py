"""Members: their balances and their history."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.http.acting import ProgrammeInPath, member_in_path, own_programme
from api.http.auth import BRAND, Call, context_of, require_tokens
from api.http.copying import Copier
from api.http.paging import Cursor, after
from api.http.schemas.members import (
    BalanceAnswer,
    BalancesAnswer,
    BalancesBody,
    HistoryAnswer,
    HistoryEntryAnswer,
    MemberAnswer,
)
from api.http.schemas.types import PAGE_ITEMS_DEFAULT
from api.http.times import AsOf, instant_of, require_past
from catalog import INTEGER_MAX
from ledger import read, read_clock
from ledger.read import Balance, HistoryLine

TAGS = ["members"]
HistoryLimit = Annotated[
    int, QueryParameter(ge=1, le=read.PAGE_LINES_MAX, description="The most lines on the page.")
]


_render = Copier(BalanceAnswer, Balance)
_render_line = Copier(HistoryEntryAnswer, HistoryLine)


@get("/v1/programmes/{programme:str}/members/{member:str}", guards=[BRAND], tags=TAGS)
async def balance(
    request: Call, code: ProgrammeInPath, member: FromPath[str], as_of: AsOf = None
) -> MemberAnswer:
    """A member's points now, and how many of them expire on which day.

    With `as_of`, the answer is what the book said at that instant.
    """
    instant = instant_of(as_of)
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        if instant is None:
            now = await read_clock(connection)
            found = await read.balance(connection, programme, member_in_path(member), now)
        else:
            await require_past(connection, instant)
            found = await read.balance_as_of(connection, programme, member_in_path(member), instant)
    return {
        **_render(found),
        "expiring": [
            {"expires_on": last_day, "points": points} for last_day, points in found.expiring
        ],
    }


@post("/v1/programmes/{programme:str}/balances", guards=[BRAND], status_code=200, tags=TAGS)
async def balances(
    request: Call, code: ProgrammeInPath, data: JSONBody[BalancesBody]
) -> BalancesAnswer:
    """The points of many members, as they are now.

    `at` is the instant that decides which points are pending or expired; by default, now. Nothing
    is changed, so no key is needed. A member without a wallet has zero.
    """
    await require_tokens(request, len(data.members))
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        at = data.at or await read_clock(connection)
        found = await read.balances(connection, programme, data.members, at)
    return {"balances": [_render(each) for each in found]}


@get("/v1/programmes/{programme:str}/members/{member:str}/history", guards=[BRAND], tags=TAGS)
async def history(
    request: Call,
    code: ProgrammeInPath,
    member: FromPath[str],
    cursor: Cursor = None,
    limit: HistoryLimit = PAGE_ITEMS_DEFAULT,
) -> HistoryAnswer:
    """A member's operations, newest first."""
    programme = await own_programme(request, code)
    before = after(cursor, INTEGER_MAX) or None
    async with context_of(request).database.transaction() as connection:
        lines, following = await read.history(
            connection, programme, member_in_path(member), before=before, limit=limit
        )
        heirs = await read.heirs(connection, programme, [member])
    cursor_following = None if following is None else str(following)
    return {
        "merged_into": heirs.get(member),
        "entries": [_render_line(line) for line in lines],
        "next_cursor": cursor_following,
    }


ROUTES = [balance, balances, history]
