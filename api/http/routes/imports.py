"""Imports: files of offers, shops, members and card codes. The worker reads and applies them.

A request only hands its file over. What becomes of it is asked for. The file alone says which
import it is, so it may be sent again as often as somebody likes.
"""

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import PartyInQuery, party_acted_for
from api.http.auth import CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.problems import ImportNotPermitted, invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.imports import (
    ApplyImportBody,
    EncodingName,
    ImportAnswer,
    ImportRowAnswer,
    KindName,
    MappingAnswer,
    MappingBody,
    RowStatus,
)
from api.http.scopes import SCOPE_OF
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, IMPORT, PAGE_ITEMS_MAX, Party, ScopeRequired
from catalog.codes import require_codes_offer
from catalog.imports import (
    CSV_MEDIA_TYPE,
    XLSX_MEDIA_TYPE,
    FileMapping,
    Import,
    ImportNotFound,
    MappingNotFound,
    RowOutcome,
    Wish,
    about_mended,
    add_import,
    apply_import,
    cancel_import,
    find_import,
    find_mapping,
    find_mended,
    list_rows,
    require_own_programme,
    save_mapping,
    sentences,
)
from exchange.fulfil import party_keys_of
from ledger import JSON

TAGS = ["imports"]
DESCRIBING = "PUT /v1/programmes/{programme}/members/{member}"


def render_import(job: Import, rejected: list[RowOutcome]) -> ImportAnswer:
    """An import as it is answered."""
    answer: Any = {
        "import_id": job.import_id,
        "kind": job.kind,
        "state": job.state,
        "sha256": job.sha256.hex(),
        "dry_run": not job.may_apply,
        "offer_id": job.offer_id,
        "programme": job.programme,
        "file": job.file,
        "line_done": job.line_done,
        "counts": {
            "created": job.created,
            "updated": job.updated,
            "unchanged": job.unchanged,
            "rejected": job.rejected,
        },
        "rejected": [_render_row(row) for row in rejected],
        "refused": job.refusal and _why(job.refusal),
        "received_at": job.received_at,
        "ended_at": job.ended_at,
    }
    made: ImportAnswer = answer
    return made


def _why(refusal: Any) -> JSON:  # a stored document
    kept = ("code", "detail", "line", "columns")
    return {name: refusal[name] for name in kept if name in refusal}


def _render_row(row: RowOutcome) -> ImportRowAnswer:
    message: Any = None if row.code is None else sentences(row.code, row.detail)
    return {
        "line": row.line,
        "key": row.key,
        "status": row.status,
        "code": row.code,
        "column": row.column,
        "message": message,
    }


@post(
    "/v1/imports",
    opt={
        **CHANGES,
        "media_type": CSV_MEDIA_TYPE,
        "other_media_types": (XLSX_MEDIA_TYPE,),
        "body": CSV_MEDIA_TYPE,
    },
    status_code=202,
    tags=TAGS,
)
async def send_import(
    request: Call,
    body: RawBody,
    *,
    kind: Annotated[
        KindName | None, QueryParameter(description="What the rows of the file are. Required.")
    ] = None,
    dry_run: Annotated[
        bool, QueryParameter(description="Only say what would become of each row.")
    ] = False,
    accept_partial: Annotated[
        bool, QueryParameter(description="Apply the good rows, though others are rejected.")
    ] = False,
    encoding: Annotated[
        EncodingName | None, QueryParameter(description="By default, it is found out.")
    ] = None,
    mapping: Annotated[
        str | None,
        QueryParameter(max_length=CODE_LENGTH_MAX, description="The name of a saved mapping."),
    ] = None,
    offer: Annotated[
        int | None, QueryParameter(ge=1, le=BIGINT_MAX, description="For codes: the offer's id.")
    ] = None,
    programme: Annotated[
        str | None,
        QueryParameter(
            max_length=CODE_LENGTH_MAX, description="For members: the code of the programme."
        ),
    ] = None,
    party: PartyInQuery = None,
) -> Response[ImportAnswer]:
    """Send a CSV or XLSX file of offers, shops, members or card codes.

    The worker checks every row. If none is rejected, or `accept_partial` is said, it applies them.
    The same file, read in the same way, is the same import. Members may begin with points if the
    key has the scope `import`.
    """
    context = context_of(request)
    if kind is None:
        raise invalid_at("/kind", "Say what the rows of the file are")
    if not body:
        raise invalid_at("", "The body should be a file")
    _require_scope_of(request, kind)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await party_acted_for(request, connection, party)
        await _require_target(connection, owner, kind, offer, programme)
        found = FileMapping()
        if mapping is not None:
            its_kind, found = await find_mapping(connection, owner.party_id, mapping)
            if its_kind != kind:
                raise MappingNotFound(f"the mapping {mapping} is for {its_kind}")
        wish = Wish(
            kind,
            body,
            encoding=encoding,
            mapping=found,
            offer_id=offer,
            programme=programme,
            may_issue=programme is not None and IMPORT in request.user.scopes,
            may_apply=not dry_run,
            accept_partial=accept_partial,
        )
        key = await party_keys_of(context.vault)(connection, owner.party_id)
        return render_import(await add_import(connection, owner.party_id, wish, key), [])

    answer = await answer_once(request, context.database, act, status=202)
    context.imports.ring()
    return answer


async def _require_target(
    connection: AsyncConnection,
    owner: Party,
    kind: KindName,
    offer: int | None,
    programme: str | None,
) -> None:
    """Refuse a kind that the party does not have, or that lacks the place where it goes."""
    if kind in {"offers", "codes"}:
        owner.require("supplier")
    if (kind == "codes") != (offer is not None):
        raise invalid_at("/offer", "Codes go into the pool of an offer, and nothing else does")
    if (kind == "members") != (programme is not None):
        raise invalid_at("/programme", "Members are those of a programme, and nothing else is")
    if offer is not None:
        await require_codes_offer(connection, owner, offer)
    if programme is not None:
        await require_own_programme(connection, owner, programme)


