"""A worker or a service that a test kills: `python -m tests.exchange.hostile.process ROLE …`.

The clock of all of them goes faster than the real one, from the same beginning, so that a delivery
that takes hours is over in seconds. It is slower than the patience of the policy: a request that is
on its way ends before the exchange may believe that it never arrived.
"""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from catalog import find_party_by_id
from exchange.fulfil import Fulfilment, Vault, open_supplier_client
from exchange.fulfil.verdict import DeliveryPolicy
from exchange.redeem import RightRequest, redeem_rights
from ledger import Database, Ledger
from ledger.book import find_programme_by_book
from tests.exchange.fixtures import LOOPBACK

SPEED = 80
BATCH = 20
PATIENCE = DeliveryPolicy(request_timeout_seconds=0.4, lease_seconds=60, retry_seconds_max=120)

_RELEASE = text("UPDATE ledger.outbox SET available_at = now() WHERE available_at <= :now")


def fast_now(began: float) -> datetime:
    """The time of a run that began then."""
    real = datetime.now(UTC).timestamp()
    return datetime.fromtimestamp(began + (real - began) * SPEED, UTC)


async def work(database: Database, began: float) -> None:
    """Send and ask until somebody kills this process."""
    flying: set[asyncio.Task[None]] = set()

    def start(calls: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(calls)
        flying.add(task)
        task.add_done_callback(flying.discard)

    async with open_supplier_client(LOOPBACK) as client:
        fulfilment = Fulfilment(
            Ledger(database), client, Vault(b"k" * 32), "http://c.test", PATIENCE
        )
        while True:
            async with database.transaction() as connection:
                await connection.execute(_RELEASE, {"now": fast_now(began)})
            await fulfilment.submit_orders(fast_now(began), start=start)
            await fulfilment.query_orders(fast_now(began), start=start)
            await asyncio.sleep(0.02)


async def serve(database: Database, began: float, order: dict[str, Any]) -> None:
    """Redeem all that is asked for. What was redeemed before is answered again."""
    ledger = Ledger(database)
    async with database.transaction() as connection:
        programme = await find_programme_by_book(connection, order["book_id"])
        brand = await find_party_by_id(connection, order["brand_id"])
    async with open_supplier_client(LOOPBACK) as client:
        keys = Fulfilment(ledger, client, Vault(b"k" * 32), "http://c.test").data_keys
        for first in range(0, order["count"], BATCH):
            requests = [
                RightRequest(
                    key=f"right-{number}",
                    member=f"member-{number % order['members']}",
                    offer_id=order["offer_id"],
                    account=f"{number}@{order['seed']}",
                    free=number % 4 == 0,
                )
                for number in range(first, min(first + BATCH, order["count"]))
            ]
            answers = await redeem_rights(
                ledger,
                programme,
                brand,
                requests,
                fast_now(began),
                accounts=await keys.accounts(),
            )
            assert all(answer.accepted for answer in answers)


async def _main() -> None:
    order = json.loads(sys.argv[1])
    database = await Database.open(order["url"])
    print(os.getpid(), flush=True)  # noqa: T201  # the test waits for this line
    if order["role"] == "worker":
        await work(database, order["began"])
    else:
        await serve(database, order["began"], order)


if __name__ == "__main__":
    asyncio.run(_main())
