"""Files that wait to be reconciled: whose turn it is, and what a dead worker or client leaves."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from ledger import Database
from ledger.idempotency import KeyReused
from settlement.partner_files.process import ProcessFailed
from settlement.partner_files.refusals import PartnerFileInvalid
from settlement.reconcile import TooManyUploads, Wish, add_upload, find_outcome, is_upload_open
from settlement.reconcile.uploads import (
    UPLOADS_AT_WORK_MAX,
    UPLOADS_PER_PARTY_MAX,
    Upload,
    UploadFailed,
    end_upload,
    give_back,
    keep_upload,
    take_upload,
)
from settlement.reconcile.work import work_on_upload
from tests.settlement.comparing import comparison
from tests.settlement.fixtures import World, create_world

EMPTY = b"reference,offer_code,member,used_on,amount_minor\n"


def wish(party_id: int, key: str) -> Wish:
    return Wish(party_id, key, key.encode().ljust(32))


async def add(database: Database, party_id: int, key: str, file: bytes = EMPTY) -> int:
    return await add_upload(
        database, wish(party_id, key), supplier_party_id=party_id, month=None, file=file
    )


async def taken(database: Database) -> Upload:
    upload = await take_upload(database)
    assert upload is not None
    return upload


async def pass_time(
    database: Database, column: str, upload_id: int, ahead: timedelta = timedelta(seconds=-1)
) -> None:
    """Let an upload's time be over, or be so far ahead."""
    async with database.transaction() as connection:
        await connection.execute(
            text(
                f"UPDATE settlement.upload SET {column} = now() + :ahead"
                " WHERE upload_id = :upload_id"
            ),
            {"upload_id": upload_id, "ahead": ahead},
        )


async def uploads(database: Database) -> set[int]:
    async with database.transaction() as connection:
        return set(
            (await connection.execute(text("SELECT upload_id FROM settlement.upload"))).scalars()
        )


async def test_one_file_of_a_party_and_few_in_all_are_at_work(database: Database) -> None:
    first, second = await add(database, 1, "a"), await add(database, 1, "b")
    third, fourth = await add(database, 2, "a"), await add(database, 3, "a")
    at_once = [
        each for each in await asyncio.gather(*(take_upload(database) for _ in range(8))) if each
    ]
    assert len(at_once) == UPLOADS_AT_WORK_MAX == 2
    one, two = sorted(at_once, key=lambda upload: upload.upload_id)
    assert (one.upload_id, two.upload_id) == (first, third)
    await end_upload(database, one, None)
    assert (await taken(database)).upload_id == second
    assert await take_upload(database) is None
    await end_upload(database, two, None)
    assert (await taken(database)).upload_id == fourth


async def test_a_party_has_its_share_of_files_and_others_theirs(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(add(database, 1, f"key-{number}") for number in range(25)), return_exceptions=True
    )
    refusals = [each for each in outcomes if isinstance(each, TooManyUploads)]
    assert len(refusals) == 25 - UPLOADS_PER_PARTY_MAX
    assert all(each.extra["retry_after_seconds"] > 0 for each in refusals)
    await add(database, 2, "a")
    await end_upload(database, await taken(database), None)
    await add(database, 1, "another")
    with pytest.raises(TooManyUploads):
        await add(database, 1, "one too many")


async def test_a_key_is_one_upload(database: Database) -> None:
    first, *others = await asyncio.gather(*(add(database, 1, "a") for _ in range(8)))
    assert set(others) == {first}
    with pytest.raises(KeyReused):
        await add_upload(
            database,
            replace(wish(1, "a"), fingerprint=b"x" * 32),
            supplier_party_id=1,
            month=None,
            file=EMPTY,
        )


async def test_the_upload_of_a_dead_worker_is_taken_again(database: Database) -> None:
    upload_id = await add(database, 1, "a")
    dead = await taken(database)
    assert await take_upload(database) is None
    await pass_time(database, "leased_until", upload_id)
    living = await taken(database)
    assert living.upload_id == dead.upload_id
    assert not await keep_upload(database, dead)
    await end_upload(database, dead, None)
    assert await is_upload_open(database, upload_id)
    await give_back(database, dead)
    assert await take_upload(database) is None
    assert await keep_upload(database, living)


