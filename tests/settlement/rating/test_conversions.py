"""Conversions are billed: each once, at the price of its consent, to the brand that gave points."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database, outbox
from ledger.finish import CONVERTED, Converted
from settlement.downloads import write_download
from settlement.rating import ContractTerms, rate_pending, set_contract
from settlement.statements import list_statements, verify_statements
from settlement.statements.totals import load_totals
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    FEBRUARY,
    JANUARY,
    OF_1999,
    World,
    close,
    create_world,
    lines,
    pending,
    rate,
    use,
)


def converted(world: World, number: int, at: datetime = JANUARY, **changes: Any) -> Converted:
    """Points of the first home brand became points of the second."""
    facts: dict[str, Any] = {
        "book_id": 2,
        "credit": f"0-{number}",
        "programme": world.homes[1].code,
        "member": f"member-{number}",
        "points": 1500,
        "price_minor": Decimal("12.5"),
        "from_programme": world.homes[0].code,
        "from_party_id": world.homes[0].party_id,
        "to_party_id": world.homes[1].party_id,
        "reference": f"c{number}",
        "converted_at": at,
    }
    return Converted(**{**facts, **changes})


async def bill(database: Database, *events: Converted) -> None:
    async with database.transaction() as connection:
        payloads = [event.to_payload() for event in events]
        await outbox.append(connection, 2, CONVERTED, payloads)
    while await rate_pending(database):
        pass


async def test_a_conversion_is_charged_once_with_its_calculation(database: Database) -> None:
    world = await create_world(database)
    one = converted(world, 1)
    assert Converted.from_payload(one.to_payload()) == one
    await bill(database, one, one)
    await bill(database, one)
    (line,) = await lines(database)
    assert (line.leg, line.kind, line.points, line.amount_minor) == (
        "conversion",
        "charge",
        1500,
        19,
    )
    assert line.calculation == "1500 points x 12.5 / 1000 = 19 USD minor (half_up)"
    payer, payee = world.homes
    assert (line.payer_party_id, line.payee_party_id) == (payer.party_id, payee.party_id)
    assert (line.month, line.late, line.coupon_id, line.reference) == ("2017-01", False, None, "c1")


async def test_conversions_and_uses_come_to_one_bill_that_is_frozen(
    database: Database, tmp_path: Path
) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    await bill(
        database, converted(world, 1), converted(world, 2, points=80), converted(world, 3, FEBRUARY)
    )
    closing = await close(database, "2017-01")
    assert (closing.totals.uses, closing.totals.conversions) == (1, 2)
    assert (closing.totals.conversion_minor, closing.totals.billed_minor) == (20, 90)
    async with database.transaction() as connection:
        assert await verify_statements(connection, "2017-01") == []
        found = {each.kind: each for each in await list_statements(connection, world.homes[0])}
        assert sorted(found) == ["conversions", "coupons", "fees"]
        brands, others = found["conversions"], found["coupons"]
        assert (brands.payee_party_id, brands.conversions) == (world.homes[1].party_id, 2)
        assert (brands.uses, brands.conversion_minor, brands.billed_minor) == (0, 20, 20)
        assert (others.conversions, others.conversion_minor, others.billed_minor) == (0, 0, 60)
        target = tmp_path / "bill.csv"
        await write_download(
            connection, world.homes[1], brands.statement_id, download_format="csv", target=target
        )
    with target.open(encoding="utf-8-sig", newline="") as file:
        shown = [(row["leg"], row["kind"], row["gross"]) for row in csv.DictReader(file)]
    assert shown == [
        ("conversion", "charge", "0.19"),
        ("conversion", "charge", "0.01"),
        ("conversion", "total", "0.20"),
        ("", "total", "0.20"),
        ("", "statement", ""),
    ]
    await close(database, "2017-02")
    async with database.transaction() as connection:
        assert (await load_totals(connection)).conversions == 3
    async with owner_transaction(database) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text("UPDATE settlement.line SET points = 1501 WHERE points = 1500")
        )
        assert len(await verify_statements(connection, "2017-01")) == 1


async def test_a_conversion_without_a_contract_waits_for_one(database: Database) -> None:
    world = await create_world(database)
    await bill(database, converted(world, 1, OF_1999))
    assert await lines(database) == []
    assert await pending(database) == 1
    async with database.transaction() as connection:
        (why,) = await outbox.count_by_error(connection, [CONVERTED], 10)
        assert why == "no contract covers conversions from programme mint to oak in 1999-01"
        terms = ContractTerms(
            world.operator.party_id,
            Decimal(1),
            Decimal(1),
            "CNY",
            date(1999, 1, 1),
            date(2000, 1, 1),
            rounding="down",
        )
        payer, payee = (party.party_id for party in world.homes)
        await set_contract(connection, terms, home_party_id=payer, supplier_party_id=payee)
    assert await rate_pending(database) == 1
    (line,) = await lines(database)
    assert (line.currency, line.amount_minor) == ("CNY", 18)


@pytest.mark.parametrize(
    "damage",
    [
        {"points": "many"},
        {"points": -1},
        {"price_minor": "dear"},
        {"price_minor": "NaN"},
        {"price_minor": "1000001"},
        {"price_minor": "0.0000001"},
        {"converted_at": "2017-01-10"},
        {"credit": None, "to_party_id": 2**31},
    ],
)
async def test_what_cannot_be_read_is_not_billed(database: Database, damage: Any) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        payload = {**converted(world, 1).to_payload(), **damage}
        await outbox.append(connection, 2, CONVERTED, [payload])
    assert await rate_pending(database) == 1
    assert await lines(database) == []
    async with database.transaction() as connection:
        (why,) = await outbox.count_by_error(connection, [CONVERTED], 10)
    assert why is not None
    assert why.startswith("unreadable payload")


@pytest.mark.parametrize("change", ["coupon_id = 1", "leg = 'platform_fee'", "points = NULL"])
async def test_the_database_keeps_lines_of_coupons_and_of_points_apart(
    database: Database, change: str
) -> None:
    await bill(database, converted(await create_world(database), 1))
    async with owner_transaction(database) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(DBAPIError, match="line_leg_check"):
            await connection.execute(text(f"UPDATE settlement.line SET {change}"))
        await connection.rollback()
