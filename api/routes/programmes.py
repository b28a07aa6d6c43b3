"""Programmes: a brand's points and their rules."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.auth import BRAND, CHANGES, Call, context_of, is_operator, own_programme
from api.idempotency import once
from api.problems import RoleRequired
from api.schemas.answers import Page
from api.schemas.points import ProgrammeAnswer, ProgrammeRequest, TotalsAnswer
from catalog.parties import Party, find_party, find_party_by_id
from ledger.programme import Programme, create_programme, list_programmes
from ledger.reads import totals
from ledger.refusal import JSON

TAGS = ["programmes"]


def render(programme: Programme, party: str) -> ProgrammeAnswer:
    """A programme as JSON."""
    return {
        "code": programme.code,
        "name": programme.name,
        "party": party,
        "time_zone": programme.time_zone,
        "expiry_months": programme.expiry_months,
    }


async def _owner(connection: AsyncConnection, request: Call, code: str | None) -> Party:
    caller = request.user.party
    if code is None or code == caller.code:
        owner = caller
    elif is_operator(request.user):
        owner = await find_party(connection, code)
    else:
        raise RoleRequired("a brand makes programmes for itself alone", roles=["operator"])
    owner.require("brand")
    return owner


@post("/v1/programmes", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_programme(request: Call, data: JSONBody[ProgrammeRequest]) -> Response[ProgrammeAnswer]:
    """Open a programme: a brand for itself, the operator for any brand."""

    async def act(connection: AsyncConnection) -> JSON:
        owner = await _owner(connection, request, data.party)
        programme = await create_programme(
            connection,
            code=data.code,
            party_id=owner.party_id,
            name=data.name,
            time_zone=data.time_zone,
            expiry_months=data.expiry_months,
        )
        return render(programme, owner.code)

    return await once(request, context_of(request).database, act)


@get("/v1/programmes", guards=[BRAND], tags=TAGS)
async def programmes(request: Call) -> Page[ProgrammeAnswer]:
    """The caller's programmes; all of them for the operator."""
    caller = request.user.party
    async with context_of(request).database.transaction() as connection:
        found = await list_programmes(connection, party_id=None if is_operator(request.user) else caller.party_id)
        owners = {caller.party_id: caller}
        for programme in found:
            if programme.party_id not in owners:
                owners[programme.party_id] = await find_party_by_id(connection, programme.party_id)
    items = [render(programme, owners[programme.party_id].code) for programme in found]
    return {"items": items, "next_cursor": None}


@get("/v1/programmes/{programme:str}", guards=[BRAND], tags=TAGS)
async def programme_by_code(request: Call, programme: FromPath[str]) -> ProgrammeAnswer:
    """One programme."""
    found = await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        owner = await find_party_by_id(connection, found.party_id)
    return render(found, owner.code)


@get("/v1/programmes/{programme:str}/totals", guards=[BRAND], tags=TAGS)
async def programme_totals(request: Call, programme: FromPath[str]) -> TotalsAnswer:
    """What was ever issued, redeemed and expired, and what is held and outstanding."""
    book = await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        found = await totals(connection, book)
    return {
        "programme": book.code,
        "issued": found.issued,
        "redeemed": found.redeemed,
        "expired": found.expired,
        "held": found.held,
        "outstanding": found.outstanding,
    }


ROUTES = [add_programme, programmes, programme_by_code, programme_totals]
