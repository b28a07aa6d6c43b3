"""Contracts: what one use costs between a home brand and a supplier, and from when."""

from litestar import Response, post
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.schemas.contracts import ContractAnswer, ContractBody
from catalog import find_party
from ledger import JSON
from settlement import plain
from settlement.rating import Contract, ContractTerms, set_contract

TAGS = ["billing"]


_render = Copier(
    ContractAnswer,
    Contract,
    "home_party",
    "supplier_party",
    "coupon_cost_minor",
    "platform_fee_minor",
)


@post("/v1/contracts", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_contract(request: Call, data: JSONBody[ContractBody]) -> Response[ContractAnswer]:
    """Set the terms that apply from a day on. Uses that waited for them are rated at once.

    An open-ended version that began earlier ends that day. If the new terms have an end, the
    earlier terms apply again after it.
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
        return _render(
            contract,
            home_party=data.home_party,
            supplier_party=data.supplier_party,
            coupon_cost_minor=plain(contract.coupon_cost_minor),
            platform_fee_minor=plain(contract.platform_fee_minor),
        )

    context = context_of(request)
    response = await answer_once(request, context.database, act)
    context.uses.ring()
    return response


ROUTES = [add_contract]
