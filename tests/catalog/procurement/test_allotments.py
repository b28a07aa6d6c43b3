"""Allotments: what is granted, taken and given back."""

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
from catalog.procurement import give_back, list_allotments, load_allotments, shortage_refusal, take
from catalog.procurement.allotments import (
    TAKE_OFFERS_MAX,
    AllotmentClosed,
    AllotmentExhausted,
    AllotmentNotFound,
    AllotmentNotTaken,
    AllotmentTooLarge,
    grant_allotment,
)
from ledger import Database, Refusal
from tests.catalog.fixtures import END, MIDYEAR, START, offer_of, trader

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
        assert await take(connection, BOOK, {few: 3, none: 1, many: 3}, MIDYEAR) == {
            few: 2,
            none: 0,
            many: 3,
        }
        assert await take(connection, BOOK, {few: 1, many: 8}, MIDYEAR) == {few: 0, many: 7}
        assert await take(connection, BOOK, {}, MIDYEAR) == {}
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


async def test_a_take_respects_the_window(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        held = await grant_allotment(
            connection,
            BOOK,
            buyer,
            offer_id,
            quantity=5,
            points=15,
            window_from=START,
            window_until=MIDYEAR,
        )
        assert await load_allotments(connection, BOOK, [offer_id]) == {offer_id: held}
        moment = timedelta(microseconds=1)
        for at, granted in ((START - moment, 0), (START, 1), (MIDYEAR - moment, 1), (MIDYEAR, 0)):
            assert await take(connection, BOOK, {offer_id: 1}, at) == {offer_id: granted}
            assert held.open_at(at) == bool(granted)
        assert isinstance(shortage_refusal(held, offer_id, MIDYEAR), AllotmentClosed)
        assert isinstance(shortage_refusal(held, offer_id, START), AllotmentExhausted)
        assert isinstance(shortage_refusal(None, offer_id, START), AllotmentNotFound)


async def test_a_further_grant_adds_and_brings_its_own_terms(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        await grant_allotment(
            connection, BOOK, buyer, offer_id, quantity=5, points=15, window_from=START
        )
        await take(connection, BOOK, {offer_id: 4}, START)
        held = await grant_allotment(
            connection, BOOK, buyer, offer_id, quantity=3, window_from=MIDYEAR, window_until=END
        )
        assert (held.granted, held.remaining, held.points, held.window_from) == (
            8,
            4,
            None,
            MIDYEAR,
        )
        assert await list_allotments(connection, BOOK, limit=10) == [held]
        assert await list_allotments(connection, BOOK, after=offer_id, limit=10) == []
        with pytest.raises(AllotmentTooLarge):
            await grant_allotment(
                connection, BOOK, buyer, offer_id, quantity=QUANTITY_MAX, window_from=START
            )
        assert await list_allotments(connection, BOOK, limit=10) == [held]


async def test_no_more_is_given_back_than_was_taken(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        offer_id = (await offer_of(connection, supplier, "code")).offer_id
        await grant_allotment(connection, BOOK, buyer, offer_id, quantity=5, window_from=START)
        await take(connection, BOOK, {offer_id: 2}, START)
        await give_back(connection, BOOK, offer_id, 1)
        for book_id, offer, quantity in (
            (BOOK, offer_id, 2),
            (BOOK, offer_id + 1, 1),
            (OTHER_BOOK, offer_id, 1),
        ):
            with pytest.raises(AllotmentNotTaken):
                await give_back(connection, book_id, offer, quantity)
        with pytest.raises(QuantityOutOfRange):
            await give_back(connection, BOOK, offer_id, 0)
        assert (await load_allotments(connection, BOOK, [offer_id]))[offer_id].remaining == 4


@pytest.mark.parametrize(
    "change", ["remaining = -1", "remaining = granted + 1", "window_until = window_from"]
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
        async with database.transaction() as connection:
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
            {1: 0},
            {1: QUANTITY_MAX + 1},
            dict.fromkeys(range(TAKE_OFFERS_MAX + 1), 1),
        ):
            with pytest.raises(QuantityOutOfRange):
                await take(connection, BOOK, demands, START)
        with pytest.raises(TimeInvalid):
            await take(connection, BOOK, {1: 1}, datetime(2017, 1, 1))  # noqa: DTZ001  # the point of the case
