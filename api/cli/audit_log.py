"""`comity audit-log`: who did what to what."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from catalog import AuditEntry
    from ledger import Database

LIMIT_MAX = 1_000


@click.command("audit-log")
@data_dir_option
@click.option("--actor", help="Only what this actor did, like key:12 or command:root.")
@click.option("--object", "of", help="Only what was done to this, like offer:7.")
@click.option("--party", help="Only what was done for this party.")
@click.option(
    "--limit",
    type=click.IntRange(1, LIMIT_MAX),
    default=100,
    show_default=True,
    help="The most entries to show.",
)
@json_option
def audit_log(
    *,
    data_dir: Path | None,
    actor: str | None,
    of: str | None,
    party: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show who did what, the latest first.

    The journal says who asked for points: see the history of a member.
    """
    from rich.table import Table

    from catalog import find_party, list_audit_entries, read_actor, read_object

    async def read(database: "Database") -> "list[AuditEntry]":
        async with database.transaction() as connection:
            return await list_audit_entries(
                connection,
                party_id=None if party is None else (await find_party(connection, party)).party_id,
                actor=None if actor is None else read_actor(actor),
                of=None if of is None else read_object(of),
                limit=limit,
            )

    entries = with_database(data_dir, read)
    if as_json:
        show_json([asdict(entry) for entry in entries])
        return
    table = Table("at", "actor", "party", "action", "object", "key")
    for entry in entries:
        at = entry.recorded_at.isoformat(timespec="seconds")
        table.add_row(
            at, entry.actor, entry.party or "", entry.action, entry.object, entry.key or ""
        )
    output.print(table)
