"""Rates: what the points of one programme are worth in another."""

from litestar import Response, get, post
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, is_operator, own_programme
from api.http.auth import BRAND, CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.schemas.rates import RateAnswer, RateBody, RatesAnswer
from ledger import JSON
from ledger.book import (
    ConversionRate,
    ProgrammeNotFound,
    find_programme,
    find_programme_by_book,
    load_conversion_rates,
    publish_conversion_rate,
)

TAGS = ["programmes"]


_render = Copier(RateAnswer, ConversionRate, "programme", "to_programme")


@post("/v1/programmes/{programme:str}/rates", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_rate(
    request: Call, code: ProgrammeInPath, data: JSONBody[RateBody]
) -> Response[RateAnswer]:
    """Publish what the points of this programme are worth in another.

    The new version applies at once. Conversions that were already accepted keep theirs.
    """
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        target = await find_programme(connection, data.to_programme)
        rate = await publish_conversion_rate(
            connection, programme, target, data.numerator, data.denominator
        )
        return _render(rate, programme=programme.code, to_programme=target.code)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/programmes/{programme:str}/rates", guards=[BRAND], tags=TAGS)
async def rates(request: Call, code: ProgrammeInPath) -> RatesAnswer:
    """All versions of the programme's rates.

    The brand of another programme sees only the rates into its own programmes.
    """
    async with context_of(request).database.transaction() as connection:
        programme = await find_programme(connection, code)
        found = await load_conversion_rates(connection, programme)
        targets = {
            number: await find_programme_by_book(connection, number)
            for number in {rate.to_book_id for rate in found}
        }
    party_id = request.user.party.party_id
    if programme.party_id != party_id and not is_operator(request.user):
        found = [rate for rate in found if targets[rate.to_book_id].party_id == party_id]
        if not found:
            raise ProgrammeNotFound(f"there is no programme {code!r}")
    return {
        "rates": [
            _render(rate, programme=programme.code, to_programme=targets[rate.to_book_id].code)
            for rate in found
        ]
    }


ROUTES = [add_rate, rates]
