"""What a process remembers so that it does not ask the database again."""

import asyncio
import hashlib
import time
from collections.abc import Iterable
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Identity, authenticate, find_party_by_id
from ledger import Database

CACHE_SECONDS = 3.0
"""How long a key or a programme is believed without asking, and so how long a revoked key works."""
CACHE_ENTRIES_MAX = 10_000
KEYS_SEEN_MAX = 10_000
"""Keys that a process remembers to have been valid once. If there are more, it forgets all."""

Known = TypeVar("Known")


class Recent(Generic[Known]):
    """Values read a moment ago, by key. Each is forgotten after CACHE_SECONDS."""

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
    """API keys that were valid a moment ago, by their hash. The text of a key is never kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers: Recent[Identity] = Recent()
        self._seen: set[bytes] = set()
        self._asking: dict[bytes, asyncio.Lock] = {}

    def has_seen(self, text: str) -> bool:
        """Whether this key was valid here once. It is no guess, even if it was revoked since."""
        return _digest(text) in self._seen

    async def caller(self, text: str) -> Identity:
        """The caller of an API key.

        Raises:
            Unauthenticated: no such key, or it is revoked.
        """
        digest = _digest(text)
        caller = self._callers.get(digest)
        if caller is not None:
            return caller
        # Hundreds of requests with one key ask once when it has to be asked for again.
        lock = self._asking.setdefault(digest, asyncio.Lock())
        try:
            async with lock:
                caller = self._callers.get(digest) or await self._ask(text)
                self._callers.put(digest, caller)
        finally:
            self._asking.pop(digest, None)
        if len(self._seen) >= KEYS_SEEN_MAX:
            self._seen.clear()
        self._seen.add(digest)
        return caller

    async def _ask(self, text: str) -> Identity:
        async with self._database.transaction() as connection:
            return await authenticate(connection, text)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class PartyCodes:
    """The codes of parties by their id. A code never changes, so what was read stays true."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}

    async def of(self, connection: AsyncConnection, party_ids: Iterable[int]) -> dict[int, str]:
        """The codes of these parties, with one round trip for each that is not known yet.

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
