"""What a backup says of itself: its release, its instant, and the SHA-256 of each of its files.

The manifest is written last. A folder without one is what an interrupted backup has left.
"""

import hashlib
import importlib.metadata
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from api.kept_files import replace_kept

MANIFEST_FILE = "backup.json"
PARTIAL_SUFFIX = ".partial"
FORMAT = 1
READ_BYTES = 1 << 20


class BackupError(Exception):
    """A backup cannot be made or put back. The message says what to do."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was when the backup was made."""

    length_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup. Names are relative to its folder.

    `revision`, `postgres` and `complete_at` are None for a backup without a database. The database
    is in the state of some instant between `began_at` and `complete_at`, by its own clock.
    """

    release: str
    revision: str | None
    postgres: int | None
    began_at: str | None
    complete_at: str | None
    folders: list[str] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)

    @property
    def has_database(self) -> bool:
        """Whether the database is in the backup, and not only keys and passwords."""
        return self.postgres is not None


def this_release() -> str:
    """The version of this release."""
    return importlib.metadata.version("comity")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Store the manifest in the folder of a backup whose files are all there.

    Raises:
        SettingsError: it cannot be written.
    """
    told = {"format": FORMAT, **asdict(manifest)}
    replace_kept(
        folder / MANIFEST_FILE, json.dumps({**told, "manifest_sha256": _sum_of(told)}, indent=1)
    )


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BackupError: the folder is no backup, or one that was interrupted. Or the manifest is
            damaged, or written by a release with another form of backups.
    """
    path = folder / MANIFEST_FILE
    told: dict[str, Any] = {}
    if not path.is_file():
        message = (
            f"{folder} has no {MANIFEST_FILE}: it is no backup, or one that was interrupted and is "
            "not whole. Restore another one"
        )
        raise BackupError(message)
    try:
        told = json.loads(path.read_bytes())
        checksum = told.pop("manifest_sha256")
        form = told.pop("format")
        is_whole = checksum == _sum_of({"format": form, **told})
    except (ValueError, KeyError, TypeError, AttributeError):
        is_whole, form = False, None
    if not is_whole:
        raise BackupError(f"damaged: {path}. Restore another backup")
    if form != FORMAT:
        raise BackupError(f"{folder} was made by another release, with backups of form {form}")
    # A checksum is no signature: the names decide where a restore writes.
    if any(name.startswith("/") or ".." in name.split("/") for name in told["files"]):
        raise BackupError(f"damaged: {path} has names outside of the backup")
    told["files"] = {name: StoredFile(**each) for name, each in told["files"].items()}
    return Manifest(**told)


def copy_file(source: Path, write: Callable[[bytes], object]) -> StoredFile:
    """Read a file, hand on what is in it, and say what it is."""
    digest, length_bytes = hashlib.sha256(), 0
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
            length_bytes += len(piece)
            write(piece)
    return StoredFile(length_bytes, digest.hexdigest())


def _sum_of(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
