"""What a partner's file would be read as, before anything is compared.

The file is read in a process of its own, and the request waits for it. Meanwhile it holds neither a
place of work nor a connection, but one of the few places for previews. When its client leaves, the
process is ended.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from litestar import post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import SLOW, SUPPLIER_OR_OPERATOR, Call, context_of, visit_of
from api.http.copying import Copier
from api.http.problems import Overloaded, Unavailable, invalid_at
from api.http.routes.partner_files import TAGS, existing_file, owner_id, render_reading
from api.http.schemas.partner_file_previews import (
    PartnerFilePreviewAnswer,
    PartnerFilePreviewBody,
    PreviewedCurrencyAnswer,
    PreviewedLineAnswer,
)
from settlement import load_calendar
from settlement.partner_files import (
    CurrencySum,
    FileMapping,
    Line,
    MappingNotFound,
    Preview,
    StoredFile,
    find_file,
    find_mapping,
    preview_kept,
)
from settlement.reconcile import TooManyUploads

_sum = Copier(PreviewedCurrencyAnswer, CurrencySum)
_line = Copier(PreviewedLineAnswer, Line)


async def _mapping_of(
    connection: AsyncConnection, request: Call, file: StoredFile, data: PartnerFilePreviewBody
) -> FileMapping | None:
    """What is stated for once, or the mapping of this name, of the supplier or of the caller."""
    if data.stated is not None:
        if data.mapping is not None:
            raise invalid_at("/stated", "A mapping is named, or stated for once")
        return FileMapping(**data.stated.model_dump())
    if data.mapping is None:
        return None
    try:
        return await find_mapping(connection, file.supplier_party_id, data.mapping)
    except MappingNotFound:
        return await find_mapping(connection, request.user.party.party_id, data.mapping)


@post(
    "/v1/partner-files/{file_id:int}/preview",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=SLOW,
    status_code=200,
    tags=TAGS,
)
async def preview_partner_file(
    request: Call, file_id: FromPath[int], data: JSONBody[PartnerFilePreviewBody]
) -> PartnerFilePreviewAnswer:
    """Tell what a file would be read as: columns, zone, currencies, rejected rows and totals.

    The first rows that can be used are shown as they are written and as they are understood.
    Nothing is compared and nothing is stored, so no key is needed.
    """
    context = context_of(request)
    async with context.database.transaction() as connection:
        file = await find_file(connection, owner_id(request), existing_file(file_id))
        mapping = await _mapping_of(connection, request, file, data)
        zone = (await load_calendar(connection)).time_zone
        codes = await context.codes.of(connection, [file.supplier_party_id])
    found = await _while_wanted(request, preview_kept(context.database, file, mapping, zone))
    reading = render_reading(found.reading)
    assert reading is not None, "what was read has a reading"
    return {
        "file": file.partner_file_id,
        "supplier": codes[file.supplier_party_id],
        "reading": reading,
        "refused": found.refused,
        "time_zone": found.time_zone,
        "source_time_zone": found.source_time_zone,
        "currencies": [_sum(each) for each in found.currencies],
        "lines": [_line(each) for each in found.lines],
    }


async def _while_wanted(request: Call, reading: Coroutine[Any, Any, Preview]) -> Preview:
    """What comes of reading a file, unless the client leaves before.

    Raises:
        TooManyUploads: the caller has its share of files here.
        Overloaded: too many files are previewed by this process.
        Unavailable: the client has left.
    """
    context, visit = context_of(request), visit_of(request)
    holder = visit.holder
    if not context.previewing.enter(holder):
        reading.close()
        raise TooManyUploads if context.previewing.has_share(holder) else Overloaded
    work, gone = asyncio.create_task(reading), asyncio.create_task(_gone(request))
    try:
        async with visit.aside():
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise Unavailable
        return work.result()
    finally:
        gone.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
        context.previewing.leave(holder)


async def _gone(request: Call) -> None:
    """Return when the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [preview_partner_file]
