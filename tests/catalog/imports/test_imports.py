"""Imports as a whole: a file is checked, applied once, goes on after a crash, and can be mended."""

import asyncio
import os
import signal
import sys
from typing import Any

import pytest
from sqlalchemy import text

from catalog.codes import sum_up_pool
from catalog.imports import (
    FileMapping,
    about_mended,
    apply_import,
    cancel_import,
    find_mended,
    forget_old_imports,
    work_on_import,
)
from catalog.imports.job import ImportStep, TooManyImports
from catalog.imports.jobs import IMPORTS_AT_WORK_MAX, IMPORTS_PER_PARTY_MAX, take_import
from catalog.imports.reading import CHUNK_ROWS
from catalog.shops import list_shops
from ledger import Database, read_clock, service_url
from tests.catalog.fixtures import offer_of
from tests.catalog.imports.files import (
    counts,
    csv_of,
    dry,
    found,
    imported,
    importer,
    key_of,
    logged,
    outcomes,
    sent,
    supplier_of,
    wet,
    xlsx_of,
)

HEADINGS = ["门店编号", "名称", "行政区划", "分组", "状态", "线上", "备注"]
SHOPS = [
    HEADINGS,
    ["0001", "西门店", "310101", "east;big", "营业", "否", "=1+1"],
    ["0002", "东门店", "", "", "关闭", "是", ""],
]


