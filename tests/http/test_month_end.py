"""The month's end as a whole: what the parts say of two months of everything is one and the same.

Σ statements = Σ money journal = Σ files, read back with other libraries = what the uses say one by
one. And the exchange's own count of uses is that of the lines.
"""

import csv
import gzip
import hashlib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from ledger import Database
from ledger.book import find_programme
from ledger.money import verify_money
from settlement.audit import verify_uses
from settlement.audit.money_checks import verify_journal
from settlement.corrections import counter_reversed
from settlement.liability.coupon_costs import load_costs
from settlement.statements import verify_statements
from tests.http.conftest import Caller, accepted
from tests.http.journey_money import PAID_ON, confirmed
from tests.http.months import FEBRUARY, JANUARY, Month, happen, happen_later, open_months

DATED: dict[str, set[str]] = {
    "grocer": {"use 17.1"},
    "filmhouse": set(),
    "teahouse": {"conversion 2-1"},
}
"""What the checks find of each programme: the two events whose time the test has changed itself."""
GIVEN = {"reason": "Agreed on the phone."}


async def _sound(database: Database) -> None:
    """Every check of the proof, as `comity verify` makes them."""
    async with database.transaction() as connection:
        for month in (JANUARY, FEBRUARY):
            assert await verify_statements(connection, month) == []
    async with database.transaction() as connection:
        assert await verify_journal(connection) == []
        for code, dated_by_us in DATED.items():
            programme = await find_programme(connection, code)
            defects = await verify_uses(connection, programme, lambda *_: None)
            assert {each.where for each in defects} == dated_by_us
    async with database.transaction() as connection:
        assert not any((await verify_money(connection)).values())


async def _statements(operator: Caller) -> list[Any]:
    """Every statement that stands."""
    found = accepted(await operator.get("/v1/statements", limit=100), 200)["items"]
    return [each for each in found if each["state"] != "void"]


async def _file(operator: Caller, statement: Any, file_format: str, folder: Path) -> Path:
    """A statement downloaded in a format."""
    path = f"/v1/statements/{statement['statement_id']}/download"
    sent = await operator.get(path, format=file_format)
    assert sent.status_code == 200, sent.text
    target = folder / f"{statement['number']}.{file_format}"
    target.write_bytes(sent.content)
    return target


def _minor(amount: Any) -> int:
    """An amount of a file in minor units."""
    minor = Decimal(str(amount)) * 100
    assert minor == int(minor)
    return int(minor)


def _read_csv(path: Path) -> Counter[str]:
    """What the lines of a detail file come to, which is what its own total says."""
    rows = list(csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()))
    sums: Counter[str] = Counter()
    for row in rows:
        if row["kind"] not in {"total", "statement"}:
            sums.update({name: _minor(row[name]) for name in ("net", "tax", "gross")})
    (total,) = [row for row in rows if (row["kind"], row["leg"]) == ("total", "")]
    assert {name: _minor(total[name]) for name in sums} == dict(sums)
    return sums


def _read_workbook(path: Path) -> tuple[int, int]:
    """What the lines of a workbook come to, and the total of its front page."""
    front, lines = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(number).to_python()
        for number in (0, 1)
    )
    heading = lines[0]
    gross, kind = heading.index("gross"), heading.index("kind")
    summed = sum(
        _minor(round(Decimal(str(row[gross])), 2))
        for row in lines[1:]
        if row[kind] and row[kind] not in {"total", "statement"}
    )
    (total,) = [row for row in front if row[0] == "Total"]
    return summed, _minor(round(Decimal(str(total[8])), 2))


async def _lines(operator: Caller, statement: Any) -> list[Any]:
    path = f"/v1/statements/{statement['statement_id']}/lines"
    found: list[Any] = []
    query: dict[str, str | int] = {"limit": 7}
    while True:
        page = accepted(await operator.get(path, **query), 200)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def _explained(operator: Caller, statement: Any, lines: list[Any]) -> None:
    """What is explained of each use on a statement is what its lines come to."""
    for use in sorted({line["use"] for line in lines if line["use"]}):
        book, _, use_id = use.partition(":")
        answer = accepted(await operator.get(f"/v1/lines/{book}/{use_id}"), 200)
        told = {each["line"]: each for each in answer["lines"]}
        for line in lines:
            if line["use"] == use:
                each = told[f"{use}:{line['leg']}:{line['kind']}"]
                assert each["replay"] == "same"
                assert each["statement"] == statement["number"]
                assert each["net_minor"] + each["tax_minor"] == line["gross_minor"], (line, each)
                assert each["tax_minor"] == line["tax_minor"]


