"""How many coupons tills use and look up in a second, one by one over HTTP.

The service runs in a process of its own, and so does what sends the requests. All of them share
the machine's processors with the database.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path

from sqlalchemy import text

from api.process.children import free_port, running_child, status_of
from api.process.login import ensure_login
from catalog.keys import create_key
from ledger import JSON, Database
from loadtests.exchange.place import Place
from loadtests.exchange.redeem import QUICK, SECRET_KEY, Sizes, Stage, measure_redeem
from loadtests.http import generator
from loadtests.http.generator import Plan
from loadtests.http.service import RATE, cpu_seconds
from loadtests.ledger.server import Server

CONNECTIONS = 32
WARM = 500
COUPONS = Sizes(members=2_000, batches=41, batch=500)
"""What is redeemed before: a coupon for each use and each look-up."""

_CODES = text(
    """
    SELECT code FROM exchange.coupon WHERE book_id = :book_id AND state = 'ACTIVE'
    ORDER BY coupon_id LIMIT :limit
    """
)


class Failed(Exception):
    """The service answered otherwise than it should."""


@dataclass(frozen=True, slots=True)
class Till:
    """One kind of request of a till, with what came of it.

    The processor time is that of one request, in the service and in the database.
    """

    name: str
    rate: float
    p50_ms: float
    p99_ms: float
    service_us: float
    database_us: float


async def measure(place: Place, *, quick: bool) -> JSON:
    """Uses and look-ups in a second."""
    sizes = QUICK if quick else COUPONS
    stage, redeemed = await measure_redeem(place.url, sizes)
    warm = WARM if not quick else sizes.batch
    key, codes = await prepare(place.url, stage, sizes.batches * sizes.batch)
    tills = measure_tills(place, key, codes[:warm], codes[warm:])
    return {
        "redeem": {"rights_per_second": round(redeemed, 1)},
        "tills": {till.name: asdict(till) for till in tills},
        "connections": CONNECTIONS,
    }


def lines(figures: JSON) -> Iterator[str]:
    """The figures in words."""
    for till in figures["tills"].values():
        yield (
            f"tills, {till['name']}: {till['rate']:,.0f} a second, p50 {till['p50_ms']} ms, "
            f"p99 {till['p99_ms']} ms; processor time of each: service {till['service_us']:.0f} us,"
            f" database {till['database_us']:.0f} us"
        )


async def prepare(url: str, stage: Stage, count: int) -> tuple[str, list[str]]:
    """A key of the supplier, and the codes of coupons that can be used."""
    database = await Database.open(await ensure_login(url, ""))
    try:
        async with database.transaction() as connection:
            key = await create_key(connection, stage.supplier.party_id, label="tills")
            wanted = {"book_id": stage.programme.book_id, "limit": count}
            codes = [row.code for row in await connection.execute(_CODES, wanted)]
    finally:
        await database.close()
    return key.text, codes


def measure_tills(place: Place, key: str, warm: list[str], codes: list[str]) -> list[Till]:
    """Look coupons up one by one, and use the same ones, on a service of its own.

    Raises:
        Failed: a request was refused.
    """
    port = free_port()
    environment = {
        "COMITY_DATABASE_URL": place.url,
        "COMITY_REDIS_URL": place.redis_url,
        "COMITY_SECRET_KEY": base64.b64encode(SECRET_KEY).decode(),
        "COMITY_RATE_PER_SECOND": RATE,
    }
    command = [
        *("env", *(f"{name}={value}" for name, value in environment.items())),
        *(sys.executable, "-P", "-m", "api.cli", "serve"),
        *("--data-dir", str(place.data_dir / "service"), "--port", str(port)),
    ]
    ready = f"http://127.0.0.1:{port}/readyz"
    log = place.data_dir / "service.log"
    with running_child("the service", command, log, lambda: status_of(ready) == HTTPStatus.OK):
        pid = int(log.with_suffix(".pid").read_text(encoding="ascii"))
        service = _Service(port, pid, key, place.data_dir)
        service.send("/v1/coupons/look-up", "warm-look-up", warm)
        service.send("/v1/coupons/use", "warm-use", warm)
        return [
            service.send("/v1/coupons/look-up", "look-up", codes),
            service.send("/v1/coupons/use", "use", codes),
        ]


@dataclass(frozen=True, slots=True)
class _Service:
    port: int
    pid: int
    key: str
    data_dir: Path

    def send(self, path: str, name: str, codes: list[str]) -> Till:
        store = {} if name.endswith("look-up") else {"store": "store-1"}
        plan = Plan(
            port=self.port,
            path=path,
            key=self.key,
            run=name,
            connections=CONNECTIONS,
            requests=len(codes),
            items=1,
            members=0,
            bodies=tuple(json.dumps({"code": code, **store}) for code in codes),
        )
        before = self._cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-P", str(Path(generator.__file__))],
            input=json.dumps(asdict(plan)).encode(),
            env={**os.environ, "PYTHONPATH": str(Path(generator.__file__).parents[2])},
            stdout=subprocess.PIPE,
            check=True,
        )
        after = self._cpu_seconds()
        result = json.loads(done.stdout)
        if any(not status.startswith("20") for status in result["statuses"]):
            raise Failed(f"{path}: {result['statuses']}")
        microseconds = [1e6 * (b - a) / len(codes) for a, b in zip(before, after, strict=True)]
        return Till(
            name,
            round(len(codes) / result["seconds"], 1),
            round(result["p50_ms"], 2),
            round(result["p99_ms"], 2),
            *(round(each, 1) for each in microseconds),
        )

    def _cpu_seconds(self) -> tuple[float, float]:
        return cpu_seconds(self.pid), Server("", self.data_dir).cpu_seconds() or 0.0
