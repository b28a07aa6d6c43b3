"""Card codes for the tests of the exchange: an offer with a pool, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from catalog import WORKER, Deed, PartyKey
from catalog.codes import Card, add_codes
from catalog.offers import Offer
from exchange.audit import verify_rights
from exchange.codes import reveal_code, show_code, work_on_codes
from exchange.codes.reveal import Revealed, ShownCode
from exchange.fulfil import party_keys_of
from ledger.audit import Defect
from tests.exchange.fixtures import World

DEED = Deed(WORKER, "reveal_card_code")


@dataclass
class Cards:
    """An offer that gives card codes out."""

    world: World
    offer: Offer

    async def send(
        self, count: int, *, expires_on: date | None = None, batch: str | None = None
    ) -> None:
        """Put as many further codes into the pool."""
        world = self.world
        async with world.database.transaction() as connection:
            cards = [
                Card(f"6000-{world.key('n'):>08}", f"pin-{n}", expires_on, batch)
                for n in range(count)
            ]
            key = await self.key()
            arrivals = await add_codes(connection, self.offer.offer_id, key, cards)
        assert arrivals == ["accepted"] * count

    async def key(self) -> PartyKey:
        world = self.world
        async with world.database.transaction() as connection:
            return await party_keys_of(world.vault)(connection, world.supplier.party_id)

    async def give(self, member: str = "ann", **changes: Any) -> int:
        """The coupon of a code that must be given out."""
        return await self.world.redeem_one(member, self.offer, free=True, **changes)

    async def refused(self, member: str = "ann", **changes: Any) -> str:
        (answer,) = await self.world.redeem(
            self.world.request(member, self.offer, free=True, **changes)
        )
        assert answer.refusal is not None
        return str(answer.refusal["code"])

    async def reveal(self, coupon_id: int) -> Revealed:
        world = self.world
        async with world.database.transaction() as connection:
            return await reveal_code(connection, world.programme, coupon_id, DEED)

    async def show(self, coupon_id: int) -> ShownCode:
        world = self.world
        async with world.database.transaction() as connection:
            return await show_code(
                connection, party_keys_of(world.vault), world.programme.book_id, coupon_id
            )

    async def work(self) -> None:
        await work_on_codes(self.world.database, [self.world.programme])

    async def rows(self, statement: str, **bound: Any) -> Sequence[Any]:
        async with self.world.database.transaction() as connection:
            return (await connection.execute(text(statement), bound)).all()

    async def in_book(self) -> int:
        """How many codes of the book no coupon has."""
        return int(
            await self.world.scalar(
                "SELECT count(*) FROM exchange.card_code WHERE coupon_id IS NULL"
            )
        )

    async def in_pool(self) -> int:
        return int(
            await self.world.scalar(
                "SELECT count(*) FROM catalog.card_code"
                " WHERE moved_to_book IS NULL AND withdrawn_at IS NULL"
            )
        )

    async def defects(self) -> list[Defect]:
        async with self.world.database.transaction() as connection:
            return await verify_rights(connection, self.world.programme)


async def open_cards(world: World, **terms: Any) -> Cards:
    """An offer with stock, whose delivery counts as the use, and without codes."""
    told = {"kind": "code", **terms}
    return Cards(world, await world.publish("film-code", "card_code", **told))
