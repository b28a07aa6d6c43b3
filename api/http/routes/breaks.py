"""What a reconciliation found, page by page, and the work on it."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.partner_files import reading_of, render_reading
from api.http.schemas.answers import Page
from api.http.schemas.breaks import (
    AssignBreakBody,
    BreakStepAnswer,
    CommentBreakBody,
    ResolveBreakBody,
)
from api.http.schemas.reconciliations import (
    BreakAnswer,
    BreakCategory,
    BreakState,
    MatchAnswer,
    ReconciliationState,
    RunAnswer,
    RunReadAnswer,
)
from api.http.schemas.reconciliations import BridgeStep as BridgeAnswer
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, find_party
from ledger import JSON, read_clock
from settlement import require_month
from settlement.breaks import (
    Break,
    BreakFilter,
    BreakNotFound,
    BridgeStep,
    Match,
    Reader,
    ReconciliationNotFound,
    Run,
    Step,
    Wish,
    assign_break,
    comment_break,
    find_break,
    find_run,
    list_breaks,
    list_matches,
    list_runs,
    list_steps,
    resolve_break,
    sign_run,
)

TAGS = ["billing"]

_copy_run = Copier(RunAnswer, Run, "supplier")
_copy_break = Copier(BreakAnswer, Break, "brand")
_copy_bridge = Copier(BridgeAnswer, BridgeStep)
_copy_match = Copier(MatchAnswer, Match, "brand")
_copy_step = Copier(BreakStepAnswer, Step, "party")


def reader_of(call: Call) -> Reader:
    """Who reads or works on a reconciliation."""
    return Reader(call.user.party.party_id, is_operator(call.user))


async def render_breaks(
    call: Call, connection: AsyncConnection, found: list[Break]
) -> list[BreakAnswer]:
    """Breaks with the codes of their brands."""
    homes = {each.home_party_id for each in found if each.home_party_id is not None}
    codes = await context_of(call).codes.of(connection, homes)
    return [
        _copy_break(
            each,
            brand=None if each.home_party_id is None else codes[each.home_party_id],
        )
        for each in found
    ]


async def _render_runs(
    call: Call, connection: AsyncConnection, found: list[Run]
) -> list[RunAnswer]:
    suppliers = {each.supplier_party_id for each in found}
    codes = await context_of(call).codes.of(connection, suppliers)
    return [_copy_run(each, supplier=codes[each.supplier_party_id]) for each in found]


def _run_number(reconciliation_id: int) -> int:
    """The identifier, if the database can hold it.

    Raises:
        ReconciliationNotFound: it cannot hold it, so there is no such reconciliation.
    """
    if not 1 <= reconciliation_id <= BIGINT_MAX:
        raise ReconciliationNotFound
    return reconciliation_id


def _break_number(break_id: int) -> int:
    """The identifier, if the database can hold it.

    Raises:
        BreakNotFound: it cannot hold it, so there is no such break.
    """
    if not 1 <= break_id <= BIGINT_MAX:
        raise BreakNotFound
    return break_id


@get("/v1/reconciliations", tags=TAGS)
async def reconciliations(
    request: Call,
    *,
    month: Annotated[
        str | None, QueryParameter(max_length=7, description="Only this month, like 2017-01.")
    ] = None,
    supplier: Annotated[
        str | None,
        QueryParameter(max_length=CODE_LENGTH_MAX, description="Only this supplier's."),
    ] = None,
    wanted: Annotated[
        ReconciliationState | None,
        QueryParameter(name="state", description="Only those in this state."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[RunAnswer]:
    """The reconciliations that the caller has part in, the oldest first. The operator sees all."""
    if month is not None:
        require_month(month)
    async with context_of(request).database.transaction() as connection:
        party_id = None
        if supplier is not None:
            party_id = (await find_party(connection, supplier)).party_id
        rows = await list_runs(
            connection,
            reader_of(request),
            supplier_party_id=party_id,
            month=month,
            state=wanted,
            after=after(cursor),
            limit=limit,
        )
        shown = await _render_runs(request, connection, rows)
    found: Page[RunAnswer] = page(shown, limit, dict, lambda row: row["reconciliation_id"])
    return found


@get("/v1/reconciliations/{reconciliation_id:int}", tags=TAGS)
async def reconciliation_by_id(request: Call, reconciliation_id: FromPath[int]) -> RunReadAnswer:
    """One reconciliation: its totals, how many breaks are open, and what its file said."""
    async with context_of(request).database.transaction() as connection:
        run = await find_run(connection, reader_of(request), _run_number(reconciliation_id))
        (shown,) = await _render_runs(request, connection, [run])
    return {
        **shown,
        "bridge": [_copy_bridge(each) for each in run.bridge],
        "reading": render_reading(reading_of(run.reading)),
    }


@get("/v1/reconciliations/{reconciliation_id:int}/breaks", tags=TAGS)
async def breaks(
    request: Call,
    reconciliation_id: FromPath[int],
    *,
    category: Annotated[
        BreakCategory | None, QueryParameter(description="Only those of this category.")
    ] = None,
    wanted: Annotated[
        BreakState | None, QueryParameter(name="state", description="Only those in this state.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[BreakAnswer]:
    """All records on which the two sides do not agree, in the order of the days of use."""
    reader = reader_of(request)
    async with context_of(request).database.transaction() as connection:
        run = await find_run(connection, reader, _run_number(reconciliation_id))
        chosen = BreakFilter(category, wanted, _own(reader, run))
        rows = await list_breaks(
            connection, run.reconciliation_id, chosen, after=after(cursor), limit=limit
        )
        shown = await render_breaks(request, connection, rows)
    last = rows[-1].number if rows else 0
    found: Page[BreakAnswer] = page(shown, limit, dict, lambda _: last)
    return found


@get("/v1/reconciliations/{reconciliation_id:int}/matches", tags=TAGS)
async def matches(
    request: Call,
    reconciliation_id: FromPath[int],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[MatchAnswer]:
    """All records that match, brand by brand, in the order of the file."""
    reader = reader_of(request)
    async with context_of(request).database.transaction() as connection:
        run = await find_run(connection, reader, _run_number(reconciliation_id))
        rows = await list_matches(
            connection,
            run.reconciliation_id,
            _own(reader, run),
            after=after(cursor),
            limit=limit,
        )
        codes = await context_of(request).codes.of(
            connection, {each.home_party_id for each in rows}
        )
    found: Page[MatchAnswer] = page(
        rows,
        limit,
        lambda row: _copy_match(row, brand=codes[row.home_party_id]),
        lambda row: row.number,
    )
    return found


def _own(reader: Reader, run: Run) -> int | None:
    """The brand whose uses alone are shown, or None for all of them."""
    return None if reader.sees_whole(run.supplier_party_id) else reader.party_id


@post(
    "/v1/reconciliations/{reconciliation_id:int}/sign",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def sign(request: Call, reconciliation_id: FromPath[int]) -> Response[RunAnswer]:
    """Sign a reconciliation that has no open break. With both signatures it is locked."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        signed = await sign_run(
            connection,
            reader_of(request),
            _run_number(reconciliation_id),
            await read_clock(connection),
            actor=request.user.actor_id,
        )
        (shown,) = await _render_runs(request, connection, [signed])
        return shown

    return await answer_once(request, context_of(request).database, act, status=200)


