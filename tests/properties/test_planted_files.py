"""Defects planted in files of the bill: each is found by the test that was written for it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ledger import Database
from settlement.downloads import amount_words, download, spreadsheet
from settlement.files import credit_code, daily, details, layout, profiles
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS
from tests.settlement.downloads import test_download, test_words
from tests.settlement.files import test_daily, test_details

Finder = Callable[[Database, Path, pytest.MonkeyPatch], Awaitable[None]]


async def _shares(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del folder, patched
    await test_details.test_period_lines_and_shares_are_in_the_file(database)


async def _once(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del folder
    await test_details.test_what_was_written_stays_and_a_second_call_goes_on(database, patched)


async def _lines(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del folder, patched
    await test_details.test_the_file_of_a_statement(database)


async def _corrected(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del folder, patched
    await test_details.test_a_reversal_of_a_later_month_names_what_it_corrects(database)


async def _forms(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    await test_download.test_every_form_says_the_same(database, folder, patched)


async def _guards(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del database, folder, patched
    test_download.test_what_a_spreadsheet_would_spoil_is_guarded()


async def _days(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del patched
    await test_daily.test_the_bill_of_a_day(database, folder)


async def _profiles(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del folder, patched
    await test_daily.test_who_a_party_is_on_invoices(database)


async def _words(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del database, folder, patched
    test_words.test_an_amount_in_chinese("100001.00", "壹拾万零壹元整")


async def _company(database: Database, folder: Path, patched: pytest.MonkeyPatch) -> None:
    del database, folder, patched
    test_words.test_the_number_of_a_company()


PLANTED: list[tuple[Defect | StatementDefect, Finder]] = [
    (
        StatementDefect(
            "a share of a period is not told", details, "_ROWS", "effective - amount_minor", "0"
        ),
        _shares,
    ),
    (
        Defect(
            "money of a period is counted twice",
            layout,
            "period_rows",
            "taken = (amount, tax)",
            "taken = (0, 0)",
        ),
        _shares,
    ),
    (
        StatementDefect(
            "a file is written again",
            details,
            "_TAKE",
            "AND file_sha256 IS NULL",
            "",
        ),
        _once,
    ),
    (
        StatementDefect(
            "lines are in no order of time", details, "_ROWS", "used_at, book_id, ", ""
        ),
        _lines,
    ),
    (
        StatementDefect(
            "a reversal corrects the newest statement", details, "_EARLIER", "min(", "1 + max("
        ),
        _corrected,
    ),
    (
        Defect(
            "a supplier gets members",
            download,
            "knows_members",
            'between and "brand" in viewer.roles',
            "between",
        ),
        _forms,
    ),
    (
        Defect(
            "long numbers are rounded",
            spreadsheet,
            "guarded",
            "or _ROUNDED.fullmatch(text) is not None",
            "",
        ),
        _guards,
    ),
    (
        StatementDefect(
            "a day begins a day too early",
            daily,
            "_LINES",
            "occurred_at >= $2",
            "occurred_at >= $2::timestamptz - interval '1 day'",
        ),
        _days,
    ),
    (
        StatementDefect(
            "a move changes files of before",
            profiles,
            "_AT",
            "ELSE -version",
            "ELSE version",
        ),
        _profiles,
    ),
    (
        Defect(
            "a gap is not read", amount_words, "_chinese_whole", "gap or part < _THOUSAND", "gap"
        ),
        _words,
    ),
    (
        Defect("a check digit weighs nothing", credit_code, "check_digit", "pow(3,", "pow(1,"),
        _company,
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "find"), PLANTED, ids=[each.name for each, _ in PLANTED])
async def test_a_defect_of_a_file_is_found(
    defect: Defect | StatementDefect,
    find: Finder,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        await find(database, tmp_path, monkeypatch)
