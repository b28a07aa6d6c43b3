"""The `comity` command.

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import rich_click as click
from rich.console import Console

if TYPE_CHECKING:
    from api.settings import Settings
    from ledger import Database

Result = TypeVar("Result")

_output = Console()
_errors = Console(stderr=True)

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where our own servers and keys live.",
)


class _Comity(click.RichGroup):
    """The group of commands; `demo` is loaded when it is named, as it brings the tools of a whole year's replay."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "demo"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "demo":
            from api.demo.command import demo

            return demo
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Comity, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comity")
def comity() -> None:
    """Loyalty points and cross-brand rights, self-hosted.

    Settings come from environment variables named COMITY_<NAME>; without COMITY_DATABASE_URL and
    COMITY_REDIS_URL Comity starts a PostgreSQL and a Valkey of its own.
    """


@comity.command()
@data_dir_option
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="TCP port to listen on.")
@click.option("--workers", type=int, help="Server processes.")
@click.option(
    "--log-format",
    type=click.Choice(["json", "console"]),
    help="Form of the log on standard error.",
)
def serve(
    data_dir: Path | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    log_format: str | None,
) -> None:
    """Serve the HTTP API until told to stop."""
    from api.serve import serve as run

    run(
        _settings(data_dir=data_dir, host=host, port=port, workers=workers, log_format=log_format),
        _output,
    )


@comity.command()
@data_dir_option
def worker(data_dir: Path | None) -> None:
    """Do the background work alone: submit orders, ask for their outcome, rate uses."""
    from api.serve import work

    work(_settings(data_dir=data_dir))


@comity.command()
@data_dir_option
@click.option(
    "--sql", is_flag=True, help="Print the whole history as SQL instead; connects to nothing."
)
def migrate(data_dir: Path | None, *, sql: bool) -> None:
    """Bring the database to this release's schema."""
    from api.process.migrate import migrate as run
    from api.process.migrate import migration_sql
    from api.serve import resolved, stopping_cleanly

    if sql:
        click.echo(migration_sql())
        return
    with stopping_cleanly(), resolved(_settings(data_dir=data_dir)) as ready:
        revision = asyncio.run(run(ready.database_url.get_secret_value()))
    _output.print(f"The database is at revision {revision}.")


programmes_option = click.option(
    "--programme", "programmes", metavar="CODE", multiple=True, help="A programme; may be repeated."
)
every_option = click.option(
    "--all", "every", is_flag=True, help="Every programme; so it is without --programme, too."
)


def _only_one_choice(programmes: tuple[str, ...], *, every: bool) -> None:
    if programmes and every:
        raise click.UsageError("--programme and --all exclude each other.")


@comity.command()
@data_dir_option
@programmes_option
@every_option
@click.option(
    "--heads",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the heads into this file, which must be new.",
)
def seal(
    data_dir: Path | None, programmes: tuple[str, ...], heads: Path | None, *, every: bool
) -> None:
    """Seal what the books have recorded: a chain of hashes over every record, that tells of any change afterwards.

    Keep the files of heads where whoever can write to the database cannot: against them even a
    chain that was made anew is found.
    """
    from api.cli.audit import require_folder
    from api.cli.audit import seal as run

    _only_one_choice(programmes, every=every)
    if heads is not None:
        if heads.exists():
            raise click.BadParameter(
                f"{heads} is there, and what was kept is not overwritten.", param_hint="--heads"
            )
        require_folder(heads, "--heads")
    _with_database(
        _settings(data_dir=data_dir),
        lambda database: run(database, programmes, heads, _output, _errors),
    )


@comity.command()
@data_dir_option
@programmes_option
@every_option
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare the seals with the heads in this file of `comity seal`.",
)
def verify(
    data_dir: Path | None, programmes: tuple[str, ...], heads: Path | None, *, every: bool
) -> None:
    """Replay the books from their entries, recompute their seals and compare everything.

    The statements of every closed month are recomputed from their lines as well, and uses that
    could not be read for the bill are told. Exits with 1 if there is anything of the kind.
    """
    from api.cli.audit import read_heads_file
    from api.cli.audit import verify as run

    _only_one_choice(programmes, every=every)
    kept = None if heads is None else read_heads_file(heads)
    if _with_database(
        _settings(data_dir=data_dir),
        lambda database: run(database, programmes, kept, _output, _errors),
    ):
        sys.exit(1)


