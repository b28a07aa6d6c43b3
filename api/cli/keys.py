"""`comity keys`: API keys, managed on the machine itself."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from catalog import Key
    from ledger import Database


@click.group(cls=click.RichGroup)
def keys() -> None:
    """Create, list and revoke API keys on the machine itself."""


@keys.command("create")
@data_dir_option
@click.argument("party")
@click.option("--label", default="command line", show_default=True, help="What the key is for.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    help='"import": the key may give a business time in the past.',
)
def create_key(data_dir: Path | None, party: str, label: str, permissions: tuple[str, ...]) -> None:
    """Create a key for PARTY and print it. It is never shown again."""
    from catalog import create_key as run
    from catalog import find_party

    async def create(database: "Database") -> str:
        async with database.transaction() as connection:
            found = await find_party(connection, party)
            return await run(connection, found.party_id, label=label, permissions=permissions)  # type: ignore[arg-type]

    click.echo(with_database(data_dir, create))


@keys.command("list")
@data_dir_option
@click.argument("party")
@json_option
def list_keys(data_dir: Path | None, party: str, *, as_json: bool) -> None:
    """List the keys of PARTY, without their secrets."""
    from rich.table import Table

    from catalog import find_party
    from catalog import load_keys as run

    async def read(database: "Database") -> "list[Key]":
        async with database.transaction() as connection:
            return await run(connection, (await find_party(connection, party)).party_id)

    found = with_database(data_dir, read)
    if as_json:
        show_json([asdict(key) for key in found])
        return
    table = Table("id", "prefix", "label", "permissions", "revoked")
    for key in found:
        revoked = key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else ""
        table.add_row(
            str(key.key_id), key.prefix, key.label, ", ".join(sorted(key.permissions)), revoked
        )
    output.print(table)


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

    with_database(data_dir, revoke)
