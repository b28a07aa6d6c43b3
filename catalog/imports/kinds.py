"""What is done with the rows of each kind: planned without a change, and applied.

Each takes a chunk of rows in few statements. To plan and to apply give the same outcomes, unless
somebody else has changed something in between. Only rows without a fault come here. Members are
applied by `members`, because their points are not issued in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.codes.card import Card
from catalog.codes.pool import add_codes, plan_codes
from catalog.imports.headings import Kind
from catalog.imports.job import Import
from catalog.imports.judge import JudgedRow
from catalog.imports.members import Book
from catalog.imports.rows import Outcome
from catalog.offers.put import Change, Wanted, plan_offers, put_offers
from catalog.offers.terms import OfferTerms
from catalog.parties import Party
from catalog.party_keys import PartyKey
from catalog.shops.shops import plan_shops, put_shops
from catalog.shops.terms import ShopTerms
from ledger import Refusal


@dataclass(frozen=True, slots=True)
class Target:
    """Whose rows these are, and into what they go."""

    job: Import
    party: Party
    key: PartyKey
    now: datetime
    book: Book | None = None
    """For members: into which programme they go."""

    @property
    def today(self) -> date:
        """The day of UTC."""
        return self.now.date()


class KindOfRows(Protocol):
    """What is done with rows of one kind."""

    async def plan(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """What `apply` would do."""

    async def apply(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """Apply the rows in the transaction of the connection."""


class Shops:
    """Shops of the party: added, or changed to what the row says."""

    async def plan(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """What `apply` would do."""
        shops = [ShopTerms(**row.values) for row in rows]
        return [Outcome(each) for each in await plan_shops(connection, target.party, shops)]

    async def apply(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """Put the shops."""
        shops = [ShopTerms(**row.values) for row in rows]
        return [Outcome(each) for each in await put_shops(connection, target.party, shops)]


class Codes:
    """Card codes into the pool of one offer. Those that are there already are unchanged."""

    async def plan(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """What `apply` would do."""
        return await self._each(plan_codes, connection, target, rows)

    async def apply(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """Add the codes."""
        return await self._each(add_codes, connection, target, rows)

    async def _each(
        self,
        act: Any,  # of two functions that only differ in what they write
        connection: AsyncConnection,
        target: Target,
        rows: Sequence[JudgedRow],
    ) -> Sequence[Outcome]:
        cards = [_card(row.values) for row in rows]
        fresh = [
            card for card in cards if card.expires_on is None or card.expires_on >= target.today
        ]
        assert target.job.offer_id is not None
        arrivals = iter(
            await act(connection, target.job.offer_id, target.key, fresh) if fresh else ()
        )
        return [
            Outcome("created" if next(arrivals) == "accepted" else "unchanged")
            if card.expires_on is None or card.expires_on >= target.today
            else Outcome("rejected", "card-expired", "expires_on")
            for card in cards
        ]


class Offers:
    """Offers of the supplier: published, or given a next version where they say something else."""

    async def plan(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """What `apply` would do."""
        wanted = [_wanted(row.values) for row in rows]
        changes = await plan_offers(connection, target.party, wanted, target.now)
        return [_outcome(each) for each in changes]

    async def apply(
        self, connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
    ) -> Sequence[Outcome]:
        """Put the offers."""
        wanted = [_wanted(row.values) for row in rows]
        changes = await put_offers(connection, target.party, wanted, target.now)
        return [_outcome(each) for each in changes]


KINDS_OF_ROWS: Mapping[Kind, KindOfRows] = {
    "offers": Offers(),
    "shops": Shops(),
    "codes": Codes(),
}


def _card(values: Mapping[str, Any]) -> Card:
    day = values["expires_on"]
    return Card(
        values["number"],
        values["secret"],
        None if day is None else date.fromisoformat(day),
        values["batch"],
    )


def _wanted(values: Mapping[str, Any]) -> Wanted:
    """An offer from what its row says. Instants are text by now."""
    said = dict(values)
    code = said.pop("code")
    for name in ("valid_from", "valid_until"):
        if said[name] is not None:
            said[name] = datetime.fromisoformat(said[name])
    return Wanted(code, OfferTerms(**said))


def _outcome(change: Change | Refusal) -> Outcome:
    if isinstance(change, Refusal):
        document = change.document()
        return Outcome("rejected", change.code, document.get("field"), document["detail"])
    return Outcome(change)
