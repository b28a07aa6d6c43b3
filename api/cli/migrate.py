"""`comity migrate`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, load_settings, output

if TYPE_CHECKING:
    from api.settings import Settings


@click.command()
@data_dir_option
@click.option(
    "--sql", is_flag=True, help="Print the whole history as SQL instead. Does not connect."
)
def migrate(data_dir: Path | None, *, sql: bool) -> None:
    """Bring the database to this release's schema, and let the service log in to it."""
    from api.process.migrate import head_revision, migration_sql
    from api.serve import resolved, stopping_cleanly

    if sql:
        click.echo(migration_sql())
        return
    with stopping_cleanly(), resolved(load_settings(data_dir=data_dir)) as ready:
        asyncio.run(_migrate(ready))
    output.print(f"The database is at revision {head_revision()}.")


async def _migrate(settings: "Settings") -> None:
    from api.process.actor import deed_of_user
    from api.process.bootstrap import prepare_database
    from api.process.migrate import head_revision
    from catalog import note
    from ledger import Database

    prepared = await prepare_database(settings)
    database = await Database.open(prepared.database_url.get_secret_value(), pool_size=1)
    try:
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, "comity migrate")
            await note(connection, deed, "schema", [head_revision()])
    finally:
        await database.close()
