"""Everything a request needs, composed once per process and put on the application's state.

One object instead of a dependency for each part: an injected dependency costs about as much as a
small request.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from api.process.bell import Bell
from api.process.deliveries import Deliveries
from api.process.limits import InFlight, MissLimiter, TokenBuckets
from api.settings import Settings
from catalog import Identity, authenticate, find_party_by_id
from exchange.fulfil import Vault
from ledger import Database, Ledger
from ledger.book import Programme

CACHE_SECONDS = 3.0
"""How long a key or programme is believed without asking: also how long a revoked key may go on working."""
CACHE_ENTRIES_MAX = 10_000
VALKEY_TIMEOUT_SECONDS = 0.25

Known = TypeVar("Known")


class Recent(Generic[Known]):
    """What was read a moment ago, by key; forgets after CACHE_SECONDS."""

    def __init__(self) -> None:
        self._entries: dict[str | bytes, tuple[Known, float]] = {}

    def get(self, key: str | bytes) -> Known | None:
        """The value, if it was put here a moment ago."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[1] <= time.monotonic():
            self._entries.pop(key, None)
            return None
        return entry[0]

    def put(self, key: str | bytes, value: Known) -> None:
        """Remember a value from now on."""
        if len(self._entries) >= CACHE_ENTRIES_MAX:
            self._entries.clear()
        self._entries[key] = (value, time.monotonic() + CACHE_SECONDS)


class KeyCache:
    """API keys found good a moment ago, by their hash: the text of a key is never kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers: Recent[Identity] = Recent()

    async def caller(self, text: str) -> Identity:
        """The caller of an API key.

        Raises:
            Unauthenticated: no such key, or it is revoked.
        """
        digest = hashlib.sha256(text.encode()).digest()
        caller = self._callers.get(digest)
        if caller is None:
            async with self._database.transaction() as connection:
                caller = await authenticate(connection, text)
            self._callers.put(digest, caller)
        return caller


class PartyCodes:
    """The public names of parties by their id.

    A party's code never changes, so what was read stays true.
    """

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}

    async def of(self, connection: AsyncConnection, party_ids: Iterable[int]) -> dict[int, str]:
        """The codes of these parties; one round trip for each that is not known yet.

        Raises:
            PartyNotFound: there is no such party.
        """
        wanted = set(party_ids)
        if len(self._codes) + len(wanted) > CACHE_ENTRIES_MAX:
            self._codes.clear()
        found = {party_id: self._codes.get(party_id) for party_id in wanted}
        for party_id, code in found.items():
            if code is None:
                self._codes[party_id] = (await find_party_by_id(connection, party_id)).code
        return {party_id: self._codes[party_id] for party_id in wanted}


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one process.

    The bells: `orders` may have to be sent, `uses` to be rated, `conversions` to be delivered,
    `changes` of coupons to be told.
    """

    settings: Settings
    database: Database
    ledger: Ledger
    redis: Redis
    vault: Vault
    keys: KeyCache
    programmes: Recent[Programme]
    codes: PartyCodes
    rates: TokenBuckets
    misses: MissLimiter
    in_flight: InFlight
    deliveries: Deliveries
    orders: Bell
    uses: Bell
    conversions: Bell
    changes: Bell


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Connect to the servers of the settings; close the connections at the end.

    Raises:
        UnsafeDurability: the database may lose acknowledged commits.
    """
    database = await Database.open(
        settings.database_url.get_secret_value(), pool_size=settings.database_pool_size
    )
    redis = Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=VALKEY_TIMEOUT_SECONDS,
        socket_connect_timeout=VALKEY_TIMEOUT_SECONDS,
    )
    changes = Bell()
    deliveries = Deliveries(database, changes)
    try:
        yield Context(
            settings=settings,
            database=database,
            ledger=Ledger(database),
            redis=redis,
            vault=Vault(settings.vault_key),
            keys=KeyCache(database),
            programmes=Recent(),
            codes=PartyCodes(),
            rates=TokenBuckets(
                redis, "rate", per_second=settings.rate_per_second, burst=int(settings.rate_burst)
            ),
            misses=MissLimiter(
                redis,
                per_second=settings.code_misses_per_second,
                burst=int(settings.code_misses_burst),
            ),
            in_flight=InFlight(settings.requests_in_flight_max),
            deliveries=deliveries,
            orders=Bell(),
            uses=Bell(),
            conversions=Bell(),
            changes=changes,
        )
    finally:
        await deliveries.close()
        await redis.aclose()
        await database.close()
