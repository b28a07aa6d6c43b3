"""`comity seal`, `verify`, `export` and `retry-uses`, as an auditor runs them."""

import csv
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from api.process.last_verify import identity, read_verify
from api.settings import Settings
from ledger import Database, Ledger, outbox, read_clock
from ledger.asks import Issue, Redeem
from ledger.book import create_programme
from settlement.closing import close_period
from settlement.rating.uses import TOPICS
from tests.api.cli import forked
from tests.docs.pages import DOCS, blocks
from tests.exchange.fixtures import active, open_world
from tests.settlement.fixtures import LATER, create_world, rate_uses, use

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


class Machine:
    """Runs commands against a database."""

    def __init__(self, database_url: str, redis_url: str, data_dir: Path) -> None:
        self.database_url = database_url
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("COMITY_")
        }
        self.environment |= {
            "COMITY_DATABASE_URL": database_url,
            "COMITY_REDIS_URL": redis_url,
            "COMITY_DATA_DIR": str(data_dir),
        }

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return forked.run([*map(str, words)], self.environment)

    def from_the_start(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in an interpreter that has imported nothing yet."""
        command = [sys.executable, "-m", "api.cli", *map(str, words)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=self.environment
        )

    async def tamper(self, statement: str) -> None:
        connection = await asyncpg.connect(self.database_url)
        await connection.execute("SET session_replication_role = replica")
        assert (await connection.execute(statement)).split()[-1] != "0"
        await connection.close()


@pytest.fixture
async def machine(database: Database, database_url: str, redis_url: str, tmp_path: Path) -> Machine:
    """Two books, three records in the first and one in the second."""
    ledger = Ledger(database)
    async with database.transaction() as connection:
        coffee, tea = [
            await create_programme(
                connection, code=code, party_id=1, name=code, time_zone="UTC", lanes=2
            )
            for code in ("coffee-club", "tea-club")
        ]
    await ledger.submit(coffee, [Issue(key="i", member="ann", points=50)])
    await ledger.submit(tea, [Issue(key="i", member="ann", points=50)])
    await ledger.submit(
        tea, [Issue(key="j", member="茶", points=7), Redeem(key="r", member="ann", points=20)]
    )
    return Machine(database_url, redis_url, tmp_path)


async def test_sealed_books_are_verified_against_the_heads_that_were_kept(
    machine: Machine, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.json"
    sealed = machine("seal", "--heads", heads)
    assert (sealed.returncode, sealed.stderr) == (0, "")
    assert sealed.stdout.splitlines() == [
        "coffee-club: 1 records sealed",
        "tea-club: 3 records sealed",
    ]
    kept = json.loads(heads.read_text())
    assert {each["book"] for each in kept["heads"]} == {"coffee-club", "tea-club"}
    verified = machine("verify", "--all", "--heads", heads)
    assert (verified.returncode, verified.stdout.splitlines()) == (
        0,
        ["coffee-club: sound", "tea-club: sound"],
    )
    await machine.tamper("UPDATE ledger.journal SET store = 'elsewhere' WHERE key = 'r'")
    verified = machine("verify", "--programme", "tea-club")
    assert verified.returncode == 1
    assert "sealed records are as they were sealed" in verified.stdout
    await machine.tamper("DELETE FROM ledger.seal")
    assert machine("seal").returncode == 0
    assert machine("verify").returncode == 0, "a chain made anew is right in itself"
    verified = machine("verify", "--heads", heads)
    assert verified.returncode == 1
    assert verified.stdout.splitlines()[:2] == ["coffee-club: sound", "tea-club: 1 defects"]
    assert "seals are the ones that were exported" in verified.stdout


async def test_an_offer_that_miscounts_what_was_granted_is_found(machine: Machine) -> None:
    await machine.tamper(
        "INSERT INTO catalog.offer (offer_id, supplier_id, code, latest_version, granted)"
        " VALUES (7, 1, 'right', 1, 3), (8, 1, 'none', 1, 0), (9, 1, 'wrong', 1, 4)"
    )
    await machine.tamper(
        """
        INSERT INTO catalog.allotment (
            book_id, offer_id, allotment_no, granted, remaining, returned, window_from
        )
        SELECT 1, offer_id, 1, 5, 0, 2, now() FROM catalog.offer WHERE granted > 0
        """
    )
    verified = machine("verify", "--json")
    assert verified.returncode == 1
    (found,) = [
        each for each in json.loads(verified.stdout) if each["name"] == "stock of all programmes"
    ]
    assert found["defects"] == ["offer 9 counts 4 granted, and brands have 3"]


@pytest.mark.parametrize(
    "words",
    [
        ("seal",),
        ("export", "--programme", "tea-club", "--format", "hledger"),
        ("retry-uses",),
        ("audit-log", "--json"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_does_the_same_from_the_start(machine: Machine, words: tuple[str, ...]) -> None:
    started, again = machine.from_the_start(*words), machine(*words)
    assert (started.returncode, started.stderr) == (0, "")
    assert (again.returncode, again.stderr) == (0, "")
    if words[0] == "export":
        assert again.stdout == started.stdout


async def test_a_book_that_is_gone_is_missed(machine: Machine, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    machine("seal", "--heads", heads)
    await machine.tamper("UPDATE ledger.book SET code = 'other' WHERE code = 'coffee-club'")
    verified = machine("verify", "--heads", heads)
    assert verified.returncode == 1
    assert "coffee-club: 1 defects" in verified.stdout
    assert machine("verify", "--programme", "tea-club", "--heads", heads).returncode == 0


def test_called_wrongly(machine: Machine, tmp_path: Path) -> None:
    heads, broken = tmp_path / "heads.json", tmp_path / "broken.json"
    assert machine("seal", "--programme", "tea-club", "--heads", heads).returncode == 0
    before = heads.read_bytes()
    broken.write_text("{}")
    calls: list[tuple[str | Path, ...]] = [
        ("seal", "--heads", heads),
        ("seal", "--all", "--programme", "tea-club"),
        ("seal", "--heads", tmp_path / "nowhere" / "heads.json"),
        ("verify", "--all", "--programme", "tea-club"),
        ("verify", "--heads", broken),
        ("verify", "--heads", tmp_path / "nothing.json"),
        ("export", "--programme", "tea-club"),
        ("export", "--programme", "tea-club", "--format", "ledger"),
        ("export", "--format", "hledger"),
        (
            *("export", "--programme", "tea-club", "--format", "hledger"),
            *("--output", tmp_path / "nowhere" / "x"),
        ),
    ]
    for call in calls:
        assert machine(*call).returncode == 2, call
    assert heads.read_bytes() == before
    for command in (("seal",), ("verify",), ("export", "--format", "hledger")):
        refused = machine(*command, "--programme", "nobody")
        assert refused.returncode == 1
        assert "nobody" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_device_is_written_to_and_not_replaced(machine: Machine, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = ["cat", str(pipe)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        ended = machine(
            "export", "--programme", "tea-club", "--format", "hledger", "--output", pipe
        )
        assert reader.stdout is not None
        assert reader.stdout.read().startswith("commodity 1000. ")
    assert ended.returncode == 0
    assert pipe.is_fifo()


def test_an_export_is_a_journal_on_standard_output_or_in_a_file(
    machine: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "tea.beancount"
    shown = machine("export", "--programme", "tea-club", "--format", "beancount")
    written = machine(
        "export", "--programme", "tea-club", "--format", "beancount", "--output", file
    )
    assert (shown.returncode, written.returncode, written.stdout, shown.stderr) == (0, 0, "", "")
    assert shown.stdout == file.read_text(encoding="utf-8")
    assert "茶" in shown.stdout
    assert list(tmp_path.iterdir()) == [file]
    checked = subprocess.run(
        [BEAN_CHECK, "--no-cache", file], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    kept = file.read_bytes()
    assert (
        machine(
            "export", "--programme", "nobody", "--format", "hledger", "--output", file
        ).returncode
        == 1
    )
    assert file.read_bytes() == kept
    assert list(tmp_path.iterdir()) == [file]


def guide_commands(folder: Path) -> list[list[str]]:
    """The words of the commands that the guide for auditors runs, with its files in a folder."""
    return [
        [str(folder / word) if word.endswith(".json") else word for word in block.text.split()[1:]]
        for block in blocks(DOCS / "how-to" / "audit.md")
        if block.mark == "run"
    ]


def ended(run: subprocess.CompletedProcess[str]) -> tuple[int, list[str]]:
    """How a command ended, and what it said."""
    return run.returncode, run.stdout.splitlines()


async def test_verify_recomputes_the_statements_of_closed_months(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    machine = Machine(database_url, redis_url, tmp_path)
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1)])
    for month in ("2017-01", "2017-02"):
        await close_period(database, month, now=LATER)
    sound = [
        *("statements of 2017-01: sound", "statements of 2017-02: sound"),
        "money in USD: sound",
    ]
    sealed, verified = guide_commands(tmp_path)
    assert ended(machine(*sealed)) == (0, [])
    (heads,) = tmp_path.glob("heads-*.json")
    chains = json.loads(heads.read_text())["chains"]
    assert {name: list(parts) for name, parts in chains.items()} == {
        "settlement": ["2017"],
        "money": ["USD"],
    }
    assert ended(machine(*verified)) == (0, sound)
    await machine.tamper("UPDATE settlement.statement SET chain_sha256 = '' WHERE sequence = 2")
    assert ended(machine(*verified))[1][-2:] == [
        "exported heads: 1 defects",
        "  settlement 2017: another chain up to 2 was exported",
    ]
    head = chains["settlement"]["2017"]["head"]
    await machine.tamper(
        f"UPDATE settlement.statement SET chain_sha256 = '\\x{head}' WHERE sequence = 2"
    )
    owner = await asyncpg.connect(database_url)
    await owner.execute("ALTER TABLE settlement.line DISABLE TRIGGER line_append_only")
    await owner.execute("UPDATE settlement.line SET reference = 'another'")
    await owner.close()
    assert ended(machine("verify")) == (
        1,
        [
            "statements of 2017-01: 2 defects",
            "  statement 2017-000001 does not follow from its lines",
            "  statement 2017-000002 does not follow from its lines",
            "statements of 2017-02: sound",
            "money in USD: sound",
        ],
    )


async def test_verify_compares_what_the_packages_have_stored(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    machine = Machine(database_url, redis_url, tmp_path)
    async with open_world(database) as world:
        _, code = await active(world)
        assert (await world.use(code)).accepted
    assert ended(machine("verify")) == (0, ["market: sound"])
    await machine.tamper("UPDATE catalog.allotment SET remaining = remaining - 1")
    await machine.tamper("DELETE FROM ledger.outbox")
    status, told = ended(machine("verify", "--programme", "market"))
    assert (status, told[0]) == (1, "market: 3 defects")
    assert [line.count("a batch has lost") for line in told[1:4]] == [1, 1, 0]
    assert "every use is billed, waits to be or is set aside" in told[3]
    uses = "programme market has 1 uses: 0 are billed, 0 wait and 0 are set aside"
    assert told[4:] == ["the bill: 1 defects", f"  {uses}"]


async def test_uses_set_aside_are_reported_until_they_are_retried(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    machine = Machine(database_url, redis_url, tmp_path)
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO settlement.rejected_message"
                " (book_id, outbox_id, topic, payload, attempts, reason)"
                " VALUES (3, 7, 'coupon.used', '{}', 5, 'unreadable payload')"
            )
        )
    told = ["uses set aside: 1 defects", "  coupon.used 3/7 is not billed: unreadable payload"]
    assert ended(machine("verify")) == (1, told)
    assert ended(machine("retry-uses")) == (0, ["1 messages wait to be rated again."])
    assert ended(machine("verify")) == (0, [])
    async with database.transaction() as connection:
        assert await outbox.pending(connection, TOPICS) == 1


async def test_what_is_listed_is_a_document_for_programs_too(machine: Machine) -> None:
    sealed = machine("seal", "--json")
    assert json.loads(sealed.stdout) == [
        {"programme": "coffee-club", "records": 1},
        {"programme": "tea-club", "records": 3},
    ]
    verified = machine("verify", "--json")
    assert (verified.returncode, json.loads(verified.stdout)) == (
        0,
        [{"name": "coffee-club", "defects": []}, {"name": "tea-club", "defects": []}],
    )
    await machine.tamper("UPDATE ledger.journal SET balance = balance + 1 WHERE balance = 7")
    found = machine("verify", "--json")
    assert found.returncode == 1
    assert [bool(each["defects"]) for each in json.loads(found.stdout)] == [False, True]


async def test_the_last_verify_of_all_books_is_kept_for_the_doctor(
    machine: Machine, database: Database, tmp_path: Path
) -> None:
    settings = Settings.load(data_dir=tmp_path)
    async with database.transaction() as connection:
        began_at, here = await read_clock(connection), await identity(connection)
    assert machine("verify", "--programme", "tea-club").returncode == 0
    assert read_verify(settings, here) is None
    await machine.tamper("UPDATE ledger.journal SET balance = balance + 1 WHERE balance = 7")
    assert machine("verify").returncode == 1
    last = read_verify(settings, here)
    assert last is not None
    assert last.verified_at > began_at
    assert last.defects_count > 0
    assert read_verify(settings, "another database") is None


async def test_a_journal_of_money_is_written_with_the_codes_of_its_accounts(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    machine = Machine(database_url, redis_url, tmp_path)
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1)])
    await close_period(database, "2017-01", now=LATER)
    accounts, file = tmp_path / "accounts.csv", tmp_path / "usd.csv"
    accounts.write_text("account,code\nopen:*,1122\nopen:films,2202\n", encoding="utf-8")
    options = ("journal", "USD", "--format", "csv", "--accounts", accounts, "--output", file)
    written = machine(*options)
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {(row["party"], row["code"]) for row in rows} == {
        ("mint", "1122"),
        ("films", "2202"),
        ("exchange", "1122"),
    }
    assert sum(Decimal(row["debit"] or 0) for row in rows) == Decimal("0.70")
    # A file that cannot be written whole leaves the one before as it was.
    kept = file.read_bytes()
    for stored, told in (("account,code\nbank,1\n", "open:films"), ("code\n", "line 1")):
        accounts.write_text(stored, encoding="utf-8")
        refused = machine(*options)
        assert refused.returncode == 2
        assert told in refused.stderr
        assert file.read_bytes() == kept
    unknown = machine("journal", "EUR", "--format", "hledger")
    assert unknown.returncode == 1
    assert "nothing is posted in EUR" in unknown.stderr
    days = ("--since", "2020-01-01", "--before", "2020-01-02")
    day = machine("journal", "USD", "--format", "beancount", *days)
    assert day.returncode == 0
    assert '2020-01-01 * "statement_issued"' in day.stdout
