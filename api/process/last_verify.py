"""What the last `comity verify` of all books found, kept in the data directory.

It is a file and no row: the service's login has no business to write that the books were verified.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.kept_files import SettingsError, replace_kept
from api.settings import Settings

_IDENTITY = text(
    """
    SELECT system_identifier || '/' || pg_database.oid FROM pg_control_system(), pg_database
    WHERE datname = current_database()
    """
)
FILE_NAME = "verified.json"


@dataclass(frozen=True, slots=True)
class LastVerify:
    """When all books of a database were verified, by its clock, and how many defects were found."""

    database: str
    verified_at: datetime
    defects_count: int


async def identity(connection: AsyncConnection) -> str:
    """A name for the database: one data directory may have been used with several."""
    return str((await connection.execute(_IDENTITY)).scalar_one())


def keep_verify(settings: Settings, last: LastVerify) -> None:
    """Keep what was found, in place of what was found before.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"{settings.data_dir} cannot be made: {error.strerror}"
        raise SettingsError(message) from error
    told = {**asdict(last), "verified_at": last.verified_at.isoformat()}
    replace_kept(_path(settings), json.dumps(told))


def read_verify(settings: Settings, database: str) -> LastVerify | None:
    """What was found last in this database, on this machine. None if nothing is known of it."""
    try:
        told = json.loads(_path(settings).read_bytes())
        told["verified_at"] = datetime.fromisoformat(told["verified_at"])
        last = LastVerify(**told)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return last if last.database == database else None


def _path(settings: Settings) -> Path:
    return settings.data_dir / FILE_NAME
