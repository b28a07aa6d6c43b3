"""Card codes: a supplier sends those of an offer, looks what became of them, and withdraws them.

No answer shows a code. That a code was taken is told by the key of its item.
"""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, SUPPLIER, Call, context_of, require_tokens
from api.http.batches import ReadItem, read_items
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once, json_answer
from api.http.schemas.codes import (
    CodeItem,
    CodesAnswer,
    CodesBody,
    CodesSummaryAnswer,
    CodesWithdrawnAnswer,
    PoolPartAnswer,
    RejectedCodeAnswer,
    WithdrawCodesBody,
)
from catalog.codes import (
    CODES_MAX,
    Card,
    PoolPart,
    add_codes,
    read_card,
    require_codes_offer,
    require_own_offer,
    withdraw_codes,
)
from exchange.codes import first_last_day, settle_recalls, sum_up_codes
from exchange.fulfil import party_keys_of
from ledger import JSON, read_clock
from ledger.book import load_programmes

TAGS = ["codes"]

_render = Copier(PoolPartAnswer, PoolPart)


@post(
    "/v1/offers/{offer_id:int}/codes",
    guards=[SUPPLIER],
    status_code=200,
    opt={"body": CodesBody},
    tags=TAGS,
)
async def add_card_codes(
    request: Call, offer_id: FromPath[int], body: RawBody
) -> Response[CodesAnswer]:
    """Put up to 10,000 card codes into the pool of an own offer.

    A code that is there already is counted as existing: the request can be sent again as it is.
    """
    context, supplier = context_of(request), request.user.party
    reads = read_items(body, "codes", CodeItem, CODES_MAX)
    await require_tokens(request, len(reads))
    async with changing(request, context.database) as connection:
        await require_codes_offer(connection, supplier, offer_id)
        today = (await read_clock(connection)).date()
        cards: list[Card] = []
        rejected: list[RejectedCodeAnswer] = []
        for read in reads:
            card = None if read.item is None else _card(read.item)
            if card is None:
                rejected.append(_rejected(read))
            elif card.expires_on is not None and card.expires_on < today:
                rejected.append({"key": read.key, "code": "card-expired", "column": "expires_on"})
            else:
                cards.append(card)
        arrivals = []
        if cards:
            key = await party_keys_of(context.vault)(connection, supplier.party_id)
            arrivals = await add_codes(connection, offer_id, key, cards)
            await note_change(request, connection, None)
    return json_answer(
        {
            "offer_id": offer_id,
            "accepted": arrivals.count("accepted"),
            "existing": arrivals.count("existing"),
            "rejected": rejected,
        }
    )


def _card(item: CodeItem) -> Card | None:
    return read_card(item.number, item.secret, expires_on=item.expires_on, batch=item.batch)


def _rejected(read: ReadItem[CodeItem]) -> RejectedCodeAnswer:
    """The answer to an item that cannot be a code. It says where, and nothing of what was there."""
    if read.refusal is None:
        return {"key": read.key, "code": "card-number-invalid", "column": "number"}
    pointer: str = read.refusal.document()["errors"][0]["pointer"]
    column = pointer.rpartition("/")[2]
    known = column in CodeItem.model_fields
    return {"key": read.key, "code": read.refusal.code, "column": column if known else None}


@get("/v1/offers/{offer_id:int}/codes/summary", guards=[SUPPLIER], tags=TAGS)
async def card_codes(request: Call, offer_id: FromPath[int]) -> CodesSummaryAnswer:
    """How many card codes an own offer has, by batch and last day, and what became of them."""
    async with context_of(request).database.transaction() as connection:
        await require_own_offer(connection, request.user.party, offer_id)
        first_day = first_last_day(await read_clock(connection), "UTC")
        programmes = await load_programmes(connection)
        parts = await sum_up_codes(connection, offer_id, first_day, programmes)
    return {
        "offer_id": offer_id,
        "available": sum(part.available for part in parts),
        "parts": [_render(part) for part in parts],
    }


@post(
    "/v1/offers/{offer_id:int}/codes/withdraw",
    guards=[SUPPLIER],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def withdraw_card_codes(
    request: Call, offer_id: FromPath[int], data: JSONBody[WithdrawCodesBody]
) -> Response[CodesWithdrawnAnswer]:
    """Withdraw the codes of a batch, or all of an own offer, that no coupon has.

    They can never be read again. Some are with programmes, for their members: `recalled` counts
    them. They are withdrawn right after, unless a coupon has them by then.
    """
    database = context_of(request).database

    async def act(connection: AsyncConnection) -> JSON:
        await require_own_offer(connection, request.user.party, offer_id)
        gone = await withdraw_codes(connection, offer_id, data.batch)
        return {"offer_id": offer_id, "withdrawn": gone.withdrawn, "recalled": gone.recalled}

    answer = await answer_once(request, database, act, status=200)
    async with database.transaction() as connection:
        programmes = await load_programmes(connection)
    await settle_recalls(database, programmes)
    return answer


ROUTES = [add_card_codes, card_codes, withdraw_card_codes]
