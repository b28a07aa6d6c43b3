"""Consents: what a programme lets in of another's points."""

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, is_operator, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.schemas.consents import ConsentAnswer, ConsentBody, ConsentsAnswer
from ledger import JSON
from ledger.book import (
    Consent,
    ConsentTerms,
    ProgrammeNotFound,
    end_consent,
    find_programme,
    find_programme_by_book,
    give_consent,
    load_consents,
)
from settlement import plain

TAGS = ["programmes"]


_copy = Copier(ConsentAnswer, Consent, "programme", "from_programme", "price_minor")


def _render(consent: Consent, programme: str, source: str) -> ConsentAnswer:
    return _copy(
        consent,
        programme=programme,
        from_programme=source,
        price_minor=plain(consent.price_minor),
    )


@post("/v1/programmes/{programme:str}/consents", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_consent(
    request: Call, code: ProgrammeInPath, data: JSONBody[ConsentBody]
) -> Response[ConsentAnswer]:
    """Consent to conversions from another programme, up to a rate and up to limits.

    The new version takes the place of the one before at once, and counts its points anew. What a
    member got in the month goes on counting.
    """
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        source = await find_programme(connection, data.from_programme)
        terms = ConsentTerms(
            numerator=data.numerator,
            denominator=data.denominator,
            member_month_points_max=data.member_month_points_max,
            points_max=data.points_max,
            price_minor=data.price_minor,
            valid_from=data.valid_from,
            valid_until=data.valid_until,
        )
        consent = await give_consent(connection, programme, source, terms)
        return _render(consent, programme.code, source.code)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/programmes/{programme:str}/consents", guards=[BRAND], tags=TAGS)
async def consents(request: Call, code: ProgrammeInPath) -> ConsentsAnswer:
    """All versions of the consents that the programme has given.

    The brand of another programme sees only those to its own programmes.
    """
    async with context_of(request).database.transaction() as connection:
        programme = await find_programme(connection, code)
        found = await load_consents(connection, programme)
        sources = {
            number: await find_programme_by_book(connection, number)
            for number in {consent.from_book_id for consent in found}
        }
    party_id = request.user.party.party_id
    if programme.party_id != party_id and not is_operator(request.user):
        found = [each for each in found if sources[each.from_book_id].party_id == party_id]
        if not found:
            raise ProgrammeNotFound(f"there is no programme {code!r}")
    return {
        "consents": [
            _render(consent, programme.code, sources[consent.from_book_id].code)
            for consent in found
        ]
    }


@delete(
    "/v1/programmes/{programme:str}/consents/{from_programme:str}",
    guards=[BRAND],
    status_code=200,
    tags=TAGS,
)
async def remove_consent(
    request: Call, code: ProgrammeInPath, from_programme: FromPath[str]
) -> ConsentAnswer:
    """End the consent to conversions from another programme, for good and at once.

    Conversions that were taken before and are not credited yet come back to their members.
    """
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        source = await find_programme(connection, from_programme)
        ended = await end_consent(connection, programme, source)
    return _render(ended, programme.code, source.code)


ROUTES = [add_consent, consents, remove_consent]
