"""What all commands share: their settings, the database and the two consoles."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import rich_click as click
from rich.console import Console

if TYPE_CHECKING:
    from api.settings import Settings
    from ledger import Database

Result = TypeVar("Result")

output = Console()
errors = Console(stderr=True)

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where Comity's own servers and keys live.",
)


def load_settings(**overrides: object) -> "Settings":
    """The settings of the environment. Options that were given come before them."""
    from api.settings import Settings

    return Settings.load(**overrides)


def with_database(
    data_dir: Path | None, action: "Callable[[Database], Awaitable[Result]]"
) -> Result:
    """Run `action` on the migrated database."""
    from api.process.bootstrap import prepare_database
    from api.serve import resolved, stopping_cleanly
    from ledger import Database

    async def run(ready: "Settings") -> Result:
        prepared = await prepare_database(ready)
        database = await Database.open(prepared.database_url.get_secret_value(), pool_size=2)
        try:
            return await action(database)
        finally:
            await database.close()

    with stopping_cleanly(), resolved(load_settings(data_dir=data_dir)) as ready:
        return asyncio.run(run(ready))
