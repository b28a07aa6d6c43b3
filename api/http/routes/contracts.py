"""Contracts: what one use costs between a home brand and a supplier, and from when."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.contracts import (
    ContractAnswer,
    ContractBody,
    ContractEndAnswer,
    ContractEndBody,
    ContractVersionAnswer,
)
from catalog import INTEGER_MAX, find_party
from ledger import JSON
from settlement import plain
from settlement.cards import shown_card
from settlement.rating import (
    Contract,
    ContractNotFound,
    ContractTerms,
    ReadContract,
    count_touched,
    end_contract,
    list_contracts,
    set_contract,
)

TAGS = ["billing"]
ANY_PARTY = 0
"""No party has this number."""


_render = Copier(
    ContractAnswer,
    Contract,
    "home_party",
    "supplier_party",
    "coupon_cost_minor",
    "platform_fee_minor",
    "rated_uses",
    "late_uses",
)
_render_item = Copier(
    ContractVersionAnswer,
    Contract,
    "home_party",
    "supplier_party",
    "operator_party",
    "coupon_cost_minor",
    "platform_fee_minor",
    "card",
    "sha256",
)


def _item(read: ReadContract, codes: dict[int, str]) -> ContractVersionAnswer:
    contract = read.contract
    # The rates of a card are in its legs: a leg of this name may be a share or a scale.
    rates = {leg.leg: leg.rate for leg in read.legs if contract.stated is None}
    cost, fee = (rates.get(name) for name in ("coupon_cost", "platform_fee"))
    return _render_item(
        contract,
        home_party=codes.get(contract.home_party_id or ANY_PARTY),
        supplier_party=codes.get(contract.supplier_party_id or ANY_PARTY),
        operator_party=codes[contract.operator_party_id],
        coupon_cost_minor=None if cost is None else plain(cost),
        platform_fee_minor=None if fee is None else plain(fee),
        card=shown_card(contract.card, read.legs),
        sha256=None if read.sha256 is None else read.sha256.hex(),
    )


@post("/v1/contracts", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_contract(request: Call, data: JSONBody[ContractBody]) -> Response[ContractAnswer]:
    """Set the terms that apply from a day on. Uses that waited for them are rated at once.

    An open-ended version that began earlier ends that day. If the new terms have an end, the
    earlier terms apply again after it. Lines that were rated stay as they are: `rated_uses` says
    how many uses of these days they are of, and correcting them is an adjustment. `late_uses`
    happened in a closed month, and are billed late.
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
        touched = await count_touched(connection, contract)
        return _render(
            contract,
            rated_uses=touched.rated_uses,
            late_uses=touched.late_uses,
            home_party=data.home_party,
            supplier_party=data.supplier_party,
            coupon_cost_minor=plain(contract.coupon_cost_minor),
            platform_fee_minor=plain(contract.platform_fee_minor),
        )

    context = context_of(request)
    response = await answer_once(request, context.database, act)
    context.uses.ring()
    return response


@get("/v1/contracts", tags=TAGS)
async def contracts(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[ContractVersionAnswer]:
    """The contracts that bind the calling party, with the legs in which it pays or is paid.

    The operator sees all of them.
    """
    context = context_of(request)
    async with context.database.transaction() as connection:
        rows = await list_contracts(
            connection, request.user.party, after=after(cursor, INTEGER_MAX), limit=limit
        )
        parties = {
            party_id
            for each in rows
            for party_id in (
                each.contract.home_party_id,
                each.contract.supplier_party_id,
                each.contract.operator_party_id,
            )
            if party_id is not None
        }
        codes = await context.codes.of(connection, parties)
    found: Page[ContractVersionAnswer] = page(
        rows, limit, lambda row: _item(row, codes), lambda row: row.contract.contract_id
    )
    return found


@post(
    "/v1/contracts/{contract_id:int}/end",
    guards=[OPERATOR],
    status_code=200,
    opt=CHANGES,
    tags=TAGS,
)
async def end_one_contract(
    request: Call, contract_id: FromPath[int], data: JSONBody[ContractEndBody]
) -> Response[ContractEndAnswer]:
    """Let a version hold no longer than until a day, without a successor.

    Uses from that day on need another contract. Those that were rated stay as they are.
    """

    async def act(connection: AsyncConnection) -> JSON:
        if not 1 <= contract_id <= INTEGER_MAX:
            raise ContractNotFound("there is no such contract")
        ended = await end_contract(connection, contract_id, data.on, accept_late=data.accept_late)
        answer: ContractEndAnswer = {
            "contract_id": contract_id,
            "version": ended.contract.version,
            "valid_from": ended.contract.valid_from,
            "valid_until": ended.contract.valid_until,
            "rated_uses": ended.touched.rated_uses,
        }
        return answer

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [add_contract, contracts, end_one_contract]
