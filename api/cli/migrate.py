"""`comity migrate`."""

import asyncio
from pathlib import Path

import rich_click as click

from api.cli.session import data_dir_option, load_settings, output


@click.command()
@data_dir_option
@click.option(
    "--sql", is_flag=True, help="Print the whole history as SQL instead. Does not connect."
)
def migrate(data_dir: Path | None, *, sql: bool) -> None:
    """Bring the database to this release's schema, and let the service log in to it."""
    from api.process.bootstrap import prepare_database
    from api.process.migrate import head_revision, migration_sql
    from api.serve import resolved, stopping_cleanly

    if sql:
        click.echo(migration_sql())
        return
    with stopping_cleanly(), resolved(load_settings(data_dir=data_dir)) as ready:
        asyncio.run(prepare_database(ready))
    output.print(f"The database is at revision {head_revision()}.")
