"""Statements: what they hold, who sees them, and their steps."""

import asyncio
import csv
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import Party
from ledger import Database
from settlement.rating import ContractTerms, set_contract
from settlement.statements import (
    Statement,
    StatementNotFound,
    find_statement,
    list_statements,
    transition,
    verify_statements,
)
from settlement.statements.steps import StatementReasonInvalid, StatementStepRefused
from settlement.statements.totals import load_totals
from tests.conftest import owner_transaction
from tests.races.waiting import until_waiting
from tests.settlement.fixtures import (
    JANUARY,
    LATER,
    World,
    close,
    create_world,
    rate_uses,
    renamed,
    reverse_rated,
    use,
)

FEBRUARY = datetime(2017, 2, 3, tzinfo=UTC)


async def issued(database: Database) -> tuple[World, list[Statement]]:
    """January: mint owes films for three uses and music for one, oak owes films for one.

    One of the three is reversed. Both owe the operator the fees.
    """
    world = await create_world(database)
    uses = [
        renamed(use(world, 1), member="=2+2", reference="订单-1"),
        use(world, 2),
        use(world, 3),
        use(world, 4, supplier=1),
        use(world, 5, home=1),
    ]
    async with database.transaction() as connection:
        await rate_uses(connection, uses)
        await reverse_rated(connection, [uses[2]], JANUARY + timedelta(days=1))
    await close(database, "2017-01")
    async with database.transaction() as connection:
        return world, await list_statements(connection, world.operator)


async def listed(database: Database, viewer: Party, **page: Any) -> list[str]:
    async with database.transaction() as connection:
        return [statement.number for statement in await list_statements(connection, viewer, **page)]


async def test_a_statement_is_seen_by_its_parties_alone(database: Database) -> None:
    world, statements = await issued(database)
    fee_of_mint, first, second, fee_of_oak, third = (statement.number for statement in statements)
    assert [fee_of_mint, first, second, fee_of_oak, third] == [
        f"2017-00000{sequence}" for sequence in range(1, 6)
    ]
    assert await listed(database, world.homes[0]) == [fee_of_mint, first, second]
    assert await listed(database, world.homes[1]) == [fee_of_oak, third]
    # A supplier sees no fee: what a brand owes the operator is not its concern.
    assert await listed(database, world.suppliers[0]) == [first, third]
    assert await listed(database, world.operator, limit=2) == [fee_of_mint, first]
    assert await listed(database, world.operator, after=statements[3].statement_id) == [third]
    assert await listed(database, world.operator, month="2017-02") == []
    async with database.transaction() as connection:
        found = await find_statement(connection, world.homes[0], statements[1].statement_id)
        assert found == statements[1]
        for viewer, hidden in (
            (world.homes[0], statements[4]),
            (world.suppliers[0], statements[0]),
        ):
            with pytest.raises(StatementNotFound):
                await find_statement(connection, viewer, hidden.statement_id)
        with pytest.raises(StatementNotFound):
            await find_statement(connection, world.homes[0], 10**9)
    assert (found.kind, found.uses, found.reversals) == ("coupons", 3, 1)
    assert (found.coupon_cost_minor, found.platform_fee_minor, found.billed_minor) == (120, 0, 120)
    fees = statements[0]
    assert (fees.kind, fees.uses, fees.reversals, fees.billed_minor) == ("fees", 4, 1, 30)


async def test_totals_by_month(database: Database) -> None:
    await issued(database)
    async with database.transaction() as connection:
        everything = await load_totals(connection)
        nothing = await load_totals(connection, month="2017-02")
    assert (everything.statements, everything.coupon_statements, everything.uses) == (5, 3, 5)
    assert (everything.billed_minor, everything.currencies) == (280, ["USD"])
    assert (nothing.statements, nothing.billed_minor, nothing.currencies) == (0, 0, [])


