"""Readiness tries what serving needs, and tells of what is done elsewhere."""

import asyncio
import importlib.metadata
import os
import re
import sys

import asyncpg
import httpx2
import pytest
from sqlalchemy import text

from api.process import probe as probe_module
from api.process.context import Context
from api.process.hearts import process_name
from api.process.last_verify import LastVerify, identity, keep_verify
from ledger import Database, heartbeats, outbox, read_clock
from ledger.heartbeats import FORGOTTEN_SECONDS, SILENCE_SECONDS_MAX
from tests.conftest import owner_transaction
from tests.http.conftest import PROGRAMME, Caller, MakeSettings, accepted, serving


async def parts(client: httpx2.AsyncClient) -> tuple[int, str, dict[str, str]]:
    response = await client.get("/readyz")
    document = response.json()
    return response.status_code, document["status"], document["parts"]


async def age(database: Database, seconds: float) -> None:
    """Make every heartbeat so much older."""
    async with owner_transaction(database) as connection:
        await connection.execute(
            text("""
                UPDATE ledger.heartbeat SET beat_at = beat_at - make_interval(secs => :seconds),
                    worked_at = worked_at - make_interval(secs => :seconds)
            """),
            {"seconds": seconds},
        )


@pytest.mark.parametrize(
    "limit", ["temp_file_limit = 0", "default_transaction_read_only = on"], ids=["disk", "read"]
)
async def test_a_database_that_cannot_be_written_to_is_unready(
    limit: str, make_settings: MakeSettings, database_url: str
) -> None:
    session = await asyncpg.connect(database_url)
    try:
        name = await session.fetchval("SELECT current_database()")
        await session.execute(f'ALTER DATABASE "{name}" SET {limit}')
    finally:
        await session.close()
    async with serving(make_settings()) as (_, client):
        status, _, told = await parts(client)
    assert (status, told["database"], told["writes"]) == (503, "ok", "failed")


async def test_a_pool_that_hangs_is_unready_and_one_that_is_busy_is_not(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "WRITE_REMEMBERED_SECONDS", 0.0)
    async with serving(make_settings(database_pool_size=1)) as (app, client):
        context: Context = app.state.context
        async with context.database.transaction(), context.database.transaction():
            assert (await parts(client))[2]["writes"] == "ok", "it may be busy"
            monkeypatch.setattr(probe_module, "HANGS_SECONDS", 0.0)
            status, _, told = await parts(client)
            assert (status, told["writes"]) == (503, "hangs")
        status, _, told = await parts(client)
        assert (status, told["writes"]) == (200, "ok")


async def test_readiness_writes_once_for_all_who_ask(
    make_settings: MakeSettings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "WRITE_REMEMBERED_SECONDS", 600.0)
    async with serving(make_settings()) as (_, client):
        await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
        rows = text("SELECT beat_at FROM ledger.heartbeat")
        async with database.transaction() as connection:
            (before,) = (await connection.execute(rows)).scalars()
        await client.get("/readyz")
        async with database.transaction() as connection:
            assert list((await connection.execute(rows)).scalars()) == [before]


async def test_a_locked_lane_is_seen(
    brand: Caller, make_settings: MakeSettings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "HANGS_SECONDS", 0.2)
    async with serving(make_settings()) as (app, client):
        context: Context = app.state.context
        caller = Caller(client, brand.key)
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1 FROM ledger.lane FOR UPDATE"))
            issuing = asyncio.create_task(
                caller.post(f"{PROGRAMME}/issue", {"member": "ann", "points": 1})
            )
            while context.ledger.stuck_seconds <= 0.2:
                assert not issuing.done()
                await asyncio.sleep(0.02)
            status, _, told = await parts(client)
            assert (status, told["lanes"]) == (503, "stuck")
        accepted(await issuing)
        status, _, told = await parts(client)
        assert (status, told["lanes"]) == (200, "ok")


