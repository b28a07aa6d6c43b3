"""What is encrypted in the database, and whether this process can decrypt it.

Suppliers' signing secrets, those of webhooks, data keys and the second factors of users are
encrypted with the key of the vault. The database states that key's fingerprint, so a start with
another key is refused before it does harm.
"""

import time
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.secrets import WebhookSecret, load_webhook_secrets
from api.identity.second_factor import UserSecret, load_user_secrets
from api.kept_files import SettingsError
from api.settings import Settings
from catalog import EncryptedSecret, load_secrets
from exchange.fulfil import (
    DataKey,
    Vault,
    VaultBroken,
    change_key,
    forget_other_keys,
    load_data_keys,
    load_fingerprints,
    state_keys,
)
from ledger import Database

CHECK_SECONDS = 30.0
OTHER_KEY = "another key is needed"

Stored = EncryptedSecret | WebhookSecret | DataKey | UserSecret


async def load_stored(connection: AsyncConnection) -> list[Stored]:
    """Everything that the vault's key has encrypted. Some round trips."""
    return [
        *await load_secrets(connection),
        *await load_webhook_secrets(connection),
        *await load_data_keys(connection),
        *await load_user_secrets(connection),
    ]


def open_vault(settings: Settings) -> Vault:
    """The vault with the keys of the settings. It reads a changed key file by itself.

    Raises:
        SettingsError: there is no key, or it cannot be read.
    """

    def reread() -> Sequence[bytes]:
        try:
            return settings.vault_keys
        except SettingsError:
            return ()

    key, *retired = settings.vault_keys
    return Vault(key, retired=retired, reread=reread)


def opens(vault: Vault, secret: Stored) -> bool:
    """Whether the vault can decrypt this secret or data key."""
    try:
        if isinstance(secret, DataKey | UserSecret):
            vault.unwrap(secret.value, secret.purpose)
        else:
            vault.decrypt(secret.value, party_id=secret.party_id)
    except VaultBroken:
        return False
    return True


async def require_vault(database: Database, settings: Settings) -> None:
    """Require the keys that stored secrets need. The first key is made only where none is needed.

    It is safe to repeat this, and to do it in two processes at once.

    Raises:
        SettingsError: a key is missing or is another one, and something is encrypted already. Or
            the key that is kept cannot be read.
    """
    async with database.transaction() as connection:
        needed = await load_fingerprints(connection)
        sample = await load_stored(connection)
        if not sample:
            settings.keep_vault_key()
        elif not settings.secret_key.get_secret_value() and not settings.secret_key_file.exists():
            message = (
                f"{settings.secret_key_file} is missing, and secrets in the database are encrypted "
                "with the key in it: restore the file from a backup, or set COMITY_SECRET_KEY"
            )
            raise SettingsError(message)
        vault = open_vault(settings)
        if not needed and (not sample or any(opens(vault, each) for each in sample)):
            await state_keys(connection, list(vault.fingerprints))
        elif not needed or not all(vault.knows(each) for each in needed):
            await _replace_unused(connection, vault, settings)


async def _replace_unused(connection: AsyncConnection, vault: Vault, settings: Settings) -> None:
    """State another key than before, which is right only if nothing is encrypted."""
    await change_key(connection, vault)
    await forget_other_keys(connection, vault)
    # Asked again: while the stated key was not locked, another process may have encrypted with it.
    if await load_stored(connection):
        where = (
            "COMITY_SECRET_KEY"
            if settings.secret_key.get_secret_value()
            else str(settings.secret_key_file)
        )
        message = (
            f"{where} is not the key that secrets in the database are encrypted with: restore that "
            "key, or give it in COMITY_RETIRED_SECRET_KEYS and run `comity secrets rotate`"
        )
        raise SettingsError(message)


class VaultCheck:
    """Whether this process has the keys that are needed, for readiness."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._unreadable: set[int] = set()
        self._webhooks_unreadable = 0
        self._keys_unreadable = False
        self._factors_unreadable = 0
        self._counted_at = -CHECK_SECONDS

    async def state(self) -> str:
        """Say "ok", or what is wrong. The secrets themselves are tried every half minute."""
        is_due = time.monotonic() - self._counted_at >= CHECK_SECONDS
        async with self._database.transaction() as connection:
            needed = await load_fingerprints(connection)
            secrets = await load_stored(connection) if is_due else []
        if not all(self._vault.knows(each) for each in needed):
            return OTHER_KEY
        if is_due:
            unreadable = [each for each in secrets if not opens(self._vault, each)]
            self._unreadable = {
                each.party_id for each in unreadable if isinstance(each, EncryptedSecret)
            }
            self._webhooks_unreadable = sum(isinstance(each, WebhookSecret) for each in unreadable)
            self._keys_unreadable = any(isinstance(each, DataKey) for each in unreadable)
            self._factors_unreadable = sum(isinstance(each, UserSecret) for each in unreadable)
            self._counted_at = time.monotonic()
        if self._keys_unreadable:
            return "data keys cannot be decrypted"
        count = len(self._unreadable)
        if count:
            return f"secrets of {count} suppliers cannot be decrypted"
        for number, name in (
            (self._webhooks_unreadable, "secrets of webhooks"),
            (self._factors_unreadable, "second factors of users"),
        ):
            if number:
                return f"{number} {name} cannot be decrypted"
        return "ok"
