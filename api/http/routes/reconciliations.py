"""Reconciliations: a supplier's own file of uses, compared with the bill.

The file comes with the request, or was sent before (`partner_files`).

The request only hands its file over, and waits until the worker has done it. While it waits, it
holds neither a place of work nor a connection. When its client leaves, it says no more that it
wants the file, and the worker stops.
"""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, post
from litestar.params import QueryParameter, RawBody
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import (
    CHANGES,
    JSON_MEDIA_TYPE,
    SLOW,
    SUPPLIER_OR_OPERATOR,
    Call,
    context_of,
    visit_of,
)
from api.http.bodies import read_json
from api.http.copying import Copier
from api.http.idempotency import answer_once, identity_of, key_of
from api.http.patience import REQUEST_SECONDS_SLOW
from api.http.problems import Overloaded, Unavailable, invalid_at, refusal_of
from api.http.routes.breaks import render_breaks
from api.http.routes.partner_files import (
    PACKED_MEDIA_TYPES,
    SupplierInQuery,
    owner_id,
    reading_of,
    render_reading,
    supplier_of,
)
from api.http.schemas.reconciliations import ReconciliationAnswer, ReconciliationBody
from catalog import CODE_LENGTH_MAX, Party, find_party_by_id
from ledger import JSON
from settlement import require_month
from settlement.breaks import Run
from settlement.partner_files import (
    Encoding,
    FileMapping,
    MappingNotFound,
    find_file,
    find_mapping,
)
from settlement.reconcile import (
    Result,
    TooManyUploads,
    Wish,
    add_upload,
    find_outcome,
    is_upload_open,
)

CSV = "text/csv"
LOOK_SECONDS = 0.25
"""How often a request looks whether its file is done. It thereby says that it still waits."""
WAIT_SECONDS_MAX = REQUEST_SECONDS_SLOW - 30

EXAMPLE = {"file": 1, "month": "2017-01", "mapping": "tills"}
"""A body that names a file, for the description."""

TAGS = ["billing"]