@pytest.mark.parametrize(
    "change",
    [
        "coupon_cost_minor = 0",
        "number = 'x'",
        "file_sha256 = 'x'",
        "uses = 9",
        "state = 'draft'",
    ],
)
async def test_an_issued_statement_is_frozen(database: Database, change: str) -> None:
    await issued(database)
    for statement in (
        f"UPDATE settlement.statement SET {change}",
        "DELETE FROM settlement.statement",
    ):
        with pytest.raises(DBAPIError, match="RestrictViolation"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(statement))


async def files(database: Database) -> list[bytes]:
    """The files of all statements, in the order of their numbers."""
    parts = text(
        """
        SELECT string_agg(content, CAST('' AS bytea) ORDER BY part) AS content
        FROM settlement.statement_file_part JOIN settlement.statement USING (statement_id)
        GROUP BY year, sequence ORDER BY year, sequence
        """
    )
    async with database.transaction() as connection:
        return [bytes(row.content) for row in await connection.execute(parts)]


def head(statement: Statement) -> bytes:
    """The head of a statement that replaces none, as its parties write it."""
    names = (
        *("number", "month", "payer_party_id", "payee_party_id", "operator_party_id"),
        *("currency", "kind", "uses", "reversals", "conversions", "late_lines"),
        *("coupon_cost_minor", "platform_fee_minor", "conversion_minor", "other_minor"),
        *("adjustment_minor", "added_tax_minor", "tax_minor", "billed_minor"),
    )
    values = [getattr(statement, name) for name in names]
    issued_at = statement.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    values += [issued_at, str(statement.due_on), None]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


async def test_file_and_chain_can_be_recomputed_by_either_party(database: Database) -> None:
    _, statements = await issued(database)
    chain = b""
    for statement, file in zip(statements, await files(database), strict=True):
        assert hashlib.sha256(file).digest() == statement.file_sha256
        chain = hashlib.sha256(chain + statement.file_sha256 + head(statement)).digest()
        assert statement.chain_sha256 == chain
        assert statement.due_on == date(2020, 1, 31), "thirty days after the issue"


async def test_two_currencies_of_the_same_parties_are_two_statements(database: Database) -> None:
    world = await create_world(database)
    home, supplier = world.homes[0].party_id, world.suppliers[0].party_id
    terms = ContractTerms(
        world.operator.party_id, Decimal(400), Decimal(70), "CNY", date(2017, 1, 20)
    )
    async with database.transaction() as connection:
        await set_contract(connection, terms, home_party_id=home, supplier_party_id=supplier)
        day = datetime(2017, 1, 25, tzinfo=UTC)
        late = [replace(use(world, number, day), currency="CNY") for number in (2, 3)]
        await rate_uses(connection, [use(world, 1), *late])
    await close(database, "2017-01")
    async with database.transaction() as connection:
        statements = await list_statements(connection, world.operator)
    assert {(each.currency, each.kind): (each.uses, each.billed_minor) for each in statements} == {
        ("USD", "coupons"): (1, 60),
        ("USD", "fees"): (1, 10),
        ("CNY", "coupons"): (2, 800),
        ("CNY", "fees"): (2, 140),
    }
    for statement, file in zip(statements, await files(database), strict=True):
        rows = list(csv.DictReader(gzip.decompress(file).decode().splitlines()))
        charges = [row["currency"] for row in rows if row["kind"] == "charge"]
        assert charges == [statement.currency] * statement.uses


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("line", "UPDATE settlement.line SET reference = 'x' WHERE use_id = '4.1'", {1, 3}),
        ("line", "UPDATE settlement.line SET offer_code = 'x' WHERE use_id = '4.1'", {1, 3}),
        ("line", "UPDATE settlement.line SET used_at = used_at + interval '1 s'", {*range(1, 6)}),
        ("line", "UPDATE settlement.line SET amount_minor = 61 WHERE amount_minor = 60", {2, 3, 5}),
        ("line", "DELETE FROM settlement.line WHERE use_id = '5.1'", {4, 5}),
        ("statement", "UPDATE settlement.statement SET other_minor = 1 WHERE sequence = 2", {2}),
        (
            "statement",
            "UPDATE settlement.statement SET due_on = due_on + 1 WHERE sequence = 2",
            {2},
        ),
        (
            "statement",
            "UPDATE settlement.statement SET chain_sha256 = 'x' WHERE sequence = 2",
            {2, 3},
        ),
        (
            "statement_file_part",
            "UPDATE settlement.statement_file_part SET content = content || 'x'",
            {*range(1, 6)},
        ),
    ],
)
async def test_what_is_changed_behind_the_guards_is_found(
    database: Database, table: str, change: str, found: set[int]
) -> None:
    _, statements = await issued(database)
    async with owner_transaction(database) as connection:
        assert await verify_statements(connection, "2017-01") == []
        await connection.execute(text(f"ALTER TABLE settlement.{table} DISABLE TRIGGER USER"))
        await connection.execute(text(change))
        assert await verify_statements(connection, "2017-01") == [
            statements[sequence - 1].number for sequence in sorted(found)
        ]


