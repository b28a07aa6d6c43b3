"""Contracts: their versions, and the nearest one to a use."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.http.schemas.contracts import ContractAnswer, ContractBody
from ledger import Database
from settlement import tables
from settlement.rating import Contract, ContractTerms, set_contract
from settlement.rating.contracts import ContractOverlaps, load_contracts
from settlement.rating.terms import TERMS, ContractInvalid, Contracts
from tests.conftest import owner_transaction
from tests.races.waiting import until_it_waits

SPRING = date(2017, 3, 1)


async def state(database: Database, **changes: Any) -> Contract:
    standing = ContractTerms(9, Decimal(60), Decimal("10.5"), "USD", date(2017, 1, 1))
    terms = replace(standing, **changes)
    async with database.transaction() as connection:
        return await set_contract(connection, terms, home_party_id=1, supplier_party_id=2)


def contract(home: int | None, supplier: int | None, version: int = 1) -> Contract:
    return Contract(
        9,
        Decimal(1),
        Decimal(1),
        "USD",
        date(2017, 1, 1),
        SPRING,
        contract_id=version,
        home_party_id=home,
        supplier_party_id=supplier,
        version=version,
    )


def test_the_nearest_contract_wins() -> None:
    scopes: list[tuple[int | None, int | None]] = [(None, None), (1, None), (None, 2), (1, 2)]
    for count in range(1, len(scopes) + 1):
        contracts = Contracts(contract(*scope) for scope in scopes[:count])
        found = contracts.nearest(1, 2, date(2017, 2, 28))
        assert found is not None
        assert (found.home_party_id, found.supplier_party_id) == scopes[count - 1]
    assert Contracts(contract(*scope) for scope in scopes).nearest(1, 2, SPRING) is None
    assert Contracts([contract(3, 2), contract(1, 4)]).nearest(1, 2, date(2017, 2, 1)) is None


async def test_a_new_version_ends_the_open_one(database: Database) -> None:
    first = await state(database)
    assert await state(database) == first
    second = await state(database, valid_from=SPRING, coupon_cost_minor=Decimal(70))
    assert (second.version, second.valid_until) == (2, None)
    async with database.transaction() as connection:
        contracts = await load_contracts(connection, [1], [2], date(2017, 1, 1), date(2017, 12, 31))
    before, after = contracts.nearest(1, 2, date(2017, 2, 28)), contracts.nearest(1, 2, SPRING)
    assert before is not None
    assert after == second
    assert (before.version, before.valid_until, before.platform_fee_minor) == (
        1,
        SPRING,
        Decimal("10.5"),
    )


async def test_a_temporary_version_interrupts_the_standing_one(database: Database) -> None:
    standing = await state(database)
    temporary = await state(
        database, valid_from=SPRING, valid_until=date(2017, 4, 1), coupon_cost_minor=Decimal(30)
    )
    assert (temporary.version, temporary.valid_from, temporary.valid_until) == (
        2,
        SPRING,
        date(2017, 4, 1),
    )
    assert (
        await state(
            database, valid_from=SPRING, valid_until=date(2017, 4, 1), coupon_cost_minor=Decimal(30)
        )
        == temporary
    )
    async with database.transaction() as connection:
        contracts = await load_contracts(connection, [1], [2], date(2017, 1, 1), date(2018, 12, 31))
    days = (date(2017, 2, 28), SPRING, date(2017, 3, 31), date(2017, 4, 1), date(2018, 12, 31))
    found = [each for day in days if (each := contracts.nearest(1, 2, day)) is not None]
    assert [(each.version, int(each.coupon_cost_minor)) for each in found] == [
        *((1, 60), (2, 30), (2, 30), (3, 60), (3, 60))
    ]
    assert found[-1] == replace(
        standing,
        contract_id=found[-1].contract_id,
        version=3,
        valid_from=date(2017, 4, 1),
        valid_until=None,
    )
    with pytest.raises(ContractOverlaps):
        await state(
            database,
            valid_from=date(2017, 2, 1),
            valid_until=date(2017, 5, 1),
            coupon_cost_minor=Decimal(1),
        )


async def test_of_two_contracts_at_once_the_second_ends_the_first(database: Database) -> None:
    async with database.transaction() as first:
        terms = ContractTerms(9, Decimal(50), Decimal(5), "USD", date(2017, 1, 1))
        await set_contract(first, terms, home_party_id=1, supplier_party_id=2)
        second = asyncio.create_task(state(database, valid_from=SPRING))
        await until_it_waits(database, second)
    assert (await second).version == 2
    async with database.transaction() as connection:
        days = SPRING - timedelta(days=1), SPRING
        contracts = await load_contracts(connection, [1], [2], *days)
    found = [contracts.nearest(1, 2, day) for day in days]
    assert [each and each.version for each in found] == [1, 2]


async def test_versions_never_overlap(database: Database) -> None:
    await state(database, valid_from=SPRING)
    for valid_from in (SPRING, date(2017, 1, 1)):
        with pytest.raises(ContractOverlaps):
            await state(database, valid_from=valid_from, coupon_cost_minor=Decimal(1))
    await state(database, valid_until=SPRING)
    with pytest.raises(ContractOverlaps):
        await state(database, valid_from=date(2017, 2, 1), valid_until=date(2017, 2, 2))
    with pytest.raises(DBAPIError, match="contract_validity_key"):
        async with database.transaction() as connection:
            await connection.execute(
                text(
                    "INSERT INTO settlement.contract (home_party_id, supplier_party_id,"
                    " operator_party_id, version, coupon_cost_minor, platform_fee_minor,"
                    " currency, rounding, validity)"
                    " VALUES (1, 2, 9, 8, 1, 1, 'USD', 'down', '[2017-02-01,2017-02-03)')"
                )
            )


async def test_terms_never_change(database: Database) -> None:
    await state(database)
    for change in (
        "UPDATE settlement.contract SET coupon_cost_minor = 1",
        "DELETE FROM settlement.contract",
    ):
        with pytest.raises(DBAPIError, match="never change"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(change))


def test_every_term_is_a_column_a_request_states_and_an_answer_tells() -> None:
    keys = {
        "contract_id",
        "home_party_id",
        "supplier_party_id",
        "version",
        "created_at",
        "recorded_by",
    }
    assert set(tables.contract.columns.keys()) == {
        *keys,
        *(set(TERMS) - {"valid_from", "valid_until"}),
        "validity",
    }
    # The operator is the party that asks.
    stated = set(TERMS) - {"operator_party_id"}
    assert stated == set(ContractBody.model_fields) - {"home_party", "supplier_party"}
    assert stated < set(ContractAnswer.__annotations__)


@pytest.mark.parametrize(
    "changes",
    [
        {"coupon_cost_minor": Decimal(-1)},
        {"platform_fee_minor": Decimal("NaN")},
        {"coupon_cost_minor": Decimal("1E11")},
        {"coupon_cost_minor": Decimal("0.0000001")},
        {"currency": "usd"},
        {"currency": "US"},
        {"rounding": "sometimes"},
        {"valid_until": date(2017, 1, 1)},
    ],
)
async def test_terms_outside_their_limits(database: Database, changes: dict[str, Any]) -> None:
    with pytest.raises(ContractInvalid):
        await state(database, **changes)
