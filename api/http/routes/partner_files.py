"""Partners' files: sent once, kept, and read by a mapping. See `reconciliations` for what follows.

A file may be larger than any other body. It goes to the disk as it comes, and from there into the
database, packed. While it is at the disk, the request holds a place among the uploads.
"""

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import PartyInQuery, is_operator, party_acted_for
from api.http.auth import CHANGES, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of, visit_of
from api.http.deeds import changing, note_change
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.problems import Overloaded, invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.partner_files import (
    FileMappingAnswer,
    FileMappingBody,
    FileMappingsAnswer,
    PartnerFileAnswer,
    ReadingAnswer,
)
from api.http.streamed import streamed
from api.http.streams import answer_once_for, received
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, Party, PartyNotFound, find_party
from catalog.imports import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE
from ledger import JSON
from settlement.partner_files import (
    BYTES_MAX,
    PRESETS,
    FileMapping,
    PartnerFileNotFound,
    Reading,
    StoredFile,
    find_file,
    find_mapping,
    keep_file,
    list_files,
    list_mappings,
    parts_of,
    save_mapping,
)
from settlement.reconcile import TooManyUploads

BINARY = "application/octet-stream"
PACKED_MEDIA_TYPES = (XLSX_MEDIA_TYPE, "application/gzip", "application/zip", BINARY)
"""What a file may be sent as beside CSV. Its bytes say what it is."""
BODY_SECONDS_MAX = 3_600
REJECTED_LISTED_MAX = 1_000

TAGS = ["billing"]

SupplierInQuery = Annotated[
    str | None, QueryParameter(max_length=CODE_LENGTH_MAX, description="For the operator.")
]


async def supplier_of(connection: AsyncConnection, request: Call, code: str | None) -> Party:
    """The supplier whose file it is: the caller, or the one that the operator names.

    Raises:
        RequestInvalid: the operator names none.
        PartyNotFound: there is no such party, or the caller may not act for it.
        RoleMissing: it is no supplier.
    """
    caller = request.user.party
    if code is None or code == caller.code:
        if "supplier" in caller.roles:
            return caller
        raise invalid_at("/supplier", "The operator names the supplier whose file this is")
    if not is_operator(request.user):
        raise PartyNotFound(f"there is no party {code}")
    supplier = await find_party(connection, code)
    supplier.require("supplier")
    return supplier


def owner_id(request: Call) -> int | None:
    """The party whose files the caller sees. The operator sees those of all."""
    return None if is_operator(request.user) else request.user.party.party_id


def reading_of(document: Any) -> Reading | None:
    """What was found in a file, as it is stored with a run. Older runs have none."""
    return None if document is None else Reading.of_document(document)


def render_reading(reading: Reading | None) -> ReadingAnswer | None:
    """What was found in a file, with the first of its rejected rows."""
    if reading is None:
        return None
    document: Any = reading.document()
    document.pop("sha256")
    document["rejected_count"] = len(reading.rejected)
    document["rejected"] = document["rejected"][:REJECTED_LISTED_MAX]
    made: ReadingAnswer = document
    return made


async def _render(request: Call, connection: AsyncConnection, file: StoredFile) -> JSON:
    codes = await context_of(request).codes.of(connection, [file.supplier_party_id])
    return {
        "file": file.partner_file_id,
        "supplier": codes[file.supplier_party_id],
        "sha256": file.sha256.hex(),
        "bytes": file.bytes,
        "received_at": file.received_at,
    }


@post(
    "/v1/partner-files",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={
        **CHANGES,
        **SLOW,
        **streamed(bytes_max=BYTES_MAX, body_seconds=BODY_SECONDS_MAX),
        "media_type": CSV_MEDIA_TYPE,
        "other_media_types": PACKED_MEDIA_TYPES,
        "body": CSV_MEDIA_TYPE,
    },
    tags=TAGS,
)
async def add_partner_file(
    request: Call, supplier: SupplierInQuery = None
) -> Response[PartnerFileAnswer]:
    """Send a supplier's own file of uses: CSV or XLSX, as it is or packed by gzip or zip.

    Its bytes are kept. The same bytes are the same file, however often they are sent.
    """
    context, visit = context_of(request), visit_of(request)
    if not context.uploading.enter(visit.holder):
        raise TooManyUploads if context.uploading.has_share(visit.holder) else Overloaded
    try:
        async with received(request) as body:
            if not body.bytes:
                raise invalid_at("", "The body should be a file")

            async def act(connection: AsyncConnection) -> JSON:
                owner = await supplier_of(connection, request, supplier)
                kept = await keep_file(connection, owner.party_id, body.path, body.sha256)
                return await _render(request, connection, kept)

            return await answer_once_for(request, context.database, body, act)
    finally:
        context.uploading.leave(visit.holder)


