"""`comity close`: closes a month, or says what a closing would come to."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from ledger import Database
    from settlement.closing import CloseWish, Closing, DryRun


@click.command("close")
@click.argument("month")
@data_dir_option
@click.option("--dry-run", is_flag=True, help="Say what would be billed, and change nothing.")
@click.option(
    "--accept-waiting",
    "accepted",
    multiple=True,
    metavar="REASON",
    help="Close although uses wait for this reason: they are billed late. May be repeated.",
)
@click.option("--reason", help="Why they are accepted. Needed with --accept-waiting.")
@click.option("--issue", is_flag=True, help="Issue the statements as well.")
@json_option
def close(
    month: str,
    data_dir: Path | None,
    *,
    dry_run: bool,
    accepted: tuple[str, ...],
    reason: str | None,
    issue: bool,
    as_json: bool,
) -> None:
    """Close MONTH, like 2017-01: rate what waits, fix its lines, and draft its statements.

    A closing that was left half-way goes on.
    """
    if dry_run:
        _look(month, data_dir, as_json=as_json)
        return
    from dataclasses import asdict

    from settlement.closing import CloseWish

    wish = CloseWish(frozenset(accepted), reason, issue)
    closing = with_database(data_dir, lambda database: _close(database, month, wish))
    totals = closing.totals
    if as_json:
        show_json({"month": month, "state": "closed", **asdict(totals)})
        return
    output.print(
        f"{month} is closed: {totals.statements} statements, {totals.drafts} of them drafts;"
        f" {totals.uses} uses, {totals.reversals} reversals, {totals.late_lines} late lines."
    )


async def _close(database: "Database", month: str, wish: "CloseWish") -> "Closing":
    from api.process.actor import deed_of_user
    from catalog import note
    from settlement.closing import close_period

    async with database.transaction() as connection:
        deed = await deed_of_user(connection, "comity close")
    closing = await close_period(database, month, wish, actor=deed.actor_id)
    if not closing.replayed:
        async with database.transaction() as connection:
            await note(connection, deed, "period", [month])
    return closing


def _look(month: str, data_dir: Path | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from catalog import load_party_codes
    from ledger import read_clock
    from settlement.closing import run_dry

    async def look(database: "Database") -> "tuple[DryRun, dict[int, str]]":
        async with database.transaction() as connection:
            found = await run_dry(connection, month, await read_clock(connection))
            return found, await load_party_codes(connection, found.parties)

    found, codes = with_database(data_dir, look)
    if as_json:
        show_json(_with_codes(asdict(found), codes))
        return
    output.print(f"{found.month} is {found.state}.")
    for obstacle in found.obstacles:
        output.print(f"  refused now: {obstacle}")
    for reason, count in found.waiting.items():
        output.print(f"  {count} wait: {reason}")
    for each in found.currencies:
        output.print(f"  {each.billed_minor} {each.currency} minor between {each.pairs} pairs")
    for one in found.suspicious:
        pair = f"{codes[one.payer_party_id]} to {codes[one.payee_party_id]}"
        about = f" {one.leg or one.day}" if one.leg or one.day else ""
        output.print(f"  look at {one.rule}: {pair}, {one.count}{about}", soft_wrap=True)


def _with_codes(value: object, codes: "dict[int, str]") -> object:
    """The document, with the codes of parties in place of their numbers."""
    if isinstance(value, list):
        return [_with_codes(each, codes) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name.removesuffix("_id"): codes[each]
        if name.endswith("_party_id")
        else (_with_codes(each, codes))
        for name, each in value.items()
    }
