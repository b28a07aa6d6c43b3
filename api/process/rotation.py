"""Everything that is encrypted is encrypted again, with another key.

1. The new key is there beside the old one. If keys are kept in a file, it is made here.
2. The database states the new key. From then on all processes encrypt with it, and one that reads
   its keys from the file learns it there.
3. Secrets, data keys and second factors are encrypted again, a batch in each transaction. What data
   keys have encrypted stays as it is. New accounts are encrypted with a new data key from then on.
4. While nobody else encrypts, what was replaced in the meantime is encrypted again, too. Then
   nothing needs the old key any more: its fingerprint is removed, then the key in the file.

After a crash, the same command goes on. What has the new key already is left alone, and up to the
end both keys are there.
"""

import base64
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.secrets import WebhookSecret, replace_webhook_secret
from api.identity.second_factor import UserSecret, replace_user_secret
from api.kept_files import SettingsError, replace_kept
from api.process.stored_secrets import Stored, load_stored, open_vault, opens, require_vault
from api.settings import Settings, new_secret_key
from catalog import find_party_by_id, replace_secret
from exchange.fulfil import (
    ACCOUNT,
    IDENTIFIER,
    SIGNING,
    DataKey,
    Vault,
    VaultBroken,
    add_data_key,
    begin_anew,
    change_key,
    forget_other_keys,
    hold_key,
    load_data_keys,
    load_fingerprints,
    replace_data_key,
)
from ledger import Database

BATCH_SECRETS = 100


@dataclass(slots=True)
class Rotation:
    """How many values were encrypted again, and which could not be decrypted."""

    renewed: int = 0
    unreadable: list[str] = field(default_factory=list)


async def rotate(database: Database, settings: Settings, *, give_up: bool = False) -> Rotation:
    """Encrypt everything again with the first key of the settings, or with a new one.

    `give_up`: what no key decrypts is not waited for. It stays as it is.

    Raises:
        SettingsError: a key is missing, or there is no new one, or another rotation is running.
    """
    if give_up:
        settings.keep_vault_key()
    else:
        await require_vault(database, settings)
    with keys_at_rest(settings):
        async with database.transaction() as connection:
            needed = await load_fingerprints(connection)
        _prepare_keys(settings, needed)
        vault = open_vault(settings)
        async with database.transaction() as connection:
            await change_key(connection, vault)
        found = Rotation()
        await _renew_secrets(database, vault, found)
        async with database.transaction() as connection:
            await hold_key(connection)
            # A supplier that changed its secret since then has left the one before to be kept.
            secrets = await load_stored(connection)
            found.unreadable = await _renew(connection, vault, secrets, found)
            is_done = give_up or not found.unreadable
            if is_done:
                await _replace_data_keys(connection, vault)
                await forget_other_keys(connection, vault)
        if is_done and not settings.secret_key.get_secret_value():
            replace_kept(settings.secret_key_file, _text(settings.vault_keys[0]))
        return found


@contextmanager
def keys_at_rest(settings: Settings) -> Iterator[None]:
    """Hold a lock on the folder of the key file.

    Of two new keys, one would be lost. And a backup needs the keys that belong to its database.

    Raises:
        SettingsError: another process holds it.
    """
    if settings.secret_key.get_secret_value() or not settings.data_dir.exists():
        yield
        return
    descriptor = os.open(settings.data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        message = "another process is rotating this key already, or makes a backup of it"
        raise SettingsError(message) from None
    finally:
        os.close(descriptor)


def _prepare_keys(settings: Settings, needed: Sequence[bytes]) -> None:
    """Have a new key before the one in use, unless there is one already."""
    keys = settings.vault_keys
    is_in_use = list(needed) == [Vault(keys[0]).fingerprint]
    if settings.secret_key.get_secret_value():
        if is_in_use and len(keys) == 1:
            message = (
                "COMITY_SECRET_KEY is the key in use: give a new key in its place, and this one in "
                "COMITY_RETIRED_SECRET_KEYS"
            )
            raise SettingsError(message)
        return
    kept = settings.secret_key_file.read_text(encoding="ascii").split()
    if is_in_use and len(kept) == 1:
        replace_kept(settings.secret_key_file, f"{new_secret_key()}\n{kept[0]}")


async def _renew_secrets(database: Database, vault: Vault, found: Rotation) -> None:
    async with database.transaction() as connection:
        secrets = await load_stored(connection)
    for start in range(0, len(secrets), BATCH_SECRETS):
        async with database.transaction() as connection:
            await _renew(connection, vault, secrets[start : start + BATCH_SECRETS], found)


async def _renew(
    connection: AsyncConnection, vault: Vault, secrets: Sequence[Stored], found: Rotation
) -> list[str]:
    """Encrypt these secrets again where they need it. Returns those that no key decrypts."""
    unreadable = []
    for secret in secrets:
        value = _renewed(vault, secret)
        if value is None:
            unreadable.append(await _name_of(connection, secret))
        elif value != secret.value:
            if isinstance(secret, DataKey):
                await replace_data_key(connection, secret, value)
            elif isinstance(secret, UserSecret):
                await replace_user_secret(connection, secret, value)
            elif isinstance(secret, WebhookSecret):
                await replace_webhook_secret(connection, secret, value)
            else:
                await replace_secret(connection, secret, value)
            found.renewed += 1
    return unreadable


async def _name_of(connection: AsyncConnection, secret: Stored) -> str:
    if isinstance(secret, DataKey):
        return f"the data key {secret.key_id} for each {secret.purpose}"
    if isinstance(secret, UserSecret):
        return f"the second factor of user {secret.user_id}"
    party = await find_party_by_id(connection, secret.party_id)
    if isinstance(secret, WebhookSecret):
        return f"the {secret.name} of {party.code}"
    return f"the signing secret of {party.code}"


async def _replace_data_keys(connection: AsyncConnection, vault: Vault) -> None:
    """Have new accounts encrypted with a new data key, and new texts signed with a new one.

    A key for identifiers that was given up is begun anew: what it has digested was lost with it.
    """
    keys = await load_data_keys(connection)
    for purpose in (ACCOUNT, SIGNING):
        if any(each.purpose == purpose for each in keys):
            await add_data_key(connection, vault, purpose)
    for each in keys:
        if each.purpose == IDENTIFIER and not opens(vault, each):
            await begin_anew(connection, vault, each)


def _renewed(vault: Vault, secret: Stored) -> bytes | None:
    """The secret under the new key, unchanged if it has it already. None if no key opens it."""
    try:
        if isinstance(secret, DataKey | UserSecret):
            renewed = vault.rewrap(secret.value, secret.purpose)
        else:
            renewed = vault.renew(secret.value, party_id=secret.party_id)
    except VaultBroken:
        return None
    return secret.value if renewed is None else renewed


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
