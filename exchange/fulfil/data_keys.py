"""Keys of what is encrypted or digested in great number. The vault encrypts the keys themselves.

So a redemption needs no statement to encrypt an account, and a rotation of the vault's key changes
these few rows, not all that they encrypt.

- `identifier`: one key for good. Members' identifiers are digested with it, and a request's
  fingerprint tells accounts apart by it. With another key nobody would be found again.
- `account`: accounts of direct recharges. Each rotation adds a key. New accounts are encrypted with
  the newest, and those before it stay for what they have encrypted.
- `signing`: what the exchange signs for readers without a line to it (`exchange.coupons.signatures`
  ). Each rotation adds a key. The one before it holds for RETIRED_KEY_SECONDS more.

Races: of two processes that make the first keys at once, one waits for the lock of the vault's key,
and both read what the first has made. A key of accounts or for signing that another process has
made is read when a value needs it, and after KEYS_SECONDS anyway.
Anybody can write a number of a key that nobody has, so signed texts make a process read at most
once in SIGNED_READ_SECONDS.
"""

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members import Digester
from exchange.coupons.accounts import Accounts
from exchange.coupons.signatures import RETIRED_KEY_SECONDS, Signatures, SigningKey
from exchange.fulfil.vault import KEY_LENGTH_BYTES, Vault, VaultBroken
from exchange.fulfil.vault_keys import current_key, hold_key, state_keys
from ledger import Database, read_clock

ACCOUNT, IDENTIFIER, SIGNING = "account", "identifier", "signing"
KEYS_SECONDS = 60.0
"""How long a process encrypts with the newest key it knows before it looks for a newer one."""
SIGNED_READ_SECONDS = 1.0

