"""Statements: what they hold, who sees them, their steps and downloads."""

import asyncio
import csv
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import Party
from ledger import Database
from settlement.rating import ContractTerms, set_contract
from settlement.statements import (
    Statement,
    StatementNotFound,
    close_period,
    download,
    find_statement,
    list_statements,
    transition,
    verify_statements,
    write_download,
)
from settlement.statements.download import HEADINGS
from settlement.statements.steps import StatementReasonInvalid, StatementStepRefused
from settlement.statements.totals import load_totals
from tests.conftest import owner_transaction
from tests.races.waiting import until_waiting
from tests.settlement.fixtures import (
    JANUARY,
    LATER,
    World,
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
        await close_period(connection, "2017-01", LATER)
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
        "content_sha256 = 'x'",
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


async def recomputed(database: Database, statement: Statement) -> tuple[int, bytes]:
    """How many lines a statement has, and the hash of its head and of them."""
    async with database.transaction() as connection:
        rows = (
            await connection.execute(
                text(
                    "SELECT * FROM settlement.line WHERE month = :month"
                    " AND payer_party_id = :payer AND payee_party_id = :payee"
                    " AND currency = :currency"
                    ' ORDER BY book_id, use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"'
                ),
                {
                    "month": "2017-01",
                    "payer": statement.payer_party_id,
                    "payee": statement.payee_party_id,
                    "currency": statement.currency,
                },
            )
        ).all()

    def digest(values: list[Any]) -> bytes:
        return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).digest()

    content = digest(
        [
            statement.number,
            statement.month,
            statement.payer_party_id,
            statement.payee_party_id,
            statement.operator_party_id,
            statement.currency,
            statement.uses,
            statement.reversals,
            statement.late_lines,
            statement.coupon_cost_minor,
            statement.platform_fee_minor,
        ]
    ) + b"".join(
        digest(
            [
                *(
                    row.book_id,
                    row.use_id,
                    row.leg,
                    row.kind,
                    row.coupon_id,
                    row.offer_code,
                    row.programme,
                    row.member,
                ),
                *(
                    row.reference,
                    row.used_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    row.contract_id,
                    row.contract_version,
                ),
                *(row.calculation, row.amount_minor, row.late),
            ]
        )
        for row in rows
    )
    return len(rows), hashlib.sha256(content).digest()


async def test_the_hash_can_be_recomputed_by_either_party(database: Database) -> None:
    _, statements = await issued(database)
    assert await recomputed(database, statements[0]) == (5, statements[0].content_sha256)


async def test_two_currencies_of_the_same_parties_are_two_statements(database: Database) -> None:
    world = await create_world(database)
    home, supplier = world.homes[0].party_id, world.suppliers[0].party_id
    terms = ContractTerms(
        world.operator.party_id, Decimal(400), Decimal(70), "CNY", date(2017, 1, 20)
    )
    async with database.transaction() as connection:
        await set_contract(connection, terms, home_party_id=home, supplier_party_id=supplier)
        late = [use(world, number, datetime(2017, 1, 25, tzinfo=UTC)) for number in (2, 3)]
        await rate_uses(connection, [use(world, 1), *late])
        await close_period(connection, "2017-01", LATER)
        statements = await list_statements(connection, world.operator)
    assert {(each.currency, each.kind): (each.uses, each.billed_minor) for each in statements} == {
        ("USD", "coupons"): (1, 60),
        ("USD", "fees"): (1, 10),
        ("CNY", "coupons"): (2, 800),
        ("CNY", "fees"): (2, 140),
    }
    for each in statements:
        assert await recomputed(database, each) == (each.uses, each.content_sha256)


async def test_a_line_changed_behind_the_guards_is_found(database: Database) -> None:
    _, statements = await issued(database)
    async with owner_transaction(database) as connection:
        assert await verify_statements(connection, "2017-01") == []
        await connection.execute(
            text("ALTER TABLE settlement.line DISABLE TRIGGER line_append_only")
        )
        await connection.execute(
            text("UPDATE settlement.line SET member = 'someone' WHERE use_id = '4.1'")
        )
        assert await verify_statements(connection, "2017-01") == [
            statements[0].number,
            statements[2].number,
        ]


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


async def written(
    database: Database, viewer: Party, statement: Statement, name: Any, folder: Path
) -> Path:
    async with database.transaction() as connection:
        made = await write_download(
            connection, viewer, statement.statement_id, download_format=name, target=folder / "file"
        )
    assert made.file_name == f"statement-{statement.number}.{name}"
    return made.path


async def test_csv_download(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LINES_AT_ONCE", 2)
    world, statements = await issued(database)
    path = await written(database, world.homes[0], statements[1], "csv", tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = list(csv.reader(file))
    assert heading == list(HEADINGS)
    records = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
    assert [(record["section"], record["kind"], record["amount"]) for record in records] == [
        *[("Coupon cost", "charge", "0.60")] * 3,
        ("Coupon cost", "reversal", "-0.60"),
        ("Coupon cost", "total", "1.20"),
        ("Statement", "total", "1.20"),
    ]
    first = records[0]
    assert (first["reference"], first["member"], first["used_on"], first["offer_code"]) == (
        "订单-1",
        "'=2+2",
        "2017-01-10",
        "offer-1",
    )
    assert (
        sum(
            int(record["amount_minor"])
            for record in records
            if record["kind"] in {"charge", "reversal"}
        )
        == 120
    )
    with pytest.raises(StatementNotFound):
        await written(database, world.homes[1], statements[1], "csv", tmp_path)


async def test_xlsx_download(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SHEET_ROWS_MAX", 3)
    world, statements = await issued(database)
    path = await written(database, world.suppliers[0], statements[1], "xlsx", tmp_path)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Statement", "Lines", "Lines 2", "Lines 3"]
    head = {row[0]: row[1] for row in book.get_sheet_by_name("Statement").to_python()}
    assert head["Statement"] == "2017-000002"
    assert head["Payer"] == "mint (mint 名)"
    assert head["Total"] == "1.20 USD"
    assert head["Content SHA-256"] == statements[1].content_sha256.hex()
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:]]
    assert all(sheet[0] == list(HEADINGS) for sheet in sheets)
    records = [dict(zip(HEADINGS, row, strict=True)) for sheet in sheets for row in sheet[1:]]
    assert len(records) == 6
    assert (records[0]["member"], records[0]["used_on"], records[0]["amount"]) == (
        "=2+2",
        JANUARY.date(),
        0.6,
    )
    assert [record["amount"] for record in records if record["kind"] == "total"] == [1.2, 1.2]


async def test_no_cell_of_a_csv_download_begins_a_formula(
    database: Database, tmp_path: Path
) -> None:
    world = await create_world(database)
    starts = ["=", "+", "-", "@", "\t", "\r"]
    uses = [
        renamed(use(world, number), member=f"{start}x", reference=f"{start}y")
        for number, start in enumerate(starts, start=1)
    ]
    async with database.transaction() as connection:
        await rate_uses(connection, uses)
        await close_period(connection, "2017-01", LATER)
        (_, statement) = await list_statements(connection, world.operator)
    path = await written(database, world.homes[0], statement, "csv", tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = [record for record in csv.DictReader(file) if record["kind"] == "charge"]
    assert {record["member"] for record in records} == {f"'{start}x" for start in starts}
    assert {record["reference"] for record in records} == {f"'{start}y" for start in starts}
