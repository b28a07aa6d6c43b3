"""Put a backup back into an empty data directory.

Everything is copied into the folder `restore.partial` of the data directory, and compared with the
manifest on the way. Only if every file is as it was made do the files get their names: the keys
first, the database last. As long as that folder is there, no server is started in the data
directory. So what an interrupted restore leaves is never served.
"""

import os
import re
import shutil
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from api.backup.manifest import (
    BackupError,
    Manifest,
    copy_file,
    read_manifest,
    this_release,
)
from api.embedded.account import Account
from api.embedded.postgres import CLUSTER, POSTGRES_MAJOR, RESTORE_PARTIAL
from api.embedded.services import own_postgres
from api.kept_files import sync_folders
from api.process.migrate import migration_config
from api.settings import Settings

_IGNORED = {"lost+found"}


def restore(settings: Settings, source: Path) -> Manifest:
    """Put the backup in `source` back into the data directory. It starts nothing.

    Raises:
        BackupError: the backup is not whole, is damaged or of a newer release. Or the data
            directory is not empty, or there is no room in it.
        EmbeddedServerError: the data directory cannot be used.
    """
    manifest = read_manifest(source)
    _require_readable(manifest)
    if manifest.has_database and settings.database_url.get_secret_value():
        message = (
            "this backup has a database for Comity's own PostgreSQL, and COMITY_DATABASE_URL names "
            "another server: unset it"
        )
        raise BackupError(message)
    _require_empty(settings.data_dir)
    data_dir = settings.data_dir.absolute()
    account: Account | None = None
    if manifest.has_database:
        server = own_postgres(settings.data_dir)
        data_dir, account = server.data_dir, server.account
    folder = data_dir / RESTORE_PARTIAL
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        try:
            _copy(source, folder, manifest, account)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _name(folder, data_dir)
    except OSError as error:
        message = f"the backup cannot be restored into {data_dir}: {error.strerror}"
        raise BackupError(message) from error
    return manifest


def _require_readable(manifest: Manifest) -> None:
    """Refuse what a newer release made."""
    newer = _numbers(manifest.release) > _numbers(this_release())
    if manifest.revision is not None:
        try:
            ScriptDirectory.from_config(migration_config()).get_revision(manifest.revision)
        except CommandError:
            newer = True
    if newer:
        message = (
            f"the backup was made by Comity {manifest.release} with the schema {manifest.revision},"
            f" which is newer than this release, {this_release()}: restore it with that release"
        )
        raise BackupError(message)
    if manifest.postgres not in {None, POSTGRES_MAJOR}:
        message = (
            f"the database of the backup is one of PostgreSQL {manifest.postgres}, and this release"
            f" brings PostgreSQL {POSTGRES_MAJOR}: restore it with the release that made it"
        )
        raise BackupError(message)


def _numbers(release: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", release)
    return tuple(map(int, found[0].split("."))) if found else ()


def _require_empty(data_dir: Path) -> None:
    if data_dir.exists() and not data_dir.is_dir():
        raise BackupError(f"{data_dir} is not a directory")
    if data_dir.is_dir() and {each.name for each in data_dir.iterdir()} - _IGNORED:
        message = (
            f"the data directory {data_dir} is not empty: restore into a new one (--data-dir), or "
            "move what is there away"
        )
        raise BackupError(message)


def _copy(source: Path, folder: Path, manifest: Manifest, account: Account | None) -> None:
    """Copy everything. The database is for the account of its server.

    Raises:
        BackupError: files are missing, or are not what they were. Each is named.
    """
    for name in manifest.folders:
        (folder / name).mkdir(mode=0o700)
    damaged = []
    for name, stored in manifest.files.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            try:
                if copy_file(source / name, file.write) != stored:
                    damaged.append(name)
            except FileNotFoundError:
                damaged.append(f"{name} (missing)")
            file.flush()
            os.fsync(file.fileno())
    for name in (*manifest.folders, *manifest.files):
        path = folder / name
        if (
            account is not None
            and account.switched
            and path.relative_to(folder).parts[0] == CLUSTER
        ):
            os.chown(path, account.uid, account.gid)
        if path.is_dir():
            _sync(path)
    _sync(folder)
    if damaged:
        names = ", ".join(damaged)
        raise BackupError(f"damaged: {names}. Nothing was restored; take another backup")


def _name(folder: Path, data_dir: Path) -> None:
    """Give the files their names in the data directory, the database last."""
    for path in sorted(folder.iterdir(), key=lambda each: each.name == CLUSTER):
        path.rename(data_dir / path.name)
    _sync(data_dir)
    folder.rmdir()
    sync_folders(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
