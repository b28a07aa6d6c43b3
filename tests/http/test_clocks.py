"""A service whose own clock is wrong: the database's clock dates, orders and judges."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from api.process.clock import CLOCKS_APART_SECONDS_MAX, clock_state, seconds_ahead, warn_of_clock
from exchange.fulfil.verdict import DeliveryPolicy
from ledger import Database, read_clock
from tests.exchange.supplier_server import Behaviour, SupplierServer, running_supplier
from tests.http.conftest import (
    PROGRAMME,
    SECRET,
    Caller,
    MakeSettings,
    accepted,
    serving,
    stock,
)
from tests.service_clock import service_clock_off

HOUR = timedelta(hours=1)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - another process would ring no bell
            await asyncio.sleep(0.05)


async def clock_of(database: Database) -> datetime:
    async with database.transaction() as connection:
        return await read_clock(connection)


async def redeem(brand: Caller, supplier: Caller, server: SupplierServer) -> int:
    """The coupon of a right that the supplier is to deliver."""
    endpoint = {"url": server.url, "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    offer_id = await stock(supplier, brand, fulfilment="direct")
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    body = {"member": "m1", "offer_id": offer_id, "account": "m1@cinema"}
    coupon: int = accepted(await brand.post(f"{PROGRAMME}/rights", body))["coupon"]
    return coupon


async def test_orders_are_asked_about_in_time_after_the_clock_was_an_hour_ahead(
    brand: Caller,
    supplier: Caller,
    database: Database,
    make_settings: MakeSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def state() -> str | None:
        async with database.transaction() as connection:
            statement = text("SELECT state FROM exchange.fulfilment_order")
            found: str | None = await connection.scalar(statement)
            return found

    async def is_accepted() -> bool:
        return await state() == "PROCESSING"

    async def is_delivered() -> bool:
        return await state() == "SUCCESS"

    async with (
        running_supplier(SECRET) as server,
        serving(make_settings(run_worker=True)) as (_, client),
    ):
        server.behaviour = Behaviour.ACCEPT
        with service_clock_off(monkeypatch, HOUR):
            parts = (await client.get("/readyz")).json()["parts"]
            coupon = await redeem(brand, supplier, server)
            await until(is_accepted)
        assert parts["clock"].endswith("ahead of the database")
        now = await clock_of(database)
        async with database.transaction() as connection:
            statement = text("SELECT query_at FROM exchange.fulfilment_order")
            query_at = await connection.scalar(statement)
        assert query_at - now <= timedelta(seconds=DeliveryPolicy().lease_seconds)
        server.orders = dict.fromkeys(server.orders, "SUCCESS")
        await until(is_delivered)
        receipt = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)
        ended = await clock_of(database)
        times = [datetime.fromisoformat(each["occurred_at"]) for each in receipt["steps"]]
        assert times == sorted(times)
        assert times[-1] <= ended


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(days=40)])
async def test_a_use_is_dated_by_the_database(
    brand: Caller,
    supplier: Caller,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    by: timedelta,
) -> None:
    offer_id = await stock(supplier, brand, use_within_days=30)
    right = accepted(
        await brand.post(
            f"{PROGRAMME}/rights", {"member": "m1", "offer_id": offer_id, "free": True}
        )
    )
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{right['coupon']}"), 200)["code"]
    began = await clock_of(database)
    with service_clock_off(monkeypatch, by):
        used = accepted(await supplier.post("/v1/coupons/use", {"code": code}))
        undone = accepted(await supplier.post("/v1/coupons/reverse-use", {"code": code}))
    times = [datetime.fromisoformat(each["occurred_at"]) for each in (used, undone)]
    in_order = [began, *times, await clock_of(database)]
    assert in_order == sorted(in_order)
    assert undone["state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "ok"),
        (CLOCKS_APART_SECONDS_MAX - 5, "ok"),
        (-CLOCKS_APART_SECONDS_MAX + 5, "ok"),
        (900.2, "900 s ahead of the database"),
        (-900.2, "900 s behind the database"),
    ],
)
async def test_clocks_that_are_apart_are_told(
    database: Database, seconds: float, said: str
) -> None:
    # A process whose clock is the database's, put off by so many seconds.
    instant = (await clock_of(database)).timestamp()
    loop = asyncio.get_running_loop()
    began = loop.time()

    def clock() -> float:
        return instant + loop.time() - began + seconds

    assert abs(await seconds_ahead(database, clock) - seconds) < 5
    state = await clock_state(database, clock)
    assert (state == "ok") == (said == "ok")
    assert state.partition(" s ")[2] == said.partition(" s ")[2]
    with capture_logs() as logs:
        await warn_of_clock(database, clock)
    assert [each["event"] for each in logs] == ([] if said == "ok" else ["clocks_apart"])


async def test_a_process_whose_clock_is_wrong_starts_with_a_warning_and_is_not_ready(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service_clock_off(monkeypatch, -HOUR), capture_logs() as logs:
        async with serving(make_settings()) as (_, client):
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["status"] == "unready"
            assert answer.json()["parts"]["clock"].endswith("behind the database")
    assert "clocks_apart" in [each["event"] for each in logs]
