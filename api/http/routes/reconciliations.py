"""Reconciliations: a supplier's own file of uses, compared with the bill."""

from typing import Annotated, Any

from litestar import Response, post
from litestar.params import QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.problems import invalid_at
from api.http.schemas.reconciliations import ReconciliationAnswer
from catalog import CODE_LENGTH_MAX, Party, PartyNotFound, find_party
from ledger import JSON, read_clock
from settlement.reconcile import Result, reconcile

CSV = "text/csv"

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

    async def act(connection: AsyncConnection) -> JSON:
        party = await _supplier(connection, request, supplier)
        now = await read_clock(connection)
        return _render(await reconcile(connection, party, body, month=month, now=now), party)

    return await answer_once(request, context_of(request).database, act)


ROUTES = [add_reconciliation]
