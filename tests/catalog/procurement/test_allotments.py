"""Allotments: what is granted, taken and given back."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog import QUANTITY_MAX, create_party
from catalog.fields import (
    PeriodBackwards,
    PriceOutOfRange,
    QuantityOutOfRange,
    TimeInvalid,
)
from catalog.offers.read import OfferNotFound
from catalog.parties import RoleMissing
from catalog.procurement import (
    Allotment,
    Batch,
    allotments,
    give_back,
    list_allotments,
    load_allotments,
    shortage_refusal,
    take,
)
from catalog.procurement.allotments import (
    TAKE_BATCHES_MAX,
    AllotmentNotTaken,
    AllotmentTooLarge,
    grant_allotment,
)
from catalog.procurement.batches import (
    AllotmentClosed,
    AllotmentExhausted,
    AllotmentNotFound,
    in_order,
)
from ledger import Database, Refusal
from tests.catalog.fixtures import END, MIDYEAR, START, offer_of, trader
from tests.conftest import owner_transaction

BOOK = 7
OTHER_BOOK = 8


async def test_a_take_grants_what_is_there(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        many, few, none = [
            (await offer_of(connection, supplier, code)).offer_id
            for code in ("many", "few", "none")
        ]
        for offer_id, quantity in ((many, 10), (few, 2)):
            for book_id in (BOOK, OTHER_BOOK):
                await grant_allotment(
                    connection, book_id, buyer, offer_id, quantity=quantity, window_from=START
                )
        assert await take(connection, BOOK, {(few, 1): 3, (none, 1): 1, (many, 1): 3}) == {
            (few, 1): 2,
            (none, 1): 0,
            (many, 1): 3,
        }
        assert await take(connection, BOOK, {(few, 1): 1, (many, 1): 8, (many, 2): 1}) == {
            (few, 1): 0,
            (many, 1): 7,
            (many, 2): 0,
        }
        assert await take(connection, BOOK, {}) == {}
        held = await load_allotments(connection, BOOK, [many, few, none])
        assert {offer_id: (one.granted, one.remaining) for offer_id, one in held.items()} == {
            many: (10, 0),
            few: (2, 0),
        }
        untouched = await load_allotments(connection, OTHER_BOOK, [many, few])
        assert {offer_id: one.remaining for offer_id, one in untouched.items()} == {
            many: 10,
            few: 2,
        }


def batch(allotment_no: int, **fields: Any) -> Batch:
    defaults: dict[str, Any] = {
        "granted": 5,
        "remaining": 5,
        "returned": 0,
        "points": None,
        "unit_cost_minor": None,
        "currency": None,
        "window_from": START,
        "window_until": None,
        "procurement_id": None,
    }
    return Batch(allotment_no=allotment_no, **(defaults | fields))


def test_a_batch_is_open_in_its_window() -> None:
    held = batch(1, window_until=MIDYEAR)
    moment = timedelta(microseconds=1)
    for at, is_open in (
        (START - moment, False),
        (START, True),
        (MIDYEAR - moment, True),
        (MIDYEAR, False),
    ):
        assert held.open_at(at) == is_open
        allotment = Allotment(BOOK, 1, 5, 5, [held])
        assert allotment.next_at(at) == (held if is_open else None)
        refusal = AllotmentExhausted if is_open else AllotmentClosed
        assert isinstance(shortage_refusal(allotment, 1, at), refusal)
    assert isinstance(shortage_refusal(None, 1, START), AllotmentNotFound)


def test_the_batch_that_closes_first_goes_first_and_then_the_older() -> None:
    endless, late, soon, twin = (
        batch(1),
        batch(2, window_until=END),
        batch(3, window_until=MIDYEAR),
        batch(4, window_until=MIDYEAR),
    )
    for order in itertools.permutations([endless, late, soon, twin]):
        assert in_order(order) == [soon, twin, late, endless]
    held = Allotment(BOOK, 1, 20, 15, in_order([endless, late, batch(3, remaining=0), twin]))
    assert held.next == held.next_at(START) == twin
    assert held.next_at(MIDYEAR) == late
    assert held.next_at(END) == endless


async def test_a_grant_leaves_earlier_batches_as_they_are(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        await grant_allotment(
            connection, BOOK, buyer, offer_id, quantity=5, points=15, window_from=START
        )
        await take(connection, BOOK, {(offer_id, 1): 4})
        ((first,),) = [each.batches for each in await list_allotments(connection, BOOK, limit=10)]
        granted = await grant_allotment(
            connection,
            BOOK,
            buyer,
            offer_id,
            quantity=3,
            points=20,
            window_from=MIDYEAR,
            window_until=END,
            procurement_id=77,
        )
        assert (granted.allotment_no, granted.granted, granted.remaining) == (2, 8, 4)
        held = (await load_allotments(connection, BOOK, [offer_id]))[offer_id]
        assert (held.granted, held.remaining) == (8, 4)
        second = batch(
            2,
            granted=3,
            remaining=3,
            points=20,
            window_from=MIDYEAR,
            window_until=END,
            procurement_id=77,
        )
        assert list(held.batches) == [second, first]
        assert first == batch(1, remaining=1, points=15)
        assert (held.points, held.window_from, held.window_until) == (20, MIDYEAR, END)
        assert await list_allotments(connection, BOOK, limit=10) == [held]
        assert await list_allotments(connection, BOOK, after=offer_id, limit=10) == []
        with pytest.raises(AllotmentTooLarge):
            await grant_allotment(
                connection, BOOK, buyer, offer_id, quantity=QUANTITY_MAX, window_from=START
            )
        assert await list_allotments(connection, BOOK, limit=10) == [held]


async def test_an_allotment_has_so_many_batches_with_stock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "batches < 1000"
    assert limit in allotments._GRANT.text
    monkeypatch.setattr(
        allotments, "_GRANT", text(allotments._GRANT.text.replace(limit, "batches < 3"))
    )
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id

        async def grant() -> None:
            await grant_allotment(connection, BOOK, buyer, offer_id, quantity=1, window_from=START)

        for _ in range(3):
            await grant()
        with pytest.raises(AllotmentTooLarge):
            await grant()
        for number in range(4, 17):
            await take(connection, BOOK, {(offer_id, number - 3): 1})
            await grant()
        held = (await load_allotments(connection, BOOK, [offer_id]))[offer_id]
        # Those with stock, and the last ten without.
        assert sorted(each.allotment_no for each in held.batches) == list(range(4, 17))
        assert (held.granted, held.remaining) == (16, 3)


async def test_no_more_is_given_back_than_was_taken(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        await grant_allotment(connection, BOOK, buyer, offer_id, quantity=5, window_from=START)
        await grant_allotment(connection, BOOK, buyer, offer_id, quantity=5, window_from=START)
        await take(connection, BOOK, {(offer_id, 1): 2})
        await give_back(connection, BOOK, (offer_id, 1), 1)
        for book_id, batch_key, quantity in (
            (BOOK, (offer_id, 1), 2),
            (BOOK, (offer_id, 2), 1),
            (BOOK, (offer_id + 1, 1), 1),
            (OTHER_BOOK, (offer_id, 1), 1),
        ):
            with pytest.raises(AllotmentNotTaken):
                await give_back(connection, book_id, batch_key, quantity)
        with pytest.raises(QuantityOutOfRange):
            await give_back(connection, BOOK, (offer_id, 1), 0)
        assert (await load_allotments(connection, BOOK, [offer_id]))[offer_id].remaining == 9


@pytest.mark.parametrize(
    "change",
    [
        "remaining = -1",
        "remaining = granted + 1",
        "returned = -1",
        "returned = 1",
        "window_until = window_from",
        "allotment_no = 0",
        "unit_cost_minor = 1",
        "unit_cost_minor = -1, currency = 'CNY'",
    ],
)
async def test_the_database_keeps_an_allotment_within_its_grant(
    database: Database, change: str
) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        await grant_allotment(connection, BOOK, buyer, offer_id, quantity=5, window_from=START)
    with pytest.raises(IntegrityError):
        async with owner_transaction(database) as connection:
            await connection.execute(text(f"UPDATE catalog.allotment SET {change}"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"quantity": 0}, QuantityOutOfRange),
        ({"quantity": -3}, QuantityOutOfRange),
        ({"quantity": 1.5}, QuantityOutOfRange),
        ({"quantity": QUANTITY_MAX + 1}, QuantityOutOfRange),
        ({"points": -1}, PriceOutOfRange),
        ({"window_until": START}, PeriodBackwards),
        ({"window_from": datetime(2017, 1, 1)}, TimeInvalid),  # noqa: DTZ001  # the point of the case
        ({"offer_id": 10**6}, OfferNotFound),
    ],
)
async def test_a_bad_grant_is_refused_and_nothing_is_kept(
    database: Database, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        good: dict[str, Any] = {"offer_id": offer_id, "quantity": 1, "window_from": START}
        with pytest.raises(refusal):
            await grant_allotment(connection, BOOK, buyer, **(good | change))
        assert await list_allotments(connection, BOOK, limit=10) == []


async def test_an_isolated_offer_is_not_procured(database: Database) -> None:
    async with database.transaction() as connection:
        brand = await trader(connection, "brand", None)
        own = await offer_of(connection, brand, "own")
        with pytest.raises(OfferNotFound):
            await grant_allotment(
                connection, BOOK, brand, own.offer_id, quantity=1, window_from=START
            )
        seller = await create_party(
            connection, code="seller", name="Seller", roles=["supplier"], category=None
        )
        with pytest.raises(RoleMissing):
            await grant_allotment(
                connection, BOOK, seller, own.offer_id, quantity=1, window_from=START
            )


async def test_a_bad_take_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        for demands in (
            {(1, 1): 0},
            {(1, 1): QUANTITY_MAX + 1},
            {(1, number): 1 for number in range(TAKE_BATCHES_MAX + 1)},
        ):
            with pytest.raises(QuantityOutOfRange):
                await take(connection, BOOK, demands)
