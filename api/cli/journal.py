"""`comity journal`: the money book of a currency as a file for a general ledger."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.session import data_dir_option, with_database

if TYPE_CHECKING:
    from ledger import Database
    from settlement.journal import AccountMapping

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("journal")
@click.argument("currency")
@data_dir_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "beancount", "hledger"]),
    required=True,
    help="The format to write.",
)
@click.option("--since", type=_DAY, help="The first day. Default: of the first entry.")
@click.option("--before", type=_DAY, help="The day after the last. Default: all that is posted.")
@click.option(
    "--accounts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file with the code of each account: account,code.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Default: standard output.",
)
def journal(
    currency: str,
    data_dir: Path | None,
    *,
    form: str,
    since: datetime | None,
    before: datetime | None,
    accounts: Path | None,
    file: Path | None,
) -> None:
    """Write what was posted between parties in a CURRENCY, for a general ledger.

    It begins with the balances before its first day and ends with those after its last one. A
    program that reads it asserts them. With --accounts, every account that was moved has a code.
    """
    from api.cli.books import require_folder, write_journal
    from settlement.journal import JournalFormat, JournalScope, MappingInvalid

    if file is not None:
        require_folder(file, "--output")
    mapping = None if accounts is None else _mapping(accounts)
    scope = JournalScope(
        currency,
        None if since is None else since.date(),
        None if before is None else before.date(),
    )

    async def write(database: "Database") -> None:
        await write_journal(database, scope, JournalFormat(form), mapping, file)

    try:
        with_database(data_dir, write)
    except MappingInvalid as error:
        raise click.BadParameter(f"{accounts}: {error}", param_hint="--accounts") from error


def _mapping(path: Path) -> "AccountMapping":
    from settlement.journal import MappingInvalid, read_mapping

    try:
        return read_mapping(path.read_bytes())
    except MappingInvalid as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--accounts") from error