async def test_a_worker_that_dies_after_the_run_was_stored_leaves_it_to_the_next(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise SystemError

    party_id = world.suppliers[0].party_id
    upload_id = await add(database, party_id, "a")
    with monkeypatch.context() as dying:
        dying.setattr("settlement.reconcile.work.end_upload", crash)
        with pytest.raises(SystemError):
            await work_on_upload(database)
    assert await is_upload_open(database, upload_id)
    assert await work_on_upload(database) == 0, "its lease is not over"
    await pass_time(database, "leased_until", upload_id)
    assert await work_on_upload(database) == 1
    async with database.transaction() as connection:
        found = await find_outcome(connection, wish(party_id, "a"))
        runs = await connection.scalar(text("SELECT count(*) FROM settlement.reconciliation"))
    assert found is not None
    assert runs == 1


async def test_an_outcome_is_told_to_its_own_request_alone(
    database: Database, world: World
) -> None:
    party_id = world.suppliers[0].party_id
    await add(database, party_id, "a")
    assert await work_on_upload(database) == 1
    for other in (
        replace(wish(party_id, "a"), fingerprint=b"x" * 32),
        wish(party_id, "b"),
        wish(world.suppliers[1].party_id, "a"),
    ):
        async with database.transaction() as connection:
            assert await find_outcome(connection, other) is None


async def test_a_lease_further_ahead_than_any_is_over(database: Database) -> None:
    upload_id = await add(database, 1, "a")
    await taken(database)
    await pass_time(database, "leased_until", upload_id, timedelta(hours=1))
    assert (await taken(database)).upload_id == upload_id
    await pass_time(database, "leased_until", upload_id, timedelta(hours=1))
    await pass_time(database, "wanted_until", upload_id, timedelta(hours=1))
    assert await take_upload(database) is None
    assert await uploads(database) == set()


async def test_an_upload_that_nobody_wants_is_dropped(database: Database) -> None:
    waiting, left = await add(database, 1, "a"), await add(database, 2, "a")
    upload = await taken(database)
    for upload_id in (waiting, left):
        await pass_time(database, "wanted_until", upload_id)
    assert not await keep_upload(database, upload)
    assert await take_upload(database) is None
    assert await uploads(database) == {waiting}
    assert not await is_upload_open(database, left)
    await pass_time(database, "leased_until", waiting)
    assert await take_upload(database) is None
    assert await uploads(database) == set()


async def test_work_is_ended_when_nobody_wants_it(database: Database, world: World) -> None:
    upload_id = await add(database, world.suppliers[0].party_id, "a")
    work = asyncio.create_task(work_on_upload(database))
    with await comparison() as process:
        await pass_time(database, "wanted_until", upload_id)
        assert await work == 1
        assert process.has_ended()
    assert await take_upload(database) is None
    assert await uploads(database) == set()


async def test_a_comparison_that_dies_is_no_answer(database: Database, world: World) -> None:
    party_id = world.suppliers[0].party_id
    await add(database, party_id, "a")
    work = asyncio.create_task(work_on_upload(database))
    with await comparison() as process:
        process.send(signal.SIGKILL)
        with pytest.raises(ProcessFailed):
            await work
    async with database.transaction() as connection:
        with pytest.raises(UploadFailed):
            await find_outcome(connection, wish(party_id, "a"))


async def test_what_came_of_a_file_is_told(database: Database, world: World) -> None:
    party_id = world.suppliers[0].party_id
    for key, file in (("good", EMPTY), ("bad", b"x,y\n")):
        await add(database, party_id, key, file)
        async with database.transaction() as connection:
            assert await find_outcome(connection, wish(party_id, key)) is None
        assert await work_on_upload(database) == 1
    async with database.transaction() as connection:
        found = await find_outcome(connection, wish(party_id, "good"))
        assert found is not None
        assert found.matched == 0
        with pytest.raises(PartnerFileInvalid) as caught:
            await find_outcome(connection, wish(party_id, "bad"))
    assert caught.value.extra["fault_count"] == len(caught.value.extra["faults"])
    assert await work_on_upload(database) == 0


async def test_no_transaction_is_open_while_files_are_compared(
    database: Database, database_url: str, world: World
) -> None:
    await add(database, world.suppliers[0].party_id, "a")
    work = asyncio.create_task(work_on_upload(database))
    connection = await asyncpg.connect(database_url)
    try:
        with await comparison():
            before = await open_transactions(connection)
            await asyncio.sleep(2)
            assert not before & await open_transactions(connection)
        assert await work == 1
    finally:
        await connection.close()


async def open_transactions(connection: asyncpg.Connection) -> set[tuple[object, ...]]:
    rows = await connection.fetch("""
        SELECT pid, xact_start FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
          AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    """)
    return {tuple(row) for row in rows}


async def test_a_comparison_ends_with_its_worker(tmp_path: Path) -> None:
    """Its standard input ends when its parent dies, whatever it is doing."""
    (tmp_path / "ours.csv").touch()
    os.mkfifo(tmp_path / "theirs.csv")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "settlement.reconcile.compare"),
        *(str(tmp_path / "ours.csv"), str(tmp_path / "theirs.csv"), "2017-01-01", str(tmp_path)),
        stdin=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(60):
        assert await process.wait() == 1


@pytest.fixture
async def world(database: Database) -> World:
    return await create_world(database)
