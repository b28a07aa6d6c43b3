"""The counters of today on the overview, as they change: one stream for each open page.

A stream follows the events of the party for which its user acts. When something happens it asks the
interface for the same counters as the page, and sends them as a piece of HTML that htmx puts in
their place. It says nothing while they stay the same. It holds no place, it counts as a stream of
its party, and it ends when the service stops. It does not keep a session alive: before each piece,
and at each sign of life, it is asked whether the session still lasts.

Whoever may not have a stream gets one that ends at once: the page stands as it was shown.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from litestar import get
from litestar.response import Stream

from api.console.shell import SESSION_COOKIE, Shell, enter
from api.events.live import Live
from api.events.read import last_sequence
from api.http.auth import PAGE, Call, context_of, visit_of
from api.http.front_door import WITHOUT_BODY
from api.http.patience import PATIENCE
from api.identity.sessions import find_session
from api.pages.guard import read_cookie
from api.pages.render import HEADERS
from ledger import ACTING_FOR, Refusal, name_of_party

EVENT_STREAM = "text/event-stream"
SIGN_OF_LIFE = b": nothing new\n\n"
END = b"event: end\ndata: over\n\n"
"""Tells the page not to connect anew."""
PIECE_SECONDS_MIN = 1.0
"""A page gets its counters at most this often."""
READING_SHARE_MAX = 0.05
"""A stream reads for this share of its time at most: slow counting is done less often."""


@get("/console/live", opt=PAGE, include_in_schema=False)
async def live(request: Call) -> Stream:
    """The counters of today as server-sent events: of a programme, or of a supplier."""
    if request.scope["state"].get(WITHOUT_BODY):
        return _stream(())
    try:
        shell = await enter(request, "self.read")
        leave = context_of(request).live.enter(shell.user.party.party_id)
    except Refusal:
        return _stream((END,))
    pieces = _pieces(shell, context_of(request).live, leave)
    # A reader that is gone already never asks for the first piece.
    weakref.finalize(pieces, leave)
    visit_of(request).end()
    request.scope["state"][PATIENCE].pause()
    return _stream(pieces)


def _stream(pieces: AsyncIterator[bytes] | tuple[bytes, ...]) -> Stream:
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return Stream(pieces, media_type=EVENT_STREAM, headers=headers)


async def _pieces(shell: Shell, live: Live, leave: Callable[[], None]) -> AsyncIterator[bytes]:
    """The counters as they are, and again each time that they have changed."""
    party_id, clock, shown = shell.user.party.party_id, asyncio.get_running_loop(), b""
    ACTING_FOR.set(name_of_party(party_id))
    try:
        yield SIGN_OF_LIFE
        is_open = True
        while is_open:
            newest = await _look(shell)
            if newest is None:
                yield END
                return
            began = clock.time()
            piece = await _counted(shell)
            seconds = clock.time() - began
            yield SIGN_OF_LIFE if piece in {b"", shown} else piece
            shown = piece or shown
            # What happens meanwhile is in the next count, however much it was.
            await asyncio.sleep(max(PIECE_SECONDS_MIN, seconds / READING_SHARE_MAX))
            async with aclosing(live.follow(party_id, newest)) as following:
                is_open = await anext(following, None) is not None
    finally:
        leave()


async def _look(shell: Shell) -> int | None:
    """The number of the party's last event. None: the session is over, or is another one now."""
    token = read_cookie(shell.request, SESSION_COOKIE) or ""
    async with context_of(shell.request).database.transaction() as connection:
        signed_in = await find_session(connection, token, is_used=False)
        newest = await last_sequence(connection, shell.user.party.party_id)
    now = signed_in.identity if signed_in is not None else None
    is_same = (
        now is not None
        and now.party.party_id == shell.user.party.party_id
        and now.permissions == shell.user.permissions
    )
    return newest if is_same else None


async def _counted(shell: Shell) -> bytes:
    """The counters as one message. Nothing, if the interface refuses them just now."""
    programme = shell.query.get("programme", "")
    if programme:
        today = await shell.get("/v1/programmes/{programme}/today", programme=programme)
        template = "brand/today.html"
    else:
        party = shell.user.party.code
        today = await shell.get("/v1/parties/{party}/deliveries", {"days": 1}, party=party)
        template = "supply/today.html"
    shell.calls.clear()
    if not today.is_good:
        return b""
    text = shell.part(template, today=today.json, programme=programme)
    return f"data: {' '.join(text.split())}\n\n".encode()


ROUTES = [live]
