"""Small files that outlive a crash and a power cut: keys and passwords that were made here."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


class SettingsError(Exception):
    """A setting is missing, unknown or malformed. The message names its environment variable."""


def keep(path: Path, make: Callable[[], str]) -> str:
    """The text that is kept in `path`. The first time, it is made and stored there with mode 0600.

    It is written under another name and then linked to its own. link(2) fails if the name exists.
    So if two processes start at once, one wins and both return its text. After a crash, and after
    a power cut too, the file is complete or absent. Once this has returned, it stays.

    Raises:
        SettingsError: it can neither be read nor written, or it is empty.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            partial = _written(path, make() + "\n")
            try:
                os.link(partial, path)
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        # Also if another process made it: that one may not have come so far yet.
        sync_folders(path)
        return read_kept(path)
    except OSError as error:
        message = f"{path} cannot be kept: {error.strerror}"
        raise SettingsError(message) from error


def replace_kept(path: Path, text: str) -> None:
    """Replace the text that is kept in `path`. Whatever happens, the old or the new one is there.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        partial = _written(path, text + "\n")
        try:
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        sync_folders(path)
    except OSError as error:
        message = f"{path} cannot be kept: {error.strerror}"
        raise SettingsError(message) from error


def sync_folders(path: Path) -> None:
    """Have the name of a file outlive a power cut, and the name of the folder that it is in.

    fsync(2) of a file stores what is in it. Its name stands in its folder.
    """
    for folder in (path.absolute().parent, path.absolute().parent.parent):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except PermissionError:
            if folder == path.absolute().parent:
                raise
            continue  # a folder that we may not read, we did not make either
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_kept(path: Path) -> str:
    """The text that is kept in `path`.

    Raises:
        SettingsError: it is empty.
    """
    text = path.read_text(encoding="ascii").strip()
    if not text:
        message = (
            f"{path} is empty: restore it from a backup, or remove it if nothing was ever stored "
            "with the key that was in it"
        )
        raise SettingsError(message)
    return text


def _written(path: Path, text: str) -> Path:
    """A new file beside `path` that has this text, also after a power cut."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        partial.unlink()
        raise
    return partial