_LOAD = text(
    "SELECT key_id, purpose, encrypted_key, recorded_at FROM exchange.data_key ORDER BY key_id"
)
_IS_THERE = text("SELECT to_regclass('exchange.data_key') IS NOT NULL")
_ADD = text(
    """
    INSERT INTO exchange.data_key (purpose, encrypted_key) VALUES (:purpose, :encrypted_key)
    ON CONFLICT DO NOTHING
    """
)
_REPLACE = text(
    """
    UPDATE exchange.data_key SET encrypted_key = :value
    WHERE key_id = :key_id AND encrypted_key = :before
    """
)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key as it is stored."""

    key_id: int
    purpose: str
    value: bytes = field(repr=False)
    recorded_at: datetime


async def load_data_keys(connection: AsyncConnection) -> list[DataKey]:
    """The stored data keys, in order. None, if the database is of an earlier release.

    A backup is made before an upgrade, and looks at what is encrypted. Two round trips.
    """
    if not (await connection.execute(_IS_THERE)).scalar_one():
        return []
    return [
        DataKey(row.key_id, row.purpose, bytes(row.encrypted_key), row.recorded_at)
        for row in await connection.execute(_LOAD)
    ]


async def add_data_key(connection: AsyncConnection, vault: Vault, purpose: str) -> None:
    """Make one more key, unless it is the second for identifiers. Two round trips."""
    current = await current_key(connection, vault)
    wrapped = vault.wrap(secrets.token_bytes(KEY_LENGTH_BYTES), purpose, under=current)
    await connection.execute(_ADD, {"purpose": purpose, "encrypted_key": wrapped})


async def begin_anew(connection: AsyncConnection, vault: Vault, lost: DataKey) -> None:
    """Put a new key in the place of one that nobody can decrypt. Two round trips.

    What was digested with it is found by nobody any more. Nothing is to be encrypted with it.
    """
    current = await current_key(connection, vault)
    wrapped = vault.wrap(secrets.token_bytes(KEY_LENGTH_BYTES), lost.purpose, under=current)
    await replace_data_key(connection, lost, wrapped)


async def replace_data_key(connection: AsyncConnection, key: DataKey, value: bytes) -> None:
    """Store the same key in another form, unless somebody else did. One round trip."""
    bound = {"key_id": key.key_id, "before": key.value, "value": value}
    await connection.execute(_REPLACE, bound)


class DataKeys:
    """The data keys of a process, decrypted."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._accounts: Accounts | None = None
        self._signatures: Signatures | None = None
        self._identifier_key = b""
        self._read_at = 0.0

    async def accounts(self, encrypted: Sequence[bytes] = ()) -> Accounts:
        """What encrypts accounts and decrypts these.

        Raises:
            VaultBroken: the vault has not the key of a data key.
        """
        known = self._accounts
        is_old = self._age_seconds() >= KEYS_SECONDS
        if known is None or is_old or not all(known.knows(each) for each in encrypted):
            known = (await self._read())[0]
        return known

    async def signatures(self, signed: Sequence[str] = ()) -> Signatures:
        """What signs texts and reads these.

        Raises:
            VaultBroken: the vault has not the key of a data key.
        """
        known, age_seconds = self._signatures, self._age_seconds()
        is_known = known is not None and all(known.knows(each) for each in signed)
        if known is None or age_seconds >= (KEYS_SECONDS if is_known else SIGNED_READ_SECONDS):
            known = (await self._read())[1]
        return known

    async def digester(self, book_id: int) -> Digester:
        """What makes identifiers of this book.

        Raises:
            VaultBroken: the vault has not the key of a data key.
        """
        if not self._identifier_key:
            await self._read()
        return Digester(self._identifier_key, book_id)

    def _age_seconds(self) -> float:
        return time.monotonic() - self._read_at

    async def _read(self) -> tuple[Accounts, Signatures]:
        async with self._database.transaction() as connection:
            stored = await load_data_keys(connection)
            if _missing(stored):
                # One process makes the first keys. Where no key of the vault is stated either, the
                # statement of one is what the others wait for.
                if not await hold_key(connection):
                    await state_keys(connection, [self._vault.fingerprint])
                    await hold_key(connection)
                for purpose in _missing(await load_data_keys(connection)):
                    await add_data_key(connection, self._vault, purpose)
                stored = await load_data_keys(connection)
            now = await read_clock(connection)
        (identifier,) = (each for each in stored if each.purpose == IDENTIFIER)
        self._identifier_key = self._vault.unwrap(identifier.value, IDENTIFIER)
        accounts = {each.key_id: key for each, key in self._opened(stored, ACCOUNT)}
        self._accounts = Accounts(accounts, self._identifier_key)
        self._signatures = Signatures(_holding(self._opened(stored, SIGNING), now))
        self._read_at = time.monotonic()
        return self._accounts, self._signatures

    def _opened(self, stored: Sequence[DataKey], purpose: str) -> list[tuple[DataKey, bytes]]:
        """The keys for this purpose, in order. The newest must be readable.

        An older one may have been given up with the vault's key.
        """
        *before, newest = (each for each in stored if each.purpose == purpose)
        opened: list[tuple[DataKey, bytes]] = []
        for each in before:
            with suppress(VaultBroken):
                opened.append((each, self._vault.unwrap(each.value, purpose)))
        return [*opened, (newest, self._vault.unwrap(newest.value, purpose))]


def _missing(stored: Sequence[DataKey]) -> list[str]:
    return sorted({ACCOUNT, IDENTIFIER, SIGNING} - {each.purpose for each in stored})


def _holding(opened: Sequence[tuple[DataKey, bytes]], now: datetime) -> list[SigningKey]:
    """The keys for signing that hold now: the newest, and those that were not long replaced."""
    *before, (newest, seed) = opened
    keys = [SigningKey(newest.key_id, seed)]
    followers = [each.recorded_at for each, _ in opened[1:]]
    for (each, its_seed), replaced_at in zip(before, followers, strict=True):
        until = replaced_at + timedelta(seconds=RETIRED_KEY_SECONDS)
        if now < until:
            keys.append(SigningKey(each.key_id, its_seed, until))
    return keys
