"""Corrections: adjustments of what was billed, replaced statements, and invoices."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.disputes import named_lines
from api.http.routes.statements import existing_statement, render_statements
from api.http.schemas.answers import Page
from api.http.schemas.corrections import (
    AdjustmentAnswer,
    AdjustmentBody,
    AdjustmentStateName,
    InvoiceAnswer,
    InvoiceBody,
    VoidedStatementAnswer,
    VoidStatementBody,
)
from catalog import BIGINT_MAX
from ledger import JSON, read_clock
from settlement.corrections import (
    Adjustment,
    AdjustmentNotFound,
    AdjustmentsWanted,
    Asked,
    AskedLine,
    Invoice,
    NewInvoice,
    ShownAdjustment,
    Sums,
    approve_adjustment,
    discard_adjustment,
    draft_adjustment,
    find_adjustment,
    list_adjustments,
    list_invoices,
    record_invoice,
    void_statement,
)
from settlement.statements import read_line_key

TAGS = ["corrections"]

_copy = Copier(AdjustmentAnswer, Adjustment, "kind", "lines")
_copy_invoice = Copier(InvoiceAnswer, Invoice, "cancels")


def _shown(found: ShownAdjustment) -> AdjustmentAnswer:
    adjustment = found.adjustment
    return _copy(
        adjustment,
        kind="credit" if adjustment.amount_minor < 0 else "debit",
        lines=named_lines(found.lines),
    )


def _existing(adjustment_id: int) -> int:
    if not 1 <= adjustment_id <= BIGINT_MAX:
        raise AdjustmentNotFound
    return adjustment_id


async def _read(request: Call, connection: AsyncConnection, adjustment_id: int) -> AdjustmentAnswer:
    return _shown(await find_adjustment(connection, request.user.party, adjustment_id))


@post("/v1/adjustments", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_adjustment(
    request: Call, data: JSONBody[AdjustmentBody]
) -> Response[AdjustmentAnswer]:
    """Draft a correction of an issued statement. It has no effect before it is approved."""
    lines = [
        AskedLine(read_line_key(each.use, each.leg, each.kind, each.period_line), each.amount_minor)
        for each in data.lines or []
    ]
    asked = Asked(data.kind, data.reason, lines, data.amount_minor)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        made = await draft_adjustment(connection, party, data.statement, asked, now)
        return await _read(request, connection, made.adjustment_id)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/adjustments", tags=TAGS)
async def adjustments(
    request: Call,
    *,
    statement: Annotated[
        int | None,
        QueryParameter(ge=1, le=BIGINT_MAX, description="Only corrections of this statement."),
    ] = None,
    wanted: Annotated[
        AdjustmentStateName | None,
        QueryParameter(name="state", description="Only those that stand so; without it, all."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[AdjustmentAnswer]:
    """The approved corrections of the party's statements. The operator sees all, and drafts."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_adjustments(
            connection,
            request.user.party,
            AdjustmentsWanted(statement, wanted),
            after=after(cursor),
            limit=limit,
        )
    found: Page[AdjustmentAnswer] = page(
        rows, limit, _shown, lambda row: row.adjustment.adjustment_id
    )
    return found


@get("/v1/adjustments/{adjustment_id:int}", tags=TAGS)
async def adjustment_by_id(request: Call, adjustment_id: FromPath[int]) -> AdjustmentAnswer:
    """One correction."""
    async with context_of(request).database.transaction() as connection:
        return await _read(request, connection, _existing(adjustment_id))


@post(
    "/v1/adjustments/{adjustment_id:int}/approve",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def approve_one_adjustment(
    request: Call, adjustment_id: FromPath[int]
) -> Response[AdjustmentAnswer]:
    """Approve a correction. It goes onto the next statement between the same parties.

    Where the exchange wants two pairs of eyes, another key does this than the one that drafted it.
    """
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        await approve_adjustment(connection, party, _existing(adjustment_id), now)
        return await _read(request, connection, adjustment_id)

    return await answer_once(request, context_of(request).database, act, status=200)


@post(
    "/v1/adjustments/{adjustment_id:int}/discard",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def discard_one_adjustment(
    request: Call, adjustment_id: FromPath[int]
) -> Response[AdjustmentAnswer]:
    """Discard a correction that is not approved."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        await discard_adjustment(connection, party, _existing(adjustment_id), now)
        return await _read(request, connection, adjustment_id)

    return await answer_once(request, context_of(request).database, act, status=200)


@post(
    "/v1/statements/{statement_id:int}/void",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def void_one_statement(
    request: Call, statement_id: FromPath[int], data: JSONBody[VoidStatementBody]
) -> Response[VoidedStatementAnswer]:
    """Take an issued statement back. It keeps its number, and a draft over its lines replaces it.

    Its open disputes lapse. A final statement is corrected and not taken back.
    """

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        number = existing_statement(statement_id)
        voided = await void_statement(connection, party, number, data.reason, now)
        (shown,) = await render_statements(request, connection, [voided.statement])
        return {**shown, "replaced_by": voided.replacement_id}

    return await answer_once(request, context_of(request).database, act, status=200)


def _invoices(rows: Sequence[Invoice]) -> list[InvoiceAnswer]:
    return [_copy_invoice(each, cancels=each.cancels_number) for each in rows]


@post("/v1/statements/{statement_id:int}/invoices", opt=CHANGES, tags=TAGS)
async def add_invoice(
    request: Call, statement_id: FromPath[int], data: JSONBody[InvoiceBody]
) -> Response[InvoiceAnswer]:
    """Record an invoice of a statement, as its payee or as the operator. Its sums have to agree."""
    sums = Sums(data.net_minor, data.tax_minor, data.gross_minor)
    new = NewInvoice(data.number, data.issued_on, sums, data.cancels)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        number = existing_statement(statement_id)
        return _invoices([await record_invoice(connection, party, number, new, now)])[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/statements/{statement_id:int}/invoices", tags=TAGS)
async def statement_invoices(
    request: Call,
    *,
    statement_id: FromPath[int],
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[InvoiceAnswer]:
    """The invoices of a statement, the first one first."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_invoices(
            connection,
            request.user.party,
            existing_statement(statement_id),
            after=after(cursor),
            limit=limit,
        )
    found: Page[InvoiceAnswer] = page(_invoices(rows), limit, dict, lambda each: each["invoice_id"])
    return found


ROUTES = [
    *(add_adjustment, adjustments, adjustment_by_id),
    *(approve_one_adjustment, discard_one_adjustment),
    *(void_one_statement, add_invoice, statement_invoices),
]
