"""Who looks at a market, as far as only the exchange knows it: coupons had, limits used up.

The market and the quotes ask here, without a lock, what a redemption asks under the lane's lock.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.market import Purse, purse_of
from catalog.offers import Offer
from catalog.pricing import MemberFacts, Pricing
from exchange.redeem.cards import cards_left
from exchange.redeem.limits import load_taken
from exchange.redeem.prices import load_known
from exchange.redeem.quote import Wish
from ledger import Refusal
from ledger.book import Programme, programme_day


@dataclass(frozen=True, slots=True)
class Shopper:
    """A member of a programme at an instant, or nobody in particular."""

    programme: Programme
    at: datetime
    purse: Purse | None

    @property
    def time_zone(self) -> str:
        """The programme's."""
        return self.programme.time_zone

    async def facts(self, connection: AsyncConnection, pricing: Pricing) -> MemberFacts | None:
        """What is known of the member. None for nobody. Up to three statements, if it is asked."""
        if self.purse is None:
            return None
        return await facts_of(
            connection, self.programme, self.purse.member, self.purse.spendable, pricing, self.at
        )

    async def limits(
        self, connection: AsyncConnection, offers: Collection[Offer]
    ) -> dict[int, Refusal]:
        """The offers of which the limits leave nothing. Up to three statements, if any has one."""
        member = None if self.purse is None else self.purse.member
        return await limits_of(connection, self.programme, member, list(offers), self.at)


async def shopper_of(
    connection: AsyncConnection, programme: Programme, member: str | None, at: datetime
) -> Shopper:
    """Who looks at the market. One round trip, and none for nobody.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    purse = None if member is None else await purse_of(connection, programme, member, at)
    return Shopper(programme, at, purse)


async def facts_of(  # noqa: PLR0917 (what is known, of whom and when)
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    spendable: int,
    pricing: Pricing,
    at: datetime,
) -> MemberFacts:
    """What the conditions of the prices ask of a member who can spend so much."""
    known = await load_known(connection, programme.book_id, pricing, [(member, at)])
    return replace(known.of(member, at), spendable=spendable)


async def limits_of(
    connection: AsyncConnection,
    programme: Programme,
    member: str | None,
    offers: Sequence[Offer],
    at: datetime,
) -> dict[int, Refusal]:
    """What leaves nothing of these offers for the member, as its refusal: a limit, or no code."""
    day = programme_day(at, programme.time_zone)
    wishes = [Wish(member, offer, day) for offer in offers]
    taken = await load_taken(connection, programme.book_id, programme.time_zone, wishes)
    taken.codes = await cards_left(connection, programme.book_id, programme.time_zone, offers)
    refusals = {wish.offer.offer_id: taken.refusal_of(wish) for wish in wishes}
    return {each: refusal for each, refusal in refusals.items() if refusal is not None}
