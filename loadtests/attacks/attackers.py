"""The attacks, each a process of its own that goes on until its standard input ends.

    python -m loadtests.attacks.attackers NAME STRENGTH

reads the scene from the first line of its input, and says "under way" when it is. A strength of 1
is what the service was once brought down with. The process is polite to the machine: attackers have
machines of their own.
"""

import asyncio
import os
import random
import sys
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson

from loadtests.attacks.scene import Scene
from loadtests.attacks.supplier import supplier_server

CONNECTIONS = 2_048
UPLOADS = 25
FILE_BYTES = 7_500_000
BATCHES = 40
BATCH_ITEMS = 1_000
TARDY_SECONDS = 9.0
CRUMB_SECONDS = 3.5
TIMEOUT_SECONDS = 120.0
BREATH_SECONDS = 0.05
"""After a refusal, even an attacker waits a moment."""

Attack = Callable[[Scene, float], Awaitable[None]]
_HEADERS = "Host: attack\r\nAuthorization: Bearer {key}\r\n"


def _many(count: int, strength: float) -> int:
    return max(1, round(count * strength))


async def _all(count: int, strength: float, attack: Callable[[int], Awaitable[None]]) -> None:
    """Repeat an attack for ever, so many times side by side."""

    async def repeat(number: int) -> None:
        while True:
            with suppress(OSError, EOFError, httpx2.HTTPError):
                await attack(number)
            await asyncio.sleep(BREATH_SECONDS)

    await asyncio.gather(*(repeat(number) for number in range(_many(count, strength))))


async def _connect(scene: Scene) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(scene.url)
    return await asyncio.open_connection(address.hostname, address.port)


def _client(scene: Scene) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=scene.url,
        timeout=TIMEOUT_SECONDS,
        limits=httpx2.Limits(max_connections=None),
        trust_env=False,
    )


async def slow_bodies(scene: Scene, strength: float) -> None:
    """Bodies without a key that come byte by byte, at the address of callbacks."""
    head = (
        "POST /v1/fulfilment/callbacks/prompt HTTP/1.1\r\nHost: attack\r\n"
        "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
    )

    async def send(_: int) -> None:
        reader, writer = await _connect(scene)
        try:
            writer.write(head.encode())
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(4_096), CRUMB_SECONDS)
        finally:
            writer.close()

    await _all(CONNECTIONS, strength, send)


async def long_polls(scene: Scene, strength: float) -> None:
    """Requests of one brand that wait for a delivery that does not come."""
    path = f"/v1/programmes/loud/coupons/{scene.held_coupon}?wait_seconds=10"
    head = f"GET {path} HTTP/1.1\r\n{_HEADERS.format(key=scene.loud_key)}\r\n".encode()

    async def wait(_: int) -> None:
        reader, writer = await _connect(scene)
        try:
            while True:
                writer.write(head)
                answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = answer.partition("content-length: ")[2].partition("\r\n")[0]
                await reader.readexactly(int(length or "0"))
                if " 200 " not in answer:
                    await asyncio.sleep(BREATH_SECONDS)
        finally:
            writer.close()

    await _all(CONNECTIONS, strength, wait)


async def reconciliations(scene: Scene, strength: float) -> None:
    """Large files of one supplier, to be matched with the bill."""
    line = "till-{number},ticket,m{number},2026-01-31,60\n"
    count = _many(FILE_BYTES // len(line), strength)
    rows = "".join(line.format(number=number) for number in range(count))
    content = b"reference,offer_code,member,used_on,amount_minor\n" + rows.encode()
    async with _client(scene) as client:

        async def upload(_: int) -> None:
            headers = _sent(scene.tardy_key, "text/csv")
            await client.post("/v1/reconciliations", content=content, headers=headers)

        await _all(UPLOADS, strength, upload)


async def batches(scene: Scene, strength: float) -> None:
    """Batches of 1,000 operations of one brand."""
    async with _client(scene) as client:

        async def issue(_: int) -> None:
            items = [
                {"kind": "issue", "key": key, "member": _member(), "points": 5} for key in _keys()
            ]
            await client.post(
                "/v1/programmes/loud/operations",
                content=orjson.dumps({"operations": items}),
                headers=_sent(scene.loud_key),
            )

        await _all(BATCHES, strength, issue)


async def slow_supplier(scene: Scene, strength: float) -> None:
    """Orders for a supplier that answers after nine seconds."""
    server = supplier_server(scene.tardy_port, lambda _: None, TARDY_SECONDS)
    async with server, _client(scene) as client:

        async def order(_: int) -> None:
            items = [
                {"key": key, "member": "m0", "offer_id": scene.tardy_offer, "account": key}
                for key in _keys(_many(BATCH_ITEMS, strength))
            ]
            await client.post(
                "/v1/programmes/loud/rights/batch",
                content=orjson.dumps({"rights": items}),
                headers=_sent(scene.loud_key),
            )
            await asyncio.sleep(TARDY_SECONDS)

        await _all(1, 1.0, order)


async def mistyped_codes(scene: Scene, strength: float) -> None:
    """Batches of codes that do not exist, from the tills of one supplier."""
    async with _client(scene) as client:

        async def use(number: int) -> None:
            items = [
                {
                    "key": key,
                    "code": f"{random.randrange(10**16):016}",
                    "reference": key,
                    "store": f"till-{number}",
                }
                for key in _keys()
            ]
            await client.post(
                "/v1/coupons/use/batch",
                content=orjson.dumps({"uses": items}),
                headers=_sent(scene.tardy_key),
            )

        await _all(BATCHES, strength, use)


ATTACKS: dict[str, Attack] = {
    "slow bodies": slow_bodies,
    "long polls": long_polls,
    "reconciliations": reconciliations,
    "batches of 1,000": batches,
    "slow supplier": slow_supplier,
    "mistyped codes": mistyped_codes,
}


def _sent(key: str, media_type: str = "application/json") -> dict[str, str]:
    return {
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": uuid.uuid4().hex,
        "Content-Type": media_type,
    }


def _keys(count: int = BATCH_ITEMS) -> list[str]:
    batch = uuid.uuid4().hex
    return [f"{batch}-{number}" for number in range(count)]


def _member() -> str:
    return f"m{random.randrange(50_000)}"


async def _attack(name: str, strength: float, scene: Scene) -> None:
    loop = asyncio.get_running_loop()
    task: asyncio.Future[Any] = asyncio.ensure_future(ATTACKS[name](scene, strength))
    ended = loop.run_in_executor(None, sys.stdin.buffer.read)
    await asyncio.sleep(1)
    print("under way", flush=True)
    await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    os.nice(19)
    asyncio.run(_attack(sys.argv[1], float(sys.argv[2]), Scene.load(sys.stdin.buffer.readline())))
