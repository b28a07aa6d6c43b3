"""What redemptions cost, and for whom an offer is: read in the transaction that pays.

One statement reads the rules, the rate and the access of all offers of a transaction. Only where a
condition among them asks for it, one more reads tiers and tags, and two more read members' pasts.
What a member can spend is given by the ledger while it decides, under the lock of the member's
lane. So a band of points is exact in the order of a batch, and so is a first redemption.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members import load_facts
from catalog.pricing import MEMBER_DAYS_MAX, MemberFacts, Pricing, load_pricing, not_eligible
from exchange.coupons.lifecycle import CouponState
from exchange.redeem.quote import Bid
from exchange.redeem.tokens import QuoteStale
from ledger import Refusal
from ledger.asks import Item, Judge
from ledger.book import programme_day
from ledger.read import load_pasts

# A right that came back was not had.
_COUPONS = text(
    f"""
    SELECT c.member, count(*) AS coupons FROM exchange.coupon AS c
    WHERE c.book_id = :book_id AND c.member = ANY (:members)
        AND c.state <> '{CouponState.RETURNED}'
    GROUP BY c.member
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))


class Conditions(Protocol):
    """What conditions ask of members, such as those of price rules."""

    @property
    def time_zone(self) -> str:
        """Whose days count."""

    @property
    def asks_class(self) -> bool:
        """Whether they ask for tiers or tags."""

    @property
    def asks_past(self) -> bool:
        """Whether they ask what a member has done so far."""


@dataclass(slots=True)
class Known:
    """What is known of members before their redemptions, by member and instant."""

    facts: dict[tuple[str, datetime], MemberFacts] = field(default_factory=dict)

    def of(self, member: str, at: datetime) -> MemberFacts:
        """The facts of a member at an instant, but for what it can spend."""
        return self.facts.get((member, at), _NOTHING)


_NOTHING = MemberFacts()


async def load_known(
    connection: AsyncConnection,
    book_id: int,
    conditions: Conditions,
    wanted: Collection[tuple[str, datetime]],
) -> Known:
    """What the conditions ask of these members at these instants.

    No statement if they ask for nothing but points. One for tiers and tags, and two for pasts,
    however many members and instants there are.
    """
    known = Known()
    if conditions.asks_class:
        for pair, facts in (await load_facts(connection, book_id, wanted)).items():
            known.facts[pair] = MemberFacts(tier=facts.tier, tags=facts.tags)
    if conditions.asks_past:
        await _add_pasts(connection, book_id, conditions.time_zone, wanted, known)
    return known


async def _add_pasts(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    wanted: Collection[tuple[str, datetime]],
    known: Known,
) -> None:
    earliest = min(at for _, at in wanted)
    since = earliest - timedelta(days=MEMBER_DAYS_MAX)
    pasts = await load_pasts(connection, book_id, {member for member, _ in wanted}, since)
    names = sorted({name for past in pasts.values() for name in past.names})
    where = {"book_id": book_id, "members": names}
    counted = {row.member: row.coupons for row in await connection.execute(_COUPONS, where)}
    for member, at in wanted:
        past = pasts[member]
        days = None
        if past.is_old:
            days = MEMBER_DAYS_MAX + 1
        elif past.first_at is not None:
            days = (programme_day(at, time_zone) - programme_day(past.first_at, time_zone)).days
        known.facts[member, at] = replace(
            known.of(member, at),
            member_for_days=days,
            coupons=sum(counted.get(name, 0) for name in past.names),
        )


async def judge_prices(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    items: Sequence[tuple[Item, Bid]],
) -> None:
    """Have each item judged when its turn comes. Its bid knows the offer and the batch.

    Where the programme has neither rules nor a rate, the batch or the supplier says the price.
    """
    if not items:
        return
    pairs = {bid.pair for _, bid in items}
    pricing = await load_pricing(connection, book_id, time_zone, pairs, _frozen_by(items))
    known = await load_known(
        connection,
        book_id,
        pricing,
        {(bid.quote.request.member, bid.pair[1]) for _, bid in items},
    )
    before: dict[str, list[Item]] = defaultdict(list)
    for item, bid in items:
        member = bid.quote.request.member
        facts = known.of(member, bid.pair[1])
        item.judge = _judge(pricing, facts, bid, tuple(before[member]))
        before[member].append(item)


def _frozen_by(items: Sequence[tuple[Item, Bid]]) -> set[int]:
    """The rules that set the prices of the quotes that are brought."""
    frozen = (bid.quote.frozen for _, bid in items)
    return {each.price_id for each in frozen if each is not None and each.price_id is not None}


def _judge(pricing: Pricing, known: MemberFacts, bid: Bid, before: Sequence[Item]) -> Judge:
    offer, at = bid.offer, bid.pair[1]
    assert offer is not None, "a bid that is planned has an offer"
    batch_points = None if bid.batch is None else bid.batch.points

    def judge(spendable: int) -> int | Refusal:
        facts = replace(
            known,
            spendable=spendable,
            coupons=known.coupons + sum(item.is_accepted for item in before),
        )
        bid.price_id = None
        if (why := pricing.why_not(offer.offer_id, facts, at)) is not None:
            return not_eligible(offer.offer_id, why)
        if bid.quote.request.free:
            return 0
        if (frozen := bid.quote.frozen) is not None:
            # A quote freezes what its rule says, when, and for how long. It does not freeze whom
            # the rule is for: else one token would be many first redemptions.
            if frozen.price_id is not None and not pricing.is_meant(frozen.price_id, facts):
                return QuoteStale("the price of the quote is not for this member any more")
            bid.price_id = frozen.price_id
            return frozen.points
        price = pricing.price(offer, batch_points, facts, at)
        bid.price_id = price.price_id
        return price.points

    return judge
