"""What a process knows of the rules: when it reads them again, and when it does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, create_category, create_party
from catalog.isolation import Side, add_rule, create_group, end_rule, put_member
from catalog.isolation.decide import Offered
from catalog.isolation.known import STRETCHES_KEPT_MAX, Known, known_now
from catalog.isolation.sides import Rule
from catalog.offers import Offer, Redeemed, load_offers_to_redeem
from catalog.offers.read import find_visible_offer
from ledger import Database, Refusal
from tests.catalog.fixtures import MIDYEAR, market_page, offer_of
from tests.catalog.isolation.test_cases import NOW, PARTIES


@pytest.fixture
async def market(database: Database) -> tuple[Party, Party, Offer]:
    return await stored_market(database)


async def stored_market(database: Database) -> tuple[Party, Party, Offer]:
    """A brand, a supplier and its offer."""
    async with database.transaction() as connection:
        await create_category(connection, "dining")
        await create_category(connection, "travel")
        brand = await create_party(
            connection, code="brand", name="Brand", roles=["brand"], category="dining"
        )
        supplier = await create_party(
            connection, code="hotel", name="Hotel", roles=["supplier"], category="travel"
        )
        offer = await offer_of(connection, supplier, "room", fulfilment="own_code")
    return brand, supplier, offer


@asynccontextmanager
async def counted(database: Database) -> AsyncIterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def closed(connection: AsyncConnection, brand: Party, offer: Offer) -> bool:
    (answer,) = await load_offers_to_redeem(connection, brand, [Redeemed(offer.offer_id, MIDYEAR)])
    return isinstance(answer, Refusal)


async def deny(connection: AsyncConnection, brand: Party, supplier: Party) -> int:
    buyer, offering = Side(party=brand.code), Side(party=supplier.code)
    rule = await add_rule(connection, effect="deny", buyer=buyer, supplier=offering)
    assert rule.rule_id is not None
    return rule.rule_id


async def test_a_look_takes_one_statement_and_one_more_after_a_change(
    database: Database, market: tuple[Party, Party, Offer]
) -> None:
    brand, supplier, offer = market
    async with database.transaction() as connection:
        await closed(connection, brand, offer)
    for change, statements in ((False, [1, 1, 6]), (True, [2, 1, 5]), (False, [1, 1, 5])):
        async with database.transaction() as connection:
            if change:
                await deny(connection, brand, supplier)
        counts = []
        async with database.transaction() as connection:
            for look in (closed(connection, brand, offer), _find(connection, brand)):
                async with counted(database) as sent:
                    await look
                counts.append(len(sent))
            async with counted(database) as sent:
                await market_page(connection, brand)
            counts.append(len(sent))
        assert counts == statements


async def _find(connection: AsyncConnection, brand: Party) -> None:
    with pytest.raises(Refusal):
        await find_visible_offer(connection, brand, 4_711)


async def test_what_is_rolled_back_was_never_known(
    database: Database, market: tuple[Party, Party, Offer]
) -> None:
    brand, supplier, offer = market
    connection = await database.engine.connect()
    try:
        assert not await closed(connection, brand, offer)
        await deny(connection, brand, supplier)
        assert await closed(connection, brand, offer), "its own transaction sees it at once"
        async with database.transaction() as other:
            assert not await closed(other, brand, offer), "nobody else does"
        assert await closed(connection, brand, offer)
        await connection.rollback()
    finally:
        await connection.close()
    async with database.transaction() as connection:
        assert not await closed(connection, brand, offer)
        async with connection.begin_nested() as nested:
            rule_id = await deny(connection, brand, supplier)
            assert await closed(connection, brand, offer)
            await nested.rollback()
        assert not await closed(connection, brand, offer)
        rule_id = await deny(connection, brand, supplier)
    async with database.transaction() as connection:
        assert await closed(connection, brand, offer)
        await end_rule(connection, rule_id)
        assert not await closed(connection, brand, offer)


async def test_a_class_that_is_newer_than_what_is_known_is_decided_on(
    database: Database, market: tuple[Party, Party, Offer]
) -> None:
    brand, supplier, offer = market
    async with database.transaction() as connection:
        assert (await market_page(connection, brand))[0] == [offer]
    async with database.transaction() as connection:
        rival = await create_party(
            connection, code="cafe", name="Cafe", roles=["brand"], category="dining"
        )
        terms = {"fulfilment": "own_code", "category": "travel"}
        await offer_of(connection, supplier, "latte", presented_brand=rival.code, **terms)
        made = await offer_of(connection, supplier, "bed", **terms)
    async with database.transaction() as connection:
        listed, _ = await market_page(connection, brand)
        assert {each.offer_id for each in listed} == {offer.offer_id, made.offer_id}
        newcomer = await create_party(
            connection, code="new", name="New", roles=["brand"], category="travel"
        )
        assert (await market_page(connection, newcomer))[0] != listed


async def test_a_membership_and_a_group_give_the_rules_another_mark(
    database: Database, market: tuple[Party, Party, Offer]
) -> None:
    brand, supplier, offer = market
    async with database.transaction() as connection:
        marks = {(await known_now(connection, brand))[0].mark}
        group = await create_group(connection, code="foes", kind="competitors", label="Foes")
        marks.add((await known_now(connection, brand))[0].mark)
        for place, party in enumerate((brand, supplier), start=3):
            await put_member(connection, group, party)
            marks.add((await known_now(connection, brand))[0].mark)
            assert len(marks) == place
        assert await closed(connection, brand, offer)


def test_what_holds_is_ready_for_each_stretch_of_time() -> None:
    lip, starbucks = PARTIES["lip"], PARTIES["starbucks"]
    days = [NOW + timedelta(days=day) for day in range(3 * STRETCHES_KEPT_MAX)]
    sides = (Side(party="lip"), Side(party="starbucks"))
    rules = [
        Rule(number, "deny", *sides, since=since, until=until)
        for number, (since, until) in enumerate(zip(days[::2], days[1::2], strict=True), start=1)
    ]
    known = Known(
        1, UUID(int=1), NOW, {1: lip}, rules, [], {7: Offered(starbucks, starbucks, None)}
    )
    moment = timedelta(microseconds=1)
    for _ in range(2):
        for place, day in enumerate(days):
            for at, isolated in ((day - moment, place % 2 == 1), (day, place % 2 == 0)):
                assert known.decide(1, 7, at).isolated == isolated
                assert known.isolated(1, at) == ([7] if isolated else [])
