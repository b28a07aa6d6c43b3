"""A party that is told things, its endpoints, and a courier that delivers to them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from api.events.deliver import Courier
from api.events.endpoints import Wanted, add_webhook_endpoint
from api.events.record import record_events
from api.events.secrets import new_secret
from catalog import SupplierNetworks, create_party
from exchange.fulfil import Vault
from ledger import NO_BOOK, Database, Event, read_clock, tell

LOOPBACK = SupplierNetworks.read("127.0.0.0/8")
KEY = b"k" * 32


async def add_operator(database: Database, code: str = "operator") -> int:
    async with database.transaction() as connection:
        party = await create_party(
            connection, code=code, name=code, roles=["operator"], category=None
        )
    return party.party_id


async def told(database: Database, party_id: int, *numbers: int) -> None:
    """Tell a party of some months, in a transaction of its own."""
    events = [Event(party_id, "period.closed", {"month": f"m-{number}"}) for number in numbers]
    async with database.transaction() as connection:
        await tell(connection, NO_BOOK, events)


async def now_of(database: Database) -> datetime:
    async with database.transaction() as connection:
        return await read_clock(connection)


@dataclass
class World:
    database: Database
    courier: Courier
    party_id: int
    now: datetime
    vault: Vault = field(default_factory=lambda: Vault(KEY))
    secrets: dict[int, str] = field(default_factory=dict)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    errors: list[BaseException] = field(default_factory=list)

    async def add(self, url: str, *types: str) -> int:
        secret = new_secret()
        async with self.database.transaction() as connection:
            endpoint = await add_webhook_endpoint(
                connection,
                self.party_id,
                Wanted(url, types),
                self.vault.encrypt(secret, party_id=self.party_id),
                LOOPBACK,
            )
        self.secrets[endpoint.endpoint_id] = secret
        return endpoint.endpoint_id

    async def tell(self, *numbers: int) -> None:
        await told(self.database, self.party_id, *numbers)
        await self.record()

    async def record(self) -> None:
        """Move what was told into the log. The time is later than that."""
        await record_events(self.database)
        self.now = max(self.now, await now_of(self.database))

    def start(self, attempt: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(attempt)
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)

    async def deliver(self, but: int = 0) -> None:
        """Deliver all that is due now, until all but so many attempts have ended."""
        while True:
            begun = await self.courier.deliver(self.start, self.now)
            while len(self.running) > but:
                await asyncio.wait({*self.running}, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(0)
            if not begun:
                return

    async def states(self, endpoint_id: int) -> str:
        async with self.database.transaction() as connection:
            found = await connection.scalar(
                text(
                    "SELECT string_agg(state || ' ' || attempts, ', ' ORDER BY sequence)"
                    " FROM api.delivery WHERE endpoint_id = :endpoint_id"
                ),
                {"endpoint_id": endpoint_id},
            )
        return str(found)

    async def scalar(self, statement: str) -> Any:
        async with self.database.transaction() as connection:
            return await connection.scalar(text(statement))
