"""Offers: publishing, versions, and what a buyer sees."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import FACE_VALUE_MINOR_MAX, USE_WITHIN_DAYS_MAX, create_party
from catalog.fields import (
    PRICE_POINTS_MAX,
    CurrencyInvalid,
    FaceValueOutOfRange,
    NameInvalid,
    OfferCodeInvalid,
    PageOutOfRange,
    PeriodBackwards,
    PriceOutOfRange,
    TimeInvalid,
    UseWithinOutOfRange,
)
from catalog.isolation import Side, add_node_rule, add_rule
from catalog.isolation.decide import _judge
from catalog.offers import (
    Offer,
    OfferTerms,
    explain_isolation,
    list_own_offers,
    publish_offer,
)
from catalog.offers.details import FulfilmentInvalid
from catalog.offers.publish import OfferExists, OfferPeriodTaken, revise_offer
from catalog.offers.read import (
    OfferNotFound,
    OfferNotValid,
    OfferUndeliverable,
    find_visible_offer,
    load_visible_offers,
)
from catalog.parties import RoleMissing
from ledger import Database, Refusal
from tests.catalog.fixtures import (
    END,
    MIDYEAR,
    START,
    build_categories,
    endpoint_of,
    market_page,
    offer_of,
    trader,
)
from tests.conftest import owner_transaction

NEXT_TERMS = OfferTerms("Dearer", 200, "USD", 40, "own_code", MIDYEAR, None, 7)


async def test_what_is_published_is_what_is_read(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        buyer = await trader(connection, "buyer", None)
        beijing = timezone(timedelta(hours=8))
        made = await offer_of(
            connection, supplier, "10000085364", valid_from=START.astimezone(beijing)
        )
        endless = await offer_of(
            connection, supplier, "endless", valid_until=None, use_within_days=None
        )
        assert made.version == 1
        assert await find_visible_offer(connection, buyer, made.offer_id) == made
        assert await find_visible_offer(connection, buyer, endless.offer_id, at=END) == endless
        first, second = sorted((made, endless), key=lambda offer: offer.offer_id)
        assert await list_own_offers(connection, supplier) == [first, second]
        assert await list_own_offers(connection, supplier, after=first.offer_id, limit=1) == [
            second
        ]
        assert await list_own_offers(connection, buyer) == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": ""}, OfferCodeInvalid),
        ({"code": "a b"}, OfferCodeInvalid),
        ({"code": "x" * 65}, OfferCodeInvalid),
        ({"name": "\t"}, NameInvalid),
        ({"face_value_minor": -1}, FaceValueOutOfRange),
        ({"face_value_minor": FACE_VALUE_MINOR_MAX + 1}, FaceValueOutOfRange),
        ({"face_value_minor": True}, FaceValueOutOfRange),
        ({"face_value_minor": 1.0}, FaceValueOutOfRange),
        ({"currency": "usd"}, CurrencyInvalid),
        ({"points": -1}, PriceOutOfRange),
        ({"points": PRICE_POINTS_MAX + 1}, PriceOutOfRange),
        ({"fulfilment": "pigeon"}, FulfilmentInvalid),
        ({"use_within_days": 0}, UseWithinOutOfRange),
        ({"use_within_days": USE_WITHIN_DAYS_MAX + 1}, UseWithinOutOfRange),
        ({"valid_from": datetime(2017, 1, 1)}, TimeInvalid),  # noqa: DTZ001  # the point of the case
        ({"valid_until": datetime(2017, 1, 1)}, TimeInvalid),  # noqa: DTZ001
        ({"valid_until": START}, PeriodBackwards),
        ({"valid_until": START - timedelta(days=1)}, PeriodBackwards),
        ({"code": "taken"}, OfferExists),
    ],
)
async def test_a_bad_offer_is_refused_and_nothing_is_kept(
    database: Database, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        taken = await offer_of(connection, supplier, "taken")
        with pytest.raises(refusal):
            await offer_of(connection, supplier, **({"code": "good"} | change))
        assert await list_own_offers(connection, supplier) == [taken]


async def test_two_suppliers_may_use_one_code_and_only_suppliers_publish(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        for code in ("one", "two"):
            await offer_of(connection, await trader(connection, code, None), "same")
        brand = await create_party(
            connection, code="brand", name="Brand", roles=["brand"], category=None
        )
        with pytest.raises(RoleMissing):
            await offer_of(connection, brand, "same")


async def test_a_new_version_follows_the_old_one(database: Database) -> None:
    async with database.transaction() as connection:
        supplier, buyer = (
            await trader(connection, "supplier", None),
            await trader(connection, "buyer", None),
        )
        first = await offer_of(connection, supplier, "code")
        second = await revise_offer(connection, supplier, first.offer_id, NEXT_TERMS)
        assert (second.version, second.points, second.code) == (2, 40, "code")
        shortened = replace(first, valid_until=MIDYEAR, state=second.state)
        just_before = MIDYEAR - timedelta(microseconds=1)
        assert (
            await find_visible_offer(connection, buyer, first.offer_id, at=just_before) == shortened
        )
        assert await find_visible_offer(connection, buyer, first.offer_id, at=MIDYEAR) == second
        assert await find_visible_offer(connection, buyer, first.offer_id) == second
        assert await find_visible_offer(connection, buyer, first.offer_id, at=START) == shortened
        assert (await market_page(connection, buyer))[0] == [second]


async def test_a_version_can_only_follow(database: Database) -> None:
    async with database.transaction() as connection:
        supplier, other = (
            await trader(connection, "supplier", None),
            await trader(connection, "other", None),
        )
        first = await offer_of(connection, supplier, "code")
        for early in (START, START - timedelta(days=1)):
            with pytest.raises(OfferPeriodTaken):
                await revise_offer(
                    connection, supplier, first.offer_id, replace(NEXT_TERMS, valid_from=early)
                )
        with pytest.raises(PriceOutOfRange):
            await revise_offer(connection, supplier, first.offer_id, replace(NEXT_TERMS, points=-1))
        for owner, offer_id in (
            (other, first.offer_id),
            (supplier, first.offer_id + 1),
            (supplier, 2**70),
        ):
            with pytest.raises(OfferNotFound):
                await revise_offer(connection, owner, offer_id, NEXT_TERMS)
        assert await list_own_offers(connection, supplier) == [first]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog.offer_version SET points = 1",
        "DELETE FROM catalog.offer_version",
        "DELETE FROM catalog.offer_period",
        "UPDATE catalog.offer_period SET valid_period = tstzrange('2016-01-01Z', '2018-01-01Z')",
        "UPDATE catalog.offer_period SET valid_period = tstzrange('2017-01-01Z', '2019-01-01Z')",
        (
            "INSERT INTO catalog.offer_period"
            " SELECT offer_id, tstzrange('2017-06-01Z', '2018-06-01Z'), 1 FROM catalog.offer"
        ),
    ],
)
async def test_the_database_keeps_what_is_published(database: Database, statement: str) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offer = await offer_of(connection, supplier, "code", valid_until=END)
    with pytest.raises(DBAPIError):
        async with owner_transaction(database) as connection:
            await connection.execute(text(statement))
    async with database.transaction() as connection:
        assert await list_own_offers(connection, supplier) == [offer]


async def test_an_isolated_offer_is_explained_to_the_operator_alone(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        await add_node_rule(connection, "grocery")
        butcher = await trader(connection, "green-butcher", "grocery.fresh")
        market = await trader(connection, "harvest-market", "grocery.packaged")
        cafe = await trader(connection, "corner-cafe", "dining")
        offer = await offer_of(connection, butcher, "steak")
        for asking in (
            find_visible_offer(connection, market, offer.offer_id),
            explain_isolation(connection, market, offer.offer_id, to_buyer=True),
        ):
            with pytest.raises(OfferNotFound) as refused:
                await asking
            assert str(refused.value) == f"there is no offer {offer.offer_id}"
            assert refused.value.extra == {}
        decision = await explain_isolation(connection, market, offer.offer_id, to_buyer=False)
        assert decision.rule == "category grocery isolates everything beneath it"
        assert decision.explanation == (
            "harvest-market (category grocery.packaged) "
            "is isolated from green-butcher (category grocery.fresh): "
            "category grocery isolates everything beneath it."
        )
        assert (await market_page(connection, market))[0] == []
        assert (await market_page(connection, cafe))[0] == [offer]
        await add_rule(
            connection,
            effect="allow",
            buyer=Side(party=market.code),
            supplier=Side(party=butcher.code),
        )
        assert await find_visible_offer(connection, market, offer.offer_id) == offer


async def test_wanted_offers_are_answered_in_order(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        own, offer = (
            await offer_of(connection, buyer, "own"),
            await offer_of(connection, supplier, "code", valid_until=END),
        )
        ids = (offer.offer_id, 0, own.offer_id, -5, offer.offer_id, 2**70, offer.offer_id)
        instants = (None, None, START, None, START, None, END)
        answers = await load_visible_offers(
            connection, buyer, list(zip(ids, instants, strict=True))
        )
        kinds = [type(answer) for answer in answers]
        assert kinds == [
            Offer,
            OfferNotFound,
            OfferNotFound,
            OfferNotFound,
            Offer,
            OfferNotFound,
            OfferNotValid,
        ]
        assert await load_visible_offers(connection, buyer, []) == []


async def test_many_wanted_offers_are_decided_once_for_each_supplier(database: Database) -> None:
    async with database.transaction() as connection:
        buyer = await trader(connection, "buyer", None)
        suppliers = [await trader(connection, code, None) for code in ("one", "two")]
        for number in range(20):
            code = (await trader(connection, f"other-{number}", None)).code
            await add_rule(
                connection, effect="deny", buyer=Side(party=code), supplier=Side(party="one")
            )
        await add_rule(
            connection, effect="deny", buyer=Side(party="buyer"), supplier=Side(party="two")
        )
        wanted = [
            (await offer_of(connection, each, f"c-{n}")).offer_id
            for n in range(10)
            for each in suppliers
        ]
        judged = 0

        def count(frame: FrameType, event: str, _: object) -> None:
            nonlocal judged
            judged += event == "call" and frame.f_code is _judge.__code__

        sys.setprofile(count)
        try:
            answers = await load_visible_offers(
                connection, buyer, [(offer_id, None) for offer_id in wanted]
            )
        finally:
            sys.setprofile(None)
    assert [type(answer) for answer in answers] == [Offer, OfferNotFound] * 10
    assert judged == len(suppliers), "each supplier is judged once"


async def test_a_page_is_full_while_offers_remain(database: Database) -> None:
    async with database.transaction() as connection:
        buyer, supplier = (
            await trader(connection, "buyer", None),
            await trader(connection, "supplier", None),
        )
        visible = []
        for number in range(5):
            await offer_of(connection, buyer, f"own-{number}")
            coupon = await offer_of(connection, supplier, f"code-{number}", valid_until=END)
            visible.append(coupon)
        visible.sort(key=lambda offer: offer.offer_id)
        first, cursor = await market_page(connection, buyer, limit=3)
        rest, end = await market_page(connection, buyer, limit=3, cursor=cursor)
        assert (first + rest, end) == (visible, None)
        with pytest.raises(PageOutOfRange):
            await market_page(connection, buyer, limit=0)
        naive = datetime(2017, 1, 1)  # noqa: DTZ001  # the point of the case
        with pytest.raises(TimeInvalid):
            await find_visible_offer(connection, buyer, visible[0].offer_id, at=naive)


async def test_an_unknown_offer_is_not_found(database: Database) -> None:
    async with database.transaction() as connection:
        buyer = await trader(connection, "buyer", None)
        for offer_id in (-1, 0, 7, 2**70):
            with pytest.raises(OfferNotFound):
                await find_visible_offer(connection, buyer, offer_id)
            with pytest.raises(OfferNotFound):
                await explain_isolation(connection, buyer, offer_id, to_buyer=False)


async def test_an_offer_that_nobody_could_deliver_is_not_published(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        terms = replace(NEXT_TERMS, fulfilment="direct")
        with pytest.raises(OfferUndeliverable):
            await publish_offer(connection, supplier, "code", terms)
        codes = replace(terms, fulfilment="own_code")
        own = await publish_offer(connection, supplier, "code", codes)
        later = replace(terms, valid_from=END)
        with pytest.raises(OfferUndeliverable):
            await revise_offer(connection, supplier, own.offer_id, later)
        await endpoint_of(connection, supplier)
        assert (await publish_offer(connection, supplier, "other", terms)).version == 1
        assert (await revise_offer(connection, supplier, own.offer_id, later)).version == 2
