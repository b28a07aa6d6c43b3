"""The card codes of a transaction's redemptions: ready before, held and given after.

Before, as many codes as may be needed are in the book, and what is missing is counted like a limit
(`limits`): it refuses the last of the bids. After, the codes are locked and each accepted bid gets
one. Where others were faster, the last bids are late and the transaction runs again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.codes import count_pool
from catalog.offers import Offer
from catalog.procurement import Allotment
from exchange.codes.give import GivenCode, assign_codes, hold_codes
from exchange.codes.stock import CodeNeed, count_codes, first_last_day, ready_codes
from exchange.coupons.lifecycle import first_day, last_day
from exchange.redeem.quote import Bid, Trial
from ledger import read_clock


async def ready_cards(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    held: Mapping[int, Allotment],
    bids: Sequence[Bid],
) -> dict[int, int]:
    """How many codes there are for offers that give one out. No statement if none does.

    An offer without stock is left out: its redemptions are refused for that. So are those beyond
    the stock of an offer that has codes for all of it.
    """
    stocked = [bid for bid in bids if (have := held.get(bid.pair[0])) and have.next_at(bid.pair[1])]
    needs = _needs(stocked, {offer_id: each.remaining for offer_id, each in held.items()})
    ready = await ready_codes(connection, book_id, time_zone, needs)
    return {
        offer_id: len(bids) if ready[offer_id] == need.quantity else ready[offer_id]
        for offer_id, need in needs.items()
    }


async def hold_cards(
    connection: AsyncConnection, book_id: int, time_zone: str, bids: Sequence[Bid]
) -> bool:
    """Lock a code for each bid that needs one. Tells whether there were too few.

    Then the last bids are marked late.
    """
    needs = _needs(bids, {})
    held = await hold_codes(connection, book_id, time_zone, needs)
    is_short = False
    for bid in bids:
        if not bid.has_card:
            continue
        codes = held.get(bid.pair[0], [])
        if codes:
            bid.card = codes.pop(0)
        else:
            bid.trial, is_short = Trial.LATE, True
    return is_short


def last_day_of(bid: Bid, offer: Offer, day: date) -> date | None:
    """The last day of the coupon: that of the offer, or of its code if that dies before. Pure."""
    of_offer = last_day(day, offer.use_within_days, offer.use_until)
    of_code = None if bid.card is None else bid.card.expires_on
    return min(filter(None, (of_offer, of_code)), default=None)


async def give_cards(
    connection: AsyncConnection,
    book_id: int,
    made: Sequence[tuple[Bid, int, str | None]],
) -> None:
    """Give each bid's code to the coupon that was made for it, with its last day.

    One round trip, if any bid has a code.
    """
    given = []
    for bid, coupon_id, expires_on in made:
        if bid.card is None:
            continue
        assert bid.offer is not None, "an accepted bid has an offer"
        counts = bid.offer.counts_as_used or "use"
        until = None
        if counts == "delivery" and expires_on is not None:
            until = date.fromisoformat(expires_on)
        given.append(GivenCode(bid.card.code_no, coupon_id, counts, until))
    await assign_codes(connection, book_id, given)


async def cards_left(
    connection: AsyncConnection, book_id: int, time_zone: str, offers: Sequence[Offer]
) -> dict[int, int]:
    """Whether there is a code of each offer that gives one out: 1, or 0. Three round trips, if any.

    Nothing is moved or locked.
    """
    cards = sorted({each.offer_id for each in offers if each.fulfilment == "card_code"})
    if not cards:
        return {}
    day = first_last_day(await read_clock(connection), time_zone)
    needs = {offer_id: CodeNeed(1, 1, day) for offer_id in cards}
    in_book = await count_codes(connection, book_id, needs)
    in_pool = await count_pool(connection, cards, day, 1)
    return {offer_id: max(in_book[offer_id], in_pool[offer_id]) for offer_id in cards}


def _needs(bids: Sequence[Bid], stock: Mapping[int, int]) -> dict[int, CodeNeed]:
    """What the bids need of each offer that gives codes out. Each code is good on all their days.

    No code has to be there for more pieces than there are.
    """
    wanted: Counter[int] = Counter()
    days: dict[int, date] = {}
    for bid in bids:
        if bid.has_card:
            assert bid.offer is not None
            assert bid.day is not None, "a bid that is planned has a day"
            usable = first_day(bid.day, bid.offer.use_after_days, bid.offer.use_from) or bid.day
            offer_id = bid.pair[0]
            wanted[offer_id] += 1
            days[offer_id] = max(usable, days.get(offer_id, usable))
    return {
        offer_id: CodeNeed(min(count, stock.get(offer_id, count)), stock.get(offer_id, count), day)
        for offer_id, day in days.items()
        for count in (wanted[offer_id],)
    }
