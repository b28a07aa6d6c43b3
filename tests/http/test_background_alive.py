"""Nothing ends the background work: neither a log that takes no line, nor a loop that dies."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from api.embedded import watch
from api.embedded.pulse import Pulse
from api.events.deliver import Courier
from api.process import hearts
from api.process.bell import Bell
from api.process.context import open_context
from api.process.deliveries import Deliveries
from api.process.hearts import Hearts
from api.worker import bills, loops, supervise, webhooks
from api.worker.supervise import Loop
from exchange.fulfil import Fulfilment
from ledger import Database
from tests.dead_log import WAYS, dead_log
from tests.http.conftest import Caller, MakeSettings, refused, serving

LOOPS = {
    *(f"send-{number}" for number in range(1, loops.SENDERS + 1)),
    *("reconcile-1", "reconcile-2"),
    *("query", "rate", "convert", "release", "expire", "stock", "figures", "wipe", "seal"),
    *("tell", "withdraw", "check", "canary", "staff", "invites", "birthdays", "codes"),
    *("swaps", "cases", "close", "bills"),
    *("record", "points", "webhooks", "notice"),
    *("swaps", "cases", "liability"),
}


def sample(name: str, **labels: str) -> float:
    """The value of a metric, 0 if it has none yet."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - a metric rings no bell
            await asyncio.sleep(0.01)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_every_loop_goes_on_where_no_line_can_be_logged(
    way: str, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()

    def trouble() -> None:
        task = asyncio.current_task()
        assert task is not None
        calls[task.get_name().removeprefix("worker-")] += 1
        if calls[task.get_name().removeprefix("worker-")] == 1:
            raise ConnectionRefusedError
        if calls[task.get_name().removeprefix("worker-")] == 2:
            message = "a defect"
            raise ValueError(message)

    async def work(*_: object, **__: object) -> int:
        trouble()
        return 0

    async def no_programmes(*_: object) -> list[object]:
        trouble()
        return []

    for owner, name in (
        (Fulfilment, "submit_orders"),
        (Fulfilment, "query_orders"),
        (loops, "rate_pending"),
        (bills, "work_on_closing"),
        (loops, "work_on_upload"),
        (loops, "deliver_conversions"),
        (loops, "release_overdue"),
        (loops, "tell_of_coupons"),
        (loops, "withdraw_coupons"),
        (loops, "work_on_check"),
        (loops, "watch_suppliers"),
        (loops, "reward_staff"),
        (loops, "watch_swaps"),
        (loops, "open_stuck"),
        (bills, "counter_reversed"),
        (webhooks, "record_events"),
        (webhooks, "tell_of_points"),
        (webhooks, "tell_of_ending_keys"),
        (Courier, "deliver"),
    ):
        monkeypatch.setattr(owner, name, work)
    monkeypatch.setattr(loops, "load_programmes", no_programmes)
    for troubles in (supervise._waits, supervise._trouble):
        monkeypatch.setattr(troubles, "_spells", {})
    dropped = sample("comity_log_lines_dropped_total")
    async with open_context(make_settings()) as context:
        with dead_log(way, monkeypatch):
            stop = asyncio.Event()
            task = asyncio.create_task(loops.run_worker(context, stop))
            await until(lambda: len(calls) == len(LOOPS) and min(calls.values()) >= 3)
            assert not context.hearts.silent()
            stop.set()
            async with asyncio.timeout(20):
                await task
    assert set(calls) == LOOPS
    assert sample("comity_log_lines_dropped_total") > dropped + len(LOOPS)
    for name in LOOPS:
        assert sample("comity_worker_rounds_total", loop=name, outcome="failed") >= 2
        assert sample("comity_worker_rounds_total", loop=name, outcome="idle") >= 1


async def test_those_who_wait_for_deliveries_are_served_where_no_line_can_be_logged(
    way: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = Deliveries(database, Bell())
    settle, failures = deliveries._settle, 0

    async def broken_at_first() -> None:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise ConnectionRefusedError
        await settle()

    monkeypatch.setattr(deliveries, "_settle", broken_at_first)
    with dead_log(way, monkeypatch):
        async with asyncio.timeout(20):
            await deliveries.wait(1, 1, 60)
    await deliveries.close()
    assert failures == 2


class Dying:
    """A server that is dead, cannot be started at first, and once even fails to be looked at."""

    name = "dying"
    url = "nowhere"

    def __init__(self) -> None:
        self.looks = 0
        self.started = threading.Event()

    def is_alive(self) -> bool:
        self.looks += 1
        if self.looks == 1:
            message = "a defect"
            raise RuntimeError(message)
        return self.started.is_set()

    def ensure_started(self) -> None:
        if self.looks < 5:
            raise OSError
        self.started.set()

    def stop(self) -> None:
        """Nothing to stop."""


def test_the_watchdog_goes_on_where_no_line_can_be_logged(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(watch, "BACK_OFF_SECONDS_MIN", 0.01)
    server = Dying()
    with dead_log(way, monkeypatch):
        dog = watch.Watchdog([server], tmp_path)
        dog.start()
        assert server.started.wait(20)
        dog.stop()
    told = Pulse(tmp_path).read()
    assert told is not None
    assert (list(told.urls), told.restarts, told.is_silent) == (["nowhere"], {"dying": 1}, False)


async def test_errors_are_answered_where_no_line_can_be_logged(
    way: str, make_settings: MakeSettings, operator_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(make_settings()) as (app, client):
        caller = Caller(client, operator_key)
        assert (await caller.get("/v1/parties")).status_code == 200

        def defect() -> None:
            raise KeyError

        def gone() -> None:
            raise ConnectionRefusedError

        with dead_log(way, monkeypatch):
            monkeypatch.setattr(app.state.context.database, "transaction", defect)
            refused(await caller.get("/v1/parties"), 500, "internal-error")
            monkeypatch.setattr(app.state.context.database, "transaction", gone)
            refused(await caller.get("/v1/parties"), 503, "unavailable")


async def supervised(loop: Loop, hearts: Hearts, condition: Callable[[], bool]) -> None:
    """Run a loop until the condition holds."""
    stop = asyncio.Event()
    task = asyncio.create_task(supervise.supervise([loop], hearts, stop))
    await until(condition)
    stop.set()
    async with asyncio.timeout(20):
        await task


async def test_a_loop_that_died_is_started_again_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "LOOK_SECONDS", 0.01)
    rounds = 0

    async def fatal_at_first() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise asyncio.CancelledError
        return 0

    await supervised(Loop("dies", fatal_at_first, Bell(), 0.01), Hearts(), lambda: rounds >= 3)
    assert sample("comity_worker_restarts_total", loop="dies") == 1


async def test_a_loop_that_hangs_is_silent_and_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "LOOK_SECONDS", 0.01)
    rounds = 0

    async def hangs_at_first() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            await asyncio.Event().wait()
        return 0

    await supervised(
        Loop("hangs", hangs_at_first, Bell(), 0.01, round_seconds_max=0.2),
        Hearts(),
        lambda: rounds >= 3,
    )
    assert sample("comity_worker_restarts_total", loop="hangs") == 1


async def test_a_loop_without_work_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "BEAT_SECONDS", 0.01)
    known = hearts.Hearts()
    rounds = 0

    async def idle() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    loop = Loop("idles", idle, Bell(), 3_600, round_seconds_max=0.3)
    stop = asyncio.Event()
    task = asyncio.create_task(supervise.supervise([loop], known, stop))
    await asyncio.sleep(0.6)
    assert (rounds, known.silent()) == (1, [])
    stop.set()
    async with asyncio.timeout(20):
        await task


async def test_trouble_of_a_loop_is_one_line_and_one_more_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "TROUBLE_SECONDS_MIN", 0.001)
    monkeypatch.setattr(supervise, "TROUBLE_SECONDS_MAX", 0.001)
    rounds = 0

    async def full_disk_at_first() -> int:
        nonlocal rounds
        rounds += 1
        if rounds <= 20:
            raise OSError(28, "No space left on device")
        return 0

    with capture_logs() as logs:
        loop = Loop("troubled", full_disk_at_first, Bell(), 0.001)
        await supervised(loop, Hearts(), lambda: rounds > 25)
    assert [(entry["event"], entry.get("count")) for entry in logs] == [
        ("worker_trouble", None),
        ("worker_recovered", 20),
    ]