async def _one_and_the_same(month: Month, folder: Path) -> None:
    """Statements, files, lines, positions and the journal of money come to the same."""
    operator = month.operator
    statements = await _statements(operator)
    positions: Counter[str] = Counter()
    for each in statements:
        billed = each["billed_minor"]
        positions.update({each["payee_party"]: billed})
        positions.subtract({each["payer_party"]: billed})
        details = await _file(operator, each, "csv.gz", folder)
        assert hashlib.sha256(details.read_bytes()).hexdigest() == each["file_sha256"]
        sums = _read_csv(details)
        assert sums["gross"] == billed, each
        assert sums["net"] + sums["tax"] == billed
        assert sums["tax"] == each["tax_minor"], each
        parquet = await _file(operator, each, "parquet", folder)
        found = duckdb.sql(f"SELECT sum(net), sum(tax), sum(gross) FROM '{parquet}'")
        assert found is not None
        (row,) = found.fetchall()
        assert [_minor(value) for value in row] == [sums["net"], sums["tax"], billed]
        assert _read_workbook(await _file(operator, each, "xlsx", folder)) == (billed, billed)
        lines = await _lines(operator, each)
        assert sum(line["amount_minor"] for line in lines) == billed
        of_month = [line for line in lines if line["period_line"]]
        assert sum(line["tax_minor"] for line in of_month) == each["tax_minor"]
        await _explained(operator, each, lines)
    open_now = accepted(await operator.get("/v1/positions"), 200)["positions"]
    assert {each["party"]: each["open_minor"] for each in open_now} == dict(positions)
    assert sum(positions.values()) == 0
    moved: Counter[str] = Counter()
    for entry in accepted(await operator.get("/v1/journal/CNY", limit=1000), 200)["items"]:
        for transfer in entry["transfers"]:
            moved.update({transfer["to_account"]: transfer["amount_minor"]})
            moved.subtract({transfer["from_account"]: transfer["amount_minor"]})
    assert {f"open:{party}": minor for party, minor in positions.items()} == dict(moved)


async def _front(month: Month, bill: Any, folder: Path) -> None:
    """Items are called as the card says, by offer. The bill of a day has the tax of its lines."""
    workbook = await _file(month.operator, bill, "xlsx", folder)
    front = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    start = next(place for place, row in enumerate(front) if row[0] == "Item")
    heading = front[start]
    end = next(place for place, row in enumerate(front) if row[0] == "Total")
    rows = [dict(zip(heading, row, strict=True)) for row in front[start + 1 : end]]
    named = [(row["Item"], row["Specification"], row["Tax code"], row["Tax rate"]) for row in rows]
    assert [each for each in named if each[0] == "Cinema tickets"] == [
        ("Cinema tickets", offer, "3070401", "6%") for offer in ("card", "snack", "ticket")
    ]
    assert ("service", "ticket", "", "") in named
    assert "tax" not in {row["Item"] for row in rows}
    day = await month.cinema.get("/v1/parties/cinema/daily-bills/2017-01-10")
    lines = gzip.decompress(day.content).decode("utf-8-sig").replace("`", "").splitlines()
    (row,) = [each for each in csv.DictReader(lines[:-2]) if each["税额"] != "0.00"]
    assert (row["金额"], row["税额"], lines[-1].split(",")[5]) == ("1.00", "0.06", "0.06")


async def _exchanges_count(month: Month) -> None:
    """The uses that the exchange counts are those that are charged."""
    async with month.database.transaction() as connection:
        made, charged, undone = (
            await connection.execute(
                text(
                    "SELECT (SELECT sum(uses) FROM exchange.coupon),"
                    " count(DISTINCT (book_id, use_id)) FILTER (WHERE kind = 'charge'),"
                    " count(DISTINCT (book_id, use_id)) FILTER (WHERE kind = 'reversal')"
                    " FROM settlement.line WHERE leg <> 'conversion'"
                )
            )
        ).one()
    assert (made, charged, undone) == (17, 17, 4)


async def test_all_that_is_said_of_two_months_is_one_and_the_same(
    operator: Caller, brand: Caller, supplier: Caller, database: Database, tmp_path: Path
) -> None:
    month = await open_months(operator, brand, supplier, database)
    await happen(month)
    closed = accepted(await operator.post(f"/v1/periods/{JANUARY}/close", {}), 200)
    assert closed["late_lines"] == 0
    await _one_and_the_same(month, tmp_path)
    bills = {
        (each["payer_party"], each["payee_party"]): each for each in await _statements(operator)
    }
    bill = bills["grocer", "cinema"]
    await _front(month, bill, tmp_path)
    await _in_question(month, bill)
    await _corrected(month, bill, bills["grocer", "operator"])
    await happen_later(month)
    assert await counter_reversed(database) >= 0
    closed = accepted(await operator.post(f"/v1/periods/{FEBRUARY}/close", {}), 200)
    assert closed["late_lines"] > 0
    await _one_and_the_same(month, tmp_path)
    await _exchanges_count(month)
    await _costs(month)
    await _paid(month)
    await _sound(database)


