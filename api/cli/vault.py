"""`comity secrets rotate`: another key for everything that is encrypted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, errors, load_settings, output, with_database

if TYPE_CHECKING:
    from api.process.rotation import Rotation
    from ledger import Database


@click.group(cls=click.RichGroup)
def secrets() -> None:
    """Look after the key that encrypts stored secrets."""


@secrets.command("rotate")
@data_dir_option
@click.option(
    "--give-up-unreadable",
    is_flag=True,
    help="Go on without the keys that are lost. What needs them must be set again.",
)
def rotate(data_dir: Path | None, *, give_up_unreadable: bool) -> None:
    """Encrypt all stored secrets with a new key.

    If the key is kept in the data directory, the new one is made here. Otherwise set
    COMITY_SECRET_KEY to the new key and COMITY_RETIRED_SECRET_KEYS to the old one first, for every
    process of the service. It may be interrupted: the same command goes on.
    """
    from api.process.actor import deed_of_user
    from api.process.rotation import rotate as run
    from catalog import note

    settings = load_settings(data_dir=data_dir)

    async def work(database: "Database") -> "Rotation":
        done = await run(database, settings, give_up=give_up_unreadable)
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, "comity secrets rotate")
            await note(connection, deed, "vault", ["key"])
        return done

    done = with_database(data_dir, work)
    output.print(f"{done.renewed} secrets were encrypted again.")
    for each in done.unreadable:
        errors.print(f"No key decrypts {each}.", highlight=False, soft_wrap=True)
    if done.unreadable and not give_up_unreadable:
        errors.print("The old keys are still needed. Give the missing one, and run this again.")
        sys.exit(1)
    if settings.secret_key.get_secret_value():
        output.print("COMITY_RETIRED_SECRET_KEYS is not needed any more.")
