"""One supplier's uploads: what others notice, and what comes of them when somebody goes away."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
import pytest
from litestar import Litestar
from sqlalchemy import text

from api.process.context import Context
from api.settings import Settings
from ledger import Database
from settlement.reconcile.uploads import WANTED_SECONDS
from tests.http.conftest import PROGRAMME, Caller, MakeSettings, accepted, refused, serving
from tests.settlement.comparing import Comparison, comparison

FILE = b"reference,offer_code,member,used_on,amount_minor\nx,ticket,m1,2017-01-10,60\n"
ADDRESS = "/v1/reconciliations"


async def send(caller: Caller, key: str) -> httpx2.Response:
    headers = {"Content-Type": "text/csv"}
    return await caller.post(ADDRESS, content=FILE, headers=headers, key=key)


async def send_and_leave(app: Litestar, caller: Caller, key: str, leave: asyncio.Event) -> None:
    """Send a file on a connection that ends when `leave` is set."""
    messages: list[Any] = [{"type": "http.request", "body": FILE, "more_body": False}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await leave.wait()
        return {"type": "http.disconnect"}

    async def ignore(_: Any) -> None:
        pass

    headers = {
        "authorization": f"Bearer {caller.key}",
        "idempotency-key": key,
        "content-type": "text/csv",
        "content-length": str(len(FILE)),
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": ADDRESS,
        "raw_path": ADDRESS.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "http_version": "1.1",
    }
    await cast("Any", app)(scope, receive, ignore)


async def count(database: Database, table: str) -> int:
    async with database.transaction() as connection:
        counted = await connection.execute(text(f"SELECT count(*) FROM settlement.{table}"))
        found: int = counted.scalar_one()
        return found


async def until_ended(process: Comparison) -> None:
    async with asyncio.timeout(60):
        while not process.has_ended():  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("reconciler")
async def test_many_uploads_of_one_supplier_leave_the_service_to_the_others(
    operator: Caller, brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    async with serving(make_settings()) as (app, client):
        context: Context = app.state.context
        crowd = Caller(client, supplier.key)
        waiting = {asyncio.create_task(send(crowd, f"key-{number}")) for number in range(25)}
        with await comparison():
            async with asyncio.timeout(60):
                while len(waiting) > 3:
                    done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                    for each in done:
                        refused(each.result(), 429, "too-many-uploads")
                        assert int(each.result().headers["retry-after"]) > 0
            accepted(await Caller(client, operator.key).get("/v1/parties"), 200)
            issue = {"member": "m1", "points": 5}
            accepted(await Caller(client, brand.key).post(f"{PROGRAMME}/issue", issue))
            accepted(await client.get("/readyz"), 200)
            assert context.in_flight.count == 0
        for answer in await asyncio.gather(*waiting):
            accepted(answer)
        assert context.uploading.count == 0


@pytest.mark.usefixtures("reconciler")
async def test_the_work_ends_when_its_client_leaves_and_its_place_is_free(
    supplier: Caller, make_settings: MakeSettings, database: Database
) -> None:
    async with serving(make_settings()) as (app, client):
        leave = asyncio.Event()
        leaving = asyncio.create_task(send_and_leave(app, supplier, "a", leave))
        with await comparison() as process:
            leave.set()
            await leaving
            await until_ended(process)
        assert await count(database, "reconciliation") == 0
        accepted(await send(Caller(client, supplier.key), "b"))
        accepted(await send(Caller(client, supplier.key), "a"))
        assert await count(database, "reconciliation") == 1


@pytest.mark.usefixtures("reconciler")
async def test_the_work_goes_on_while_a_repetition_wants_it(
    supplier: Caller, make_settings: MakeSettings, database: Database
) -> None:
    async with serving(make_settings()) as (app, client):
        leave, caller = asyncio.Event(), Caller(client, supplier.key)
        leaving = asyncio.create_task(send_and_leave(app, supplier, "a", leave))
        with await comparison() as process:
            repeated = [asyncio.create_task(send(caller, "a")) for _ in range(2)]
            async with asyncio.timeout(60):
                while app.state.context.uploading.count < 3:  # noqa: ASYNC110 - nothing rings
                    await asyncio.sleep(0.01)
            leave.set()
            await leaving
            await asyncio.sleep(WANTED_SECONDS + 2)
            assert not process.has_ended()
        first, second = await asyncio.gather(*repeated)
        assert accepted(first) == accepted(second)
        told = [each.headers.get("idempotency-replayed") for each in (first, second)]
        assert sorted(told, key=str) == [None, "true"]
        assert (await send(caller, "a")).content == first.content
        assert await count(database, "reconciliation") == 1


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[Process]:
    """`comity worker` as a process of its own."""
    given = {
        "COMITY_DATABASE_URL": settings.database_url.get_secret_value(),
        "COMITY_REDIS_URL": settings.redis_url.get_secret_value(),
        "COMITY_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "worker"),
        env={**clean, **given},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def test_a_file_is_reconciled_once_though_its_worker_is_killed(
    supplier: Caller,
    make_settings: MakeSettings,
    database: Database,
) -> None:
    asked = asyncio.create_task(send(supplier, "a"))
    async with worker(make_settings()) as first:
        with await comparison(first.pid) as process:
            first.kill()
            await first.wait()
        await until_ended(process)
    assert await count(database, "reconciliation") == 0
    assert not asked.done()
    async with worker(make_settings()):
        answer = await asked
    accepted(answer)
    assert (await send(supplier, "a")).content == answer.content
    assert await count(database, "reconciliation") == 1