@get("/v1/partner-files", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def partner_files(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[PartnerFileAnswer]:
    """The files that are kept of the caller. The operator sees those of all suppliers."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_files(connection, owner_id(request), after=after(cursor), limit=limit)
        files = [(row, await _render(request, connection, row)) for row in rows]
    found: Page[PartnerFileAnswer] = page(
        files, limit, lambda each: each[1], lambda each: each[0].partner_file_id
    )
    return found


@get("/v1/partner-files/{file_id:int}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def partner_file(request: Call, file_id: FromPath[int]) -> PartnerFileAnswer:
    """A file that is kept."""
    async with context_of(request).database.transaction() as connection:
        kept = await find_file(connection, owner_id(request), existing_file(file_id))
        answer: Any = await _render(request, connection, kept)
    made: PartnerFileAnswer = answer
    return made


@get(
    "/v1/partner-files/{file_id:int}/content",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={"answers": (BINARY,)},
    tags=TAGS,
)
async def partner_file_content(request: Call, file_id: FromPath[int]) -> Stream:
    """The bytes of a file, as they came."""
    database = context_of(request).database
    async with database.transaction() as connection:
        kept = await find_file(connection, owner_id(request), existing_file(file_id))
    return Stream(
        parts_of(database, kept),
        headers={
            "Content-Type": BINARY,
            "Content-Length": str(kept.bytes),
            "Content-Disposition": f'attachment; filename="partner-file-{file_id}"',
        },
    )


@put("/v1/mappings/{mapping:str}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def put_file_mapping(
    request: Call,
    mapping: FromPath[str],
    data: JSONBody[FileMappingBody],
    party: PartyInQuery = None,
) -> FileMappingAnswer:
    """Save how a supplier's files of uses are to be read.

    The columns are line_key, code, code_sha256, request_number, reference, offer, store, member,
    used_on, amount, refund, kind and currency. What is not stated is found out.
    """
    stated = FileMapping(**data.model_dump())
    async with changing(request, context_of(request).database) as connection:
        owner = await party_acted_for(request, connection, party)
        await save_mapping(connection, owner.party_id, mapping, stated)
        answer = _render_mapping(mapping, stated)
        await note_change(request, connection, dict(answer))
    return answer


@get("/v1/mappings/{mapping:str}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def file_mapping(
    request: Call, mapping: FromPath[str], party: PartyInQuery = None
) -> FileMappingAnswer:
    """A saved mapping, or a preset."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        found = await find_mapping(connection, owner.party_id, mapping)
    return _render_mapping(mapping, found)


@get("/v1/mappings", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def file_mappings(request: Call, party: PartyInQuery = None) -> FileMappingsAnswer:
    """The presets and the party's own mappings, by name."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        found = await list_mappings(connection, owner.party_id)
    return {"mappings": [_render_mapping(name, each) for name, each in sorted(found.items())]}


def _render_mapping(name: str, mapping: FileMapping) -> FileMappingAnswer:
    answer: Any = {"name": name, "preset": name in PRESETS, **mapping.document()}
    made: FileMappingAnswer = answer
    return made


def existing_file(file_id: int) -> int:
    """The number of a file, if the database can hold it.

    Raises:
        PartnerFileNotFound: it cannot, so there is no such file.
    """
    if not 0 < file_id <= BIGINT_MAX:
        raise PartnerFileNotFound(f"there is no file {file_id}")
    return file_id


ROUTES = [
    add_partner_file,
    partner_files,
    partner_file,
    partner_file_content,
    put_file_mapping,
    file_mapping,
    file_mappings,
]
