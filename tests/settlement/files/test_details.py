"""The detail file of a statement: its bytes, what it adds up to, and that it is written once."""

import asyncio
import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database
from settlement.files import details
from settlement.files.details import write_details
from settlement.files.layout import HEADINGS, Bill, PeriodLine, Sums, closing_rows, period_rows
from settlement.periods import open_missing
from settlement.statements.drafts import draft as add_drafts_within
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    FEBRUARY,
    JANUARY,
    World,
    close,
    create_world,
    rate_uses,
    renamed,
    reverse_rated,
    use,
)

_DATED = datetime(2017, 1, 9, 18, 30, 0, 250_000, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """A stored file, and what the database says of it."""

    kind: str
    billed_minor: int
    sha256: bytes
    text_sha256: bytes
    line_count: int
    file_bytes: int
    content: bytes

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(gzip.decompress(self.content).decode().splitlines()))


async def stored(database: Database) -> list[Stored]:
    """The stored files, in the order of their statements."""
    async with database.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT kind, billed_minor, file_sha256, text_sha256, line_count, file_bytes,"
                " string_agg(content, '' ORDER BY part) FROM settlement.statement"
                " JOIN settlement.statement_file USING (statement_id)"
                " JOIN settlement.statement_file_part USING (statement_id)"
                " GROUP BY statement_id, text_sha256, line_count, file_bytes"
                " ORDER BY statement_id"
            )
        )
        return [Stored(*row) for row in rows]


async def draft(database: Database, month: str = "2017-01") -> None:
    """Take a month as far as its drafts, without files."""
    async with database.transaction() as connection:
        await connection.execute(
            text("UPDATE settlement.period SET state = 'closing' WHERE month = :month"),
            {"month": month},
        )
        await add_drafts_within(connection, month)


async def rated(database: Database) -> World:
    """January: a use that a supplier's row would call a formula, and one that is reversed."""
    world = await create_world(database)
    uses = [
        renamed(use(world, 1), member="+8613800000000", reference='=订单"1",\n2'),
        use(world, 2, _DATED),
        use(world, 3, supplier=1),
        use(world, 4, home=1),
    ]
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE settlement.calendar SET time_zone = 'Asia/Shanghai'"))
        await rate_uses(connection, uses)
        await reverse_rated(connection, [uses[1]], JANUARY + timedelta(days=1))
        await open_missing(connection, ["2017-02"])
    return world


async def test_the_file_of_a_statement(database: Database) -> None:
    await rated(database)
    await draft(database)
    seen: list[tuple[int, int]] = []
    await write_details(database, "2017-01", lambda done, of: seen.append((done, of)))
    files = await stored(database)
    assert seen == [(len(files), len(files))]
    assert [each.kind for each in files] == ["fees", "coupons", "coupons", "fees", "coupons"]
    for each in files:
        assert hashlib.sha256(each.content).digest() == each.sha256
        assert hashlib.sha256(gzip.decompress(each.content)).digest() == each.text_sha256
        assert len(each.content) == each.file_bytes
        assert each.content[:10] == bytes.fromhex("1f8b08000000000000ff")
        lines = [row for row in each.rows if row["kind"] in {"charge", "reversal"}]
        assert len(lines) == each.line_count
        assert sum(Decimal(row["gross"]) for row in lines) * 100 == each.billed_minor
        assert "+8613800000000" not in gzip.decompress(each.content).decode()
    text_of_films = gzip.decompress(files[1].content).decode()
    heading, *rows = csv.reader(text_of_films.splitlines(keepends=True))
    assert heading == list(HEADINGS)
    first, second, third, of_leg, total, head = (
        dict(zip(HEADINGS, row, strict=True)) for row in rows
    )
    # In order of use: at half past two of the next day, where the calendar's clocks are.
    assert (first["line"], first["kind"], first["used_at"]) == (
        "1:2.1",
        "charge",
        "2017-01-10T02:30:02.250000+08:00",
    )
    assert (second["kind"], second["reversed_at"], second["gross"]) == (
        "reversal",
        "2017-01-11T20:00:00.000000+08:00",
        "-0.60",
    )
    assert (third["reference"], third["base"], third["currency"]) == ('=订单"1",\n2', "0.60", "USD")
    assert (third["rate"], third["card"], len(third["coupon_sha256"])) == ("0.6", "1 v1", 64)
    for row in (of_leg, total):
        assert (row["line"], row["kind"], row["gross"]) == ("3", "total", "0.60")
    assert (of_leg["leg"], total["leg"]) == ("coupon_cost", "")
    assert (head["line"], head["kind"], head["currency"]) == ("2017-01", "statement", "USD")
    assert head["calculation"] == (
        "payer=mint payee=films operator=exchange time_zone=Asia/Shanghai layout=1"
    )


