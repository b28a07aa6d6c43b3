"""`comity seal`, `comity verify` and `comity export`: what an auditor runs on the machine.

Here are their options. `books` has what they do, and is imported when one of them runs.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option
from api.cli.session import data_dir_option, errors, load_settings, output, with_database

if TYPE_CHECKING:
    from ledger import Database

programmes_option = click.option(
    "--programme", "programmes", metavar="CODE", multiple=True, help="A programme. May be repeated."
)
every_option = click.option(
    "--all", "every", is_flag=True, help="Every programme. This is also the default."
)


def _require_one_choice(programmes: tuple[str, ...], *, every: bool) -> None:
    if programmes and every:
        raise click.UsageError("--programme and --all cannot be combined.")


@click.command()
@data_dir_option
@programmes_option
@every_option
@click.option(
    "--heads",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the heads to this file, which must not exist yet.",
)
@json_option
def seal(
    data_dir: Path | None,
    programmes: tuple[str, ...],
    heads: Path | None,
    *,
    every: bool,
    as_json: bool,
) -> None:
    """Seal what the books have recorded, as chains of hashes that show any later change.

    The heads of the chains of statements and of money are written with them.

    Keep the files of heads where nobody who can write to the database can change them. They show
    even a chain that was computed anew.
    """
    from api.cli.books import require_folder
    from api.cli.books import seal as run

    _require_one_choice(programmes, every=every)
    if heads is not None:
        if heads.exists():
            raise click.BadParameter(
                f"{heads} already exists, and heads are never overwritten.", param_hint="--heads"
            )
        require_folder(heads, "--heads")

    async def work(database: "Database") -> None:
        await run(database, programmes, heads, output, errors, as_json=as_json)

    with_database(data_dir, work)


@click.command()
@data_dir_option
@programmes_option
@every_option
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare seals, statements and money with the heads in this file of `comity seal`.",
)
@json_option
def verify(
    data_dir: Path | None,
    programmes: tuple[str, ...],
    heads: Path | None,
    *,
    every: bool,
    as_json: bool,
) -> None:
    """Replay the books from their entries, recompute their seals and compare everything.

    Coupons and orders are compared with their points and stock, and uses with the bill. The lines
    of closed months are rated again, statements are compared with them and with their histories,
    and frozen months of points are recomputed from the journal. Uses that could not be read for the
    bill are reported too. Exits with 1 if there is anything to report.
    """
    from api.cli.books import read_heads_file, verify_all
    from api.cli.books import verify as run

    _require_one_choice(programmes, every=every)
    kept = None if heads is None else read_heads_file(heads)
    settings = load_settings(data_dir=data_dir)

    async def work(database: "Database") -> int:
        if programmes:
            return await run(database, programmes, kept, output, errors, as_json=as_json)
        return await verify_all(database, settings, output, errors, heads=kept, as_json=as_json)

    if with_database(data_dir, work):
        sys.exit(1)


@click.command()
@data_dir_option
@click.option("--programme", metavar="CODE", required=True, help="The programme.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["beancount", "hledger"]),
    required=True,
    help="The format to write.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Default: standard output.",
)
def export(data_dir: Path | None, programme: str, form: str, file: Path | None) -> None:
    """Write a programme's book as a plain-text double-entry journal.

    It ends with an assertion of every account's balance.
    """
    from api.cli.books import export as run
    from api.cli.books import require_folder
    from ledger.audit import Format

    if file is not None:
        require_folder(file, "--output")
    with_database(data_dir, lambda database: run(database, programme, Format(form), file))
