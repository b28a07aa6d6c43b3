"""Brands and a supplier at once: terms grant exactly what they say, a request is decided once."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog import Party
from catalog.offers import Offer, OfferTerms, terms_by_name
from catalog.offers.publish import revise_offer
from catalog.procurement import (
    ProcurementState,
    Wanted,
    approve_procurement,
    cancel_procurement,
    list_supply_terms,
    load_allotments,
    procure,
    refuse_procurement,
    state_supply_terms,
    withdraw_supply_terms,
)
from catalog.procurement.allotments import StockTotalExceeded
from catalog.procurement.procurements import ProcurementDecided
from ledger import Database
from tests.catalog.fixtures import START, offer_of, trader
from tests.races.waiting import until_waiting

BUYERS = 6
ROUNDS = 8
LOCK_TERMS = text("SELECT 1 FROM catalog.supply_terms FOR UPDATE")
LOCK_OFFER = text("SELECT 1 FROM catalog.offer WHERE offer_id = :offer_id FOR UPDATE")
LOCK_REQUEST = text("SELECT 1 FROM catalog.procurement WHERE book_id = :book_id FOR UPDATE")


@dataclass
class Market:
    """A supplier with two offers, and brands whose books have the numbers of their parties."""

    database: Database
    supplier: Party
    offers: list[Offer]
    buyers: list[Party]

    async def procure(self, buyer: Party, offer: Offer, quantity: int) -> ProcurementState:
        wanted = Wanted(offer.offer_id, quantity, None, START, None)
        async with self.database.transaction() as connection:
            asked, _ = await procure(connection, buyer.party_id, buyer, wanted)
        return asked.state

    async def state(self, quantity_max: int, per_brand: int | None = None) -> int:
        async with self.database.transaction() as connection:
            terms = await state_supply_terms(
                connection,
                self.supplier,
                offer_id=None,
                brands=None,
                quantity_max=quantity_max,
                quantity_per_brand_max=per_brand,
                valid_from=START,
            )
        return terms.terms_id

    async def granted(self) -> int:
        """The stock of all brands together."""
        total = 0
        async with self.database.transaction() as connection:
            for buyer in self.buyers:
                held = await load_allotments(
                    connection, buyer.party_id, [offer.offer_id for offer in self.offers]
                )
                total += sum(each.granted for each in held.values())
        return total


@pytest.fixture
async def market(database: Database) -> Market:
    return await open_market(database)


async def open_market(database: Database) -> Market:
    """A market with nothing procured yet."""
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offers = [await offer_of(connection, supplier, code) for code in ("one", "two")]
        buyers = [await trader(connection, f"buyer-{number}", None) for number in range(BUYERS)]
    return Market(database, supplier, offers, buyers)


async def test_the_last_piece_of_the_terms_is_granted_once(market: Market) -> None:
    await market.state(1)
    async with market.database.transaction() as holder:
        # All of them find the terms with one piece left. Only the first to get the lock has it.
        await holder.execute(LOCK_TERMS)
        waiting = [
            asyncio.create_task(market.procure(buyer, market.offers[0], 1))
            for buyer in market.buyers
        ]
        await until_waiting(market.database, BUYERS)
    states = await asyncio.gather(*waiting)
    assert sorted(states) == sorted(
        [ProcurementState.GRANTED] + [ProcurementState.WAITING] * (BUYERS - 1)
    )
    assert await market.granted() == 1


async def test_all_brands_together_get_no_more_than_there_is(market: Market) -> None:
    """The offer has five pieces, and each brand wants two under terms that allow more."""
    await market.state(100)
    async with market.database.transaction() as connection:
        few = await offer_of(connection, market.supplier, "few", quantity_max=5)
    async with market.database.transaction() as holder:
        await holder.execute(LOCK_OFFER, {"offer_id": few.offer_id})
        waiting = [asyncio.create_task(market.procure(buyer, few, 2)) for buyer in market.buyers]
        await until_waiting(market.database, BUYERS)
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(each is ProcurementState.GRANTED for each in done) == 2
    assert sum(isinstance(each, StockTotalExceeded) for each in done) == BUYERS - 2


async def test_a_grant_that_waits_for_a_new_version_sees_its_total(market: Market) -> None:
    await market.state(100)
    (buyer, *_), (offer, *_) = market.buyers, market.offers
    terms = OfferTerms(**terms_by_name(offer))
    for day, quantity_max, is_granted in ((1, 5, True), (2, 4, False)):
        newer = replace(terms, quantity_max=quantity_max, valid_from=START + timedelta(days=day))
        async with market.database.transaction() as connection:
            await revise_offer(connection, market.supplier, offer.offer_id, newer)
            waiting = asyncio.create_task(market.procure(buyer, offer, 5 if is_granted else 1))
            await until_waiting(market.database, 1)
        (done,) = await asyncio.gather(waiting, return_exceptions=True)
        expected = ProcurementState if is_granted else StockTotalExceeded
        assert isinstance(done, expected), done


async def test_a_request_is_granted_or_cancelled(market: Market) -> None:
    """The supplier says yes while the brand takes its request back."""
    (buyer, *_), (offer, *_) = market.buyers, market.offers
    for _ in range(ROUNDS):
        async with market.database.transaction() as connection:
            asked, _ = await procure(
                connection, buyer.party_id, buyer, Wanted(offer.offer_id, 1, None, START, None)
            )
        before = await market.granted()

        async def approve(number: int) -> None:
            async with market.database.transaction() as connection:
                await approve_procurement(connection, market.supplier, buyer.party_id, number)

        async def cancel(number: int) -> None:
            async with market.database.transaction() as connection:
                await cancel_procurement(connection, buyer.party_id, number)

        number = asked.procurement_id
        done = await asyncio.gather(approve(number), cancel(number), return_exceptions=True)
        assert [type(each) for each in done if each is not None] == [ProcurementDecided]
        assert await market.granted() - before == (done[0] is None)


async def test_one_brands_share_is_counted_over_all_offers_at_once(market: Market) -> None:
    await market.state(100, per_brand=3)
    buyer = market.buyers[0]
    async with market.database.transaction() as holder:
        await holder.execute(LOCK_TERMS)
        waiting = [asyncio.create_task(market.procure(buyer, offer, 2)) for offer in market.offers]
        await until_waiting(market.database, len(waiting))
    states = await asyncio.gather(*waiting)
    assert sorted(states) == [ProcurementState.GRANTED, ProcurementState.WAITING]
    assert await market.granted() == 2


async def test_many_grants_at_once_use_the_terms_up_exactly(market: Market) -> None:
    quantity_max = BUYERS * ROUNDS // 2
    for _ in range(2):
        await market.state(quantity_max // 2)

    async def buy(buyer: Party) -> int:
        states = [await market.procure(buyer, market.offers[turn % 2], 1) for turn in range(ROUNDS)]
        return states.count(ProcurementState.GRANTED)

    granted = await asyncio.gather(*(buy(buyer) for buyer in market.buyers))
    assert sum(granted) == quantity_max
    assert await market.granted() == quantity_max
    async with market.database.transaction() as connection:
        terms = await list_supply_terms(connection, market.supplier, limit=10)
    assert [each.granted for each in terms] == [quantity_max // 2] * 2


async def test_a_withdrawal_stops_the_grant_that_waited_for_it(market: Market) -> None:
    terms_id = await market.state(10)
    async with market.database.transaction() as connection:
        await withdraw_supply_terms(connection, market.supplier, terms_id)
        # It still sees the terms in force, and waits for the withdrawal to commit.
        waiting = asyncio.create_task(market.procure(market.buyers[0], market.offers[0], 1))
        await until_waiting(market.database, 1)
    assert await waiting is ProcurementState.WAITING
    assert await market.granted() == 0


async def waiting_request(market: Market) -> tuple[int, int]:
    """A request of five pieces that waits: its book and its id."""
    buyer = market.buyers[0]
    wanted = Wanted(market.offers[0].offer_id, 5, None, START, None)
    async with market.database.transaction() as connection:
        asked, _ = await procure(connection, buyer.party_id, buyer, wanted)
    assert asked.state is ProcurementState.WAITING
    return buyer.party_id, asked.procurement_id


async def test_two_approvals_grant_once(market: Market) -> None:
    book_id, procurement_id = await waiting_request(market)

    async def approve() -> ProcurementState:
        async with market.database.transaction() as connection:
            decided = await approve_procurement(
                connection, market.supplier, book_id, procurement_id
            )
        return decided.state

    async with market.database.transaction() as holder:
        await holder.execute(LOCK_REQUEST, {"book_id": book_id})
        waiting = [asyncio.create_task(approve()) for _ in range(3)]
        await until_waiting(market.database, len(waiting))
    assert await asyncio.gather(*waiting) == [ProcurementState.GRANTED] * 3
    assert await market.granted() == 5


async def test_of_an_approval_and_a_refusal_one_holds(market: Market) -> None:
    book_id, procurement_id = await waiting_request(market)

    async def decide(*, approve: bool) -> ProcurementState | None:
        decision = approve_procurement if approve else refuse_procurement
        try:
            async with market.database.transaction() as connection:
                decided = await decision(connection, market.supplier, book_id, procurement_id)
        except ProcurementDecided:
            return None
        return decided.state

    async with market.database.transaction() as holder:
        await holder.execute(LOCK_REQUEST, {"book_id": book_id})
        waiting = [
            asyncio.create_task(decide(approve=approve)) for approve in (True, False, True, False)
        ]
        await until_waiting(market.database, len(waiting))
    states = {state for state in await asyncio.gather(*waiting) if state is not None}
    assert len(states) == 1
    assert await market.granted() == (5 if states == {ProcurementState.GRANTED} else 0)