_ENCODINGS: Mapping[str, Encoding] = {
    **dict.fromkeys(("gb18030", "gbk", "gb2312"), "gb18030"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-16"),
    "big5": "big5",
}
"""Charsets that are believed. Many programs say UTF-8 whatever they send, so that is found out."""

_copy = Copier(ReconciliationAnswer, Run, "supplier", "breaks", "suggestions", "reading")


async def _render(
    request: Call, connection: AsyncConnection, result: Result, supplier: Party
) -> ReconciliationAnswer:
    suggested = [each for each in result.breaks if each.suggestion is not None]
    return _copy(
        result.run,
        supplier=supplier.code,
        breaks=await render_breaks(request, connection, list(result.breaks)),
        suggestions=[
            {"line_number": each.line_number, **each.suggestion, **each.suggestion["uses"][0]}
            for each in suggested
            if each.suggestion is not None
        ],
        reading=render_reading(reading_of(result.run.reading)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which file is to be reconciled: its bytes, or the number of one that is kept."""

    file: bytes | int
    month: str | None
    mapping: str | None


def _asked(request: Call, body: bytes, month: str | None, mapping: str | None) -> _Asked:
    """What a request asks for. A body of JSON says all of it, and has no place beside a query."""
    if request.content_type[0] != JSON_MEDIA_TYPE:
        return _Asked(body, month, mapping)
    if request.scope["query_string"]:
        raise invalid_at("", "A body of JSON says everything: leave the query out")
    try:
        data = ReconciliationBody.model_validate(read_json(body))
    except ValidationError as error:
        raise refusal_of(error) from error
    return _Asked(data.file, data.month, data.mapping)


async def _party_of(
    connection: AsyncConnection, request: Call, asked: _Asked, supplier: str | None
) -> Party:
    if isinstance(asked.file, bytes):
        return await supplier_of(connection, request, supplier)
    kept = await find_file(connection, owner_id(request), asked.file)
    return await find_party_by_id(connection, kept.supplier_party_id)


async def _mapping_of(
    connection: AsyncConnection, request: Call, party: Party, name: str | None
) -> FileMapping | None:
    """The mapping of this name, of the supplier or of the caller. A body may state its charset."""
    if name is not None:
        try:
            return await find_mapping(connection, party.party_id, name)
        except MappingNotFound:
            return await find_mapping(connection, request.user.party.party_id, name)
    encoding = _ENCODINGS.get(request.content_type[1].get("charset", "").lower())
    return None if encoding is None else FileMapping(encoding=encoding)


@post(
    "/v1/reconciliations",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={
        **CHANGES,
        **SLOW,
        "media_type": CSV,
        "other_media_types": (*PACKED_MEDIA_TYPES, JSON_MEDIA_TYPE),
        "body": CSV,
        "other_bodies": {JSON_MEDIA_TYPE: (ReconciliationBody, EXAMPLE)},
    },
    tags=TAGS,
)
async def add_reconciliation(
    request: Call,
    body: RawBody,
    month: Annotated[
        str | None,
        QueryParameter(max_length=7, description="The month of the bill. By default, all."),
    ] = None,
    supplier: SupplierInQuery = None,
    mapping: Annotated[
        str | None,
        QueryParameter(
            max_length=CODE_LENGTH_MAX,
            description="The name of a saved mapping or a preset. By default, all is found out.",
        ),
    ] = None,
) -> Response[ReconciliationAnswer]:
    """Match the records of a file with our lines. Each record is claimed once.

    A new file for the same month takes the place of the one before, unless that is signed. What
    another reconciliation has claimed is a duplicate.

    The file is the body, or one that was sent before and is named in a body of JSON. Its columns
    are found by their headings: one of code, reference, request number and line, the day, and the
    amount. A row that cannot be used is rejected and listed. A file of which too many rows are is
    refused.
    """
    context = context_of(request)
    asked = _asked(request, body, month, mapping)
    fingerprint = hashlib.sha256(await identity_of(request)).digest()
    wish = Wish(request.user.party.party_id, key_of(request), fingerprint)
    deadline = time.monotonic() + WAIT_SECONDS_MAX

    async def act(connection: AsyncConnection) -> JSON:
        party = await _party_of(connection, request, asked, supplier)
        if asked.month is not None:
            require_month(asked.month)
        stated = await _mapping_of(connection, request, party, asked.mapping)
        result = await find_outcome(connection, wish)
        if result is None:
            raise _NotYet(party, stated)
        return await _render(request, connection, result, party)

    while True:
        try:
            return await answer_once(request, context.database, act)
        except _NotYet as error:
            await _wait(request, wish, error, asked, deadline=deadline)


class _NotYet(Exception):
    """The file is not reconciled yet. It rolls back the claim of the key: nothing was done."""

    def __init__(self, party: Party, mapping: FileMapping | None) -> None:
        super().__init__()
        self.party = party
        self.mapping = mapping


async def _wait(
    request: Call, wish: Wish, wanted: _NotYet, asked: _Asked, *, deadline: float
) -> None:
    """Hand the file over to the worker, and return when its work has ended.

    Raises:
        KeyReused: the file that waits under this key came with another request.
        TooManyUploads: the caller has its share of files here.
        Overloaded: too many requests of this process wait for files.
        Unavailable: the client has left, or the deadline is over.
    """
    context, visit = context_of(request), visit_of(request)
    holder = visit.holder
    if not context.uploading.enter(holder):
        if context.uploading.has_share(holder):
            raise TooManyUploads
        raise Overloaded
    gone = asyncio.create_task(_gone(request))
    try:
        upload_id = await add_upload(
            context.database,
            wish,
            supplier_party_id=wanted.party.party_id,
            month=asked.month,
            file=asked.file,
            mapping=wanted.mapping,
            actor=request.user.actor_id,
        )
        context.uploads.ring()
        async with visit.aside():
            while await is_upload_open(context.database, upload_id):
                await asyncio.wait({gone}, timeout=LOOK_SECONDS)
                if gone.done() or time.monotonic() > deadline:
                    raise Unavailable
    finally:
        gone.cancel()
        context.uploading.leave(holder)


async def _gone(request: Call) -> None:
    """Return when the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [add_reconciliation]
