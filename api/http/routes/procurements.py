"""Procurements: suppliers say what they grant, and decide on what waits for them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, brand_of, own_programme
from api.http.auth import BRAND, CHANGES, SUPPLIER, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.procurements import (
    ProcurementAnswer,
    ProcurementBody,
    RefuseBody,
    ReturnBody,
    State,
    SupplyTermsAnswer,
    SupplyTermsBody,
)
from catalog.procurement import (
    Procurement,
    ProcurementState,
    SupplyTerms,
    Wanted,
    approve_procurement,
    cancel_procurement,
    close_procurement,
    find_book,
    list_asked_procurements,
    list_procurements,
    list_supply_terms,
    procure,
    refuse_procurement,
    return_stock,
    state_supply_terms,
    withdraw_supply_terms,
)
from ledger import JSON

TAGS = ["procurements"]

render_procurement = Copier(ProcurementAnswer, Procurement)
_render_terms = Copier(SupplyTermsAnswer, SupplyTerms)


@post("/v1/supply-terms", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_supply_terms(
    request: Call, data: JSONBody[SupplyTermsBody]
) -> Response[SupplyTermsAnswer]:
    """State what brands may have of the calling supplier's offers without asking each time."""

    async def act(connection: AsyncConnection) -> JSON:
        stated = await state_supply_terms(
            connection,
            request.user.party,
            offer_id=data.offer_id,
            brands=data.brands,
            quantity_max=data.quantity_max,
            quantity_per_brand_max=data.quantity_per_brand_max,
            unit_cost_minor=data.unit_cost_minor,
            currency=data.currency,
            valid_from=data.valid_from,
            valid_until=data.valid_until,
        )
        return _render_terms(stated)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/supply-terms", guards=[SUPPLIER], tags=TAGS)
async def supply_terms(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[SupplyTermsAnswer]:
    """The calling supplier's terms, and what was granted under them."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_supply_terms(
            connection, request.user.party, after=after(cursor), limit=limit
        )
    found: Page[SupplyTermsAnswer] = page(rows, limit, _render_terms, lambda row: row.terms_id)
    return found


@delete("/v1/supply-terms/{terms_id:int}", guards=[SUPPLIER], tags=TAGS)
async def remove_supply_terms(request: Call, terms_id: FromPath[int]) -> None:
    """Withdraw terms. Nothing more is granted under them; what was granted stays granted."""
    async with changing(request, context_of(request).database) as connection:
        await withdraw_supply_terms(connection, request.user.party, terms_id)
        await note_change(request, connection, None)


@get("/v1/procurements", guards=[SUPPLIER], tags=TAGS)
async def asked_procurements(
    request: Call,
    wanted: Annotated[
        State,
        QueryParameter(name="state", description="By default, those that wait."),
    ] = "waiting",
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ProcurementAnswer]:
    """What brands asked of the calling supplier and waits for its yes, or was decided."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_asked_procurements(
            connection,
            request.user.party,
            ProcurementState(wanted),
            after=after(cursor),
            limit=limit,
        )
    found: Page[ProcurementAnswer] = page(
        rows, limit, render_procurement, lambda row: row.procurement_id
    )
    return found


