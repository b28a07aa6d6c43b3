"""Reconciliations: a supplier's own file of uses, compared with the bill.

The request only hands its file over, and waits until the worker has done it. While it waits, it
holds neither a place of work nor a connection. When its client leaves, it says no more that it
wants the file, and the worker stops.
"""

import asyncio
import hashlib
import time
from typing import Annotated

from litestar import Response, post
from litestar.params import QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of, visit_of
from api.http.copying import Copier
from api.http.idempotency import answer_once, identity_of, key_of
from api.http.patience import REQUEST_SECONDS_SLOW
from api.http.problems import Overloaded, Unavailable, invalid_at
from api.http.routes.breaks import render_breaks
from api.http.schemas.reconciliations import ReconciliationAnswer
from catalog import CODE_LENGTH_MAX, Party, PartyNotFound, find_party
from ledger import JSON
from settlement import require_month
from settlement.breaks import Run
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

TAGS = ["billing"]

_copy = Copier(ReconciliationAnswer, Run, "supplier", "breaks", "suggestions")


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
    )


async def _supplier(connection: AsyncConnection, request: Call, code: str | None) -> Party:
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


@post(
    "/v1/reconciliations",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={**CHANGES, "media_type": CSV, "body": CSV, **SLOW},
    tags=TAGS,
)
async def add_reconciliation(
    request: Call,
    body: RawBody,
    month: Annotated[
        str | None,
        QueryParameter(max_length=7, description="The month of the bill. By default, all."),
    ] = None,
    supplier: Annotated[
        str | None, QueryParameter(max_length=CODE_LENGTH_MAX, description="For the operator.")
    ] = None,
) -> Response[ReconciliationAnswer]:
    """Match the records of a CSV file with our lines. Each record is claimed once.

    A new file for the same month takes the place of the one before, unless that is signed. What
    another reconciliation has claimed is a duplicate.

    The columns are reference, coupon_code, offer_code, member, used_on and amount_minor.
    """
    context = context_of(request)
    fingerprint = hashlib.sha256(await identity_of(request)).digest()
    wish = Wish(request.user.party.party_id, key_of(request), fingerprint)
    deadline = time.monotonic() + WAIT_SECONDS_MAX

    async def act(connection: AsyncConnection) -> JSON:
        party = await _supplier(connection, request, supplier)
        if month is not None:
            require_month(month)
        result = await find_outcome(connection, wish)
        if result is None:
            raise _NotYet(party)
        return await _render(request, connection, result, party)

    while True:
        try:
            return await answer_once(request, context.database, act)
        except _NotYet as error:
            await _wait(request, wish, error.party, month, file=body, deadline=deadline)


class _NotYet(Exception):
    """The file is not reconciled yet. It rolls back the claim of the key: nothing was done."""

    def __init__(self, party: Party) -> None:
        super().__init__()
        self.party = party


async def _wait(
    request: Call, wish: Wish, party: Party, month: str | None, *, file: bytes, deadline: float
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
            supplier_party_id=party.party_id,
            month=month,
            file=file,
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