@comity.command()
@data_dir_option
@click.option("--programme", metavar="CODE", required=True, help="The programme.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["beancount", "hledger"]),
    required=True,
    help="What to write.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; standard output without it.",
)
def export(data_dir: Path | None, programme: str, form: str, output: Path | None) -> None:
    """Write a programme's book as a plain-text double-entry journal, with assertions of every account's balance at its end."""
    from api.cli.audit import export as run
    from api.cli.audit import require_folder
    from ledger.audit import Format

    if output is not None:
        require_folder(output, "--output")

    _with_database(
        _settings(data_dir=data_dir),
        lambda database: run(database, programme, Format(form), output),
    )


@comity.command("retry-uses")
@data_dir_option
def retry_uses(data_dir: Path | None) -> None:
    """Have the uses and reversals that were set aside, since they could not be read for the bill, rated again by the service."""
    from settlement.rating import retry_rejected

    async def retry(database: "Database") -> int:
        async with database.transaction() as connection:
            return await retry_rejected(connection)

    count = _with_database(_settings(data_dir=data_dir), retry)
    _output.print(f"{count} messages wait to be rated again.")


@comity.group(cls=click.RichGroup)
def keys() -> None:
    """API keys: create, list and revoke them at the machine itself."""


@keys.command("create")
@data_dir_option
@click.argument("party")
@click.option("--label", default="command line", show_default=True, help="What the key is for.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    help='"import": may give a business time of the past.',
)
def create_key(data_dir: Path | None, party: str, label: str, permissions: tuple[str, ...]) -> None:
    """Create a key for PARTY and print it, this once."""
    from catalog import create_key as run
    from catalog import find_party

    async def create(database: "Database") -> str:
        async with database.transaction() as connection:
            found = await find_party(connection, party)
            return await run(connection, found.party_id, label=label, permissions=permissions)  # type: ignore[arg-type]

    click.echo(_with_database(_settings(data_dir=data_dir), create))


@keys.command("list")
@data_dir_option
@click.argument("party")
def list_keys(data_dir: Path | None, party: str) -> None:
    """List the keys of PARTY, without their secrets."""
    from rich.table import Table

    from catalog import Key, find_party
    from catalog import load_keys as run

    async def read(database: "Database") -> list[Key]:
        async with database.transaction() as connection:
            return await run(connection, (await find_party(connection, party)).party_id)

    table = Table("id", "prefix", "label", "permissions", "revoked")
    for key in _with_database(_settings(data_dir=data_dir), read):
        revoked = key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else ""
        table.add_row(
            str(key.key_id), key.prefix, key.label, ", ".join(sorted(key.permissions)), revoked
        )
    _output.print(table)


@keys.command("revoke")
@data_dir_option
@click.argument("party")
@click.argument("key_id", type=int)
def revoke_key(data_dir: Path | None, party: str, key_id: int) -> None:
    """Revoke the key numbered KEY_ID of PARTY."""
    from catalog import find_party
    from catalog import revoke_key as run

    async def revoke(database: "Database") -> None:
        async with database.transaction() as connection:
            await run(connection, (await find_party(connection, party)).party_id, key_id)

    _with_database(_settings(data_dir=data_dir), revoke)


def _settings(**overrides: object) -> "Settings":
    from api.settings import Settings

    return Settings.load(**overrides)


def _with_database(
    settings: "Settings", action: "Callable[[Database], Awaitable[Result]]"
) -> Result:
    """Run `action` on the migrated database."""
    from api.process.migrate import migrate as run_migrations
    from api.serve import resolved, stopping_cleanly
    from ledger import Database

    async def run(url: str) -> Result:
        await run_migrations(url)
        database = await Database.open(url, pool_size=2)
        try:
            return await action(database)
        finally:
            await database.close()

    with stopping_cleanly(), resolved(settings) as ready:
        return asyncio.run(run(ready.database_url.get_secret_value()))


def main() -> NoReturn:
    """Run the command; an error that has a remedy is shown as one sentence, not as a traceback."""
    from api.embedded.errors import EmbeddedServerError
    from api.process.migrate import MigrationError
    from api.settings import SettingsError
    from ledger import Refusal

    try:
        comity()
    except (EmbeddedServerError, MigrationError, SettingsError, Refusal) as error:
        _errors.print(
            f"[red]comity:[/red] {error}" if str(error) else type(error).__name__, soft_wrap=True
        )
    sys.exit(1)


if __name__ == "__main__":
    main()