async def test_what_was_written_stays_and_a_second_call_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rated(database)
    await draft(database)
    monkeypatch.setattr(details, "DRAFTS_AT_ONCE", 2)
    real, kept = details._keep, 0

    async def dying(*arguments: Any) -> None:
        nonlocal kept
        await real(*arguments)
        kept += 1
        if kept == 4:
            raise SystemError

    with monkeypatch.context() as broken:
        broken.setattr(details, "_keep", dying)
        with pytest.raises(SystemError):
            await write_details(database, "2017-01")
    # What was written in the transaction that died is gone, whole files and all.
    first = await stored(database)
    assert 0 < len(first) < 5
    await asyncio.gather(*(write_details(database, "2017-01") for _ in range(3)))
    everything = await stored(database)
    assert len(everything) == 5
    assert all(each in everything for each in first)
    seen: list[tuple[int, int]] = []
    await write_details(database, "2017-01", lambda done, of: seen.append((done, of)))
    assert (await stored(database), seen) == (everything, [])
    for statement in (
        "UPDATE settlement.statement_file SET line_count = 0",
        "DELETE FROM settlement.statement_file_part",
    ):
        with pytest.raises(DBAPIError, match="RestrictViolation"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(statement))


async def test_two_databases_of_the_same_uses_have_the_same_bytes(database: Database) -> None:
    await rated(database)
    await close(database, "2017-01")
    first = await stored(database)
    async with owner_transaction(database) as connection:
        await connection.execute(
            text("TRUNCATE settlement.statement, settlement.statement_file CASCADE")
        )
        await connection.execute(text("UPDATE settlement.calendar SET number_prefix = 'X'"))
        await connection.execute(text("ALTER TABLE settlement.period DISABLE TRIGGER ALL"))
        await connection.execute(
            text("UPDATE settlement.period SET state = 'open', closed_at = NULL")
        )
    await draft(database)
    await write_details(database, "2017-01")
    assert await stored(database) == first


async def test_a_reversal_of_a_later_month_names_what_it_corrects(database: Database) -> None:
    world = await create_world(database)
    event = use(world, 1)
    async with database.transaction() as connection:
        await rate_uses(connection, [event])
        # Whoever reads the session's zone later finds its own.
        before = await connection.scalar(text("SELECT current_setting('TimeZone')"))
    await close(database, "2017-01")
    async with database.transaction() as connection:
        await reverse_rated(connection, [event], FEBRUARY)
        assert before == await connection.scalar(text("SELECT current_setting('TimeZone')"))
    await close(database, "2017-02")
    files = await stored(database)
    january, february = files[1].rows[0], files[3].rows[0]
    assert (january["kind"], january["corrects_statement"]) == ("charge", "")
    assert (february["kind"], february["corrects_statement"]) == ("reversal", "2")
    assert (february["used_at"][:7], february["reversed_at"][:7]) == ("2017-01", "2017-02")


def period_line(name: str, kind: str, amount: int, tax: int = 0, **of: Any) -> PeriodLine:
    given = dict.fromkeys(("of_statement_id", "of_book_id", "of_use_id"), None) | of
    leg = "coupon_cost"
    return PeriodLine(name, kind, leg, 7, {"op": kind}, amount, None, None, tax, **given)


def counted(period_lines: Sequence[PeriodLine], shared: Sums) -> tuple[list[list[str]], Sums]:
    """The amount, tax and gross of each row of the period, and what all rows come to."""
    bill = Bill("2017-01", "mint", "films", "exchange", "CNY", "UTC")
    rows = period_rows(bill, period_lines, {("coupon_cost", None, None): shared})
    totals: dict[str, Sums] = defaultdict(Sums)
    totals["coupon_cost"].add(shared)
    for _, leg, sums in rows:
        totals[leg].add(sums)
    named = [dict(zip(HEADINGS, row, strict=True)) for row, _, _ in rows]
    closing_rows(bill, totals)
    cells = [[str(row[name]) for name in ("base", "period_share", "gross")] for row in named]
    return cells, totals["coupon_cost"]