def _require_scope_of(request: Call, kind: str) -> None:
    """A file of members needs the scope by which members are described one by one.

    Raises:
        ScopeRequired: the key lacks it.
    """
    needed = SCOPE_OF[DESCRIBING]
    if kind == "members" and needed not in request.user.scopes:
        raise ScopeRequired(f"members need an API key with the scope {needed}", scope=needed)


def _existing(import_id: int) -> int:
    if not 0 < import_id <= BIGINT_MAX:
        raise ImportNotFound(f"there is no import {import_id}")
    return import_id


@get("/v1/imports/{import_id:int}", tags=TAGS)
async def import_by_id(
    request: Call, import_id: FromPath[int], party: PartyInQuery = None
) -> ImportAnswer:
    """How far an import has come, and the first 1,000 rows that are rejected."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        job = await find_import(connection, owner.party_id, _existing(import_id))
        rejected = await list_rows(
            connection, job.import_id, status="rejected", limit=PAGE_ITEMS_MAX
        )
    return render_import(job, rejected)


@get("/v1/imports/{import_id:int}/rows", tags=TAGS)
async def import_rows(
    request: Call,
    import_id: FromPath[int],
    *,
    status: Annotated[RowStatus | None, QueryParameter(description="By default, all.")] = None,
    party: PartyInQuery = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ImportRowAnswer]:
    """What became of each row, by its line. It is known for 30 days after the import ended."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        job = await find_import(connection, owner.party_id, _existing(import_id))
        rows = await list_rows(
            connection, job.import_id, status=status, after=after(cursor), limit=limit
        )
    found: Page[ImportRowAnswer] = page(rows, limit, _render_row, lambda row: row.line)
    return found


@get(
    "/v1/imports/{import_id:int}/rejected",
    opt={"answers": (CSV_MEDIA_TYPE,)},
    tags=TAGS,
)
async def rejected_rows(
    request: Call, import_id: FromPath[int], party: PartyInQuery = None
) -> Response[bytes]:
    """The rejected rows as CSV, with their own columns and two that say what is wrong.

    Mend them and send the file again: the two columns are not read.
    """
    context = context_of(request)
    async with context.database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        job = await find_import(connection, owner.party_id, _existing(import_id))
        _require_scope_of(request, job.kind)
        sealed = await find_mended(connection, job.import_id)
        if sealed is None:
            raise ImportNotFound(f"import {import_id} has no rejected rows that are still kept")
        key = await party_keys_of(context.vault)(connection, owner.party_id)
    file = key.open(sealed, about_mended(job.import_id))
    return Response(
        file,
        # As a header, because the framework would add a second charset to a text media type.
        headers={
            "Content-Type": f"{CSV_MEDIA_TYPE}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="rejected-{import_id}.csv"',
        },
    )


@post(
    "/v1/imports/{import_id:int}/apply",
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def apply_checked_import(
    request: Call,
    import_id: FromPath[int],
    data: JSONBody[ApplyImportBody],
    party: PartyInQuery = None,
) -> Response[ImportAnswer]:
    """Apply an import that was only checked. Rejected rows have to be accepted."""
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await party_acted_for(request, connection, party)
        job = await apply_import(
            connection,
            owner.party_id,
            _existing(import_id),
            accept_partial=data.accept_partial,
        )
        _require_scope_of(request, job.kind)
        if job.may_issue and IMPORT not in request.user.scopes:
            raise ImportNotPermitted
        return render_import(job, [])

    answer = await answer_once(request, context.database, act, status=200)
    context.imports.ring()
    return answer


@post(
    "/v1/imports/{import_id:int}/cancel",
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def cancel_open_import(
    request: Call, import_id: FromPath[int], party: PartyInQuery = None
) -> Response[ImportAnswer]:
    """Stop an import. What was applied of it stays."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await party_acted_for(request, connection, party)
        return render_import(
            await cancel_import(connection, owner.party_id, _existing(import_id)), []
        )

    return await answer_once(request, context_of(request).database, act, status=200)


@put("/v1/import-mappings/{mapping:str}", tags=TAGS)
async def put_mapping(
    request: Call, mapping: FromPath[str], data: JSONBody[MappingBody], party: PartyInQuery = None
) -> MappingAnswer:
    """Save how the files of a partner are to be read, for one kind of file."""
    stated = FileMapping(data.columns, data.constants, data.unit, data.date_format, data.time_zone)
    async with changing(request, context_of(request).database) as connection:
        owner = await party_acted_for(request, connection, party)
        await save_mapping(connection, owner.party_id, data.kind, mapping, stated)
        answer = _render_mapping(mapping, data.kind, stated)
        await note_change(request, connection, dict(answer))
    return answer


@get("/v1/import-mappings/{mapping:str}", tags=TAGS)
async def mapping_by_name(
    request: Call, mapping: FromPath[str], party: PartyInQuery = None
) -> MappingAnswer:
    """A saved mapping."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        kind, found = await find_mapping(connection, owner.party_id, mapping)
    return _render_mapping(mapping, kind, found)


def _render_mapping(name: str, kind: KindName, mapping: FileMapping) -> MappingAnswer:
    answer: Any = {"name": name, "kind": kind, **mapping.document()}
    made: MappingAnswer = answer
    return made


ROUTES = [
    send_import,
    import_by_id,
    import_rows,
    rejected_rows,
    apply_checked_import,
    cancel_open_import,
    put_mapping,
    mapping_by_name,
]
