"""How many coupons tills use and look up in a second, one by one over HTTP.

The service runs in a process of its own, and so does what sends the requests. All of them share
the machine's processors with the database.
"""

import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path

from sqlalchemy import text

from api.process.children import free_port, running_child, status_of
from api.process.login import ensure_login
from catalog.keys import create_key
from ledger import Database
from loadtests.exchange.redeem import SECRET_KEY, Stage
from loadtests.http import generator
from loadtests.http.generator import Plan

RATE = "1000000000"
CONNECTIONS = 32
WARM = 500

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
    """One kind of request of a till, with what came of it."""

    name: str
    rate: float
    p50_ms: float
    p99_ms: float


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


def measure_tills(
    addresses: tuple[str, str], data_dir: Path, key: str, codes: list[str]
) -> list[Till]:
    """Use coupons one by one, and look the same ones up, on a service of its own.

    Raises:
        Failed: a request was refused.
    """
    port = free_port()
    database_url, redis_url = addresses
    environment = {
        **os.environ,
        "COMITY_DATABASE_URL": database_url,
        "COMITY_REDIS_URL": redis_url,
        "COMITY_SECRET_KEY": base64.b64encode(SECRET_KEY).decode(),
        "COMITY_RATE_PER_SECOND": RATE,
    }
    command = [
        *("env", *(f"{name}={value}" for name, value in environment.items())),
        *(sys.executable, "-P", "-m", "api.cli", "serve"),
        *("--data-dir", str(data_dir / "service"), "--port", str(port)),
    ]
    ready = f"http://127.0.0.1:{port}/readyz"
    log = data_dir / "service.log"
    with running_child("the service", command, log, lambda: status_of(ready) == HTTPStatus.OK):
        warm, measured = codes[:WARM], codes[WARM:]
        _send(port, key, "/v1/coupons/use", "warm", warm)
        return [_send(port, key, "/v1/coupons/use", "use", measured)]


def _send(port: int, key: str, path: str, name: str, codes: list[str]) -> Till:
    plan = Plan(
        port=port,
        path=path,
        key=key,
        run=name,
        connections=CONNECTIONS,
        requests=len(codes),
        items=1,
        members=0,
        bodies=tuple(json.dumps({"code": code, "store": "store-1"}) for code in codes),
    )
    done = subprocess.run(
        [sys.executable, "-P", str(Path(generator.__file__))],
        input=json.dumps(asdict(plan)).encode(),
        env={**os.environ, "PYTHONPATH": str(Path(generator.__file__).parents[2])},
        stdout=subprocess.PIPE,
        check=True,
    )
    result = json.loads(done.stdout)
    if any(not status.startswith("20") for status in result["statuses"]):
        raise Failed(f"{path}: {result['statuses']}")
    rate = len(codes) / result["seconds"]
    return Till(name, round(rate, 1), round(result["p50_ms"], 2), round(result["p99_ms"], 2))