async def test_a_statement_that_is_gone_breaks_the_chain(database: Database) -> None:
    _, statements = await issued(database)
    async with owner_transaction(database) as connection:
        for table in ("statement", "statement_file", "statement_file_part", "statement_step"):
            await connection.execute(text(f"ALTER TABLE settlement.{table} DISABLE TRIGGER USER"))
        for table in ("statement_file_part", "statement_file", "statement_step", "statement"):
            gone = text(f"DELETE FROM settlement.{table} WHERE statement_id = :statement_id")
            await connection.execute(gone, {"statement_id": statements[1].statement_id})
        found = await verify_statements(connection, "2017-01")
    payer, payee = statements[1].payer_party_id, statements[1].payee_party_id
    assert found == [statements[2].number, f"of {payer} to {payee}"]


async def test_the_way_of_a_statement(database: Database) -> None:
    world, (_, first, second, *_) = await issued(database)
    home, films, music = world.homes[0], world.suppliers[0], world.suppliers[1]
    async with database.transaction() as connection:

        async def step(
            party: Party, name: Any, statement: Statement = first, reason: str | None = None
        ) -> Statement:
            return await transition(
                connection, party, statement.statement_id, name, LATER, reason=reason
            )

        once = await step(home, "agree")
        assert (once.state, once.payer_agreed_at, once.payee_agreed_at) == ("issued", LATER, None)
        assert await step(home, "agree") == once
        assert (await step(films, "agree")).state == "agreed"
        assert (await step(films, "agree")).state == "agreed"
        for party, name in (
            (films, "finalise"),
            (world.operator, "agree"),
            (world.operator, "settle"),
        ):
            with pytest.raises(StatementStepRefused):
                await step(party, name)
        assert (await step(world.operator, "finalise")).state == "final"
        with pytest.raises(StatementStepRefused):
            await step(home, "dispute", reason="too late")
        assert (await step(world.operator, "settle")).state == "settled"
        assert (await step(world.operator, "settle")).state == "settled"

        await step(home, "agree", second)
        with pytest.raises(StatementReasonInvalid):
            await step(music, "dispute", second)
        disputed = await step(music, "dispute", second, "one use is not ours")
        assert (disputed.state, disputed.payer_agreed_at, disputed.dispute_reason) == (
            "disputed",
            None,
            "one use is not ours",
        )
        with pytest.raises(StatementNotFound):
            await step(films, "agree", second)
        await step(home, "agree", second)
        assert (await step(music, "agree", second)).state == "agreed"
        assert await verify_statements(connection, "2017-01") == []


async def test_of_two_agreements_at_once_the_second_sees_the_first(database: Database) -> None:
    world, (_, statement, *_) = await issued(database)

    async def agree(party: Party) -> Statement:
        async with database.transaction() as connection:
            return await transition(connection, party, statement.statement_id, "agree", LATER)

    async with database.transaction() as connection:
        await transition(connection, world.homes[0], statement.statement_id, "agree", LATER)
        second = asyncio.create_task(agree(world.suppliers[0]))
        await until_waiting(database, 1)
    assert (await second).state == "agreed"
