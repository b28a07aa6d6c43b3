"""Worker and service are killed at any moment while a hostile supplier is at work.

What was redeemed before is answered again under its key, what was being sent is asked about, and
the supplier's log agrees with the books at the end.
"""

import asyncio
import json
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog import set_endpoint
from catalog.procurement.allotments import grant_allotment
from ledger import service_url
from tests.exchange.fixtures import LOOPBACK, PRICE, SECRET, START, World
from tests.exchange.hostile.process import fast_now
from tests.exchange.hostile.supplier import running_hostile_supplier
from tests.exchange.hostile.test_hostile import OPEN, against, compare

MEMBERS = 10
SETTLE_SECONDS = 90


class Killed:
    """The two processes of a run, started again whenever they are killed."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.running: dict[str, Process] = {}

    async def start(self, role: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.exchange.hostile.process"),
            json.dumps(self.order | {"role": role}),
            stdout=PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline(), "it did not start"
        self.running[role] = process

    async def kill(self, role: str) -> None:
        process = self.running[role]
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.communicate()

    async def end(self) -> None:
        for role in self.running:
            await self.kill(role)


async def play_with_kills(world: World, url: str, count: int, kills: int, seed: int) -> None:
    drawn = random.Random(seed)
    began = datetime.now(UTC).timestamp()
    for number in range(MEMBERS):
        await world.issue(f"member-{number}", PRICE * count)
    async with world.database.transaction() as connection:
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            world.direct.offer_id,
            quantity=count,
            window_from=START,
        )
    supplier = against(world, seed, lambda: fast_now(began))
    async with running_hostile_supplier(supplier):
        async with world.database.transaction() as connection:
            await set_endpoint(
                connection,
                world.supplier.party_id,
                url=supplier.url,
                encrypted_secret=world.vault.encrypt(SECRET, party_id=world.supplier.party_id),
                networks=LOOPBACK,
            )
        processes = Killed(
            {
                "url": service_url(url),
                "began": began,
                "book_id": world.programme.book_id,
                "brand_id": world.brand.party_id,
                "offer_id": world.direct.offer_id,
                "count": count,
                "members": MEMBERS,
                "seed": seed,
            }
        )
        try:
            for role in ("worker", "service"):
                await processes.start(role)
            for _ in range(kills):
                await asyncio.sleep(drawn.uniform(0.0, 0.7))
                role = drawn.choice(("worker", "worker", "service"))
                await processes.kill(role)
                await processes.start(role)
            assert await processes.running["service"].wait() == 0
            async with asyncio.timeout(SETTLE_SECONDS):
                while await world.scalar(OPEN):  # noqa: ASYNC110 - other processes do the work
                    await asyncio.sleep(0.1)
        finally:
            await processes.end()
        world.now = fast_now(began)
    assert sum((await compare(world, supplier, seed, is_killed=True)).values()) == count


async def test_killed_processes_lose_nothing(world: World, database_url: str) -> None:
    await play_with_kills(world, database_url, count=200, kills=3, seed=4)


@pytest.mark.campaign
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(5))
async def test_processes_killed_often_lose_nothing(
    world: World, database_url: str, seed: int
) -> None:
    await play_with_kills(world, database_url, count=3_000, kills=40, seed=seed)