@get("/v1/breaks/{break_id:int}", tags=TAGS)
async def break_by_id(request: Call, break_id: FromPath[int]) -> BreakAnswer:
    """One break, as it stands now."""
    async with context_of(request).database.transaction() as connection:
        found, _ = await find_break(connection, reader_of(request), _break_number(break_id))
        (shown,) = await render_breaks(request, connection, [found])
    return shown


@get("/v1/breaks/{break_id:int}/steps", tags=TAGS)
async def break_steps(
    request: Call,
    break_id: FromPath[int],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[BreakStepAnswer]:
    """What was done with a break, also where earlier reconciliations found it."""
    async with context_of(request).database.transaction() as connection:
        shown, _ = await find_break(connection, reader_of(request), _break_number(break_id))
        rows = await list_steps(connection, shown.break_id, after=after(cursor), limit=limit)
        codes = await context_of(request).codes.of(connection, {each.party_id for each in rows})
    found: Page[BreakStepAnswer] = page(
        rows,
        limit,
        lambda row: _copy_step(row, party=codes[row.party_id]),
        lambda row: row.step_id,
    )
    return found


async def _step(request: Call, do: Any) -> Response[BreakAnswer]:
    async def act(connection: AsyncConnection) -> JSON:
        done = await do(connection, reader_of(request), await read_clock(connection))
        (shown,) = await render_breaks(request, connection, [done])
        return shown

    return await answer_once(request, context_of(request).database, act, status=200)


@post(
    "/v1/breaks/{break_id:int}/assign",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def assign(
    request: Call, break_id: FromPath[int], data: JSONBody[AssignBreakBody]
) -> Response[BreakAnswer]:
    """Say who works on a break."""

    async def do(connection: AsyncConnection, party: Reader, now: Any) -> Break:
        return await assign_break(connection, party, _break_number(break_id), data.assignee, now)

    return await _step(request, do)


@post(
    "/v1/breaks/{break_id:int}/comments",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def comment(
    request: Call, break_id: FromPath[int], data: JSONBody[CommentBreakBody]
) -> Response[BreakAnswer]:
    """Say something about a break. It stays in its history."""

    async def do(connection: AsyncConnection, party: Reader, now: Any) -> Break:
        return await comment_break(connection, party, _break_number(break_id), data.note, now)

    return await _step(request, do)


@post(
    "/v1/breaks/{break_id:int}/resolve",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def resolve_one_break(
    request: Call, break_id: FromPath[int], data: JSONBody[ResolveBreakBody]
) -> Response[BreakAnswer]:
    """Resolve a break, or open it again.

    `matched` says that the suggestion is right. The operator alone says `adjusted`, which names an
    adjustment, and `written_off`, up to the tolerance of the service.
    """
    wish = Wish(
        data.resolution,
        data.note,
        data.adjustment_id,
        context_of(request).settings.write_off_minor_max,
    )

    async def do(connection: AsyncConnection, party: Reader, now: Any) -> Break:
        return await resolve_break(connection, party, _break_number(break_id), wish, now)

    return await _step(request, do)


ROUTES = [
    reconciliations,
    reconciliation_by_id,
    breaks,
    matches,
    sign,
    break_by_id,
    break_steps,
    assign,
    comment,
    resolve_one_break,
]
