"""`comity backup` and `comity restore`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, errors, load_settings, output, with_database

if TYPE_CHECKING:
    from api.settings import Settings
    from ledger import Database


@click.command()
@data_dir_option
@click.argument("directory", type=click.Path(path_type=Path))
def backup(data_dir: Path | None, directory: Path) -> None:
    """Back up the database, the keys and the passwords into the new folder DIRECTORY.

    The service may run meanwhile. With a PostgreSQL of your own, only keys and passwords are backed
    up, and you are told what to do about the database.
    """
    from api.backup.make import back_up
    from api.serve import stopping_cleanly

    with stopping_cleanly():
        made = back_up(load_settings(data_dir=data_dir), directory)
    if made.has_database:
        output.print(
            f"{directory} has everything that was acknowledged before {made.began_at}.",
            highlight=False,
            soft_wrap=True,
        )
    else:
        output.print(
            f"{directory} has the keys and passwords, and not the database, which is on a server "
            "of your own. Back that up with pg_basebackup, or with pg_dump --format=custom.",
            highlight=False,
            soft_wrap=True,
        )


@click.command()
@data_dir_option
@click.argument("directory", type=click.Path(path_type=Path))
def restore(data_dir: Path | None, directory: Path) -> None:
    """Restore the backup in DIRECTORY into an empty data directory, and verify the books.

    Exits with 1 if anything is not as it should be.
    """
    from api.backup.restore import restore as run
    from api.cli.books import verify_all
    from api.serve import stopping_cleanly

    settings = load_settings(data_dir=data_dir)
    with stopping_cleanly():
        put_back = run(settings, directory)
    if not put_back.has_database:
        output.print(
            f"{settings.data_dir} has the keys and passwords again. Restore the database too, then "
            "run comity verify.",
            highlight=False,
            soft_wrap=True,
        )
        return

    async def prove(database: "Database") -> int:
        return await _unreadable_secrets(database, settings) + await verify_all(
            database, settings, output, errors
        )

    if with_database(data_dir, prove):
        errors.print("comity: the backup was restored, and it is not sound", soft_wrap=True)
        sys.exit(1)
    output.print(
        f"{settings.data_dir} has the state of {put_back.complete_at} again, and it is verified.",
        highlight=False,
        soft_wrap=True,
    )


async def _unreadable_secrets(database: "Database", settings: "Settings") -> int:
    from api.process.stored_secrets import VaultCheck, open_vault, require_vault

    await require_vault(database, settings)
    state = await VaultCheck(database, open_vault(settings)).state()
    output.print(f"secrets: {'sound' if state == 'ok' else state}", highlight=False)
    return int(state != "ok")
