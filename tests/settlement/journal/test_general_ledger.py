"""Files for a general ledger: read back by real `bean-check`, real `hledger` and csv."""

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.money import MoneyTransaction, Posted, Transfer
from ledger.money.transactions import Recorded, balances_after
from settlement.journal.general_ledger import (
    CSV_HEADING,
    JournalFormat,
    JournalFrame,
    JournalUnbalanced,
    write_journal,
)
from settlement.journal.mapping import MappingInvalid, read_mapping
from settlement.journal.names import AccountName

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
HLEDGER = shutil.which("hledger")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CODES = {1: "sunny", 2: "iqiyi", 3: "ezr-2", 9: "operator"}
MAPPING = b"account,code\nbank,1002\nopen:*,1122\nopen:iqiyi,2202.01\nnet:*,1221\n"
OPENING = {"open:1": -700, "open:2": 700, "net:3": 5, "bank": -5}


def posted(seq: int, day: date, kind: str, *transfers: tuple[str, str, int]) -> Posted:
    found = tuple(Transfer(*each) for each in transfers)
    document = '2026-000001, "a: [b]"; c\n=1+1'
    transaction = MoneyTransaction(f"{kind}:{seq}", kind, day, document, found)
    return Posted(Recorded(seq, NOON, 4), transaction, b"")


JUNE = [
    posted(8, date(2026, 6, 1), "statement_issued", ("open:1", "open:2", 12345)),
    posted(9, date(2026, 6, 3), "payment", ("bank", "open:1", 1), ("open:2", "bank", 1)),
    posted(10, date(2026, 6, 2), "netting", ("net:1", "open:1", 344), ("open:2", "net:2", 344)),
    posted(11, date(2026, 6, 30), "payment", ("bank", "net:1", 300)),
]


def framed(
    opening: dict[str, int], transactions: Sequence[Posted], currency: str = "CNY"
) -> JournalFrame:
    moved = balances_after([each.transaction for each in transactions])
    closing = {
        account: opening.get(account, 0) + moved.get(account, 0) for account in {*opening, *moved}
    }
    days = (date(2026, 6, 1), date(2026, 7, 1))
    return JournalFrame(currency, *days, opening, closing, CODES, read_mapping(MAPPING))


async def written(
    frame: JournalFrame, form: JournalFormat, transactions: Sequence[Posted] = JUNE
) -> str:
    async def stream() -> AsyncIterator[Posted]:
        for each in transactions:
            yield each

    return "".join([piece async for piece in write_journal(frame, stream(), form)])


def agrees(form: JournalFormat, folder: Path, journal: str) -> bool:
    """What the program that the format is for says of the file."""
    file = folder / f"journal.{form}"
    file.write_text(journal, encoding="utf-8")
    command = [str(BEAN_CHECK), "--no-cache", str(file)]
    if form is JournalFormat.HLEDGER:
        assert HLEDGER is not None
        command = [HLEDGER, "-f", str(file), "check", "--strict"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode == 0 and not ran.stderr


PROGRAMS = [
    JournalFormat.BEANCOUNT,
    pytest.param(
        JournalFormat.HLEDGER,
        marks=pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed"),
    ),
]


@pytest.mark.parametrize("form", PROGRAMS)
async def test_programs_of_accounting_agree_and_find_one_cent(
    form: JournalFormat, tmp_path: Path
) -> None:
    for opening, currency in (({}, "CNY"), (OPENING, "CNY"), (OPENING, "JPY"), (OPENING, "KWD")):
        journal = await written(framed(opening, JUNE, currency), form)
        assert agrees(form, tmp_path, journal), journal
    journal = await written(framed(OPENING, JUNE), form)
    assert "2202.01" in journal
    # One cent less in one posting, and in one assertion.
    for altered in (
        journal.replace("Liabilities:Open:SUNNY  123.45", "Liabilities:Open:SUNNY  123.44"),
        journal.replace("-127.00", "-126.99"),
    ):
        assert altered != journal
        assert not agrees(form, tmp_path, altered)


async def test_debits_and_credits_of_the_csv_are_equal_and_lead_to_the_balances() -> None:
    frame = framed(OPENING, JUNE)
    text = await written(frame, JournalFormat.CSV)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == CSV_HEADING
    assert text.startswith("posted_on,")
    assert text.count("\r\n") == 1 + len(rows)
    held = {frame.name_of(account).path: Decimal(-each) for account, each in OPENING.items()}
    by_entry: dict[str, Decimal] = {}
    for row in rows:
        change = Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
        assert bool(row["debit"]) != bool(row["credit"])
        held[row["account"]] = held.get(row["account"], Decimal()) + change * 100
        by_entry[row["entry"]] = by_entry.get(row["entry"], Decimal()) + change
    assert set(by_entry.values()) == {Decimal()}
    closing = {frame.name_of(account).path: -each for account, each in frame.closing.items()}
    assert held == closing
    assert {row["code"] for row in rows if row["account"] == "Assets:Bank"} == {"1002"}
    assert {row["code"] for row in rows if row["party"] == "iqiyi"} == {"2202.01", "1221"}
    # A field never begins with what a spreadsheet would compute.
    assert not any(value[:1] in "=+-@" for row in rows for value in row.values() if value)


@pytest.mark.parametrize("form", JournalFormat)
async def test_a_file_that_misses_the_balances_is_not_written_to_its_end(
    form: JournalFormat,
) -> None:
    frame = framed(OPENING, JUNE)
    with pytest.raises(JournalUnbalanced, match="open:1, open:2"):
        await written(frame, form, JUNE[1:])
    with pytest.raises(JournalUnbalanced, match="bank"):
        await written(replace(frame, closing={**frame.closing, "bank": 7}), form)
    closing = {**frame.closing, "bank": frame.closing["bank"] + 5}
    crooked = replace(frame, opening={**OPENING, "bank": 0}, closing=closing)
    with pytest.raises(JournalUnbalanced, match="debits and credits"):
        await written(crooked, form)
    without_net = replace(frame, mapping=read_mapping(b"account,code\nbank,1\nopen:*,2\n"))
    with pytest.raises(MappingInvalid, match="net:ezr-2, net:iqiyi, net:sunny"):
        await written(without_net, form)
    plain = await written(replace(frame, mapping=None), form)
    assert "2202" not in plain


def test_a_mapping_names_accounts_parties_and_kinds() -> None:
    stored = b"\xef\xbb\xbfaccount, code\r\n bank ,1002\r\n\r\nopen:*,11\nopen:a,12\n"
    mapping = read_mapping(stored)
    names = {
        AccountName("bank", None): "1002",
        AccountName("open", "a"): "12",
        AccountName("open", "b"): "11",
        AccountName("net", "a"): None,
    }
    assert {name: mapping.find_code(name) for name in names} == names
    for wrong, told in {
        b"": "line 1",
        b"code,account\n": "line 1",
        b"account,code\nbank\n": "line 2",
        b"account,code\nbank,1,2\n": "line 2",
        b"account,code\ncash,1\n": "'cash'",
        b"account,code\nopen:,1\n": "'open:'",
        b"account,code\nbank,\n": "1 to 64",
        b"account,code\nbank,1\x07\n": "1 to 64",
        b"account,code\nbank,1\nbank,2\n": "twice",
        b'account,code\nbank,"1\n': "line 2",
        b"account,code\nbank,\xff\n": "UTF-8",
        b"x" * ((1 << 20) + 1): "bytes",
    }.items():
        with pytest.raises(MappingInvalid, match=told):
            read_mapping(wrong)
