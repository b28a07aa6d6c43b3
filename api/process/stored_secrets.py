"""What is encrypted in the database, and whether this process can decrypt it.

There are suppliers' signing secrets, and API keys in answers that were stored before a key was
shown only once. Both are encrypted with the key of the vault. The database states that key's
fingerprint, so a start with another key is refused before it does harm.
"""

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass

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

PAGE_ANSWERS = 100
CHECK_SECONDS = 30.0
OTHER_KEY = "another key is needed"
KEY_MEMBER = "key"
"""Where a stored answer has the API key."""
_ENCODED_PREFIX = base64.b64encode(ENCRYPTED_PREFIX).decode()
"""How an encrypted value begins in an answer. The prefix has three bytes, so nothing is cut."""
_MEMBERS = {"party", "label", "permissions", KEY_MEMBER}
"""What only the answer to a new API key has."""


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


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An API key in the stored answer that made it, encrypted."""

    stored: StoredAnswer
    secret: EncryptedSecret


async def load_stored_keys(
    connection: AsyncConnection, *, after: StoredAnswer | None = None
) -> tuple[list[StoredKey], StoredAnswer | None]:
    """A page of encrypted API keys, and what the next page comes after. None after the last."""
    answers = await load_answers(
        connection,
        book_id=NO_BOOK,
        member=KEY_MEMBER,
        prefix=_ENCODED_PREFIX,
        after=after,
        limit=PAGE_ANSWERS,
    )
    # Other answers repeat a key that their caller chose. It may begin in the same way.
    keys = [
        StoredKey(each, EncryptedSecret(each.party_id, base64.b64decode(each.answer[KEY_MEMBER])))
        for each in answers
        if each.answer.keys() >= _MEMBERS
    ]
    return keys, answers[-1] if len(answers) == PAGE_ANSWERS else None


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


async def _sample(connection: AsyncConnection) -> Sequence[EncryptedSecret]:
    """Some of what is encrypted. Empty if nothing is."""
    found = await load_secrets(connection)
    after: StoredAnswer | None = None
    while not found:
        keys, after = await load_stored_keys(connection, after=after)
        found = [each.secret for each in keys]
        if after is None:
            break
    return found


class VaultCheck:
    """Whether this process has the keys that are needed, for readiness."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._unreadable: set[int] = set()
        self._counted_at = -CHECK_SECONDS

    async def state(self) -> str:
        """Say "ok", or what is wrong. The secrets themselves are tried every half minute."""
        is_due = time.monotonic() - self._counted_at >= CHECK_SECONDS
        async with self._database.transaction() as connection:
            needed = await load_fingerprints(connection)
            secrets = await load_secrets(connection) if is_due else []
        if not all(self._vault.knows(each) for each in needed):
            return OTHER_KEY
        if is_due:
            unreadable = [each for each in secrets if not opens(self._vault, each)]
            self._unreadable = {each.party_id for each in unreadable}
            self._counted_at = time.monotonic()
        count = len(self._unreadable)
        return f"secrets of {count} suppliers cannot be decrypted" if count else "ok"
