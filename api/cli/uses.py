"""`comity retry-uses`: uses that could not be read for the bill are tried again."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from ledger import Database


@click.command("retry-uses")
@data_dir_option
def retry_uses(data_dir: Path | None) -> None:
    """Hand uses and reversals that were set aside back to the service.

    They were set aside because they could not be read for the bill. The service rates them again.
    """
    from api.process.actor import deed_of_user
    from catalog import note
    from settlement.rating import retry_rejected

    async def retry(database: "Database") -> int:
        async with database.transaction() as connection:
            count = await retry_rejected(connection)
            if count:
                deed = await deed_of_user(connection, "comity retry-uses")
                await note(connection, deed, "messages", [count])
            return count

    count = with_database(data_dir, retry)
    output.print(f"{count} messages wait to be rated again.")
