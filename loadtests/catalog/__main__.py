"""Measure a large market on an embedded PostgreSQL of its own, in this process."""

import argparse
import itertools
import os
import platform
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvloop
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api.embedded.services import running, temporary_data_dir
from api.process.login import ensure_login
from api.process.migrate import migrate
from catalog import Party, find_party_by_id
from catalog.isolation import Side, add_rule, cut_for
from catalog.market import WantedOffers, list_market
from exchange.redeem import shopper_of
from ledger import Database, Ledger, engine_url, read_clock
from ledger.asks import Issue
from ledger.book import Programme
from loadtests.catalog.build import QUICK, Sizes, build
from loadtests.catalog.imports import QUICK_ROWS, ROWS, import_table, measure_imports

MEMBER = "m-1"
POINTS = 2_500
WORDS = ("拿铁", "爱奇艺月卡", "美式", "voucher 0a", "星空影票12", "蓝莓")
QUESTIONS: dict[str, list[WantedOffers]] = {
    "a page for one member": [
        WantedOffers(limit=20),
        WantedOffers(limit=20, sort="new"),
        WantedOffers(limit=20, category="t7"),
    ],
    "a page by the member's prices": [
        WantedOffers(limit=20, sort="price", affordable=True),
        WantedOffers(limit=20, affordable=True, category="t7"),
        WantedOffers(limit=20, sort="price", covers_expiring=True),
    ],
    "a page of all offers": [
        WantedOffers(limit=20, is_all=True, sort="new"),
        WantedOffers(limit=20, is_all=True, category="t7.k3"),
    ],
    "a search": [WantedOffers(limit=20, q=q) for q in WORDS],
    "a search of all offers": [WantedOffers(limit=20, q=q, is_all=True) for q in WORDS],
}
ISOLATION = "of each: what is isolated from the brand"
CHANGE = "the page after a rule has changed"


class Stale(Exception):
    """A page was not what the rules said when it was asked for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How long one kind of question takes, in milliseconds."""

    name: str
    times: int
    p50_ms: float
    p99_ms: float


def _figure(name: str, taken_ms: list[float]) -> Figure:
    last = sorted(taken_ms)[min(len(taken_ms) - 1, int(len(taken_ms) * 0.99))]
    return Figure(name, len(taken_ms), round(statistics.median(taken_ms), 2), round(last, 2))


@dataclass(frozen=True, slots=True)
class Bench:
    """The market that is asked."""

    database: Database
    programme: Programme
    brand: Party
    sizes: Sizes

    async def page(self, wanted: WantedOffers) -> list[int]:
        """The suppliers on a page, as a request of one member reads it."""
        async with self.database.transaction() as connection:
            at = await read_clock(connection)
            shopper = await shopper_of(connection, self.programme, MEMBER, at)
            found, _ = await list_market(
                connection, self.brand, self.programme.book_id, wanted, shopper
            )
        return [each.offer.supplier_id for each in found]

    async def ask(self, name: str) -> Figure:
        """Ask the questions of one kind in turns."""
        questions = itertools.cycle(QUESTIONS[name])
        for _ in QUESTIONS[name]:
            await self.page(next(questions))
        return await self._timed(name, lambda: self.page(next(questions)))

    async def decide(self) -> Figure:
        """Decide what is isolated from the brand, which is a part of every page."""

        async def ask() -> None:
            async with self.database.transaction() as connection:
                await cut_for(connection, self.brand)

        return await self._timed(ISOLATION, ask)

    async def change(self) -> Figure:
        """Isolate a supplier that is on the page, and look again: it must be gone.

        Raises:
            Stale: it was still there.
        """
        taken_ms: list[float] = []
        for _ in range(min(self.sizes.rounds, self.sizes.suppliers // 2)):
            shown = await self.page(WantedOffers(limit=20))
            if not shown:
                break
            async with self.database.transaction() as connection:
                code = await _code_of(connection, shown[0])
                await add_rule(
                    connection,
                    effect="deny",
                    buyer=Side(party=self.brand.code),
                    supplier=Side(party=code),
                )
            started = time.perf_counter()
            after = await self.page(WantedOffers(limit=20))
            taken_ms.append((time.perf_counter() - started) * 1_000)
            if shown[0] in after:
                raise Stale(f"{code} is on the page after the rule against it")
        return _figure(CHANGE, taken_ms)

    async def _timed(self, name: str, ask: Callable[[], Awaitable[Any]]) -> Figure:
        taken_ms = []
        for _ in range(self.sizes.rounds):
            started = time.perf_counter()
            await ask()
            taken_ms.append((time.perf_counter() - started) * 1_000)
        return _figure(name, taken_ms)


async def _code_of(connection: AsyncConnection, party_id: int) -> str:
    return (await find_party_by_id(connection, party_id)).code


async def measure(url: str, sizes: Sizes) -> tuple[list[Figure], float]:
    """The figures, and how many seconds it took to write the market.

    Raises:
        Stale: a rule did not hold in the next request.
    """
    await migrate(url)
    started = time.perf_counter()
    owner = create_async_engine(engine_url(url))
    async with owner.begin() as connection:
        programme, brand = await build(connection, sizes)
    await owner.dispose()
    built_seconds = time.perf_counter() - started
    database = await Database.open(await ensure_login(url, ""))
    try:
        issue = Issue(key="points", member=MEMBER, points=POINTS)
        await Ledger(database).submit(programme, [issue])
        bench = Bench(database, programme, brand, sizes)
        asked = [await bench.ask(name) for name in QUESTIONS]
        return [*asked, await bench.decide(), await bench.change()], built_seconds
    finally:
        await database.close()


def table(figures: list[Figure]) -> str:
    """The figures as lines."""
    width = max(len(figure.name) for figure in figures)
    head = f"{'question':{width}}  {'times':>6}  {'p50 ms':>8}  {'p99 ms':>8}"
    return "\n".join(
        [
            head,
            *(
                f"{each.name:{width}}  {each.times:>6}  {each.p50_ms:>8.2f}  {each.p99_ms:>8.2f}"
                for each in figures
            ),
        ]
    )


async def _run(options: argparse.Namespace, url: str) -> None:
    sizes = QUICK if options.quick else Sizes()
    started, load_before = datetime.now(UTC), round(os.getloadavg()[0], 2)
    figures, built_seconds = await measure(url, sizes)
    service = await ensure_login(url, "")
    imports = await measure_imports(service, QUICK_ROWS if options.quick else ROWS)
    conditions = {
        "processors": os.cpu_count(),
        "load_average_before": load_before,
        "load_average_after": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "built_seconds": round(built_seconds, 1),
        "sizes": asdict(sizes),
    }
    print("; ".join(f"{name} {value}" for name, value in conditions.items()))
    print(table(figures))
    print(import_table(imports))
    if options.json is not None:
        document = {
            "started_at": started,
            "quick": options.quick,
            "conditions": conditions,
            "figures": [asdict(figure) for figure in figures],
            "imports": [asdict(figure) for figure in imports],
        }
        options.json.write_bytes(
            orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )


def main() -> int:
    """Returns 1 where a rule did not hold in the next request. No figure is judged."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.catalog",
        description="Measure a large market on an embedded PostgreSQL of its own.",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, to see that the bench works"
    )
    options = parser.parse_args()
    with (
        temporary_data_dir("comity-bench-") as data_dir,
        running(data_dir, cache=False) as addresses,
    ):
        assert addresses.database_url is not None
        try:
            uvloop.run(_run(options, addresses.database_url))
        except Stale as error:
            print(f"bench-catalog: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
