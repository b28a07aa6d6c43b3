"""Lists of members, and of the points that one has set aside."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from api.http.acting import ProgrammeInPath, member_in_path, own_programme
from api.http.auth import BRAND, SLOW, Call, context_of
from api.http.copying import Copier
from api.http.masking import member_shown
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.schemas.answers import Page
from api.http.schemas.members import BalanceAnswer, OpenHoldAnswer
from catalog import INTEGER_MAX
from ledger import read, read_clock
from ledger.asks import MEMBER_LENGTH_MAX
from ledger.read import Balance, OpenHold

TAGS = ["members"]
Prefix = Annotated[
    str,
    QueryParameter(
        name="prefix",
        max_length=MEMBER_LENGTH_MAX,
        description="What their references begin with.",
    ),
]

_render = Copier(BalanceAnswer, Balance, "member", "merged_into")
_render_hold = Copier(OpenHoldAnswer, OpenHold)


@get("/v1/programmes/{programme:str}/members", guards=[BRAND], opt=SLOW, tags=TAGS)
async def members(
    request: Call,
    code: ProgrammeInPath,
    *,
    prefix: Prefix = "",
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[BalanceAnswer]:
    """Members with their points now, in the order of their references.

    Those that were merged into others are among them. The operator sees them with dots in the
    middle.
    """
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await read.list_members(
            connection, programme, prefix, after=after(cursor), limit=limit
        )
        now = await read_clock(connection)
        names = [each.member for each in found]
        balances = await read.balances(connection, programme, names, now)
    items = [
        _render(
            each,
            member=member_shown(request, programme, each.member),
            merged_into=None
            if each.merged_into is None
            else member_shown(request, programme, each.merged_into),
        )
        for each in balances
    ]
    is_full = len(found) == limit
    return {"items": items, "next_cursor": str(found[-1].account_id) if is_full else None}


@get("/v1/programmes/{programme:str}/members/{member:str}/holds", guards=[BRAND], tags=TAGS)
async def holds(
    request: Call,
    code: ProgrammeInPath,
    member: FromPath[str],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[OpenHoldAnswer]:
    """The points that a member has set aside, the oldest first, until each hold ends."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await read.list_open_holds(
            connection,
            programme,
            member_in_path(member),
            after=after(cursor, INTEGER_MAX),
            limit=limit,
        )
    is_full = len(found) == limit
    return {
        "items": [_render_hold(each) for each in found],
        "next_cursor": str(found[-1].sequence) if is_full else None,
    }


ROUTES = [members, holds]
