"""Sessions that change the same part of the catalogue: the second is judged on what the first left.

The first is held before its commit, so each test fails if the second does not wait for it.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import create_key
from catalog.isolation import Rule, Side, add_rule, load_rules
from catalog.isolation.rules import RuleExists, TooManyRules
from catalog.keys import KEYS_PER_PARTY_MAX, TooManyKeys
from catalog.offers import Offer, OfferTerms, list_own_offers, move_offer
from catalog.offers.lifecycle import OfferStateRefused
from catalog.offers.publish import OfferPeriodTaken, revise_offer
from ledger import Database
from tests.catalog.fixtures import MIDYEAR, build_categories, offer_of, trader
from tests.races.waiting import until_it_waits

NEXT = OfferTerms("Dearer", 200, "USD", 40, "own_code", MIDYEAR, None, 7)


@pytest.mark.parametrize("days", [31, 0, -31])
async def test_of_two_revisions_at_once_the_second_follows_the_first(
    database: Database, days: int
) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offer = await offer_of(connection, supplier, "code")
    other = replace(NEXT, points=50, valid_from=MIDYEAR + timedelta(days=days))

    async def revise() -> Offer:
        async with database.transaction() as connection:
            return await revise_offer(connection, supplier, offer.offer_id, other)

    async with database.transaction() as first:
        await revise_offer(first, supplier, offer.offer_id, NEXT)
        second = asyncio.create_task(revise())
        await until_it_waits(database, second)
    if days <= 0:
        with pytest.raises(OfferPeriodTaken, match="version 2 does not begin before"):
            await second
    else:
        assert (await second).version == 3
    async with database.transaction() as connection:
        (latest,) = await list_own_offers(connection, supplier)
    assert latest.version == (3 if days > 0 else 2)


async def test_two_new_keys_at_once_count_each_other(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        for _ in range(KEYS_PER_PARTY_MAX - 1):
            await create_key(connection, party.party_id, label="till")

    async def create() -> str:
        async with database.transaction() as connection:
            return (await create_key(connection, party.party_id, label="till")).text

    async with database.transaction() as first:
        await create_key(first, party.party_id, label="till")
        second = asyncio.create_task(create())
        await until_it_waits(database, second)
    with pytest.raises(TooManyKeys):
        await second


@pytest.mark.parametrize("refusal", [RuleExists, TooManyRules])
async def test_two_rules_at_once_count_and_see_each_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]
) -> None:
    """The second rule says the first one the other way round, or is one too many."""
    dining, health = Side(category="dining"), Side(category="health")
    sides = (health, dining)
    if refusal is TooManyRules:
        monkeypatch.setattr("catalog.isolation.rules.ISOLATION_RULES_MAX", 1)
        sides = (health, health)
    async with database.transaction() as connection:
        await build_categories(connection)

    async def add() -> Rule:
        async with database.transaction() as connection:
            return await add_rule(connection, effect="deny", buyer=sides[0], supplier=sides[1])

    async with database.transaction() as first:
        rule = await add_rule(first, effect="deny", buyer=dining, supplier=health)
        second = asyncio.create_task(add())
        await until_it_waits(database, second)
    with pytest.raises(refusal):
        await second
    async with database.transaction() as connection:
        assert await load_rules(connection) == [rule]


async def test_of_two_steps_at_once_the_second_is_judged_on_the_first(database: Database) -> None:
    """Its supplier cannot list what the operator is just pausing."""
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offer = await offer_of(connection, supplier, "code", valid_until=None)
        await move_offer(connection, supplier, offer.offer_id, "pause", side="supplier")

    async def resume() -> Offer:
        async with database.transaction() as connection:
            return await move_offer(connection, supplier, offer.offer_id, "resume", side="supplier")

    async with database.transaction() as first:
        await move_offer(first, supplier, offer.offer_id, "pause", side="operator")
        second = asyncio.create_task(resume())
        await until_it_waits(database, second)
    with pytest.raises(OfferStateRefused, match="PAUSED cannot be told to resume"):
        await second


async def test_a_version_and_the_end_of_an_offer_follow_each_other(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offer = await offer_of(connection, supplier, "code", valid_until=None)

    async def revise() -> Offer:
        async with database.transaction() as connection:
            return await revise_offer(connection, supplier, offer.offer_id, NEXT)

    async with database.transaction() as first:
        await move_offer(first, supplier, offer.offer_id, "end", side="supplier")
        second = asyncio.create_task(revise())
        await until_it_waits(database, second)
    with pytest.raises(OfferStateRefused, match="ENDED cannot be told to revise"):
        await second
