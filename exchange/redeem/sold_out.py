"""Sold out: thousands want the last hundred pieces, and the rest is told at once.

When a redemption finds an offer empty, a hint is left for a moment (`SoldOut`). Whoever asks for
the offer meanwhile is refused without a place in the lane, a record in the journal or a look at the
offer. The hint goes when a piece comes back or stock is granted, and at the latest after
SOLD_OUT_SECONDS: so long a batch that opens by its window may still look sold out.

The hint decides nothing that is kept. It is left only after the transaction that found nothing, so
every piece was taken by a transaction that has committed. Keys that have an answer are not refused
by it: they get their first answer. Nothing is stored for a key that was refused by it, so the same
key may be tried again. A request that says when it happened is never refused by it. Without a hint,
as without the place where hints are kept, the stock alone decides.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from catalog.procurement import AllotmentExhausted
from exchange.redeem.request import RightRequest
from ledger import Ledger, lane_of, read_clock
from ledger.asks import Answer, OperationKind
from ledger.book import Programme
from ledger.read import known_keys

SOLD_OUT_SECONDS = 2


class SoldOut(Protocol):
    """Where the hints are kept. It never fails: what cannot be reached knows of no hint."""

    async def known(self, book_id: int, offer_ids: Collection[int]) -> Collection[int]:
        """Those of the offers of which the book had nothing left a moment ago."""

    async def mark(self, book_id: int, offer_ids: Collection[int]) -> None:
        """The book has nothing left of these offers."""

    async def forget(self, book_id: int, offer_ids: Collection[int]) -> None:
        """The book may have something of these offers again."""


async def told_sold_out(
    ledger: Ledger, programme: Programme, requests: Sequence[RightRequest], sold_out: SoldOut
) -> dict[int, Answer]:
    """The answers to requests for what was sold out a moment ago, by their place.

    Nothing is asked of the database unless there is such a request. Then two statements.
    """
    wanted = {request.offer_id for request in requests if request.occurred_at is None}
    gone = await sold_out.known(programme.book_id, wanted) if wanted else ()
    places = [
        place
        for place, request in enumerate(requests)
        if request.occurred_at is None and request.offer_id in gone
    ]
    if not places:
        return {}
    async with ledger.database.transaction() as connection:
        answered = await known_keys(
            connection, programme.book_id, {requests[place].key for place in places}
        )
        now = await read_clock(connection)
    told: dict[int, Answer] = {}
    for place in places:
        request = requests[place]
        if request.key not in answered:
            refusal = AllotmentExhausted(f"the allotment of offer {request.offer_id} is used up")
            told[place] = Answer(
                request.key,
                OperationKind.REDEEM,
                request.member,
                lane_of(request.member, programme.lanes),
                0,
                0,
                None,
                now,
                refusal=refusal.document(),
            )
    return told


async def leave_hints(
    programme: Programme,
    requests: Sequence[RightRequest],
    answers: Sequence[Answer],
    sold_out: SoldOut,
) -> None:
    """Leave a hint for each offer of which a request has just found nothing left."""
    empty = {
        request.offer_id
        for request, answer in zip(requests, answers, strict=True)
        if request.occurred_at is None
        and answer.refusal is not None
        and not answer.replayed
        and answer.refusal["code"] == AllotmentExhausted.code
    }
    if empty:
        await sold_out.mark(programme.book_id, empty)
