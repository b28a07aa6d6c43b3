"""Placements: a guest's offer is shown in a host's app, and both see what comes of it."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, PARTNER, SUPPLIER, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.placements import (
    ImpressionsAnswer,
    ImpressionsBody,
    PlacementAnswer,
    PlacementBody,
    PlacementFiguresAnswer,
)
from catalog import Party
from exchange.swaps import (
    Placement,
    PlacementTerms,
    end_placement,
    find_placement,
    list_placements,
    measure,
    report_impressions,
    state_placement,
)
from ledger import JSON
from ledger.book import find_programme, find_programme_by_book

TAGS = ["swaps"]

_copy = Copier(PlacementAnswer, Placement, "guest", "host", "programme")


def _seen_by(request: Call) -> Party | None:
    """Whose placements the caller sees. None: all, which the operator does."""
    return None if is_operator(request.user) else request.user.party


async def _render(
    request: Call, connection: AsyncConnection, placements: Sequence[Placement]
) -> list[PlacementAnswer]:
    parties = {party for each in placements for party in (each.guest_id, each.host_id)}
    codes = await context_of(request).codes.of(connection, parties)
    programmes = {
        book_id: (await find_programme_by_book(connection, book_id)).code
        for book_id in sorted({each.host_book_id for each in placements})
    }
    return [
        _copy(
            each,
            guest=codes[each.guest_id],
            host=codes[each.host_id],
            programme=programmes[each.host_book_id],
        )
        for each in placements
    ]


@post("/v1/placements", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_placement(request: Call, data: JSONBody[PlacementBody]) -> Response[PlacementAnswer]:
    """Have an own offer shown in the app of a programme. The caller will owe what claims cost."""
    terms = PlacementTerms(
        offer_id=data.offer_id,
        slot=data.slot,
        currency=data.currency,
        value_per_claim_minor=data.value_per_claim_minor,
        promised_impressions=data.promised_impressions,
        window_from=data.window_from,
        window_until=data.window_until,
        swap_id=data.swap_id,
    )

    async def act(connection: AsyncConnection) -> JSON:
        host = await find_programme(connection, data.programme)
        made = await state_placement(connection, request.user.party, host, terms)
        return (await _render(request, connection, [made]))[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/placements", tags=TAGS)
async def placements(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[PlacementAnswer]:
    """The placements of the caller, as guest and as host. The operator sees all."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_placements(
            connection, _seen_by(request), after=after(cursor), limit=limit
        )
        shown = await _render(request, connection, rows)
    found: Page[PlacementAnswer] = page(shown, limit, dict, lambda each: each["placement_id"])
    return found


@get("/v1/placements/{placement_id:int}", tags=TAGS)
async def placement_figures(request: Call, placement_id: FromPath[int]) -> PlacementFiguresAnswer:
    """A placement, with what its host reports and what the exchange has measured."""
    async with context_of(request).database.transaction() as connection:
        found = await find_placement(connection, _seen_by(request), placement_id)
        (shown,) = await _render(request, connection, [found])
        measured = await measure(connection, found)
    impressions = measured.reported_impressions
    answer: PlacementFiguresAnswer = {
        **shown,
        "reported": {"impressions": impressions, "hours": measured.reported_hours},
        "measured": {
            "claims": measured.claims,
            "uses": measured.uses,
            "new_members": measured.new_members,
            "value_minor": measured.claims * found.value_per_claim_minor,
        },
        "ratio": {
            "numerator": measured.claims,
            "denominator": impressions,
            "rate": measured.claims / impressions if impressions else None,
        },
    }
    return answer


@post(
    "/v1/placements/{placement_id:int}/counts",
    guards=[PARTNER],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def add_impressions(
    request: Call, placement_id: FromPath[int], data: JSONBody[ImpressionsBody]
) -> Response[ImpressionsAnswer]:
    """Tell, as the host, how often the offer was shown in each hour. An hour is told once."""

    async def act(connection: AsyncConnection) -> JSON:
        told = [(each.hour, each.impressions) for each in data.hours]
        outcomes = await report_impressions(connection, request.user.party, placement_id, told)
        return {
            "placement_id": placement_id,
            "hours": [
                {"hour": hour, "outcome": outcome}
                for (hour, _), outcome in zip(told, outcomes, strict=True)
            ],
        }

    return await answer_once(request, context_of(request).database, act, status=200)


@post("/v1/placements/{placement_id:int}/end", opt=CHANGES, status_code=200, tags=TAGS)
async def end_one_placement(
    request: Call, placement_id: FromPath[int]
) -> Response[PlacementAnswer]:
    """End a placement now, as its guest, its host or the operator."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        ended = await end_placement(connection, _seen_by(request), placement_id)
        return (await _render(request, connection, [ended]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [add_placement, placements, placement_figures, add_impressions, end_one_placement]
