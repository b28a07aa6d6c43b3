"""What a brand pays, cancels, gives back and closes, and how much all brands have together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.fields import CurrencyInvalid, QuantityOutOfRange
from catalog.offers import Offer
from catalog.offers.publish import revise_offer
from catalog.offers.terms import OfferTerms, terms_by_name
from catalog.procurement import (
    Batch,
    Procurement,
    ProcurementState,
    Wanted,
    approve_procurement,
    cancel_procurement,
    close_procurement,
    give_back,
    list_asked_procurements,
    list_supply_terms,
    load_allotments,
    procure,
    procurements,
    refuse_procurement,
    return_stock,
    state_supply_terms,
    supply_terms,
    take,
)
from catalog.procurement.allotments import StockTotalExceeded
from catalog.procurement.costs import UNIT_COST_MINOR_MAX, UnitCostInvalid
from catalog.procurement.procurements import (
    ProcurementDecided,
    ProcurementNotFound,
    TooManyProcurements,
)
from catalog.procurement.returns import ProcurementNotGranted, ReturnTooLarge
from catalog.procurement.supply_terms import TooManySupplyTerms
from ledger import Database
from tests.catalog.fixtures import END, MIDYEAR, START, offer_of, trader

BOOK = 3


async def stage(
    connection: AsyncConnection, *, granting: bool = True, quantity_max: int | None = None
) -> tuple[Party, Party, Offer]:
    """A buyer, a supplier and its offer, which it grants to everybody or to nobody."""
    buyer = await trader(connection, "buyer", None)
    supplier = await trader(connection, "supplier", None)
    offer = await offer_of(connection, supplier, "code", quantity_max=quantity_max)
    if granting:
        await grants(connection, supplier)
    return buyer, supplier, offer


async def grants(connection: AsyncConnection, supplier: Party, cost: int | None = None) -> None:
    await state_supply_terms(
        connection,
        supplier,
        offer_id=None,
        brands=None,
        quantity_max=1_000,
        unit_cost_minor=cost,
        currency=None if cost is None else "CNY",
        valid_from=START,
    )


def wanted(offer: Offer, quantity: int, points: int | None = None) -> Wanted:
    return Wanted(offer.offer_id, quantity, points, START, None)


async def asked(
    connection: AsyncConnection, buyer: Party, wish: Wanted, book_id: int = BOOK
) -> Procurement:
    return (await procure(connection, book_id, buyer, wish))[0]


async def batch_of(connection: AsyncConnection, offer: Offer, allotment_no: int = 1) -> Batch:
    held = (await load_allotments(connection, BOOK, [offer.offer_id]))[offer.offer_id]
    return next(each for each in held.batches if each.allotment_no == allotment_no)


async def test_a_batch_costs_what_was_agreed(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, granting=False)
        waiting = await asked(
            connection, buyer, replace(wanted(offer, 2), unit_cost_minor=70, currency="CNY")
        )
        assert (waiting.state, waiting.unit_cost_minor) == (ProcurementState.WAITING, 70)
        await grants(connection, supplier, 60)
        unsaid = await asked(connection, buyer, wanted(offer, 1))
        assert (unsaid.state, unsaid.unit_cost_minor) == (ProcurementState.GRANTED, 60)
        assert unsaid.currency == "CNY"
        approved = await approve_procurement(connection, supplier, BOOK, waiting.procurement_id)
        assert (approved.state, approved.allotment_no) == (ProcurementState.GRANTED, 2)
        costs = [(await batch_of(connection, offer, number)).unit_cost_minor for number in (1, 2)]
        assert costs == [60, 70]


async def test_a_late_approval_leaves_what_was_granted_meanwhile(database: Database) -> None:
    """Each batch has the price and the window that were asked for it."""
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, granting=False)
        early = await asked(connection, buyer, Wanted(offer.offer_id, 5, 9, START, MIDYEAR))
        await grants(connection, supplier)
        later = await asked(connection, buyer, Wanted(offer.offer_id, 5, 15, MIDYEAR, END))
        await approve_procurement(connection, supplier, BOOK, early.procurement_id)
        found = [await batch_of(connection, offer, number) for number in (1, 2)]
        assert [(each.points, each.window_from, each.procurement_id) for each in found] == [
            (15, MIDYEAR, later.procurement_id),
            (9, START, early.procurement_id),
        ]


@pytest.mark.parametrize(
    ("cost", "currency", "refusal"),
    [
        (1, None, UnitCostInvalid),
        (None, "CNY", UnitCostInvalid),
        (-1, "CNY", UnitCostInvalid),
        (UNIT_COST_MINOR_MAX + 1, "CNY", UnitCostInvalid),
        (1, "yuan", CurrencyInvalid),
    ],
)
async def test_a_malformed_cost_is_refused(
    database: Database, cost: int | None, currency: str | None, refusal: type[Exception]
) -> None:
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection)
        wish = replace(wanted(offer, 1), unit_cost_minor=cost, currency=currency)
        with pytest.raises(refusal):
            await procure(connection, BOOK, buyer, wish)
        with pytest.raises(refusal):
            await state_supply_terms(
                connection,
                supplier,
                offer_id=None,
                brands=None,
                quantity_max=1,
                unit_cost_minor=cost,
                currency=currency,
                valid_from=START,
            )


async def test_a_request_that_waits_can_be_cancelled(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, granting=False)
        one, two = [await asked(connection, buyer, wanted(offer, 5)) for _ in range(2)]
        cancelled = await cancel_procurement(connection, BOOK, one.procurement_id)
        assert cancelled.state is ProcurementState.CANCELLED
        assert cancelled.decided_at is not None
        assert await cancel_procurement(connection, BOOK, one.procurement_id) == cancelled
        with pytest.raises(ProcurementDecided):
            await approve_procurement(connection, supplier, BOOK, one.procurement_id)
        with pytest.raises(ProcurementNotGranted):
            await return_stock(connection, BOOK, one.procurement_id, 1)
        await refuse_procurement(connection, supplier, BOOK, two.procurement_id)
        with pytest.raises(ProcurementDecided):
            await cancel_procurement(connection, BOOK, two.procurement_id)
        for book_id, number in ((BOOK + 1, two.procurement_id), (BOOK, 1), (BOOK, 2**70)):
            with pytest.raises(ProcurementNotFound):
                await cancel_procurement(connection, book_id, number)
        assert await load_allotments(connection, BOOK, [offer.offer_id]) == {}


async def test_unsold_pieces_go_back_and_others_may_have_them(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, quantity_max=10)
        granted = await asked(connection, buyer, wanted(offer, 10))
        with pytest.raises(StockTotalExceeded):
            async with connection.begin_nested():
                await procure(connection, BOOK + 1, buyer, wanted(offer, 1))
        await take(connection, BOOK, {(offer.offer_id, 1): 4})
        back = await return_stock(connection, BOOK, granted.procurement_id, 5)
        assert (back.state, back.returned) == (ProcurementState.GRANTED, 5)
        held = await batch_of(connection, offer)
        assert (held.granted, held.remaining, held.returned) == (10, 1, 5)
        with pytest.raises(ReturnTooLarge):
            await return_stock(connection, BOOK, granted.procurement_id, 2)
        with pytest.raises(QuantityOutOfRange):
            await return_stock(connection, BOOK, granted.procurement_id, 0)
        other = await asked(connection, buyer, wanted(offer, 5), BOOK + 1)
        assert other.state is ProcurementState.GRANTED
        with pytest.raises(StockTotalExceeded):
            async with connection.begin_nested():
                await procure(connection, BOOK + 1, buyer, wanted(offer, 1))
        # The supplier has more of them now.
        terms = OfferTerms(**terms_by_name(offer))
        more = replace(terms, quantity_max=11, valid_from=START + timedelta(days=1))
        await revise_offer(connection, supplier, offer.offer_id, more)
        await procure(connection, BOOK + 1, buyer, wanted(offer, 1))


async def test_nothing_is_taken_from_a_batch_that_is_closed(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, _, offer = await stage(connection, quantity_max=10)
        granted = await asked(connection, buyer, wanted(offer, 10))
        key = (offer.offer_id, 1)
        await take(connection, BOOK, {key: 4})
        closed = await close_procurement(connection, BOOK, granted.procurement_id)
        assert (closed.state, closed.returned) == (ProcurementState.CLOSED, 6)
        held = await batch_of(connection, offer)
        assert (held.granted, held.remaining, held.returned) == (10, 0, 6)
        assert not held.open_at(START)
        # A supplier fails to deliver one: it is unsold, and cannot be had here.
        await give_back(connection, BOOK, key, 1)
        assert await take(connection, BOOK, {key: 1}) == {key: 0}
        again = await close_procurement(connection, BOOK, granted.procurement_id)
        assert again == replace(closed, returned=7)
        assert await close_procurement(connection, BOOK, granted.procurement_id) == again
        await procure(connection, BOOK + 1, buyer, wanted(offer, 7))
        with pytest.raises(StockTotalExceeded):
            await procure(connection, BOOK + 1, buyer, wanted(offer, 1))


async def test_so_many_requests_wait_and_so_many_terms_are_in_force(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procurements, "WAITING_MAX", 2)
    monkeypatch.setattr(supply_terms, "TERMS_IN_FORCE_MAX", 1)
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, granting=False)
        first = await asked(connection, buyer, wanted(offer, 1))
        await asked(connection, buyer, wanted(offer, 1))
        with pytest.raises(TooManyProcurements):
            await procure(connection, BOOK, buyer, wanted(offer, 1))
        await asked(connection, buyer, wanted(offer, 1), BOOK + 1)
        await cancel_procurement(connection, BOOK, first.procurement_id)
        await asked(connection, buyer, wanted(offer, 1))
        await grants(connection, supplier)
        with pytest.raises(TooManySupplyTerms):
            await grants(connection, supplier)
        # What is granted at once does not wait.
        granted = await asked(connection, buyer, wanted(offer, 1))
        assert granted.state is ProcurementState.GRANTED


async def test_what_goes_back_may_be_granted_again_under_its_terms(database: Database) -> None:
    """The same brand may have it again, or another one that the terms name."""
    async with database.transaction() as connection:
        buyer, supplier, offer = await stage(connection, granting=False)
        other = await trader(connection, "other", None)
        terms = await state_supply_terms(
            connection,
            supplier,
            offer_id=None,
            brands=None,
            quantity_max=10,
            quantity_per_brand_max=10,
            valid_from=START,
        )

        async def granted() -> int:
            (listed,) = await list_supply_terms(connection, supplier, limit=10)
            assert listed.terms_id == terms.terms_id
            return listed.granted

        first = await asked(connection, buyer, wanted(offer, 10))
        await return_stock(connection, BOOK, first.procurement_id, 10)
        assert await granted() == 0
        again = await asked(connection, buyer, wanted(offer, 10))
        assert (again.state, again.terms_id) == (ProcurementState.GRANTED, terms.terms_id)
        await take(connection, BOOK, {(offer.offer_id, 2): 4})
        await close_procurement(connection, BOOK, again.procurement_id)
        assert await granted() == 4
        theirs = await asked(connection, other, wanted(offer, 6), BOOK + 1)
        assert theirs.state is ProcurementState.GRANTED
        assert (await asked(connection, other, wanted(offer, 1), BOOK + 1)).terms_id is None
        # One that a delivery gives back to the closed batch goes back when that is closed anew.
        await give_back(connection, BOOK, (offer.offer_id, 2), 1)
        await close_procurement(connection, BOOK, again.procurement_id)
        assert await granted() == 9
        # What the supplier approved itself was never counted under terms.
        (waiting,) = await list_asked_procurements(
            connection, supplier, ProcurementState.WAITING, limit=10
        )
        await approve_procurement(connection, supplier, BOOK + 1, waiting.procurement_id)
        await return_stock(connection, BOOK + 1, waiting.procurement_id, 1)
        assert await granted() == 9
