"""Whether a page may stand in a frame of somebody else's page.

It may not, unless the brand whose pages these are has named the origin. Which brand that is, says
the visit; before there is one, the link names the programme. The cookie of a visit that may stand
in a frame is sent there, too, but only in frames of the same site (`Partitioned`).
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from litestar.datastructures import Cookie
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import Call
from api.identity.frames import load_frame_origins
from api.identity.launches import VISIT_SECONDS
from api.pages.guard import cookie
from api.pages.render import framed
from ledger.book import ProgrammeNotFound, find_programme_by_book

VISIT_COOKIE = "m"
OVER_SECONDS = 86_400
"""In a frame the cookie outlives its visit, so that a page there can say that it is over."""
_STATE = "frame_origins"


async def allow_frames(request: Call, connection: AsyncConnection, party_id: int) -> None:
    """Note whose pages may frame the answer to this request."""
    request.scope["state"][_STATE] = await load_frame_origins(connection, party_id)


async def allow_frames_of_book(
    request: Call, connection: AsyncConnection, book_id: int | None
) -> None:
    """The same, by the book that a token names, whether the token is good or not."""
    if book_id is None:
        return
    try:
        programme = await find_programme_by_book(connection, book_id)
    except ProgrammeNotFound:
        return
    await allow_frames(request, connection, programme.party_id)


def frame_origins(request: Call) -> Sequence[str]:
    """Whose pages may frame the answer to this request."""
    found: Sequence[str] = request.scope["state"].get(_STATE, ())
    return found


def frame_headers(request: Call) -> Mapping[str, str]:
    """The headers that say so to the browser."""
    return framed(frame_origins(request))


def visit_cookie(request: Call, token: str) -> Cookie:
    """The cookie of a visit. Without a token, the browser forgets it."""
    is_framed = bool(frame_origins(request))
    seconds = VISIT_SECONDS + (OVER_SECONDS if is_framed else 0)
    same_site: Literal["none", "lax"] = "none" if is_framed else "lax"
    return cookie(
        request,
        VISIT_COOKIE,
        token,
        seconds=seconds if token else 0,
        same_site=same_site,
        partitioned=is_framed,
    )
