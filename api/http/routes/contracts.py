"""Contracts: what a use costs, between whom, from when."""

from litestar import Response, post
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.idempotency import once
from api.http.schemas.billing import ContractAnswer, ContractRequest
from catalog import Party, find_party
from ledger import JSON
from settlement import plain
from settlement.rating import Contract, ContractTerms, set_contract

TAGS = ["billing"]


def _render(contract: Contract, home: Party | None, supplier: Party | None) -> ContractAnswer:
    return {
        "contract_id": contract.contract_id,
        "home_party": None if home is None else home.code,
        "supplier_party": None if supplier is None else supplier.code,
        "version": contract.version,
        "coupon_cost_minor": plain(contract.coupon_cost_minor),
        "platform_fee_minor": plain(contract.platform_fee_minor),
        "currency": contract.currency,
        "rounding": contract.rounding,
        "valid_from": contract.valid_from,
        "valid_until": contract.valid_until,
    }


@post("/v1/contracts", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_contract(request: Call, data: JSONBody[ContractRequest]) -> Response[ContractAnswer]:
    """State the terms from a day on. Uses that waited for them are rated at once.

    An open-ended version that began earlier ends that day; where the new terms have an end, its own
    go on after it.
    """

    async def act(connection: AsyncConnection) -> JSON:
        home = None if data.home_party is None else await find_party(connection, data.home_party)
        supplier = (
            None
            if data.supplier_party is None
            else await find_party(connection, data.supplier_party)
        )
        terms = ContractTerms(
            operator_party_id=request.user.party.party_id,
            coupon_cost_minor=data.coupon_cost_minor,
            platform_fee_minor=data.platform_fee_minor,
            currency=data.currency,
            valid_from=data.valid_from,
            valid_until=data.valid_until,
            rounding=data.rounding,
        )
        contract = await set_contract(
            connection,
            terms,
            home_party_id=None if home is None else home.party_id,
            supplier_party_id=None if supplier is None else supplier.party_id,
        )
        return _render(contract, home, supplier)

    context = context_of(request)
    response = await once(request, context.database, act)
    context.uses.ring()
    return response


ROUTES = [add_contract]
