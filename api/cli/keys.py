"""`comity keys`: API keys, managed on the machine itself.

Who runs these commands needs no key. So the operator can always let itself in again.
"""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from catalog import Key
    from ledger import Database

ALL = "all"


@click.group(cls=click.RichGroup)
def keys() -> None:
    """Create, list, replace and revoke API keys on the machine itself."""


@keys.command("create")
@data_dir_option
@click.argument("party")
@click.option("--label", default="command line", show_default=True, help="What the key is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="What the key may do. By default, all that the party's roles allow but import.",
)
@click.option("--shop", help="The one shop in which the key uses coupons.")
@click.option("--expires-at", help="When the key ends, like 2027-01-31T00:00:00Z.")
def create_key(
    *,
    data_dir: Path | None,
    party: str,
    label: str,
    scopes: tuple[str, ...],
    shop: str | None,
    expires_at: str | None,
) -> None:
    """Create a key for PARTY and print it. It is never shown again."""
    from typing import cast

    from api.process.actor import deed_of_user
    from catalog import Scope, find_party, note, scopes_of
    from catalog import create_key as run

    end = None if expires_at is None else _instant(expires_at)

    async def create(database: "Database") -> str:
        async with database.transaction() as connection:
            found = await find_party(connection, party)
            asked = cast("tuple[Scope, ...]", scopes)  # `run` refuses unknown ones
            chosen = scopes_of(found.roles) if ALL in scopes else asked or None
            deed = await deed_of_user(connection, "comity keys create")
            made = await run(
                connection,
                found.party_id,
                label=label,
                scopes=chosen,
                shop=shop,
                expires_at=end,
                made_by=deed.actor_id,
            )
            await note(connection, deed, "key", [made.key.key_id])
            return made.text

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
    names = ("id", "prefix", "label", "scopes", "shop", "ends", "used", "made by", "revoked")
    table = Table(*names)
    for key in found:
        table.add_row(
            str(key.key_id),
            key.prefix,
            key.label,
            ", ".join(sorted(key.scopes)),
            key.shop or "",
            _shown(key.expires_at),
            _shown(key.last_used_at),
            key.created_by or "",
            _shown(key.revoked_at),
        )
    output.print(table)


@keys.command("rotate")
@data_dir_option
@click.argument("party")
@click.argument("key_id", type=int)
@click.option(
    "--overlap-seconds",
    type=click.IntRange(min=0),
    help="How long the replaced key still holds; a day by default. With 0 it is revoked at once.",
)
def rotate_key(data_dir: Path | None, party: str, key_id: int, overlap_seconds: int | None) -> None:
    """Replace the key numbered KEY_ID of PARTY, and print the new one.

    The new key has the same rights.
    """
    from api.process.actor import deed_of_user
    from catalog import KEY_OVERLAP_SECONDS, KEY_OVERLAP_SECONDS_MAX, find_party, note
    from catalog import rotate_key as run

    overlap = KEY_OVERLAP_SECONDS if overlap_seconds is None else overlap_seconds
    if overlap > KEY_OVERLAP_SECONDS_MAX:
        raise click.BadParameter(f"at most {KEY_OVERLAP_SECONDS_MAX} seconds")

    async def rotate(database: "Database") -> str:
        async with database.transaction() as connection:
            party_id = (await find_party(connection, party)).party_id
            deed = await deed_of_user(connection, "comity keys rotate")
            made = await run(
                connection, party_id, key_id, overlap_seconds=overlap, made_by=deed.actor_id
            )
            await note(connection, deed, "key", [key_id, made.key.key_id])
            return made.text

    click.echo(with_database(data_dir, rotate))


@keys.command("revoke")
@data_dir_option
@click.argument("party")
@click.argument("key_id", type=int)
def revoke_key(data_dir: Path | None, party: str, key_id: int) -> None:
    """Revoke the key numbered KEY_ID of PARTY."""
    from api.process.actor import deed_of_user
    from catalog import find_party, note
    from catalog import revoke_key as run

    async def revoke(database: "Database") -> None:
        async with database.transaction() as connection:
            if await run(connection, (await find_party(connection, party)).party_id, key_id):
                deed = await deed_of_user(connection, "comity keys revoke")
                await note(connection, deed, "key", [key_id])

    with_database(data_dir, revoke)


def _shown(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat(timespec="seconds")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write the time as 2027-01-31T00:00:00Z") from error
