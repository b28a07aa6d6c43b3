"""Readiness and metrics: what they tell of the background work, and on which connection."""

import asyncio
import re
import time
from pathlib import Path

import pytest

from api.embedded.pulse import SILENCE_SECONDS_MAX, Pulse
from api.process.context import Context
from ledger import Database, outbox
from tests.http.conftest import MakeSettings, accepted, serving


async def test_a_loop_without_signs_of_life_makes_the_process_unready(
    make_settings: MakeSettings,
) -> None:
    async with serving(make_settings(run_worker=True)) as (app, client):
        context: Context = app.state.context
        ready = accepted(await client.get("/readyz"), 200)
        assert (ready["status"], ready["parts"]["worker"]) == ("ok", "ok")
        context.hearts.add("dead", -1.0)
        response = await client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["parts"]["worker"] == "silent: dead"
        described = accepted(await client.get("/openapi.json"), 200)["paths"]["/readyz"]["get"]
        assert "application/json" in described["responses"]["503"]["content"]


async def test_readiness_does_not_wait_for_a_connection_of_the_pool(
    make_settings: MakeSettings,
) -> None:
    async with serving(make_settings(database_pool_size=1)) as (app, client):
        context: Context = app.state.context
        async with context.database.transaction(), context.database.transaction():
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert context.probe.database.engine.pool.status().count("Connections in pool: 1")


@pytest.mark.parametrize(
    ("age_seconds", "status"), [(0, "ok"), (SILENCE_SECONDS_MAX + 1, "degraded"), (-9, "degraded")]
)
async def test_a_silent_watchdog_degrades_the_process(
    age_seconds: float,
    status: str,
    make_settings: MakeSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = make_settings(data_dir=tmp_path, run_worker=True)
    now = time.monotonic()
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: now - age_seconds)
        Pulse(tmp_path).beat([settings.database_url.get_secret_value()], "postgres")
    async with serving(settings) as (_, client):
        ready = accepted(await client.get("/readyz"), 200)
        assert ready["status"] == status
        shown = (await client.get("/metrics")).text
        assert 'comity_watchdog_restarts{server="postgres"} 1.0' in shown


async def test_a_watchdog_of_other_servers_says_nothing_about_ours(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    Pulse(tmp_path).beat(["postgresql:///another"])
    async with serving(make_settings(data_dir=tmp_path)) as (_, client):
        assert "watchdog" not in accepted(await client.get("/readyz"), 200)["parts"]


async def test_metrics_show_the_work_and_what_waits(
    make_settings: MakeSettings, database: Database
) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, 1, "nobody's", [{}])
        await outbox.append(connection, 1, "tried", [{}])
        (message,) = await outbox.claim(connection, ["tried"], 1)
        await outbox.postpone(connection, message, delay_seconds=3_600, error="in vain")
    loops = (
        *("send-1", "send-4", "query", "rate", "reconcile-1", "reconcile-2"),
        *("convert", "release", "expire", "seal"),
    )
    wanted = [
        f"comity_worker_{figure}"
        for name in loops
        for figure in (
            f'heartbeat_timestamp_seconds{{loop="{name}"}}',
            f'restarts_total{{loop="{name}"}}',
            f'rounds_total{{loop="{name}",outcome="idle"}}',
        )
    ]
    async with serving(make_settings(run_worker=True)) as (_, client), asyncio.timeout(60):
        shown = ""
        while not all(figure in shown for figure in wanted):
            await asyncio.sleep(0.1)
            shown = (await client.get("/metrics")).text
    for topic in ("nobody's", "tried"):
        (age,) = re.findall(rf'comity_outbox_age_seconds{{topic="{topic}"}} (\S+)', shown)
        assert 0.1 < float(age) < 60
