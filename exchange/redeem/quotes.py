"""Quotes: what offers would cost a member now, and why the member may not have one.

A quote looks at everything a redemption looks at, without a lock. Its token freezes the price for a
few minutes. It promises no stock, and says nothing of whether the member can pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.offers import Offer, OfferNotFound, Redeemed
from catalog.pricing import MemberFacts, Price, Pricing, load_pricing, not_eligible
from catalog.procurement import Allotment, load_allotments, shortage_refusal
from catalog.stages import load_serving
from exchange.codes.stock import CodesExhausted
from exchange.redeem.canary import unserved
from exchange.redeem.quote import load_offers
from exchange.redeem.shopper import facts_of, limits_of
from exchange.redeem.tokens import Frozen, QuoteFor, QuoteKeys
from ledger import Refusal, read_clock
from ledger.book import Programme
from ledger.read import balances

QUOTE_OFFERS_MAX = 100
FEW_PIECES_MAX = 20
"""So few pieces or fewer are few."""


class StockLevel(StrEnum):
    """How much is left, without saying how much."""

    PLENTY = "plenty"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OfferQuote:
    """What an offer costs a member now. `refusal` is why the member may not have it.

    `price`, `token` and `expires_at` are None for an offer that the brand does not see or that is
    not sold. `token` and `expires_at` are None, too, where the price is that of another instant.
    """

    offer_id: int
    price: Price | None
    refusal: Refusal | None
    stock: StockLevel
    token: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberQuotes:
    """The quotes of a member, and what it can spend."""

    member: str
    spendable: int
    quotes: list[OfferQuote]


async def quote_offers(
    connection: AsyncConnection,
    programme: Programme,
    brand: Party,
    member: str,
    offer_ids: Sequence[int],
    *,
    quote_keys: QuoteKeys,
    at: datetime | None = None,
) -> MemberQuotes:
    """Quote offers to a member, in order. No refusal of one fails the others.

    Six statements, one more after a change of the isolation rules, one where a canary asks for
    tags, up to three where conditions ask for tiers, tags or pasts, and up to three where offers
    have limits. Prices are those of
    `at`, if it is given. Then they are only told: a token would let members pay today what an offer
    costs on another day.
    """
    now = await read_clock(connection)
    instant = at or now
    book_id = programme.book_id
    pairs = [(offer_id, instant) for offer_id in offer_ids]
    wanted = [Redeemed(offer_id, instant, is_past=at is not None) for offer_id in offer_ids]
    found = await _load_seen(connection, brand, wanted, now)
    held = await load_allotments(connection, book_id, set(offer_ids))
    pricing = await load_pricing(connection, book_id, programme.time_zone, pairs)
    (balance,) = await balances(connection, programme, [member], instant)
    facts = await facts_of(connection, programme, member, balance.spendable, pricing, instant)
    offers = [offer for offer in found.values() if isinstance(offer, Offer)]
    limits = await limits_of(connection, programme, member, offers, instant)
    serving = await load_serving(connection, book_id, [member], now)
    quotes = []
    for each in wanted:
        offer, allotment = found[each], held.get(each.offer_id)
        if isinstance(offer, Refusal):
            quotes.append(OfferQuote(each.offer_id, None, offer, StockLevel.NONE, None, None))
            continue
        quote = _quote(pricing, facts, offer, allotment, instant)
        # A redemption is refused by the supplier's stage first, then by its limits, and for codes
        # if there is stock.
        refusal: Refusal | None = unserved(serving, offer, member) or limits.get(offer.offer_id)
        if refusal is not None and not (
            isinstance(refusal, CodesExhausted) and quote.stock is StockLevel.NONE
        ):
            quote = replace(quote, refusal=refusal)
        if at is not None:
            quotes.append(quote)
            continue
        assert quote.price is not None
        price = Frozen(quote.price.points, quote.price.price_id)
        what = QuoteFor(book_id, offer.offer_id, member)
        token, expires_at = quote_keys.sign(what, price, now)
        quotes.append(replace(quote, token=token, expires_at=expires_at))
    return MemberQuotes(member, balance.spendable, quotes)


async def _load_seen(
    connection: AsyncConnection, brand: Party, wanted: Sequence[Redeemed], now: datetime
) -> dict[Redeemed, Offer | Refusal]:
    """What the brand sees of each offer at each instant. It sees none that it does not see now.

    Both the version of that instant and the one that is sold now must be open to it now. Else the
    prices of the past would tell of an offer that was isolated since.
    """
    today = {
        each: (replace(each, is_past=False), Redeemed(each.offer_id, now))
        for each in wanted
        if each.is_past
    }
    asked = [*wanted, *(again for both in today.values() for again in both)]
    found = await load_offers(connection, brand, asked)
    for each, both in today.items():
        hidden = [found[again] for again in both if isinstance(found[again], OfferNotFound)]
        found[each] = hidden[0] if hidden else found[each]
    return {each: found[each] for each in wanted}


def _quote(
    pricing: Pricing, facts: MemberFacts, offer: Offer, allotment: Allotment | None, at: datetime
) -> OfferQuote:
    batch = None if allotment is None else allotment.next_at(at)
    has_stock = batch is not None and batch.remaining > 0
    price = pricing.price(offer, None if batch is None else batch.points, facts, at)
    refusal: Refusal | None = None
    if not has_stock:
        refusal = shortage_refusal(allotment, offer.offer_id, at)
    elif (why := pricing.why_not(offer.offer_id, facts, at)) is not None:
        refusal = not_eligible(offer.offer_id, why)
    return OfferQuote(offer.offer_id, price, refusal, _stock(allotment, at), None, None)


def _stock(allotment: Allotment | None, at: datetime) -> StockLevel:
    if allotment is None:
        return StockLevel.NONE
    left = sum(batch.remaining for batch in allotment.batches if batch.open_at(at))
    if not left:
        return StockLevel.NONE
    return StockLevel.FEW if left <= FEW_PIECES_MAX else StockLevel.PLENTY