async def shops_of(database: Database, party: Any) -> list[Any]:
    async with database.transaction() as connection:
        return await list_shops(connection, party, limit=1_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
async def test_shops_are_checked_then_applied_and_a_file_is_imported_once(
    database: Database, encoding: str
) -> None:
    party = await supplier_of(database)
    file = csv_of(SHOPS, encoding=encoding)
    job = await imported(database, party, dry("shops", file))
    assert (job.state, counts(job)) == ("checked", (2, 0, 0, 0))
    assert job.file is not None
    assert job.file["first_rows"][0][:3] == ["0001", "西门店", "310101"]
    assert job.file["columns"][0] == {
        "heading": "门店编号",
        "column": "code",
        "filled_percent": 100,
    }
    assert job.file["columns"][6] == {"heading": "备注", "column": None, "filled_percent": 50}
    assert await shops_of(database, party) == []

    again = await imported(database, party, wet("shops", file))
    assert (again.import_id, again.state, counts(again)) == (job.import_id, "done", (2, 0, 0, 0))
    one, other = await shops_of(database, party)
    assert (one.code, one.name, one.region, one.groups) == (
        *("0001", "西门店", "310101"),
        ["east", "big"],
    )
    assert (other.state, other.online) == ("closed", True)
    assert [row.key for row in await outcomes(database, job)] == ["0001", "0002"]
    assert await imported(database, party, wet("shops", file)) == again

    changed = [*SHOPS[:2], [*SHOPS[2][:4], "营业", *SHOPS[2][5:]]]
    job = await imported(database, party, wet("shops", csv_of(changed)))
    assert counts(job) == (0, 1, 1, 0)
    assert [row.state for row in await shops_of(database, party)] == ["open", "open"]


async def test_a_shop_keeps_what_a_file_has_no_column_for(database: Database) -> None:
    party = await supplier_of(database)
    rows = [HEADINGS[:6], ["1", "A", "310101", "east;big", "关闭", "是"], ["2", "B", *[""] * 4]]
    await imported(database, party, wet("shops", csv_of(rows)))
    job = await imported(
        database, party, wet("shops", csv_of([HEADINGS[:2], ["1", "A2"], ["2", "B"], ["3", "C"]]))
    )
    assert counts(job) == (1, 1, 1, 0)
    one, _, three = await shops_of(database, party)
    assert (one.name, one.region, one.groups, one.state, one.online) == (
        *("A2", "310101"),
        ["east", "big"],
        *("closed", True),
    )
    assert (three.region, three.groups, three.state, three.online) == (None, [], "open", False)
    # An empty cell in a column that is there clears it.
    job = await imported(database, party, wet("shops", csv_of([HEADINGS[:4], ["1", "A2", "", ""]])))
    assert counts(job) == (0, 1, 0, 0)
    one = (await shops_of(database, party))[0]
    assert (one.region, one.groups, one.state, one.online) == (None, [], "closed", True)


async def test_what_a_file_has_changed_is_logged_by_who_sent_it(database: Database) -> None:
    party = await supplier_of(database)
    async with database.transaction() as connection:
        offer = await offer_of(connection, party, "card", fulfilment="card_code")
    await imported(database, party, dry("shops", csv_of(SHOPS)), sender="ann")
    job = await imported(database, party, wet("shops", csv_of(SHOPS)), sender="bob")
    by_bob = ("command:bob", "import_shops")
    assert await logged(database, job) == [(*by_bob, "shop:0001", 2), (*by_bob, "shop:0002", 3)]
    again = [*SHOPS[:2], [*SHOPS[2][:4], "营业", *SHOPS[2][5:]]]
    job = await imported(database, party, wet("shops", csv_of(again)), sender="ann")
    assert await logged(database, job) == [("command:ann", "import_shops", "shop:0002", 3)], (
        "what changes nothing is not logged"
    )
    # Of card codes, each chunk has one entry: the pool belongs to its offer.
    rows = [["卡号"], *([f"{number}"] for number in range(CHUNK_ROWS + 1))]
    wish = wet("codes", csv_of(rows), offer_id=offer.offer_id)
    job = await imported(database, party, wish, sender="ann")
    entry = ("command:ann", "import_codes", f"offer:{offer.offer_id}")
    assert await logged(database, job) == [(*entry, 2), (*entry, CHUNK_ROWS + 2)]
    rows = [["卡号"], ["1"], ["2"]]
    job = await imported(
        database, party, wet("codes", csv_of(rows), offer_id=offer.offer_id), sender="ann"
    )
    assert (counts(job), await logged(database, job)) == ((0, 0, 2, 0), [])


async def test_rejected_rows_are_fetched_mended_and_sent_again(database: Database) -> None:
    party = await supplier_of(database)
    rows = [*SHOPS, ["0003", "=坏店", "999999", "", "", "", ""], ["0001", "twice"], ["", "无"]]
    wish = wet("shops", xlsx_of(rows, first_line=3))
    job = await imported(database, party, wish)
    assert (job.state, counts(job)) == ("checked", (2, 0, 0, 3))
    assert await shops_of(database, party) == []
    rejected = [
        (row.line, row.code, row.column)
        for row in await outcomes(database, job)
        if row.status == "rejected"
    ]
    assert rejected == [
        (6, "region-invalid", "region"),
        (7, "row-repeated", None),
        (8, "required-empty", "code"),
    ]
    async with database.transaction() as connection:
        with pytest.raises(ImportStep):
            await apply_import(connection, party.party_id, job.import_id, accept_partial=False)
    async with database.transaction() as connection:
        await apply_import(connection, party.party_id, job.import_id, accept_partial=True)
    await work_on_import(importer(database))
    job = await found(database, party, job)
    assert (job.state, counts(job), job.line_done) == ("done", (2, 0, 0, 3), 8)

    async with database.transaction() as connection:
        sealed = await find_mended(connection, job.import_id)
    assert sealed is not None
    mended = (await key_of(database, party)).open(sealed, about_mended(job.import_id))
    text_of_file = mended.decode("utf-8-sig")
    assert text_of_file.splitlines()[0] == ",".join([*HEADINGS, "error column", "error"])
    assert "'=坏店" in text_of_file  # a spreadsheet would run it
    right = text_of_file.replace("999999", "310101").replace("twice", "二店").replace("0001", "4")
    job = await imported(database, party, wet("shops", right.encode(), accept_partial=True))
    assert counts(job) == (2, 0, 0, 1)
    assert {row.name for row in await shops_of(database, party)} >= {"=坏店", "二店"}


async def test_a_file_that_is_no_table_is_refused_whole(database: Database) -> None:
    party = await supplier_of(database)
    for file, code in (
        (b"code,name\n1,\xff\xfe\n", "encoding-unknown"),
        (
            csv_of(
                [["code", "name"], ["1", "顯卡"]],
                encoding="big5",
            ),
            "encoding-doubtful",
        ),
        (csv_of([["code", "title"], ["1", "a"]]), "header-missing"),
        (b"PK\x03\x04 no zip", "import-file-unreadable"),
    ):
        job = await imported(database, party, wet("shops", file))
        assert job.refusal is not None
        assert (job.state, job.refusal["code"]) == ("refused", code), job.refusal


async def start_worker(database_url: str) -> asyncio.subprocess.Process:
    program = (
        "import asyncio, sys\n"
        "from catalog.imports import work_on_import\n"
        "from ledger import Database\n"
        "from tests.catalog.imports.files import importer\n"
        "async def main():\n"
        "    database = await Database.open(sys.argv[1], pool_size=2)\n"
        "    await work_on_import(importer(database))\n"
        "asyncio.run(main())\n"
    )
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, service_url(database_url)
    )


async def let_the_lease_end(database: Database, import_id: int) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE catalog.import_job SET leased_until = clock_timestamp() - interval '1 s'"
                " WHERE import_id = :import_id"
            ),
            {"import_id": import_id},
        )


async def test_a_killed_worker_leaves_an_import_that_goes_on(
    database: Database, database_url: str
) -> None:
    """Killed in the midst of a file: what was committed stays, the rest follows, nothing twice."""
    party = await supplier_of(database)
    rows = [[f"{number:05}", f"Shop {number}"] for number in range(40 * CHUNK_ROWS)]
    rows.insert(700, ["bad code!", "x"])
    job = await sent(
        database,
        party,
        wet("shops", csv_of([["code", "name"], *rows]), accept_partial=True),
    )
    worker = await start_worker(database_url)
    while (await found(database, party, job)).line_done < CHUNK_ROWS:
        assert worker.returncode is None
        await asyncio.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    await worker.wait()
    cut = await found(database, party, job)
    assert cut.state == "applying"
    assert CHUNK_ROWS <= cut.line_done <= len(rows)
    assert sum(counts(cut)) == cut.line_done - 1  # the heading is line 1

    assert await work_on_import(importer(database)) == 0  # it may still live
    await let_the_lease_end(database, job.import_id)
    told: list[tuple[int, int]] = []
    again = importer(database, tell=lambda done, total: told.append((done, total)))
    assert await work_on_import(again) == 1
    whole = await found(database, party, job)
    assert (whole.state, counts(whole)) == ("done", (len(rows) - 1, 0, 0, 1))
    assert told[-1] == (len(rows), len(rows))
    async with database.transaction() as connection:
        query = text(
            "SELECT count(*), count(*) FILTER (WHERE status = 'created'), (SELECT count(*) FROM"
            " catalog.shop) FROM catalog.import_row"
        )
        assert tuple((await connection.execute(query)).one()) == (
            *(len(rows), len(rows) - 1),
            len(rows) - 1,
        )