def test_what_lines_have_a_share_of_is_counted_once() -> None:
    cap, minimum = period_line("cap", "cap", -200), period_line("minimum", "minimum", 4040)
    tax = period_line("tax", "tax", 600, 600)
    credit = period_line("credit", "adjustment", -50, of_statement_id=3)
    # All of it is shared among lines: 10,000 before, of that 3,840 from the period, 600 of tax.
    shared = Sums(2, 0, 6_160, 3_840, 10_000, 10_000, 600, 10_600)
    cells, sums = counted([cap, credit, minimum, tax], shared)
    assert cells == [
        ["-2.00", "2.00", "0.00"],
        ["-0.50", "0.00", "-0.50"],
        ["40.40", "-40.40", "0.00"],
        ["6.00", "-6.00", "0.00"],
    ]
    assert (sums.gross, sums.net, sums.tax, sums.lines) == (10_550, 9_950, 600, 6)
    # None of it is, because there are no lines to share it among.
    cells, sums = counted([cap, credit, minimum, tax], Sums())
    assert [row[2] for row in cells] == ["-2.00", "-0.50", "40.40", "6.00"]
    assert sums.gross == -200 - 50 + 4_040 + 600
    # A part of it is: whatever stands in which row, the sum is what is billed.
    cells, sums = counted([cap, minimum, tax], Sums(2, 0, 0, -200, -200, -200, 0, -200))
    assert sums.gross == -200 + 4_040 + 600


def test_what_nobody_shares_stands_in_its_own_leg_and_rate() -> None:
    bill = Bill("2017-01", "mint", "films", "exchange", "CNY", "UTC")
    low, high = Decimal("0.06"), Decimal("0.130000")

    def stated(name: str, leg: str, amount: int, rate: Decimal, tax: int = 0) -> PeriodLine:
        kind = "tax" if tax else "tier"
        return PeriodLine(name, kind, leg, 7, {}, amount, rate, False, tax, None, None, None)

    rows = period_rows(
        bill,
        [
            stated("a", "service", 50, low),
            stated("b", "coupon_cost", -10, high),
            stated("c", "tax", 3, low, 3),
            stated("d", "tax", 12, high, 12),
        ],
        {("coupon_cost", Decimal("0.13"), False): Sums(2, 0, 110, -10, 100, 100, 12, 112)},
    )
    assert [(leg, sums.gross, sums.tax) for _, leg, sums in rows] == [
        *(("service", 50, 0), ("coupon_cost", 0, 0), ("tax", 3, 3), ("tax", 0, 0)),
    ]


async def test_period_lines_and_shares_are_in_the_file(database: Database) -> None:
    await rated(database)
    await draft(database)
    of_films = {"month": "2017-01", "payer": 2, "payee": 4, "operator": 1}
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                "INSERT INTO settlement.period_line (month, payer_party_id, payee_party_id,"
                " operator_party_id, currency, period_line_id, kind, leg, calculation,"
                " amount_minor, tax_minor) VALUES"
                " (:month, :payer, :payee, :operator, 'USD', 'cap:1', 'cap', 'coupon_cost',"
                """ '{"op": "cap"}', -20, 0),"""
                " (:month, :payer, :payee, :operator, 'USD', 'tax:1', 'tax', 'coupon_cost',"
                """ '{"op": "tax"}', 4, 4)"""
            ),
            of_films,
        )
        await connection.execute(
            text(
                "INSERT INTO settlement.allocation (book_id, use_id, leg, kind, month,"
                " effective_minor, tax_minor)"
                " VALUES (1, '1.1', 'coupon_cost', 'charge', '2017-01', 40, 4)"
            )
        )
        await connection.execute(
            text(
                "UPDATE settlement.statement SET coupon_cost_minor = 40, added_tax_minor = 4,"
                " tax_minor = 4 WHERE payee_party_id = :payee AND payer_party_id = :payer"
            ),
            of_films,
        )
    await write_details(database, "2017-01")
    rows = {row["line"]: row for row in (await stored(database))[1].rows}
    shown = ("base", "period_share", "amount", "net", "tax", "gross")
    assert [rows["1:1.1"][name] for name in shown] == [
        *("0.60", "-0.20", "0.40", "0.40", "0.04", "0.44")
    ]
    assert [rows["cap:1"][name] for name in shown] == [
        *("-0.20", "0.20", "0.00", "0.00", "0.00", "0.00")
    ]
    assert rows["cap:1"]["calculation"] == '{"op": "cap"}'
    assert [rows["tax:1"][name] for name in shown] == [
        *("0.04", "-0.04", "0.00", "0.00", "0.00", "0.00")
    ]
    assert [rows["5"][name] for name in shown] == [
        *("0.44", "-0.04", "0.40", "0.40", "0.04", "0.44")
    ]