@get("/v1/programmes/{programme:str}/procurements", guards=[BRAND], tags=TAGS)
async def procurements(
    request: Call,
    code: ProgrammeInPath,
    wanted: Annotated[
        State | None, QueryParameter(name="state", description="Only those that stand like this.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ProcurementAnswer]:
    """What the programme has asked for, and what the suppliers said."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        rows = await list_procurements(
            connection,
            programme.book_id,
            state=None if wanted is None else ProcurementState(wanted),
            after=after(cursor),
            limit=limit,
        )
    found: Page[ProcurementAnswer] = page(
        rows, limit, render_procurement, lambda row: row.procurement_id
    )
    return found


@post(
    "/v1/procurements/{procurement_id:int}/approve",
    guards=[SUPPLIER],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def approve(request: Call, procurement_id: FromPath[int]) -> Response[ProcurementAnswer]:
    """Grant what a brand has asked for: a batch, at the price and in the window it asked for."""
    await require_no_members(request)
    return await _decide(request, procurement_id, ProcurementState.GRANTED)


@post(
    "/v1/procurements/{procurement_id:int}/refuse",
    guards=[SUPPLIER],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def refuse(
    request: Call, procurement_id: FromPath[int], data: JSONBody[RefuseBody]
) -> Response[ProcurementAnswer]:
    """Refuse what a brand has asked for. The brand can read the reason."""
    return await _decide(request, procurement_id, ProcurementState.REFUSED, data.reason)


async def _decide(
    request: Call, procurement_id: int, state: ProcurementState, reason: str | None = None
) -> Response[ProcurementAnswer]:
    """Decide in the brand's book. The answer is stored there, too."""
    supplier, context = request.user.party, context_of(request)
    async with context.database.transaction() as connection:
        book_id = await find_book(connection, supplier, procurement_id)
    granted: list[int] = []

    async def act(connection: AsyncConnection) -> JSON:
        if state is ProcurementState.GRANTED:
            decided = await approve_procurement(connection, supplier, book_id, procurement_id)
            granted.append(decided.offer_id)
        else:
            decided = await refuse_procurement(
                connection, supplier, book_id, procurement_id, reason
            )
        return render_procurement(decided)

    answer = await answer_once(request, context.database, act, status=200, book_id=book_id)
    await context.sold_out.forget(book_id, granted)
    return answer


@post("/v1/programmes/{programme:str}/procurements", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_procurement(
    request: Call, code: ProgrammeInPath, data: JSONBody[ProcurementBody]
) -> Response[ProcurementAnswer]:
    """Ask for stock of an offer. It is granted at once where the supplier's terms allow it."""
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    wanted = Wanted(
        offer_id=data.offer_id,
        quantity=data.quantity,
        points=data.points,
        window_from=data.window_from,
        window_until=data.window_until,
        unit_cost_minor=data.unit_cost_minor,
        currency=data.currency,
    )

    async def act(connection: AsyncConnection) -> JSON:
        asked, _ = await procure(connection, programme.book_id, brand, wanted)
        return render_procurement(asked)

    context = context_of(request)
    answer = await answer_once(request, context.database, act, book_id=programme.book_id)
    await context.sold_out.forget(programme.book_id, [data.offer_id])
    return answer


@post(
    "/v1/programmes/{programme:str}/procurements/{procurement_id:int}/cancel",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def cancel_request(
    request: Call, code: ProgrammeInPath, procurement_id: FromPath[int]
) -> Response[ProcurementAnswer]:
    """Take back a request that still waits for the supplier."""
    await require_no_members(request)

    async def act(connection: AsyncConnection, book_id: int) -> Procurement:
        return await cancel_procurement(connection, book_id, procurement_id)

    return await _own(request, code, act)


@post(
    "/v1/programmes/{programme:str}/procurements/{procurement_id:int}/return",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def return_unsold(
    request: Call,
    code: ProgrammeInPath,
    procurement_id: FromPath[int],
    data: JSONBody[ReturnBody],
) -> Response[ProcurementAnswer]:
    """Give pieces back to the supplier that no coupon was made of."""

    async def act(connection: AsyncConnection, book_id: int) -> Procurement:
        return await return_stock(connection, book_id, procurement_id, data.quantity)

    return await _own(request, code, act)


@post(
    "/v1/programmes/{programme:str}/procurements/{procurement_id:int}/close",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def close_batch(
    request: Call, code: ProgrammeInPath, procurement_id: FromPath[int]
) -> Response[ProcurementAnswer]:
    """Give back everything that is unsold. Nothing more is taken from the batch."""
    await require_no_members(request)

    async def act(connection: AsyncConnection, book_id: int) -> Procurement:
        return await close_procurement(connection, book_id, procurement_id)

    return await _own(request, code, act)


async def _own(
    request: Call, code: str, act: Callable[[AsyncConnection, int], Awaitable[Procurement]]
) -> Response[ProcurementAnswer]:
    """Change one of the programme's own requests, in its book."""
    programme = await own_programme(request, code)

    async def acted(connection: AsyncConnection) -> JSON:
        return render_procurement(await act(connection, programme.book_id))

    database = context_of(request).database
    return await answer_once(request, database, acted, status=200, book_id=programme.book_id)


ROUTES = [
    add_supply_terms,
    supply_terms,
    remove_supply_terms,
    asked_procurements,
    procurements,
    approve,
    refuse,
    add_procurement,
    cancel_request,
    return_unsold,
    close_batch,
]