async def test_one_file_of_a_party_is_worked_on_at_a_time_and_few_wait(database: Database) -> None:
    party = await supplier_of(database)
    files = [csv_of([["code", "name"], [str(each), "x"]]) for each in range(5)]
    jobs = [await sent(database, party, wet("shops", each)) for each in files[:3]]
    assert len(jobs) == IMPORTS_PER_PARTY_MAX
    assert await sent(database, party, wet("shops", files[0])) == jobs[0]
    with pytest.raises(TooManyImports):
        await sent(database, party, wet("shops", files[4]))
    first = await take_import(database)
    assert first is not None
    assert first.job.import_id == jobs[0].import_id
    assert await take_import(database) is None
    others = [await supplier_of(database, f"other-{number}") for number in range(2)]
    for other in others:
        await sent(database, other, wet("shops", files[0]))
    taken = [await take_import(database) for _ in range(2)]
    assert sum(each is not None for each in taken) == IMPORTS_AT_WORK_MAX - 1

    async with database.transaction() as connection:
        gone = await cancel_import(connection, party.party_id, jobs[0].import_id)
        assert gone.refusal is not None
        assert (gone.state, gone.refusal["code"]) == ("refused", "import-cancelled")
    assert (await sent(database, party, wet("shops", files[0]))).state == "received"


async def test_card_codes_are_in_the_pool_once_and_never_in_clear(database: Database) -> None:
    party = await supplier_of(database)
    async with database.transaction() as connection:
        offer_id = (await offer_of(connection, party, "card")).offer_id
    rows = [
        ["卡号", "卡密", "有效期", "批次"],
        ["SECRETNUMBER-0001", "secretpin1", "2099-12-31", "一月"],
        ["ＳＥＣＲＥＴＮＵＭＢＥＲ-0002", "secretpin2", "", ""],
        ["SECRETNUMBER-0003", "secretpin3", "2001-01-01", ""],
        ["", "secretpin4", "", ""],
    ]
    wish = wet("codes", csv_of(rows), offer_id=offer_id, accept_partial=True)
    job = await imported(database, party, wish)
    assert (job.state, counts(job)) == ("done", (2, 0, 0, 2))
    assert [(row.line, row.code, row.key) for row in await outcomes(database, job)][2:] == [
        (4, "card-expired", None),
        (5, "required-empty", None),
    ]
    assert job.file is not None
    assert job.file["first_rows"][0] == ["•••", "•••", "2099-12-31", "一月"]
    again = csv_of([rows[0], [" SECRETNUMBER-0002 ", "secretpin2", "", ""]])
    job = await imported(database, party, wet("codes", again, offer_id=offer_id))
    assert counts(job) == (0, 0, 1, 0)
    async with database.transaction() as connection:
        parts = await sum_up_pool(connection, offer_id, (await read_clock(connection)).date())
        assert [(part.batch, part.available) for part in parts] == [("一月", 1), (None, 1)]
        for table in ("card_code", "import_job", "import_row"):
            stored = await connection.execute(text(f"SELECT t::text FROM catalog.{table} AS t"))
            whole = " ".join(stored.scalars())
            for plain in ("SECRETNUMBER", "secretpin", b"SECRETNUMBER".hex()):
                assert plain not in whole


async def test_what_became_of_rows_is_forgotten_after_a_while(database: Database) -> None:
    party = await supplier_of(database)
    rows = [["code", "name"], ["1", "x"], ["?", "y"]]
    job = await imported(database, party, wet("shops", csv_of(rows), accept_partial=True))
    await forget_old_imports(database)
    assert len(await outcomes(database, job)) == 2
    async with database.transaction() as connection:
        await connection.execute(
            text("UPDATE catalog.import_job SET ended_at = now() - interval '31 days'")
        )
    await forget_old_imports(database)
    assert await outcomes(database, job) == []
    async with database.transaction() as connection:
        assert await find_mended(connection, job.import_id) is None
    assert (await imported(database, party, wet("shops", csv_of(rows)))).state == "done"


def test_a_mapping_is_its_document() -> None:
    mapping = FileMapping({"code": "No."}, {"state": "open"}, "fen", "day-first", "Europe/Rome")
    assert FileMapping.of_document(mapping.document()) == mapping
