"""Why a line says what it says, and what a card would have changed."""

from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database
from settlement.cards import RateCard
from settlement.explain import (
    UseNotBilled,
    explain_use,
    load_shared,
    try_card,
)
from settlement.explain.lines import replay_month
from tests.conftest import owner_transaction
from tests.settlement.fixtures import World
from tests.settlement.period_lines.test_month import CARD, MONTHS, computed, emptied

# Six uses of January, of which one is reversed there and one in February.
EVENTS: Any = [(0, 9000, None)] * 4 + [(0, 9000, 0), (0, 9000, 1)]


async def billed(database: Database) -> World:
    world = await emptied(database)
    await computed(database, world, EVENTS, None)
    return world


async def test_a_line_is_explained_step_by_step_and_with_its_share(database: Database) -> None:
    world = await billed(database)
    async with database.transaction() as connection:
        found = await explain_use(connection, world.operator, 1, "0.1")
        by_leg = {each.line.leg: each for each in found}
        shared = await load_shared(connection, by_leg["coupon_cost"].line)
    assert sorted(by_leg) == ["coupon_cost", "platform_fee", "referral", "service"]
    assert {each.replay for each in found} == {"same"}
    cost = by_leg["coupon_cost"]
    # Five uses counted when January closed: 5 x 90.5 = 452.5, so 453, and 100 for each line.
    assert [step["op"] for step in cost.steps] == ["volume", "round"]
    assert (cost.line.amount_minor, cost.effective_minor) == (100, 91)
    assert cost.net_minor == 91 - (cost.tax_minor or 0)
    assert [(each.kind, each.amount_minor) for each in shared] == [("tax", 0), ("tier", -47)]
    referral = by_leg["referral"]
    assert [step["op"] for step in referral.steps] == ["order", "percent", "round"]
    assert referral.line.inputs.order_minor == 9000


async def test_a_reversal_is_explained_by_its_charge(database: Database) -> None:
    world = await billed(database)
    async with database.transaction() as connection:
        found = await explain_use(connection, world.operator, 1, "5.1")
    reversal = next(
        each for each in found if (each.line.leg, each.line.kind) == ("coupon_cost", "reversal")
    )
    charge = next(
        each for each in found if (each.line.leg, each.line.kind) == ("coupon_cost", "charge")
    )
    assert (reversal.line.month, reversal.line.amount_minor, reversal.replay) == (
        "2017-02",
        -100,
        "same",
    )
    assert (reversal.effective_minor or 0) + (charge.effective_minor or 0) == 0


async def test_a_party_is_told_of_what_it_pays_or_is_paid(database: Database) -> None:
    world = await billed(database)
    parties = (world.homes[0], world.suppliers[0], world.operator)
    async with database.transaction() as connection:
        found = {party.code: await explain_use(connection, party, 1, "0.1") for party in parties}
        for party, use_id in ((world.homes[1], "0.1"), (world.operator, "77.1")):
            with pytest.raises(UseNotBilled):
                await explain_use(connection, party, 1, use_id)
    seen = {code: {each.line.leg for each in lines} for code, lines in found.items()}
    # The digest would prove a guess at the fee, which films is not told of.
    assert {code: lines[0].card_sha256 for code, lines in found.items()} == {
        "mint": RateCard.of_document(CARD).sha256,
        "films": None,
        "exchange": RateCard.of_document(CARD).sha256,
    }
    assert seen.pop("exchange") == seen["mint"]
    assert seen == {
        "mint": {"coupon_cost", "platform_fee", "referral", "service"},
        "films": {"coupon_cost", "referral", "service"},
    }


async def test_rating_a_month_again_finds_what_was_altered(database: Database) -> None:
    await billed(database)
    async with owner_transaction(database) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(
                "UPDATE settlement.line SET amount_minor = 99"
                " WHERE use_id = '2.1' AND leg = 'coupon_cost'"
            )
        )
    async with database.transaction() as connection:
        differing = [
            each.line.identity
            for month in MONTHS
            async for page in replay_month(connection, month)
            for each in page
            if each.replay != "same"
        ]
    assert differing == ["1:2.1:coupon_cost:charge"]


async def test_a_card_is_tried_on_past_uses_and_nothing_is_stored(database: Database) -> None:
    world = await billed(database)
    home, supplier = world.homes[0].party_id, world.suppliers[0].party_id
    cheaper = RateCard.of_document(
        {
            "currency": "USD",
            "legs": [
                {
                    "leg": "coupon_cost",
                    "payer": "home",
                    "payee": "supplier",
                    "model": "percent",
                    "rate": "0.01",
                    "cap": {"per": "contract_month", "minor": 400},
                }
            ],
        }
    )
    async with database.transaction() as connection:
        counted = text("SELECT count(*) FROM settlement.line")
        before = await connection.scalar(counted)
        found = await try_card(
            connection,
            cheaper,
            ["2017-01"],
            home_party_id=home,
            supplier_party_id=supplier,
            named={},
        )
        assert await connection.scalar(counted) == before
    assert (found.uses, found.waiting) == (5, 0)
    owed = {(each.payer_party_id, each.payee_party_id): each for each in found.months}
    # Coupon cost and service of January, with their lines of the period: 453 + 5.
    assert owed[home, supplier].now_minor == 458
    # Five times 1 % of 90.00, but no more than 4.00.
    assert (owed[home, supplier].then_minor, owed[home, supplier].difference_minor) == (400, -58)
    assert owed[supplier, home].then_minor == 0
    alike = [(each.uses, each.example) for each in found.largest]
    assert alike == [(2, "1:0.1"), (2, "1:2.1"), (1, "1:1.1")]
    # Of what the 400 is made, and how a use of the largest change comes to 90.
    (leg,) = found.legs
    assert (leg.leg, leg.uses, leg.lines_minor, leg.then_minor) == ("coupon_cost", 5, 450, 400)
    assert [(part.kind, part.amount_minor) for part in leg.parts] == [("cap", -50)]
    (line,) = found.largest[0].lines
    assert (line.payer_party_id, line.payee_party_id, line.amount_minor) == (home, supplier, 90)
    assert [step["op"] for step in line.steps] == ["order", "percent", "round"]
    assert line.calculation.endswith("= 90 USD minor (half_up)")


async def test_a_card_tried_on_the_uses_it_rated_changes_nothing(database: Database) -> None:
    world = await billed(database)
    home, supplier = world.homes[0].party_id, world.suppliers[0].party_id
    async with database.transaction() as connection:
        found = await try_card(
            connection,
            RateCard.of_document(CARD),
            list(MONTHS),
            home_party_id=home,
            supplier_party_id=supplier,
            named={},
        )
    # The minimum of the service is due in February, though nothing was used.
    changed = {
        (each.month, each.payer_party_id, each.payee_party_id): each.difference_minor
        for each in found.months
        if each.difference_minor
    }
    assert changed == {("2017-02", home, supplier): -5}


async def test_a_use_without_an_order_would_wait(database: Database) -> None:
    world = await billed(database)
    percent = RateCard.of_document(
        {
            "currency": "USD",
            "legs": [
                {
                    "leg": "coupon_cost",
                    "payer": "home",
                    "payee": "supplier",
                    "model": "percent",
                    "basis": "subsidy",
                    "rate": "0.1",
                }
            ],
        }
    )
    async with database.transaction() as connection:
        found = await try_card(
            connection,
            percent,
            ["2017-01"],
            home_party_id=world.homes[0].party_id,
            supplier_party_id=None,
            named={},
        )
    assert (found.uses, found.waiting) == (5, 5)
    assert sum(each.then_minor for each in found.months) == 0
