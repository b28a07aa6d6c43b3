"""Two brands that are suppliers, too: each has a programme and an offer, and none of the other's.

`tea` gives cups to the members of `films`, which gives tickets to those of `tea`. A cup is worth
6.00, a ticket 5.00.
"""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from catalog import Party, create_category, create_party
from catalog.offers import Offer, OfferTerms, publish_offer
from exchange.coupons import Coupon, find_coupon
from exchange.fulfil import Vault
from exchange.fulfil.data_keys import DataKeys
from exchange.redeem import RightRequest, redeem_rights
from exchange.swaps import (
    Line,
    Swap,
    SwapTerms,
    agree_to_swap,
    find_swap,
    load_standing,
    propose_swap,
)
from exchange.swaps.counts import SwapStanding
from exchange.use import UseAnswer, UseRequest, answer_uses
from ledger import Database, Ledger
from ledger.asks import Answer
from ledger.book import Programme, create_programme

CUP_MINOR = 600
TICKET_MINOR = 500
QUANTITY = 1_000


@dataclass
class Side:
    """One of the two."""

    party: Party
    programme: Programme
    offer: Offer


@dataclass
class Pair:
    """Both, and what they do."""

    database: Database
    ledger: Ledger
    data_keys: DataKeys
    tea: Side
    films: Side
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    keys: "itertools.count[int]" = field(default_factory=itertools.count)

    def terms(self, **changes: Any) -> SwapTerms:
        """What `tea` proposes to `films`."""
        known: dict[str, Any] = {
            "gives": [Line(self.tea.offer.offer_id, QUANTITY, CUP_MINOR)],
            "takes": [Line(self.films.offer.offer_id, QUANTITY, TICKET_MINOR)],
            "currency": "CNY",
            "window_from": self.now - timedelta(hours=1),
            "window_until": self.now + timedelta(days=30),
            "limit_minor": 3_000,
            "alert_percent": 50,
        }
        return SwapTerms(**known | changes)

    async def propose(self, **changes: Any) -> Swap:
        async with self.database.transaction() as connection:
            return await propose_swap(
                connection,
                self.tea.party,
                self.tea.programme,
                self.films.party,
                self.terms(**changes),
            )

    async def agree(self, swap: Swap) -> Swap:
        async with self.database.transaction() as connection:
            return await agree_to_swap(
                connection, self.films.party, swap.swap_id, self.films.programme
            )

    async def agreed(self, **changes: Any) -> Swap:
        return await self.agree(await self.propose(**changes))

    async def standing(self, swap: Swap) -> SwapStanding:
        async with self.database.transaction() as connection:
            found = await find_swap(connection, None, swap.swap_id)
            return await load_standing(connection, found)

    async def redeem(
        self, taker: Side, offer: Offer, count: int = 1, **changes: Any
    ) -> list[Answer]:
        """Free rights for so many members of a programme."""
        requests = [
            RightRequest(
                **{
                    "key": f"right-{next(self.keys)}",
                    "member": f"m-{next(self.keys)}",
                    "offer_id": offer.offer_id,
                    "free": True,
                    **changes,
                }
            )
            for _ in range(count)
        ]
        return await redeem_rights(
            self.ledger,
            taker.programme,
            taker.party,
            requests,
            accounts=await self.data_keys.accounts(),
        )

    async def take(self, taker: Side, offer: Offer, count: int = 1, **changes: Any) -> list[str]:
        """The codes of rights that must succeed."""
        codes = []
        for answer in await self.redeem(taker, offer, count, **changes):
            assert answer.accepted, answer.refusal
            assert answer.detail is not None
            codes.append((await self.coupon(taker, answer.detail["coupon"])).code)
        return codes

    async def coupon(self, taker: Side, coupon_id: int) -> Coupon:
        async with self.database.transaction() as connection:
            return await find_coupon(connection, taker.programme.book_id, coupon_id)

    async def use(self, giver: Side, codes: list[str], **changes: Any) -> list[UseAnswer]:
        return await self._answer(giver, codes, "use", **changes)

    async def reverse(self, giver: Side, codes: list[str]) -> list[UseAnswer]:
        return await self._answer(giver, codes, "reverse-use")

    async def _answer(
        self, giver: Side, codes: list[str], verb: Any, **changes: Any
    ) -> list[UseAnswer]:
        uses = [UseRequest(key=f"use-{next(self.keys)}", code=code, **changes) for code in codes]
        answers = await answer_uses(self.database, giver.party, uses, verb)
        return [answers[place] for place in range(len(uses))]

    async def scalar(self, statement: str, **parameters: Any) -> Any:
        async with self.database.transaction() as connection:
            return (await connection.execute(text(statement), parameters)).scalar_one()


@asynccontextmanager
async def open_pair(database: Database) -> AsyncIterator[Pair]:
    """Both brands, with one offer each and no stock."""
    sides = []
    async with database.transaction() as connection:
        for code, category in (("tea", "food"), ("films", "leisure")):
            await create_category(connection, category)
            party = await create_party(
                connection,
                code=code,
                name=code.title(),
                roles=["brand", "supplier"],
                category=category,
            )
            programme = await create_programme(
                connection, code=code, party_id=party.party_id, name=code.title(), time_zone="UTC"
            )
            terms = OfferTerms(
                name=f"One of {code}",
                face_value_minor=700,
                currency="CNY",
                points=10,
                fulfilment="own_code",
                valid_from=datetime(2017, 1, 1, tzinfo=UTC),
                use_within_days=30,
            )
            sides.append(
                Side(party, programme, await publish_offer(connection, party, f"{code}-1", terms))
            )
    yield Pair(database, Ledger(database), DataKeys(database, Vault(b"k" * 32)), sides[0], sides[1])
