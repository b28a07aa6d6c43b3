"""`comity codes rotate-key`: another key for the card codes of a supplier."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, load_settings, output, with_database

if TYPE_CHECKING:
    from exchange.codes import CodesRotation
    from ledger import Database


@click.group(cls=click.RichGroup)
def codes() -> None:
    """Look after the card codes of suppliers."""


@codes.command("rotate-key")
@data_dir_option
@click.argument("party")
def rotate_key(data_dir: Path | None, party: str) -> None:
    """Encrypt all card codes of PARTY with a new key.

    It may be interrupted: the same command goes on. The service may run meanwhile.
    """
    from api.process.actor import deed_of_user
    from api.process.stored_secrets import open_vault, require_vault
    from catalog import find_party, note
    from exchange.codes import rotate_codes
    from exchange.fulfil import add_party_key, party_keys_of

    settings = load_settings(data_dir=data_dir)

    async def work(database: "Database") -> "CodesRotation":
        await require_vault(database, settings)
        vault = open_vault(settings)
        async with database.transaction() as connection:
            found = await find_party(connection, party)
        add_key = partial(add_party_key, vault)
        done = await rotate_codes(database, party_keys_of(vault), add_key, found.party_id)
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, "comity codes rotate-key")
            await note(connection, deed, "party", [party])
        return done

    done = with_database(data_dir, work)
    output.print(f"{done.resealed} card codes were encrypted again.")
    if done.went_on:
        output.print("An earlier rotation was not complete. It is now.")
