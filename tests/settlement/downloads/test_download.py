"""A statement in all its forms: read back with other libraries, they say what it bills."""

import base64
import csv
import gzip
import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from catalog import Party
from ledger import Database
from settlement.downloads import download, workbook
from settlement.downloads.download import Download
from settlement.downloads.spreadsheet import FORMULA_STARTS, guarded
from settlement.files import BillingProfile, state_profile
from settlement.files.layout import HEADINGS
from settlement.partner_files import read_partner_file
from settlement.statements import Statement, StatementNotFound, list_statements
from tests.settlement.fixtures import (
    World,
    close,
    create_world,
    rate_uses,
    renamed,
    use,
)
from tests.settlement.statements.test_statements import issued

HUNAN = BillingProfile(
    "湖南<影院>有限公司", "91430111MA4L16JQ9B", "长沙市 1 号", None, "某银行", "6222001234567890123"
)


@dataclass(frozen=True)
class Bill:
    """January: one statement of coupons for three uses and a reversal, of 1.20."""

    database: Database
    world: World
    statement: Statement
    folder: Path

    async def written(self, viewer: Party, name: Any, **options: Any) -> Download:
        async with self.database.transaction() as connection:
            made = await download.write_download(
                connection,
                viewer,
                self.statement.statement_id,
                download_format=name,
                target=self.folder / f"file.{len(list(self.folder.iterdir()))}",
                **options,
            )
        assert made.file_name == f"statement-{self.statement.number}.{name}"
        assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
        return made


def texts_of(paper: bytes) -> str:
    """The text that a PDF shows: its strings are Latin in one font, and UTF-16 in the other."""
    found, font = [], b""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        for named, raw in re.findall(
            rb"/(F\d+) [0-9.]+ Tf|\((.*?)(?<!\\)\) Tj", _inflated(stream), re.DOTALL
        ):
            font = named or font
            plain = re.sub(
                rb"\\([0-7]{3}|.)",
                lambda each: bytes([int(each[1], 8)]) if each[1].isdigit() else each[1],
                raw,
                flags=re.DOTALL,
            )
            found.append(plain.decode("latin-1" if font == b"F1" else "utf-16-be"))
    return "".join(found)


def _inflated(stream: bytes) -> bytes:
    return zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))


async def test_every_form_says_the_same(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LINES_AT_ONCE", 2)
    world, statements = await issued(database)
    films = world.suppliers[0]
    async with database.transaction() as connection:
        await state_profile(connection, films.party_id, HUNAN, datetime(2017, 1, 1, tzinfo=UTC))
        # A later move changes nothing of what was issued before.
        moved = BillingProfile("moved", None, None, None, None, None)
        await state_profile(connection, films.party_id, moved, datetime(2030, 1, 1, tzinfo=UTC))
    bill = Bill(database, world, statements[1], tmp_path)
    await _kept(bill)
    await _spreadsheet(bill)
    await _parquet(bill)
    await _workbook(bill, monkeypatch)
    await _paper(bill)
    for name in download.MEDIA_TYPES:
        first, second = [await bill.written(films, name) for _ in range(2)]
        assert first.path.read_bytes() == second.path.read_bytes(), name
        with pytest.raises(StatementNotFound):
            await bill.written(world.homes[1], name)


async def _kept(bill: Bill) -> None:
    kept = await bill.written(bill.world.suppliers[0], "csv.gz")
    assert bytes.fromhex(kept.sha256) == bill.statement.file_sha256
    with gzip.open(kept.path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [row for row in rows if row["kind"] in {"charge", "reversal"}]
    total = next(row for row in rows if row["kind"] == "total" and not row["leg"])
    assert sum(Decimal(row["gross"]) for row in lines) == Decimal(total["gross"]) == Decimal("1.20")
    assert int(total["line"]) == len(lines) == 4


async def _spreadsheet(bill: Bill) -> None:
    own = await bill.written(bill.world.homes[0], "csv")
    assert own.path.read_bytes().startswith("\ufeff".encode())
    with own.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*HEADINGS, "member"]
    assert [row["member"] for row in rows[:4]] == ["`=2+2", "member-2", "member-3", "member-3"]
    assert [row["gross"] for row in rows[:4]] == ["0.60", "0.60", "0.60", "-0.60"]
    for viewer in (bill.world.suppliers[0], bill.world.operator):
        others = (await bill.written(viewer, "csv")).path.read_text(encoding="utf-8-sig")
        assert others.splitlines()[0] == ",".join(HEADINGS)
        assert "=2+2" not in others


async def _parquet(bill: Bill) -> None:
    made = await bill.written(bill.world.suppliers[0], "parquet")
    found = duckdb.sql(
        "SELECT count(*), sum(gross), max(used_at) = TIMESTAMPTZ '2017-01-10 12:00:03Z',"
        f" typeof(any_value(gross)) FROM read_parquet('{made.path}')"
    )
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert found.fetchall() == [(4, Decimal("1.20"), True, "DECIMAL(20,2)")]


async def _workbook(bill: Bill, monkeypatch: pytest.MonkeyPatch) -> None:
    own = (await bill.written(bill.world.suppliers[0], "xlsx")).path
    # Sent back as a partner's file, it is what it was: none of its rows of totals is at fault.
    found = read_partner_file(own, own.with_suffix(".parquet"))
    assert (found.rows, found.total_minor, found.rejected, found.refunds) == (4, 120, [], 1)
    assert [each.amount_minor for each in found.totals] == [120, 120, 120]
    monkeypatch.setattr(workbook, "SHEET_ROWS_MAX", 4)
    made = await bill.written(bill.world.homes[0], "xlsx")
    book = CalamineWorkbook.from_path(made.path)
    assert book.sheet_names == ["Statement", "Lines", "Lines 2", "Lines 3"]
    front = book.get_sheet_by_name("Statement").to_python()
    head = {row[0]: row for row in front}
    assert head["Number"][1] == bill.statement.number
    assert head["Company number"][1] == HUNAN.credit_code
    assert head["SHA-256 of the detail file"][1] == bill.statement.file_sha256.hex()
    assert head["Total in words"][1] == "USD one and 20/100"
    items = [row[1:9] for row in front if row[0] == "Coupons used"]
    # An item for each offer. Of one with a reversal nothing is left.
    assert items == [
        ["offer-0", "", "", "", 0, "", 0, 0],
        *([f"offer-{number}", "coupon", 1, 0.6, 0.6, "", 0, 0.6] for number in (1, 2)),
    ]
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:]]
    assert all(sheet[0] == [*HEADINGS, "member"] for sheet in sheets)
    records = [dict(zip(sheets[0][0], row, strict=True)) for sheet in sheets for row in sheet[1:]]
    shown = [(each["kind"], each["gross"]) for each in records]
    assert shown == [
        *(("charge", 0.6), ("charge", 0.6), ("total", 1.2)),
        *(("charge", 0.6), ("reversal", -0.6), ("total", 0)),
        *(("total", 1.2), ("total", 1.2)),
    ]
    assert records[0]["used_at"] == datetime(2017, 1, 10, 12, 0, 1)  # noqa: DTZ001 - as cells are
    assert (records[0]["member"], records[0]["reference"]) == ("=2+2", "订单-1")
    with zipfile.ZipFile(made.path) as parts:
        assert all(each.date_time[0] == 1980 for each in parts.infolist())
        page = parts.read("xl/worksheets/sheet2.xml").decode()
        assert 'orientation="landscape"' in page
        assert 'fitToHeight="0"' in page
        assert "<f>SUBTOTAL(9," in page
        assert "Print_Titles" in parts.read("xl/workbook.xml").decode()


