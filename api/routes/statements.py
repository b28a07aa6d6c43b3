"""Statements: the bills between two parties of one month, each seen by its parties and the operator alone."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from api.auth import Call, context_of
from api.context import PartyCodes
from api.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.schemas.billing import StatementAnswer
from api.schemas.market import ListAnswer
from api.schemas.types import IDENTIFIER_MAX
from settlement.download import DownloadFormat, write_download
from settlement.months import require_month
from settlement.statements import Statement, StatementNotFound, find_statement, list_statements

TAGS = ["billing"]
CHUNK_BYTES = 256 * 1024
MonthFilter = Annotated[str | None, QueryParameter(max_length=7, description="Only this month, like 2017-01.")]


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
        "issued_at": statement.issued_at.isoformat(),
    }


async def _codes(connection: AsyncConnection, known: PartyCodes, found: list[Statement]) -> dict[int, str]:
    parties = {
        party_id
        for statement in found
        for party_id in (statement.home_party_id, statement.supplier_party_id, statement.operator_party_id)
    }
    return await known.of(connection, parties)


def _existing(statement_id: int) -> int:
    """An identifier the database can hold.

    Raises:
        StatementNotFound: it cannot, so there is no such statement.
    """
    if not 1 <= statement_id <= IDENTIFIER_MAX:
        raise StatementNotFound
    return statement_id


@get("/v1/statements", tags=TAGS)
async def statements(
    request: Call, month: MonthFilter = None, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> ListAnswer:
    """The issued statements of the calling party; all of them for the operator."""
    if month is not None:
        require_month(month)
    context = context_of(request)
    async with context.database.transaction() as connection:
        rows = await list_statements(connection, request.user.party, month=month, after=after(cursor), limit=limit)
        codes = await _codes(connection, context.codes, rows)
    found: ListAnswer = page(rows, limit, lambda row: _render(row, codes), lambda row: row.statement_id)
    return found


@get("/v1/statements/{statement_id:int}", tags=TAGS)
async def statement_by_id(request: Call, statement_id: FromPath[int]) -> StatementAnswer:
    """One statement."""
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await find_statement(connection, request.user.party, _existing(statement_id))
        return _render(found, await _codes(connection, context.codes, [found]))


@get("/v1/statements/{statement_id:int}/download", tags=TAGS)
async def download(
    request: Call,
    statement_id: FromPath[int],
    file_format: Annotated[DownloadFormat, QueryParameter(name="format")] = "csv",
) -> Stream:
    """A statement with all its lines, as CSV or XLSX."""
    with tempfile.TemporaryDirectory(prefix="comity-statement-") as directory:
        async with context_of(request).database.transaction() as connection:
            written = await write_download(
                connection,
                request.user.party,
                _existing(statement_id),
                download_format=file_format,
                target=Path(directory) / "statement",
            )
        # The open file lives on without its name and is gone with its last reader, whatever becomes of the answer.
        source = written.path.open("rb")
    return Stream(
        _chunks(source),
        media_type=written.media_type,
        headers={"Content-Disposition": f'attachment; filename="{written.file_name}"'},
    )


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


ROUTES = [statements, statement_by_id, download]
