"""Reconciliation: a supplier's own file of uses against our bill."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Response, post
from litestar.params import QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import SUPPLIER_OR_OPERATOR, Call, context_of, is_operator
from api.http.idempotency import once
from api.http.problems import InvalidRequest
from api.http.schemas.billing import ReconciliationAnswer
from catalog import CODE_LENGTH_MAX, Party, PartyNotFound, find_party
from ledger import JSON
from settlement.reconcile import Result, reconcile

TAGS = ["billing"]
CSV = "text/csv"


def _render(result: Result, supplier: Party) -> ReconciliationAnswer:
    return {
        "reconciliation_id": result.reconciliation_id,
        "supplier": supplier.code,
        "month": result.month,
        "ran_at": result.ran_at,
        "matched": result.matched,
        "break_count": result.break_count,
        "breaks_by_category": result.matching.by_category,
        "breaks": [_fields(each) for each in result.matching.breaks],
        "suggestions": [_fields(each) for each in result.matching.suggestions],
    }


def _fields(row: Any) -> dict[str, JSON]:  # any dataclass of the matching
    return {field: getattr(row, field) for field in row.__dataclass_fields__}


async def _supplier(connection: AsyncConnection, request: Call, code: str | None) -> Party:
    caller = request.user.party
    if code is None or code == caller.code:
        if "supplier" in caller.roles:
            return caller
        sentence = "The operator names the supplier whose file this is"
        raise InvalidRequest(sentence, errors=[{"pointer": "/supplier", "detail": sentence}])
    if not is_operator(request.user):
        raise PartyNotFound(f"there is no party {code}")
    supplier = await find_party(connection, code)
    supplier.require("supplier")
    return supplier


@post(
    "/v1/reconciliations",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={"changes": True, "media_type": CSV, "body": CSV},
    tags=TAGS,
)
async def add_reconciliation(
    request: Call,
    body: RawBody,
    month: Annotated[
        str | None, QueryParameter(max_length=7, description="The month of the bill; all without.")
    ] = None,
    supplier: Annotated[
        str | None, QueryParameter(max_length=CODE_LENGTH_MAX, description="For the operator.")
    ] = None,
) -> Response[ReconciliationAnswer]:
    """Match a CSV file (reference, coupon_code, offer_code, member, used_on, amount_minor) with our lines; each record is claimed once."""

    async def act(connection: AsyncConnection) -> JSON:
        party = await _supplier(connection, request, supplier)
        return _render(
            await reconcile(connection, party, body, month=month, now=datetime.now(UTC)), party
        )

    return await once(request, context_of(request).database, act)


ROUTES = [add_reconciliation]
