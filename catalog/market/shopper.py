"""Who looks at a market: what the member has, and what the exchange is asked about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers.rows import Offer
from catalog.pricing.eligible import MemberFacts
from catalog.pricing.load import Pricing
from ledger import Refusal
from ledger.asks import MemberNotFound
from ledger.book import Programme, programme_day
from ledger.read import balance

EXPIRING_DAYS = 30
"""Points that expire within these days can be used up by what costs no more than they are."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What a member has: what it may spend, and how much of that expires soon."""

    member: str
    spendable: int
    expiring_soon: int


class Shopper(Protocol):
    """A member, or nobody in particular, at an instant.

    Coupons decide on prices and on limits, and the catalogue does not know them. So whoever asks
    for a market brings what does.
    """

    @property
    def at(self) -> datetime:
        """The instant."""

    @property
    def time_zone(self) -> str:
        """The programme's."""

    @property
    def purse(self) -> Purse | None:
        """What the member has. None: nobody in particular."""

    async def facts(self, connection: AsyncConnection, pricing: Pricing) -> MemberFacts | None:
        """What the conditions of the prices ask of the member. None: nobody in particular."""

    async def limits(
        self, connection: AsyncConnection, offers: Collection[Offer]
    ) -> Mapping[int, Refusal]:
        """The offers of which a limit leaves nothing, with that limit."""


async def purse_of(
    connection: AsyncConnection, programme: Programme, member: str, at: datetime
) -> Purse:
    """What the member has. One round trip. Nobody has heard of a member without points.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    held = await balance(connection, programme, member, at)
    if held.merged_into is not None:
        raise MemberNotFound(f"{member} has become another member", member=member)
    last = programme_day(at, programme.time_zone) + timedelta(days=EXPIRING_DAYS)
    soon = sum(points for day, points in held.expiring if day <= last)
    return Purse(member, held.spendable, min(soon, held.spendable))
