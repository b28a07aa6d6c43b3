"""Rate cards: written by one key, published by another where the exchange wants that."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.bodies import require_no_members
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.rate_cards import (
    PublicationAnswer,
    PublicationBody,
    RateCardAnswer,
    RateCardBody,
)
from api.process.caches import PartyCodes
from catalog import INTEGER_MAX, find_party
from ledger import JSON
from settlement.cards import shown_card
from settlement.rating import (
    RateCardNotFound,
    ReadCard,
    find_card,
    list_cards,
    publish_card,
    withdraw_card,
    write_card,
)

TAGS = ["billing"]
ANY_PARTY = 0
"""No party has this number."""


async def _answers(
    connection: AsyncConnection, known: PartyCodes, cards: list[ReadCard]
) -> list[RateCardAnswer]:
    parties = {
        party_id
        for each in cards
        for party_id in (
            each.stored.home_party_id,
            each.stored.supplier_party_id,
            each.stored.operator_party_id,
        )
        if party_id is not None
    }
    codes = await known.of(connection, parties)
    return [_answer(each, codes) for each in cards]


def _answer(read: ReadCard, codes: dict[int, str]) -> RateCardAnswer:
    stored = read.stored
    return {
        "card_id": stored.card_id,
        "state": stored.state,
        "home_party": codes.get(stored.home_party_id or ANY_PARTY),
        "supplier_party": codes.get(stored.supplier_party_id or ANY_PARTY),
        "operator_party": codes[stored.operator_party_id],
        "valid_from": stored.valid_from,
        "valid_until": stored.valid_until,
        "card": shown_card(stored.card, read.legs),
        "sha256": None if read.sha256 is None else read.sha256.hex(),
        "versions": list(read.contract_ids),
        "written_at": stored.written_at,
        "written_by": stored.written_by,
        "published_at": stored.published_at,
        "published_by": stored.published_by,
    }


def _existing(card_id: int) -> int:
    """The number, if the database can hold it.

    Raises:
        RateCardNotFound: it cannot, so there is no such card.
    """
    if not 1 <= card_id <= INTEGER_MAX:
        raise RateCardNotFound("there is no such rate card")
    return card_id


async def _read(request: Call, connection: AsyncConnection, card_id: int) -> RateCardAnswer:
    found = await find_card(connection, request.user.party, card_id)
    return (await _answers(connection, context_of(request).codes, [found]))[0]


@post("/v1/rate-cards", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_rate_card(request: Call, data: JSONBody[RateCardBody]) -> Response[RateCardAnswer]:
    """Write a draft. Nothing is rated by it before it is published, and it never changes.

    A fault in `card` is named with its place in `at`.
    """

    async def act(connection: AsyncConnection) -> JSON:
        parties = [
            None if code is None else (await find_party(connection, code)).party_id
            for code in (data.home_party, data.supplier_party)
        ]
        stored = await write_card(
            connection,
            request.user.party,
            data.card,
            home_party_id=parties[0],
            supplier_party_id=parties[1],
            valid_from=data.valid_from,
            valid_until=data.valid_until,
        )
        return await _read(request, connection, stored.card_id)

    return await answer_once(request, context_of(request).database, act)


@post(
    "/v1/rate-cards/{card_id:int}/publish",
    guards=[OPERATOR],
    status_code=200,
    opt=CHANGES,
    tags=TAGS,
)
async def publish_rate_card(
    request: Call, card_id: FromPath[int], data: JSONBody[PublicationBody]
) -> Response[PublicationAnswer]:
    """Let a draft hold from its first day on, as a version of the contract between its parties.

    The version before it ends that day, or is interrupted. Lines that were rated stay as they are:
    `rated_uses` says how many uses of its days they are of, and correcting them is an adjustment.
    """

    async def act(connection: AsyncConnection) -> JSON:
        published = await publish_card(connection, _existing(card_id), accept_late=data.accept_late)
        answer: PublicationAnswer = {
            "card_id": card_id,
            "state": published.stored.state,
            "contract_id": published.contract.contract_id,
            "version": published.contract.version,
            "valid_from": published.contract.valid_from,
            "valid_until": published.contract.valid_until,
            "rated_uses": published.touched.rated_uses,
            "late_uses": published.touched.late_uses,
        }
        return answer

    context = context_of(request)
    response = await answer_once(request, context.database, act, status=200)
    context.uses.ring()
    return response


@post(
    "/v1/rate-cards/{card_id:int}/withdraw",
    guards=[OPERATOR],
    status_code=200,
    opt=CHANGES,
    tags=TAGS,
)
async def withdraw_rate_card(request: Call, card_id: FromPath[int]) -> Response[RateCardAnswer]:
    """Give a draft up."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        stored = await withdraw_card(connection, _existing(card_id))
        return await _read(request, connection, stored.card_id)

    return await answer_once(request, context_of(request).database, act, status=200)


@get("/v1/rate-cards", tags=TAGS)
async def rate_cards(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[RateCardAnswer]:
    """The rate cards that bind the calling party, with the legs that concern it.

    The operator sees all of them, drafts as well.
    """
    context = context_of(request)
    async with context.database.transaction() as connection:
        rows = await list_cards(
            connection, request.user.party, after=after(cursor, INTEGER_MAX), limit=limit
        )
        answers = await _answers(connection, context.codes, rows)
    found: Page[RateCardAnswer] = page(answers, limit, lambda row: row, lambda row: row["card_id"])
    return found


@get("/v1/rate-cards/{card_id:int}", tags=TAGS)
async def rate_card_by_id(request: Call, card_id: FromPath[int]) -> RateCardAnswer:
    """One rate card, with the legs that concern the calling party."""
    async with context_of(request).database.transaction() as connection:
        return await _read(request, connection, _existing(card_id))


ROUTES = [add_rate_card, publish_rate_card, withdraw_rate_card, rate_cards, rate_card_by_id]
