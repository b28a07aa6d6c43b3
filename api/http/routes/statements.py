"""Statements: the bills between two parties of one month, each seen by its parties and the operator alone."""

import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.idempotency import once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.billing import DisputeRequest, StatementAnswer
from api.process.context import PartyCodes
from catalog import BIGINT_MAX
from ledger import JSON
from settlement import require_month
from settlement.statements import (
    MEDIA_TYPES,
    DownloadFormat,
    Statement,
    StatementNotFound,
    StatementStep,
    find_statement,
    list_statements,
    transition,
    write_download,
)

TAGS = ["billing"]
CHUNK_BYTES = 256 * 1024
MonthFilter = Annotated[
    str | None, QueryParameter(max_length=7, description="Only this month, like 2017-01.")
]


def _render(statement: Statement, codes: dict[int, str]) -> StatementAnswer:
    return {
        "statement_id": statement.statement_id,
        "number": statement.number,
        "month": statement.month,
        "home_party": codes[statement.home_party_id],
        "supplier_party": codes[statement.supplier_party_id],
        "operator_party": codes[statement.operator_party_id],
        "currency": statement.currency,
        "uses": statement.uses,
        "reversals": statement.reversals,
        "late_lines": statement.late_lines,
        "coupon_cost_minor": statement.coupon_cost_minor,
        "platform_fee_minor": statement.platform_fee_minor,
        "billed_minor": statement.billed_minor,
        "state": statement.state,
        "content_sha256": statement.content_sha256.hex(),
        "issued_at": statement.issued_at,
        "home_agreed_at": statement.home_agreed_at,
        "supplier_agreed_at": statement.supplier_agreed_at,
        "dispute_reason": statement.dispute_reason,
    }


async def _codes(
    connection: AsyncConnection, known: PartyCodes, found: list[Statement]
) -> dict[int, str]:
    parties = {
        party_id
        for statement in found
        for party_id in (
            statement.home_party_id,
            statement.supplier_party_id,
            statement.operator_party_id,
        )
    }
    return await known.of(connection, parties)


def _existing(statement_id: int) -> int:
    """An identifier the database can hold.

    Raises:
        StatementNotFound: it cannot, so there is no such statement.
    """
    if not 1 <= statement_id <= BIGINT_MAX:
        raise StatementNotFound
    return statement_id


@get("/v1/statements", tags=TAGS)
async def statements(
    request: Call, month: MonthFilter = None, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[StatementAnswer]:
    """The issued statements of the calling party; all of them for the operator."""
    if month is not None:
        require_month(month)
    context = context_of(request)
    async with context.database.transaction() as connection:
        rows = await list_statements(
            connection, request.user.party, month=month, after=after(cursor), limit=limit
        )
        codes = await _codes(connection, context.codes, rows)
    found: Page[StatementAnswer] = page(
        rows, limit, lambda row: _render(row, codes), lambda row: row.statement_id
    )
    return found


@get("/v1/statements/{statement_id:int}", tags=TAGS)
async def statement_by_id(request: Call, statement_id: FromPath[int]) -> StatementAnswer:
    """One statement."""
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await find_statement(connection, request.user.party, _existing(statement_id))
        return _render(found, await _codes(connection, context.codes, [found]))


@get(
    "/v1/statements/{statement_id:int}/download",
    opt={"answers": tuple(MEDIA_TYPES.values())},
    tags=TAGS,
)
async def download(
    request: Call,
    statement_id: FromPath[int],
    # Its name in the address, which is also what its refusal points at.
    format: Annotated[DownloadFormat, QueryParameter()] = "csv",  # noqa: A002
) -> Stream:
    """A statement with all its lines, as CSV or XLSX."""
    with tempfile.TemporaryDirectory(prefix="comity-statement-") as directory:
        async with context_of(request).database.transaction() as connection:
            written = await write_download(
                connection,
                request.user.party,
                _existing(statement_id),
                download_format=format,
                target=Path(directory) / "statement",
            )
        # The open file lives on without its name and is gone with its last reader, whatever becomes
        # of the answer.
        source = written.path.open("rb")
    return Stream(
        _chunks(source),
        # As a header: the framework adds a second charset to a media type that is text.
        headers={
            "Content-Type": written.media_type,
            "Content-Disposition": f'attachment; filename="{written.file_name}"',
        },
    )


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


async def _take(
    request: Call, statement_id: int, step: StatementStep, *, reason: str | None = None
) -> Response[StatementAnswer]:
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, datetime.now(UTC)
        reached = await transition(
            connection, party, _existing(statement_id), step, now, reason=reason
        )
        return _render(reached, await _codes(connection, context.codes, [reached]))

    return await once(request, context.database, act, status=200)


@post("/v1/statements/{statement_id:int}/agree", opt=CHANGES, status_code=200, tags=TAGS)
async def agree(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Agree to a statement, as its home brand or its supplier.

    It is agreed when both have; a disputed one can still be agreed to.
    """
    return await _take(request, statement_id, "agree")


@post("/v1/statements/{statement_id:int}/dispute", opt=CHANGES, status_code=200, tags=TAGS)
async def dispute(
    request: Call, statement_id: FromPath[int], data: JSONBody[DisputeRequest]
) -> Response[StatementAnswer]:
    """Dispute an issued statement, as its home brand or its supplier, with the reason.

    Who agreed before has to agree again.
    """
    return await _take(request, statement_id, "dispute", reason=data.reason)


@post(
    "/v1/statements/{statement_id:int}/finalise",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def finalise(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Make an agreed or a disputed statement final: nobody can dispute it any more."""
    return await _take(request, statement_id, "finalise")


@post(
    "/v1/statements/{statement_id:int}/settle",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def settle(request: Call, statement_id: FromPath[int]) -> Response[StatementAnswer]:
    """Record that a final statement is paid."""
    return await _take(request, statement_id, "settle")


ROUTES = [statements, statement_by_id, download, agree, dispute, finalise, settle]
