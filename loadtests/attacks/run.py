"""One attack after another, each beside an idle window of its own, and the table."""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import httpx2

from loadtests.attacks.attackers import ATTACKS
from loadtests.attacks.others import OPERATIONS, TIMEOUT_SECONDS, Others, Seen
from loadtests.attacks.scene import Scene, set_scene
from loadtests.attacks.supplier import supplier_server

CALM_SECONDS = 1.0
CALM_FACTOR = 1.5
"""It is calm again when a read takes at most this many times what it took before the attacks."""
CALM_WINDOWS_MAX = 30
"""So often it is looked whether it is calm. A machine with other work never is."""
RATIO_WANTED = 5
_LINE = "{:<18}{:<10}{:>9}{:>9}{:>9}{:>8}{:>9}{:>9}"


async def measure(
    url: str, operator_key: str, seconds: float, strength: float, names: Iterable[str]
) -> None:
    """Print what the others saw under each attack."""
    scene = await asyncio.to_thread(set_scene, url, operator_key)
    print(_LINE.format("attack", "others", "idle", "median", "p99", "ratio", "done", "refused"))
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        others = Others(scene, client)
        async with supplier_server(scene.prompt_port, others.take):
            window = min(CALM_SECONDS, seconds / 2)
            await others.work(CALM_SECONDS)
            calm = _median((await others.work(CALM_SECONDS)).seconds["read"])
            for name in names:
                await _until_calm(others, calm, window)
                idle = await others.work(seconds)
                async with _attacking(name, strength, scene):
                    seen = await others.work(seconds)
                _show(name, idle, seen)


async def _until_calm(others: Others, calm: float, window: float) -> None:
    """What an attack left to do is not part of the next one's idle window."""
    for _ in range(CALM_WINDOWS_MAX):
        seen = await others.work(window)
        if seen.seconds["read"] and _median(seen.seconds["read"]) <= CALM_FACTOR * calm:
            return


@asynccontextmanager
async def _attacking(name: str, strength: float, scene: Scene) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "loadtests.attacks.attackers", name, str(strength)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(scene.dump() + b"\n")
        await process.stdin.drain()
        await process.stdout.readline()
        yield
    finally:
        process.stdin.close()
        await process.wait()


def _show(name: str, idle: Seen, seen: Seen) -> None:
    for operation in OPERATIONS:
        before, under = idle.seconds[operation], seen.seconds[operation]
        ratio = _median(under) / _median(before) if before and under else float("nan")
        print(
            _LINE.format(
                name,
                operation,
                _milliseconds(before, 0.5),
                _milliseconds(under, 0.5),
                _milliseconds(under, 0.99),
                f"{ratio:.1f}" + ("!" if ratio > RATIO_WANTED else ""),
                len(under),
                seen.refused[operation],
            ),
            flush=True,
        )


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def _milliseconds(seconds: list[float], part: float) -> str:
    if not seconds:
        return "-"
    place = min(len(seconds) - 1, int(part * len(seconds)))
    return f"{sorted(seconds)[place] * 1000:.1f}"


def run(
    url: str, operator_key: str, seconds: float, strength: float, names: Iterable[str] = ATTACKS
) -> None:
    """Attack a service that is up, and print the table: milliseconds, and ratios of medians."""
    asyncio.run(measure(url, operator_key, seconds, strength, names))
