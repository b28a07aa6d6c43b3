"""What is encrypted in the database, and whether this process can decrypt it.

There are suppliers' signing secrets, and API keys in the stored answers that made them. Both are
encrypted with the key of the vault. The database states that key's fingerprint, so a start with
another key is refused before it does harm.
"""

import base64
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from api.settings import Settings, SettingsError
from catalog import EncryptedSecret, load_secrets
from exchange.fulfil import (
    ENCRYPTED_PREFIX,
    Vault,
    VaultBroken,
    change_key,
    forget_other_keys,
    load_fingerprints,
    state_keys,
)
from ledger import Database
from ledger.idempotency import NO_BOOK, StoredAnswer, load_answers

SAMPLE_ANSWERS = 10
KEY_MEMBER = "key"
"""Where a stored answer has the API key."""
_ENCODED_PREFIX = base64.b64encode(ENCRYPTED_PREFIX).decode()
"""How an encrypted value begins in an answer. The prefix has three bytes, so nothing is cut."""


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


async def load_stored_keys(
    connection: AsyncConnection, *, after: StoredAnswer | None = None, limit: int
) -> list[StoredAnswer]:
    """Stored answers that have an encrypted API key, page by page."""
    return await load_answers(
        connection,
        book_id=NO_BOOK,
        member=KEY_MEMBER,
        prefix=_ENCODED_PREFIX,
        after=after,
        limit=limit,
    )


def encrypted_key(stored: StoredAnswer) -> EncryptedSecret:
    """The encrypted API key of a stored answer."""
    return EncryptedSecret(stored.party_id, base64.b64decode(stored.answer[KEY_MEMBER]))


def opens(vault: Vault, secret: EncryptedSecret) -> bool:
    """Whether the vault can decrypt this secret."""
    try:
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
        sample = await _sample(connection)
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
    if await _sample(connection):
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


async def _sample(connection: AsyncConnection) -> list[EncryptedSecret]:
    """Some of what is encrypted. Empty if nothing is."""
    found = await load_secrets(connection)
    if not found:
        answers = await load_stored_keys(connection, limit=SAMPLE_ANSWERS)
        found = [encrypted_key(each) for each in answers]
    return found
