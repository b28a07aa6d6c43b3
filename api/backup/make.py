"""Make a backup: a copy of the database while it runs, then the keys, then the manifest.

1. A new folder beside the place of the backup, with `.partial` behind its name.
2. Keys are not changed while the backup is made. So those in it fit its database.
3. The database, as `api.embedded.base_backup` copies it, then the keys and passwords. A look at the
   database shows that the keys decrypt what is stored.
4. Every file is read again for its SHA-256, stored for good, and closed to others. The manifest is
   written.
5. The folder gets its name.

Whatever ends this early leaves a folder without a manifest, or none.
"""

import asyncio
import base64
import os
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import text

from api.backup.manifest import (
    PARTIAL_SUFFIX,
    BackupError,
    Manifest,
    copy_file,
    this_release,
    write_manifest,
)
from api.embedded.base_backup import copy_cluster
from api.embedded.postgres import CLUSTER
from api.embedded.services import own_postgres, running
from api.kept_files import keep, read_kept, sync_folders
from api.process.looking import looking
from api.process.rotation import keys_at_rest
from api.process.stored_secrets import VaultCheck, load_stored, open_vault
from api.settings import DATABASE_PASSWORD_FILE, OPERATOR_KEY_FILE, SECRET_KEY_FILE, Settings
from exchange.fulfil import load_fingerprints
from ledger import read_clock

_IS_MIGRATED = text("SELECT to_regclass('alembic_version')")
_REVISION = text("SELECT version_num FROM alembic_version")


def back_up(settings: Settings, target: Path) -> Manifest:
    """Make a backup in the new folder `target`.

    With a PostgreSQL of one's own, only keys and passwords are in it.

    Raises:
        BackupError: there is something at `target` already, or it is in the data directory. Or
            there is nothing to back up, or no room.
        EmbeddedServerError: the database cannot be copied.
        SettingsError: keys are being changed, or are not those that the database needs.
    """
    is_own = not settings.database_url.get_secret_value()
    if is_own and not (settings.data_dir / CLUSTER).is_dir():
        message = f"{settings.data_dir} has no database: nothing has been served from there"
        raise BackupError(message)
    target = target.absolute()
    if target.resolve().is_relative_to(settings.data_dir.resolve()):
        message = f"{target} is in the data directory: the backup would be lost together with it"
        raise BackupError(message)
    folder = _new_folder(target)
    try:
        with keys_at_rest(settings):
            manifest = _copy_database(settings, folder) if is_own else _no_database()
            _keep_secrets(settings, folder)
        _list_files(folder, manifest)
        write_manifest(folder, manifest)
        folder.rename(target)
        sync_folders(target)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            message = f"the backup cannot be made in {target}: {error.strerror}"
            raise BackupError(message) from error
        raise
    return manifest


def _new_folder(target: Path) -> Path:
    folder = target.with_name(target.name + PARTIAL_SUFFIX)
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} exists already, and a backup never overwrites anything")
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        message = (
            f"{folder} is there: another backup is being made, or was interrupted. If none is, "
            "remove it"
        )
        raise BackupError(message) from None
    except OSError as error:
        message = f"no folder can be made in {target.parent}: {error.strerror}"
        raise BackupError(message) from error
    return folder


def _no_database() -> Manifest:
    return Manifest(this_release(), None, None, None, None)


def _copy_database(settings: Settings, folder: Path) -> Manifest:
    # Its servers are those of the service if it runs. Otherwise they run for as long as this takes.
    with running(settings.data_dir, database=True, cache=False) as addresses:
        url = addresses.database_url or ""
        began_at, revision = asyncio.run(_state(url, settings))
        copy_cluster(own_postgres(settings.data_dir), folder)
        complete_at, _ = asyncio.run(_state(url, settings))
    major = int((folder / CLUSTER / "PG_VERSION").read_text(encoding="ascii"))
    return Manifest(this_release(), revision, major, began_at.isoformat(), complete_at.isoformat())


async def _state(url: str, settings: Settings) -> tuple[datetime, str]:
    """The database's clock and revision, after a look whether we have the keys that it needs."""
    async with looking(url) as database:
        async with database.transaction() as connection:
            if (await connection.execute(_IS_MIGRATED)).scalar_one() is None:
                message = "the database was never migrated: run `comity serve` first"
                raise BackupError(message)
            revision: str = (await connection.execute(_REVISION)).scalar_one()
            is_needed = await load_fingerprints(connection) or await load_stored(connection)
        if is_needed:
            state = await VaultCheck(database, open_vault(settings)).state()
            if state != "ok":
                message = (
                    f"the backup would be of little use: {state}. Give the keys that the database "
                    "needs, as `comity doctor` tells"
                )
                raise BackupError(message)
        async with database.transaction() as connection:
            return await read_clock(connection), revision


def _keep_secrets(settings: Settings, folder: Path) -> None:
    """The keys and passwords that are kept or configured, as files of the data directory."""
    if settings.secret_key.get_secret_value() or settings.secret_key_file.exists():
        keys = "\n".join(base64.b64encode(key).decode() for key in settings.vault_keys)
        keep(folder / SECRET_KEY_FILE, lambda: keys)
    for name, configured in (
        (OPERATOR_KEY_FILE, settings.operator_key),
        (DATABASE_PASSWORD_FILE, settings.database_password),
    ):
        kept = settings.data_dir / name
        value = configured.get_secret_value() or (read_kept(kept) if kept.exists() else "")
        if value:
            keep(folder / name, partial(str, value))


def _list_files(folder: Path, manifest: Manifest) -> None:
    """Close everything to others, store it for good, and note it in the manifest."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            message = f"{name} is a link or a device: tablespaces cannot be backed up like this"
            raise BackupError(message)
        if path.is_file():
            manifest.files[name] = copy_file(path, len)
        else:
            manifest.folders.append(name)
    for path in (*folder.rglob("*"), folder):
        _close(path)


def _close(path: Path) -> None:
    """Make it ours alone, and have it outlive a power cut."""
    if path.stat().st_uid != os.geteuid():
        os.chown(path, os.geteuid(), os.getegid())
    path.chmod(0o700 if path.is_dir() else 0o600)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