async def _paper(bill: Bill) -> None:
    films = bill.world.suppliers[0]
    shown = texts_of((await bill.written(films, "pdf", language="zh")).path.read_bytes())
    sha256 = bill.statement.file_sha256
    assert sha256 is not None
    for text in (
        f"结算单 {bill.statement.number}",
        "统一社会信用代码: 91430111MA4L16JQ9B",
        "名称: 湖南<影院>有限公司",
        "价税合计(大写): 美元壹元贰角整",
        f"明细文件 SHA-256: {sha256.hex()}",
        "券核销结算",
        "银行账号: 6222001234567890123",
    ):
        assert text in shown
    assert "moved" not in shown
    english = texts_of((await bill.written(films, "pdf")).path.read_bytes())
    assert "Total in words: USD one and 20/100" in english


async def test_no_cell_of_a_spreadsheet_begins_a_formula(
    database: Database, tmp_path: Path
) -> None:
    world = await create_world(database)
    starts = ["=", "+", "-", "@", "\t", "\r", "`"]
    uses = [
        renamed(use(world, number), member=f"{start}x", reference=f"{start}y")
        for number, start in enumerate(starts, start=1)
    ]
    async with database.transaction() as connection:
        await rate_uses(connection, uses)
    await close(database, "2017-01")
    async with database.transaction() as connection:
        (_, statement) = await list_statements(connection, world.operator)
    bill = Bill(database, world, statement, tmp_path)
    made = await bill.written(world.homes[0], "csv")
    with made.path.open(encoding="utf-8-sig", newline="") as file:
        records = [record for record in csv.DictReader(file) if record["kind"] == "charge"]
    # Whoever takes off one backtick has the value as it is.
    assert {record["member"] for record in records} == {f"`{start}x" for start in starts}
    assert {record["reference"] for record in records} == {f"`{start}y" for start in starts}
    for name in ("xlsx", "parquet"):
        assert (await bill.written(world.homes[0], name)).path.stat().st_size


def test_what_a_spreadsheet_would_spoil_is_guarded() -> None:
    for text in ("00123", "12345678901234567890", *(f"{each}1" for each in FORMULA_STARTS)):
        assert guarded(text) == f"`{text}"
    for text in ("", "0", "123", "12345678901", "1:2.1", "订单-1", "A00123"):
        assert guarded(text) == text
