"""Supply terms: what a supplier grants without being asked, and to whom."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, create_party
from catalog.fields import (
    QUANTITY_MAX,
    CodeInvalid,
    PageOutOfRange,
    PeriodBackwards,
    QuantityOutOfRange,
    TimeInvalid,
)
from catalog.offers import Offer
from catalog.offers.read import OfferNotFound
from catalog.parties import RoleMissing
from catalog.procurement import (
    BRANDS_MAX,
    ProcurementState,
    SupplyTerms,
    Wanted,
    list_supply_terms,
    load_allotments,
    procure,
    state_supply_terms,
    withdraw_supply_terms,
)
from catalog.procurement.costs import PriceNotAgreed
from catalog.procurement.supply_terms import SupplyTermsInvalid, SupplyTermsNotFound, choose
from ledger import Database
from tests.catalog.fixtures import START, offer_of, trader

BOOK = 1
FAR = timedelta(days=365_000)
TERMS = SupplyTerms(
    terms_id=1,
    offer_id=None,
    brands=None,
    quantity_max=10,
    quantity_per_brand_max=None,
    unit_cost_minor=None,
    currency=None,
    granted=0,
    valid_from=START,
    valid_until=None,
    withdrawn_at=None,
)


def wanted(offer: Offer, quantity: int) -> Wanted:
    return Wanted(offer.offer_id, quantity, None, START, None)


async def asked(
    connection: AsyncConnection, buyer: Party, offer: Offer, quantity: int
) -> ProcurementState:
    """What came of a request of the buyer, whose book has the number of its party."""
    asked_for, allotment = await procure(connection, buyer.party_id, buyer, wanted(offer, quantity))
    assert (allotment is None) == (asked_for.state is ProcurementState.WAITING)
    assert (allotment is None) == (asked_for.terms_id is None)
    assert (allotment is None) == (asked_for.decided_at is None)
    return asked_for.state


async def stated(connection: AsyncConnection, supplier: Party, **changes: Any) -> SupplyTerms:
    terms: dict[str, Any] = {
        "offer_id": None,
        "brands": None,
        "quantity_max": 10,
        "valid_from": START,
    }
    return await state_supply_terms(connection, supplier, **(terms | changes))


@pytest.mark.parametrize(
    ("changes", "taken", "quantity", "granted"),
    [
        ({}, 0, 10, True),
        ({}, 0, 11, False),
        ({"granted": 9}, 0, 1, True),
        ({"granted": 9}, 0, 2, False),
        ({"quantity_per_brand_max": 4}, 0, 4, True),
        ({"quantity_per_brand_max": 4}, 0, 5, False),
        ({"quantity_per_brand_max": 4}, 3, 1, True),
        ({"quantity_per_brand_max": 4}, 3, 2, False),
    ],
)
def test_terms_grant_to_the_last_piece_and_no_more(
    changes: dict[str, int], taken: int, quantity: int, granted: bool
) -> None:
    terms = SupplyTerms(**{name: getattr(TERMS, name) for name in TERMS.__slots__} | changes)
    chosen = choose([terms], {1: taken}, Wanted(7, quantity, None, START, None))
    assert chosen == (terms if granted else None)


def test_the_terms_of_the_offer_come_first_and_then_the_older_ones() -> None:
    fields = {name: getattr(TERMS, name) for name in TERMS.__slots__}
    later = START + timedelta(days=1)
    one = Wanted(7, 1, None, START, None)
    general = SupplyTerms(**fields | {"terms_id": 1})
    newer = SupplyTerms(**fields | {"terms_id": 2, "offer_id": 7, "valid_from": later})
    older = SupplyTerms(**fields | {"terms_id": 3, "offer_id": 7})
    for order in ([general, newer, older], [older, general, newer], [newer, older, general]):
        assert choose(order, {}, one) == older
        assert choose([each for each in order if each is not older], {}, one) == newer
    assert choose([], {}, one) is None


def test_terms_grant_at_the_cost_they_ask_for() -> None:
    fields = {name: getattr(TERMS, name) for name in TERMS.__slots__}
    cheap = SupplyTerms(**fields | {"terms_id": 1, "unit_cost_minor": 60, "currency": "CNY"})
    dear = SupplyTerms(**fields | {"terms_id": 2, "unit_cost_minor": 70, "currency": "CNY"})
    silent = SupplyTerms(**fields | {"terms_id": 3})
    one = Wanted(7, 1, None, START, None)
    for offered, chosen in (((60, "CNY"), cheap), ((70, "CNY"), dear), ((None, None), cheap)):
        wanted = replace(one, unit_cost_minor=offered[0], currency=offered[1])
        assert choose([cheap, dear], {}, wanted) == chosen
    for offered in ((60, "USD"), (59, "CNY")):
        wanted = replace(one, unit_cost_minor=offered[0], currency=offered[1])
        with pytest.raises(PriceNotAgreed) as refused:
            choose([dear, cheap], {}, wanted)
        assert refused.value.extra == {"unit_cost_minor": 60, "currency": "CNY"}
        # Terms that say no cost take any, and terms without enough left do not matter.
        assert choose([dear, cheap, silent], {}, wanted) == silent
        assert choose([cheap], {1: 0}, replace(wanted, quantity=11)) is None


async def test_without_terms_a_request_waits(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = [await trader(connection, code, None) for code in ("buyer", "supplier")]
        offer = await offer_of(connection, supplier, "code")
        assert await asked(connection, buyer, offer, 1) is ProcurementState.WAITING
        assert await load_allotments(connection, buyer.party_id, [offer.offer_id]) == {}


async def test_terms_count_in_all_and_for_each_brand(database: Database) -> None:
    async with database.transaction() as connection:
        one, two, three, supplier = [
            await trader(connection, code, None) for code in ("one", "two", "three", "supplier")
        ]
        offer, other = [await offer_of(connection, supplier, code) for code in ("a", "b")]
        terms = await stated(connection, supplier, quantity_per_brand_max=5)
        states = [
            await asked(connection, buyer, each, quantity)
            for buyer, each, quantity in (
                (one, offer, 3),
                (one, other, 3),
                (one, other, 2),
                (one, offer, 1),
                (two, offer, 4),
                (three, offer, 2),
                (three, offer, 1),
            )
        ]
        granted, waiting = ProcurementState.GRANTED, ProcurementState.WAITING
        assert states == [granted, waiting, granted, waiting, granted, waiting, granted]
        (found,) = await list_supply_terms(connection, supplier, limit=10)
        assert (found.terms_id, found.granted) == (terms.terms_id, 10)
        held = await load_allotments(connection, one.party_id, [offer.offer_id, other.offer_id])
        assert [each.granted for each in held.values()] == [3, 2] or [
            each.granted for each in held.values()
        ] == [2, 3]


@pytest.mark.parametrize(
    ("changes", "granted"),
    [
        ({}, True),
        ({"brands": ["buyer"]}, True),
        ({"brands": ["nobody-yet", "buyer"]}, True),
        ({"brands": ["other"]}, False),
        ({"valid_from": START + FAR}, False),
        ({"valid_until": START + timedelta(days=1)}, False),
        ({"valid_until": START + FAR}, True),
    ],
)
async def test_terms_hold_for_their_brands_in_their_time(
    database: Database, changes: dict[str, Any], granted: bool
) -> None:
    async with database.transaction() as connection:
        buyer, supplier, other = [
            await trader(connection, code, None) for code in ("buyer", "supplier", "other")
        ]
        offer = await offer_of(connection, supplier, "code")
        await stated(connection, supplier, **changes)
        await stated(connection, other)
        state = await asked(connection, buyer, offer, 1)
        assert (state is ProcurementState.GRANTED) == granted


async def test_terms_for_one_offer_say_nothing_of_another(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = [await trader(connection, code, None) for code in ("buyer", "supplier")]
        offer, other = [await offer_of(connection, supplier, code) for code in ("a", "b")]
        await stated(connection, supplier, offer_id=offer.offer_id)
        assert await asked(connection, buyer, offer, 1) is ProcurementState.GRANTED
        assert await asked(connection, buyer, other, 1) is ProcurementState.WAITING


async def test_withdrawn_terms_grant_nothing_more(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = [await trader(connection, code, None) for code in ("buyer", "supplier")]
        offer = await offer_of(connection, supplier, "code")
        terms = await stated(connection, supplier)
        assert await asked(connection, buyer, offer, 4) is ProcurementState.GRANTED
        await withdraw_supply_terms(connection, supplier, terms.terms_id)
        assert await asked(connection, buyer, offer, 1) is ProcurementState.WAITING
        held = await load_allotments(connection, buyer.party_id, [offer.offer_id])
        assert held[offer.offer_id].granted == 4
        (first,) = await list_supply_terms(connection, supplier, limit=10)
        assert first.withdrawn_at is not None
        await withdraw_supply_terms(connection, supplier, terms.terms_id)
        assert await list_supply_terms(connection, supplier, limit=10) == [first]
        assert await list_supply_terms(connection, buyer, limit=10) == []
        for party, terms_id in (
            (buyer, terms.terms_id),
            (supplier, terms.terms_id + 1),
            (supplier, 2**70),
        ):
            with pytest.raises(SupplyTermsNotFound):
                await withdraw_supply_terms(connection, party, terms_id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"brands": []}, SupplyTermsInvalid),
        ({"brands": ["a"] * (BRANDS_MAX + 1)}, SupplyTermsInvalid),
        ({"brands": ["A"]}, CodeInvalid),
        ({"quantity_max": 0}, QuantityOutOfRange),
        ({"quantity_max": QUANTITY_MAX + 1}, QuantityOutOfRange),
        ({"quantity_per_brand_max": 0}, QuantityOutOfRange),
        ({"valid_from": datetime(2017, 1, 1)}, TimeInvalid),  # noqa: DTZ001  # the point
        ({"valid_until": START}, PeriodBackwards),
        ({"offer_id": 0}, OfferNotFound),
        ({"offer_id": 2**70}, OfferNotFound),
    ],
)
async def test_bad_terms_are_refused(
    database: Database, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        with pytest.raises(refusal):
            await stated(connection, supplier, **changes)
        assert await list_supply_terms(connection, supplier, limit=10) == []
        with pytest.raises(PageOutOfRange):
            await list_supply_terms(connection, supplier, limit=0)


async def test_terms_are_for_suppliers_and_their_own_offers(database: Database) -> None:
    async with database.transaction() as connection:
        supplier, other = [await trader(connection, code, None) for code in ("one", "two")]
        brand = await create_party(
            connection, code="brand", name="Brand", roles=["brand"], category=None
        )
        offer = await offer_of(connection, supplier, "code")
        with pytest.raises(RoleMissing):
            await stated(connection, brand)
        with pytest.raises(OfferNotFound) as foreign:
            await stated(connection, other, offer_id=offer.offer_id)
        with pytest.raises(OfferNotFound) as missing:
            await stated(connection, other, offer_id=offer.offer_id + 1)
    said = [str(each.value).split("offer ")[0] for each in (foreign, missing)]
    assert said[0] == said[1]


async def test_the_database_keeps_terms_within_their_quantity(database: Database) -> None:
    async with database.transaction() as connection:
        await stated(connection, await trader(connection, "supplier", None))
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(text("UPDATE catalog.supply_terms SET granted = 11"))