async def test_a_message_that_nobody_handles_degrades(
    make_settings: MakeSettings, database: Database
) -> None:
    async with database.transaction() as connection:
        for topic in ("a", "b", "c"):
            await outbox.append(connection, 1, topic, [{}])
        late = probe_module.OVERDUE_SECONDS + 1
        await connection.execute(
            text("""
                UPDATE ledger.outbox SET available_at = now() - make_interval(secs => :late)
                WHERE topic <> 'b'
            """),
            {"late": late},
        )
    async with serving(make_settings()) as (_, client):
        status, whole, told = await parts(client)
    assert (status, whole, told["outbox"]) == (200, "degraded", "overdue: a, c")


async def test_a_server_without_loops_knows_whether_a_worker_lives(
    make_settings: MakeSettings, database: Database
) -> None:
    async with serving(make_settings()) as (_, client):
        status, whole, told = await parts(client)
        assert (status, whole, told["worker"]) == (200, "degraded", "none")
        async with database.transaction() as connection:
            await heartbeats.beat(connection, "far-1", works=True)
        assert (await parts(client))[1:] == ("ok", told | {"worker": "ok"})
        shown = (await client.get("/metrics")).text
        assert re.search(r'comity_worker_age_seconds{process="far-1"} \d', shown)
        await age(database, SILENCE_SECONDS_MAX + 1)
        status, whole, told = await parts(client)
        assert (status, whole, told["worker"]) == (200, "degraded", "silent: far-1")
        await age(database, -3_600)  # the database's clock was wrong, and was put back
        assert (await parts(client))[2]["worker"] == "silent: far-1"
        await age(database, 3_600 + FORGOTTEN_SECONDS)
        assert (await parts(client))[2]["worker"] == "none"


async def test_a_worker_tells_of_itself_while_its_loops_live_and_leaves_no_trace(
    make_settings: MakeSettings, database: Database
) -> None:
    async def workers() -> list[str]:
        async with database.transaction() as connection:
            return [each.process for each in await heartbeats.load_workers(connection)]

    async with serving(make_settings(run_worker=True)) as (app, client):
        context: Context = app.state.context
        while True:
            if await workers():
                break
            await asyncio.sleep(0.05)
        assert await workers() == [context.process]
        await client.get("/readyz")
        assert await workers() == [context.process], "that a server writes does not make it idle"
        context.hearts.add("dead", -1.0)
        assert context.hearts.silent() == ["dead"]
    assert await workers() == []


async def test_metrics_show_open_orders_the_pool_and_the_last_seal(
    make_settings: MakeSettings, database: Database
) -> None:
    async with serving(make_settings()) as (app, client):
        context: Context = app.state.context
        async with context.database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
            shown = (await client.get("/metrics")).text
            assert "comity_verify_age_seconds NaN" in shown, "nothing is verified yet"
            last = LastVerify(await identity(connection), await read_clock(connection), 3)
            keep_verify(context.settings, last)
            verified = (await client.get("/metrics")).text
    assert "comity_verify_defects 3.0" in verified
    assert "comity_verify_age_seconds NaN" not in verified
    assert f'comity_release{{version="{importlib.metadata.version("comity")}"}} 1.0' in shown
    assert 'comity_database_connections{state="in_use"} 1.0' in shown
    assert "comity_database_waiting 0.0" in shown
    assert "comity_seal_age_seconds NaN" in shown, "nothing is sealed yet"


async def test_worker_check_says_whether_a_worker_on_this_machine_lives(
    database_url: str, database: Database
) -> None:
    async def check() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.cli", "worker", "--check"),
            env={
                **os.environ,
                "COMITY_DATABASE_URL": database_url,
                "COMITY_REDIS_URL": "redis://x",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        shown, _ = await process.communicate()
        return process.returncode, " ".join(shown.decode().split())

    name = process_name()
    async with database.transaction() as connection:
        await heartbeats.beat(connection, "elsewhere-1", works=True)
    assert await check() == (1, "comity: no worker on this machine gives signs of life")
    async with database.transaction() as connection:
        await heartbeats.beat(connection, name, works=True)
    status, shown = await check()
    assert status == 0
    assert shown.startswith(f"{name} gave a sign of life")
    await age(database, SILENCE_SECONDS_MAX + 1)
    assert (await check())[0] == 1