async def _costs(month: Month) -> None:
    """What the liability of points takes for the cost of rights is what partners have billed."""
    billed: Counter[str] = Counter()
    for each in await _statements(month.operator):
        if (each["payer_party"], each["kind"]) == ("grocer", "coupons"):
            for line in await _lines(month.grocer, each):
                if line["leg"] == "coupon_cost" and (line["use"] or line["kind"] == "adjustment"):
                    billed.update({each["month"]: line["gross_minor"]})
    async with month.database.transaction() as connection:
        programme = await find_programme(connection, "grocer")
        found = await load_costs(connection, programme.book_id, [JANUARY, FEBRUARY], "CNY")
    assert dict(found) == dict(billed)


async def _paid(month: Month) -> None:
    """All is agreed; one bill is paid by itself and the others by netting. Then nobody owes."""
    operator = month.operator
    parties = {"grocer": month.grocer, "cinema": month.cinema, "operator": operator}
    parties |= {"teahouse": month.tea, "filmhouse": month.films}
    statements = await _statements(operator)
    for each in statements:
        path = f"/v1/statements/{each['statement_id']}"
        for party in (each["payer_party"], each["payee_party"]):
            accepted(await parties[party].post(f"{path}/agree", {}), 200)
        accepted(await operator.post(f"{path}/finalise", {}), 200)
    single = max(statements, key=lambda each: each["billed_minor"])
    paid = {"paid_on": PAID_ON, "amount_minor": single["billed_minor"]}
    accepted(await operator.post("/v1/payments", {"statement_id": single["statement_id"], **paid}))
    _, run = await confirmed(operator)
    assert sum(each["due_minor"] for each in run["positions"]) == 0
    for each in run["positions"]:
        if each["due_minor"]:
            body = {"netting_id": run["netting_id"], "party": each["party"], **paid}
            body["amount_minor"] = abs(each["due_minor"])
            accepted(await operator.post("/v1/payments", body))
    (nothing,) = [each for each in statements if not each["billed_minor"]]
    accepted(await operator.post(f"/v1/statements/{nothing['statement_id']}/settle", {}), 200)
    found = accepted(await operator.get("/v1/positions"), 200)["positions"]
    assert {(each["open_minor"], each["netted_minor"]) for each in found} == {(0, 0)}
    assert {each["state"] for each in await _statements(operator)} == {"settled"}


async def _in_question(month: Month, bill: Any) -> None:
    """No more is in question than is billed, though lines share what their period comes to."""
    path = f"/v1/statements/{bill['statement_id']}"
    lines = [
        {"period_line": each["period_line"]}
        if each["use"] is None
        else {"use": each["use"], "leg": each["leg"], "kind": each["kind"]}
        for each in await _lines(month.grocer, bill)
    ]
    body = {"lines": lines, "reason": "other", "text": "All of it.", "claimed_minor": 0}
    opened = accepted(await month.grocer.post(f"{path}/disputes", body))
    assert opened["disputed_minor"] != bill["billed_minor"], "lines of the month are shared by uses"
    found = accepted(await month.grocer.get(f"{path}/due"), 200)
    assert (found["carried_minor"], found["due_minor"]) == (bill["billed_minor"], 0)
    accepted(await month.grocer.post(f"/v1/disputes/{opened['dispute_id']}/withdraw", {}), 200)


async def _corrected(month: Month, bill: Any, fees: Any) -> None:
    """A dispute that is accepted, an adjustment, and a statement that is void and replaced."""
    lines = await _lines(month.grocer, bill)
    first = next(each for each in lines if each["leg"] == "coupon_cost" and each["use"])
    named = {"use": first["use"], "leg": first["leg"]}
    path = f"/v1/statements/{bill['statement_id']}"
    claimed = {"lines": [named], "reason": "price", "text": "30.", "claimed_minor": 30}
    opened = accepted(await month.grocer.post(f"{path}/disputes", claimed))
    accepted(await month.cinema.post(f"/v1/disputes/{opened['dispute_id']}/accept", {}), 200)
    wanted = {"statement": bill["statement_id"], "lines": [{**named, "amount_minor": 7}], **GIVEN}
    made = accepted(await month.operator.post("/v1/adjustments", wanted))["adjustment_id"]
    accepted(await month.operator.post(f"/v1/adjustments/{made}/approve", {}), 200)
    void = f"/v1/statements/{fees['statement_id']}/void"
    replaced = accepted(await month.operator.post(void, GIVEN), 200)["replaced_by"]
    issued = await month.operator.post(f"/v1/statements/{replaced}/issue", {})
    assert accepted(issued, 200)["billed_minor"] == fees["billed_minor"]
