"""What a database needs before the first request: schema, operator, and the operator's key."""

from pathlib import Path
from typing import Literal

import structlog

from api.kept_files import keep
from api.process.actor import deed_of_user
from api.process.login import ensure_login, is_service_login
from api.process.migrate import migrate, require_migrated
from api.process.stored_secrets import require_vault
from api.settings import OPERATOR_KEY_FILE, Settings
from catalog import (
    SCOPES,
    KeyTaken,
    Party,
    PartyExists,
    PartyNotFound,
    create_party,
    ensure_key,
    find_party,
    load_keys,
    new_key_text,
    note,
)
from ledger import Database

OPERATOR: Literal["operator"] = "operator"
BOOTSTRAP = "bootstrap"
"""The action of what is made before the first request."""
_log = structlog.get_logger("comity.bootstrap")


async def prepare_database(settings: Settings) -> Settings:
    """Migrate the database. Return the settings with the address of the service's own login.

    Nobody needs the owner's address after this. It does not reach the processes that serve. If the
    address is the service's own already, the owner must have migrated the database.

    Raises:
        MigrationError: the database cannot be brought to this release's schema, or the service
            cannot log in to it.
    """
    url = settings.database_url.get_secret_value()
    if is_service_login(url):
        await require_migrated(url)
        return settings
    await migrate(url)
    return settings.with_database(await ensure_login(url, settings.login_password))


async def prepare(settings: Settings) -> Path | None:
    """Make sure that the operator has a key, in a database that `prepare_database` prepared.

    It is safe to repeat this, and to do it in two processes at once.

    Returns the file that holds the operator's key. Returns None if the key was configured, or if
    the operator has a key that is not in this data directory.

    Raises:
        SettingsError: a key cannot be kept. Or secrets are stored, and their key is not here.
        UnsafeDurability: the server may lose acknowledged commits.
        UnsafeLogin: the login of the address may do more than the service needs.
    """
    database = await Database.open(settings.database_url.get_secret_value(), pool_size=1)
    try:
        await require_vault(database, settings)
        return await _ensure_operator(database, settings)
    finally:
        await database.close()


async def _ensure_operator(database: Database, settings: Settings) -> Path | None:
    operator_id = (await _operator(database)).party_id
    async with database.transaction() as connection:
        known = {key.key_id for key in await load_keys(connection, operator_id)}
    kept_in: Path | None = settings.data_dir / OPERATOR_KEY_FILE
    if configured := settings.operator_key.get_secret_value():
        text, kept_in = configured, None
    elif kept_in is not None and (kept_in.exists() or not known):
        # The file comes before the row. After a crash in between, the next start stores its key.
        text = keep(kept_in, new_key_text)
    else:
        return None
    try:
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, BOOTSTRAP)
            key = await ensure_key(
                connection,
                operator_id,
                text,
                label="bootstrap",
                scopes=SCOPES,
                made_by=deed.actor_id,
            )
            if key.key_id not in known:
                await note(connection, deed, "key", [key.key_id])
    except KeyTaken:
        _log.warning(
            "operator_key_not_usable", reason="it was revoked, or belongs to another party"
        )
        return None
    return kept_in


async def _operator(database: Database) -> Party:
    try:
        async with database.transaction() as connection:
            return await find_party(connection, OPERATOR)
    except PartyNotFound:
        pass
    try:
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, BOOTSTRAP)
        async with database.transaction(actor=deed.actor_id) as connection:
            made = await create_party(
                connection, code=OPERATOR, name="Operator", roles=[OPERATOR], category=None
            )
            await note(connection, deed, "party", [made.code])
            return made
    except PartyExists:  # another process was faster
        async with database.transaction() as connection:
            return await find_party(connection, OPERATOR)
