"""Exports: real `bean-check` and, where it is installed, real `hledger` read the book.

They agree with every balance in it.
"""

import asyncio
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from beancount.core import data
from beancount.parser import parser
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ledger import Database, Ledger
from ledger.asks import Adjust, Issue, Merge, Operation, Redeem
from ledger.audit import Format, export_book
from ledger.audit import export as exporting
from ledger.audit.export import ACCOUNTS, commodity_of
from ledger.audit.plaintext import Beancount, Hledger, Posting, Transaction
from ledger.book import Programme, create_programme, find_programme
from tests.ledger.audit import hledger
from tests.ledger.full_book import NAME, fill

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
HLEDGER = shutil.which("hledger")
"""Python's package index does not have it; `.ci/run` has the system install it."""

ANN = 'ann"; "\\'
BOB = "date:2020-13-45, [2020-99-99] ; x"
CYD = "  茶会 🍵 Liabilities:Held  5 PTS "
DAN = '%0A"\\n 2026-01-01 open Assets:Mine'
FUNDER = 'The "Best" Tea, Ltd: 100% \\ [2026-01-01]'
BEFORE_MIDNIGHT = datetime(2026, 1, 10, 15, 59, 59, tzinfo=UTC)
"""A second before midnight where the programme lives."""
MIDNIGHT = datetime(2026, 2, 10, 16, 0, tzinfo=UTC)

OF_HOSTILE_NAMES: Sequence[Operation] = (
    Issue(
        key=ANN,
        member=ANN,
        points=500,
        funder=FUNDER,
        expires_on=date(2026, 1, 31),
        occurred_at=BEFORE_MIDNIGHT,
        store=BOB,
        channel="[]",
        staff=ANN,
        reference=DAN,
        metadata={"comment; date:x": FUNDER, "b": ANN},
    ),
    Issue(key="i4", member=CYD, points=70, funder=FUNDER, occurred_at=BEFORE_MIDNIGHT),
    Issue(key="i5", member=DAN, points=40, occurred_at=BEFORE_MIDNIGHT),
    Issue(key="i6", member=BOB, points=400, occurred_at=MIDNIGHT),
    Redeem(key="r4", member=BOB, points=10, occurred_at=MIDNIGHT),
    Adjust(key="a1", member=CYD, points=30, reason=ANN, actor=BOB, occurred_at=MIDNIGHT),
    Merge(key="m1", member=CYD, into_member=BOB, occurred_at=MIDNIGHT),
)
"""By members with names that would end a value where it is not escaped."""


@dataclass(frozen=True, slots=True)
class Books:
    """The book where everything happened, and the one that its points were converted to."""

    full: Programme
    other: Programme


@pytest.fixture
async def books(database: Database, ledger: Ledger) -> Books:
    full = await fill(database, ledger)
    assert all(answer.accepted for answer in await ledger.submit(full, OF_HOSTILE_NAMES))
    async with database.transaction() as connection:
        return Books(full, await find_programme(connection, "mile-club"))


async def exported(database: Database, programme: Programme, form: Format) -> str:
    async with database.transaction() as connection:
        return "".join([piece async for piece in export_book(connection, programme, form)])


def ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def bean_check(tmp_path: Path, journal: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "book.beancount"
    file.write_text(journal, encoding="utf-8")
    return ran([str(BEAN_CHECK), "--no-cache", str(file)])


def hledger_check(command: str, folder: Path, journal: str) -> subprocess.CompletedProcess[str]:
    file = folder / "book.journal"
    file.write_text(journal, encoding="utf-8")
    return ran([command, "-f", str(file), "check", "--strict"])


async def as_owner(url: str, statement: str) -> None:
    """Change what the service may not."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        assert (await connection.execute(statement)).split()[-1] != "0"
    finally:
        await connection.close()


async def test_bean_check_agrees_with_both_books(
    database: Database, books: Books, tmp_path: Path
) -> None:
    for programme in (books.full, books.other):
        journal = await exported(database, programme, Format.BEANCOUNT)
        checked = bean_check(tmp_path, journal)
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


TAMPERINGS = [
    "UPDATE ledger.account SET balance = balance + 1 WHERE book_id = 1 AND balance > 0",
    "UPDATE ledger.lane SET issuance = issuance - 1 WHERE book_id = 1 AND lane = 0",
    "UPDATE ledger.lane SET held = held + 1 WHERE book_id = 1 AND lane = 0",
    "UPDATE ledger.lane SET transit = transit + 1 WHERE book_id = 1 AND lane = 0",
    "UPDATE ledger.lane SET debt = debt - 1 WHERE book_id = 1 AND lane = 0",
    "UPDATE ledger.journal SET amount = amount + 1 WHERE book_id = 1 AND key = 'i2'",
    "UPDATE ledger.journal SET from_kind = 6 WHERE book_id = 1 AND key = 'i2'",
    "DELETE FROM ledger.journal WHERE book_id = 1 AND key = 'r4'",
    "DELETE FROM ledger.account WHERE book_id = 1 AND member = 'bob'",
]


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_a_book_that_does_not_add_up_fails_both(
    database: Database, database_url: str, books: Books, tmp_path: Path, *, tampering: str
) -> None:
    await as_owner(database_url, tampering)
    assert (
        bean_check(tmp_path, await exported(database, books.full, Format.BEANCOUNT)).returncode != 0
    )
    journal = await exported(database, books.full, Format.HLEDGER)
    with pytest.raises(hledger.JournalInvalid):
        hledger.read(journal)
    if HLEDGER is not None:
        assert hledger_check(HLEDGER, tmp_path, journal).returncode != 0


async def stored(database: Database, programme: Programme) -> dict[str, int]:
    """Every account's balance by the book, as a journal has it: credits below zero."""
    async with database.transaction() as connection:
        columns = ", ".join(f"sum({kind.name.lower()})" for kind in ACCOUNTS)
        where = {"book_id": programme.book_id}
        own = (
            await connection.execute(
                text(f"SELECT {columns} FROM ledger.lane WHERE book_id = :book_id"), where
            )
        ).one()
        wallets = await connection.execute(
            text("SELECT account_id, balance FROM ledger.account WHERE book_id = :book_id"), where
        )
        named = {f"Liabilities:Wallets:{account_id}": -balance for account_id, balance in wallets}
    return named | {
        name: -int(balance) for name, balance in zip(ACCOUNTS.values(), own, strict=True)
    }


async def test_the_journal_for_hledger_is_right_by_its_manual(
    database: Database, books: Books
) -> None:
    for programme in (books.full, books.other):
        journal = hledger.read(await exported(database, programme, Format.HLEDGER))
        balances = await stored(database, programme)
        assert {name: journal.balances[name] for name in balances} == balances
        assert journal.asserted == set(balances) == set(journal.accounts)


@pytest.mark.skipif(
    HLEDGER is None,
    reason="hledger is not installed; tests/ledger/audit/hledger.py reads the file instead",
)
async def test_hledger_itself_agrees_with_both_books(
    database: Database, books: Books, tmp_path: Path
) -> None:
    assert HLEDGER is not None
    for programme in (books.full, books.other):
        checked = hledger_check(
            HLEDGER, tmp_path, await exported(database, programme, Format.HLEDGER)
        )
        assert (checked.returncode, checked.stderr) == (0, "")


async def test_what_the_journals_say_beside_the_amounts(database: Database, books: Books) -> None:
    journal = hledger.read(await exported(database, books.full, Format.HLEDGER))
    assert journal.commodity == '"PTS-TEA-CLUB"'
    assert journal.tags == {
        "name": NAME,
        "unit": "leaves",
        "display-scale": "2",
        "time-zone": "Asia/Shanghai",
    }
    members = {tags["member"]: tags for tags in journal.accounts.values() if tags}
    assert members.keys() == {ANN, BOB, CYD, DAN, "ann", "bob", "dan", "eve"}
    assert members[CYD]["merged-into"] == BOB
    issued = next(each for each in journal.transactions if each.tags.get("key") == ANN)
    assert (issued.day, issued.description) == (date(2026, 1, 10), "issue")
    assert issued.tags["store"] == BOB
    assert issued.tags["staff"] == ANN
    assert issued.tags["reference"] == DAN
    assert issued.tags["occurred-at"] == "2026-01-10T15:59:59+00:00"
    assert [posting.amount for posting in issued.postings] == [500, -500]
    assert issued.postings[0].account == "Expenses:Issuance"
    assert issued.postings[0].tags == {"expires-on": "2026-01-31", "funder": FUNDER}
    redeemed = next(each for each in journal.transactions if each.tags.get("key") == "r4")
    assert redeemed.day == date(2026, 2, 11), "days are the programme's"
    adjusted = next(each for each in journal.transactions if each.tags.get("key") == "a1")
    assert "typed" not in str(adjusted.tags["detail"]), adjusted.tags
    assert not any(each.tags.get("key") in {"too-much", "free"} for each in journal.transactions), (
        "they moved nothing"
    )
    beans, errors, _options = parser.parse_string(
        await exported(database, books.full, Format.BEANCOUNT)
    )
    assert errors == []
    opened = [
        each.meta["member"]
        for each in beans
        if isinstance(each, data.Open) and "member" in each.meta
    ]
    assert sorted(opened) == sorted(members)
    known = {each.meta["operation"]: each for each in beans if isinstance(each, data.Transaction)}
    assert known.keys() == {each.code for each in journal.transactions if each.code is not None}
    for each in journal.transactions:
        if each.code is not None:
            bean = known[each.code]
            assert bean.date == each.day
            assert {name: bean.meta[name] for name in each.tags} == each.tags
            assert [(p.account, int(p.units.number or 0)) for p in bean.postings if p.units] == [
                (p.account, p.amount) for p in each.postings
            ]


async def test_the_same_book_gives_the_same_file(
    database: Database, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form in Format:
        whole = await exported(database, books.full, form)
        monkeypatch.setattr(exporting, "FETCH_ROWS", 1)
        assert await exported(database, books.full, form) == whole
        monkeypatch.undo()


async def test_refused_operations_do_not_date_an_export(database: Database, books: Books) -> None:
    for form in Format:
        before = await exported(database, books.full, form)
        (refused, early) = await Ledger(database).submit(
            books.full,
            [
                Redeem(key=f"{form}-{year}", member=BOB, points=10**9, occurred_at=day)
                for year in (8999, 1901)
                for day in (datetime(year, 1, 1, tzinfo=UTC),)
            ],
        )
        assert refused.refusal is not None
        assert early.refusal is not None
        assert "8999" not in before
        assert await exported(database, books.full, form) == before


async def test_an_export_is_of_one_instant(
    database: Database, books: Books, tmp_path: Path
) -> None:
    """What is recorded while it is read is not in it, neither as an entry nor in a balance."""
    ledger = Ledger(database)
    before = await exported(database, books.full, Format.BEANCOUNT)
    pieces: list[str] = []
    async with (
        database.transaction() as connection,
        aclosing(export_book(connection, books.full, Format.BEANCOUNT)) as journal,
    ):
        async for piece in journal:
            if not pieces:
                async with asyncio.timeout(5):
                    await ledger.submit(books.full, [Issue(key="late", member="dan", points=9)])
            pieces.append(piece)
    assert "".join(pieces) == before
    after = await exported(database, books.full, Format.BEANCOUNT)
    assert after != before
    assert bean_check(tmp_path, after).returncode == 0


@pytest.mark.parametrize("code", ["0", "true", "eur", "a", "9-lives", "z" * 64])
async def test_a_book_without_entries_and_any_code(
    database: Database, tmp_path: Path, code: str
) -> None:
    async with database.transaction() as connection:
        programme = await create_programme(
            connection, code=code, party_id=1, name="X", time_zone="UTC", lanes=1
        )
    assert (
        bean_check(tmp_path, await exported(database, programme, Format.BEANCOUNT)).returncode == 0
    )
    journal = await exported(database, programme, Format.HLEDGER)
    assert hledger.read(journal).transactions
    if HLEDGER is not None:
        assert hledger_check(HLEDGER, tmp_path, journal).returncode == 0
    assert commodity_of(programme) == f"PTS-{code.upper()}"


HOSTILE = st.one_of(
    st.text(max_size=40), st.text('"\\;,:[]%()\n\r\t =*date2PTS-0', max_size=40)
).filter(lambda value: "\x00" not in value)


@given(HOSTILE, HOSTILE)
def test_no_text_breaks_out_of_its_place(member: str, funder: str) -> None:
    day = date(2026, 1, 10)
    lot = Posting("Expenses:Issuance", 5, {"funder": funder})
    transaction = Transaction(
        day, "issue", "0-1", {"key": member}, [lot, Posting("Liabilities:Held", -5, {})]
    )

    def journal(style: Any) -> str:
        names = ("Expenses:Issuance", "Liabilities:Held")
        opened = "".join(style.opening(day, name, {"member": member}) for name in names)
        asserted = style.assertion(date(2026, 1, 11), "Liabilities:Held", -5)
        head, record = style.head(day, {"name": funder}), style.transaction(transaction)
        return f"{head}{opened}{record}\n{asserted}"

    beans, errors, _options = parser.parse_string(journal(Beancount("PTS-X")))
    assert errors == []
    kinds = [type(bean).__name__ for bean in beans]
    assert sorted(kinds) == ["Balance", "Commodity", "Open", "Open", "Transaction"]
    (bean,) = [each for each in beans if isinstance(each, data.Transaction)]
    assert bean.meta["key"] == member
    assert bean.postings[0].meta is not None
    assert bean.postings[0].meta["funder"] == funder
    read = hledger.read(journal(Hledger("PTS-X")))
    assert [each.tags for each in read.transactions] == [{"key": member}, {}]
    assert read.transactions[0].postings[0].tags == {"funder": funder}
    assert list(read.accounts.values()) == [{"member": member}] * 2


async def test_memory_does_not_grow_with_the_book(database: Database, database_url: str) -> None:
    async with database.transaction() as connection:
        programme = await create_programme(
            connection, code="big", party_id=1, name="Big", time_zone="UTC", lanes=1
        )

    async def peak(first: int, last: int) -> int:
        await as_owner(
            database_url,
            "INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, amount,"
            " account_id, balance, from_kind, to_kind)"
            f" SELECT {programme.book_id}, 0, seq, 0, now(), 1, 5, 4096, 5, 0, 15"
            f" FROM generate_series({first}, {last}) AS seq",
        )
        tracemalloc.start()
        async with database.transaction() as connection:
            pieces = 0
            async for piece in export_book(connection, programme, Format.BEANCOUNT):
                pieces += 1
                assert len(piece) < 1_000
        assert pieces > last
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    await peak(1, 500)  # loads what is loaded once
    small = await peak(501, 2_000)
    assert await peak(2_001, 8_000) < 1.5 * small
