"""Conversion rates: what a programme's points are in another."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import BRAND, CHANGES, OPERATOR, Call, context_of, is_operator, own_programme
from api.http.idempotency import once
from api.http.schemas.programmes import RateAnswer, RateRequest, RatesAnswer
from ledger import JSON
from ledger.book import (
    ConversionRate,
    Programme,
    ProgrammeNotFound,
    find_programme,
    find_programme_by_book,
    load_conversion_rates,
    publish_conversion_rate,
)

TAGS = ["programmes"]


def _render(programme: Programme, target: Programme, rate: ConversionRate) -> RateAnswer:
    return {
        "programme": programme.code,
        "to_programme": target.code,
        "version": rate.version,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
    }


@post("/v1/programmes/{programme:str}/rates", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_rate(
    request: Call, programme: FromPath[str], data: JSONBody[RateRequest]
) -> Response[RateAnswer]:
    """Publish what points of this programme are in another.

    The new version counts at once; conversions already taken keep theirs.
    """
    book = await own_programme(request, programme)

    async def act(connection: AsyncConnection) -> JSON:
        target = await find_programme(connection, data.to_programme)
        return _render(
            book,
            target,
            await publish_conversion_rate(
                connection, book, target, data.numerator, data.denominator
            ),
        )

    return await once(request, context_of(request).database, act)


@get("/v1/programmes/{programme:str}/rates", guards=[BRAND], tags=TAGS)
async def rates(request: Call, programme: FromPath[str]) -> RatesAnswer:
    """All versions of the programme's rates; for the brand of another programme, of those into its own."""
    async with context_of(request).database.transaction() as connection:
        book = await find_programme(connection, programme)
        found = await load_conversion_rates(connection, book)
        targets = {
            number: await find_programme_by_book(connection, number)
            for number in {r.to_book_id for r in found}
        }
    party_id = request.user.party.party_id
    if book.party_id != party_id and not is_operator(request.user):
        found = [rate for rate in found if targets[rate.to_book_id].party_id == party_id]
        if not found:
            raise ProgrammeNotFound(f"there is no programme {programme!r}")
    return {"rates": [_render(book, targets[rate.to_book_id], rate) for rate in found]}


ROUTES = [add_rate, rates]
