"""Swaps: two brands give each other rights, and see who owes whom."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator, own_programme
from api.http.auth import CHANGES, PARTNER, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.swaps import (
    AgreeSwapBody,
    SwapAnswer,
    SwapBody,
    SwapLineAnswer,
    SwapLineItem,
    SwapPieceAnswer,
    SwapSideAnswer,
    SwapStandingAnswer,
)
from catalog import Party, find_party
from exchange.swaps import (
    Line,
    Piece,
    Standing,
    StandingState,
    Swap,
    SwapTerms,
    agree_to_swap,
    end_swap,
    find_swap,
    list_swaps,
    load_standing,
    propose_swap,
)
from ledger import JSON, read_clock
from ledger.book import find_programme_by_book

TAGS = ["swaps"]

_copy = Copier(
    SwapAnswer,
    Swap,
    "state",
    "proposer",
    "other",
    "programme",
    "other_programme",
    "gives",
    "takes",
)
_copy_line = Copier(SwapLineAnswer, Line)
_copy_piece = Copier(SwapPieceAnswer, Piece)
_copy_side = Copier(SwapSideAnswer, Standing, "party", "pieces", "standing", "stopped")


def _seen_by(request: Call) -> Party | None:
    """Whose swaps the caller sees. None: all, which the operator does."""
    return None if is_operator(request.user) else request.user.party


def _lines(items: Sequence[SwapLineItem]) -> list[Line]:
    return [Line(each.offer_id, each.quantity, each.unit_value_minor) for each in items]


async def _render(
    request: Call, connection: AsyncConnection, swaps: Sequence[Swap]
) -> list[SwapAnswer]:
    parties = {party for swap in swaps for party in (swap.proposer_id, swap.other_id)}
    codes = await context_of(request).codes.of(connection, parties)
    books = {book for swap in swaps for book in (swap.proposer_book_id, swap.other_book_id) if book}
    programmes = {
        book_id: (await find_programme_by_book(connection, book_id)).code
        for book_id in sorted(books)
    }
    now = await read_clock(connection)
    return [
        _copy(
            swap,
            state=swap.state_at(now),
            proposer=codes[swap.proposer_id],
            other=codes[swap.other_id],
            programme=programmes[swap.proposer_book_id],
            other_programme=programmes.get(swap.other_book_id or 0),
            gives=[_copy_line(line) for line in swap.gives],
            takes=[_copy_line(line) for line in swap.takes],
        )
        for swap in swaps
    ]


@post("/v1/swaps", guards=[PARTNER], opt=CHANGES, tags=TAGS)
async def add_swap(request: Call, data: JSONBody[SwapBody]) -> Response[SwapAnswer]:
    """Propose a swap of rights to another party. Nothing is granted before it agrees."""
    programme = await own_programme(request, data.programme)
    terms = SwapTerms(
        gives=_lines(data.gives),
        takes=_lines(data.takes),
        currency=data.currency,
        window_from=data.window_from,
        window_until=data.window_until,
        limit_minor=data.limit_minor,
        alert_percent=data.alert_percent,
    )

    async def act(connection: AsyncConnection) -> JSON:
        other = await find_party(connection, data.other)
        made = await propose_swap(connection, request.user.party, programme, other, terms)
        return (await _render(request, connection, [made]))[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/swaps", tags=TAGS)
async def swaps(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[SwapAnswer]:
    """The swaps that the caller is in, as either party. The operator sees all."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_swaps(connection, _seen_by(request), after=after(cursor), limit=limit)
        shown = await _render(request, connection, rows)
    found: Page[SwapAnswer] = page(shown, limit, dict, lambda each: each["swap_id"])
    return found


@get("/v1/swaps/{swap_id:int}", tags=TAGS)
async def swap_standing(request: Call, swap_id: FromPath[int]) -> SwapStandingAnswer:
    """A swap, and how both sides stand now. Both parties and the operator see the same."""
    async with context_of(request).database.transaction() as connection:
        swap = await find_swap(connection, _seen_by(request), swap_id)
        (shown,) = await _render(request, connection, [swap])
        found = await load_standing(connection, swap)
    sides = [
        _side(shown["proposer"], found.proposer, found.proposer_pieces, swap.proposer_standing),
        _side(shown["other"], found.other, found.other_pieces, swap.other_standing),
    ]
    answer: SwapStandingAnswer = {
        **shown,
        "as_of": found.as_of,
        "judged_at": swap.judged_at,
        "sides": sides,
    }
    return answer


def _side(
    party: str, side: Standing, pieces: Sequence[Piece], judged: StandingState
) -> SwapSideAnswer:
    shown: SwapSideAnswer = _copy_side(
        side,
        party=party,
        pieces=[_copy_piece(each) for each in pieces],
        standing=side.state,
        stopped=judged is StandingState.STOPPED,
    )
    return shown


@post("/v1/swaps/{swap_id:int}/agree", guards=[PARTNER], opt=CHANGES, status_code=200, tags=TAGS)
async def agree_with_swap(
    request: Call, swap_id: FromPath[int], data: JSONBody[AgreeSwapBody]
) -> Response[SwapAnswer]:
    """Agree to a swap. Each programme has its part as stock from now on, for the swap's window."""
    programme = await own_programme(request, data.programme)

    async def act(connection: AsyncConnection) -> JSON:
        agreed = await agree_to_swap(connection, request.user.party, swap_id, programme)
        return (await _render(request, connection, [agreed]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


@post("/v1/swaps/{swap_id:int}/end", opt=CHANGES, status_code=200, tags=TAGS)
async def end_one_swap(request: Call, swap_id: FromPath[int]) -> Response[SwapAnswer]:
    """End a swap, as either party or as the operator. What is unsold goes back to both."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        ended = await end_swap(connection, _seen_by(request), swap_id)
        return (await _render(request, connection, [ended]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [add_swap, swaps, swap_standing, agree_with_swap, end_one_swap]
