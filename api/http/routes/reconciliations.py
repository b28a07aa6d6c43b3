"""Reconciliations: a supplier's own file of uses, compared with the bill.

The request only hands its file over, and waits until the worker has done it. While it waits, it
holds neither a place of work nor a connection. When its client leaves, it says no more that it
wants the file, and the worker stops.
"""

import asyncio
import hashlib
import time
from typing import Annotated, Any

from litestar import Response, post
from litestar.params import QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of, visit_of
from api.http.copying import Copier
from api.http.idempotency import answer_once, identity_of, key_of
from api.http.patience import REQUEST_SECONDS_SLOW
from api.http.problems import Overloaded, Unavailable, invalid_at
from api.http.schemas.reconciliations import ReconciliationAnswer
from catalog import CODE_LENGTH_MAX, Party, PartyNotFound, find_party
from ledger import JSON
from settlement import require_month
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

_copy = Copier(
    ReconciliationAnswer, Result, "supplier", "breaks_by_category", "breaks", "suggestions"
)


def _render(result: Result, supplier: Party) -> ReconciliationAnswer:
    return _copy(
        result,
        supplier=supplier.code,
        breaks_by_category=result.matching.by_category,
        breaks=[_fields(each) for each in result.matching.breaks],
        suggestions=[_fields(each) for each in result.matching.suggestions],
    )


def _fields(row: Any) -> dict[str, JSON]:  # a break or a suggestion
    return {field: getattr(row, field) for field in row.__dataclass_fields__}


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
        return _render(result, party)

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
            context.database, wish, supplier_party_id=party.party_id, month=month, file=file
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
