"""`comity liability`: what a programme's members may still redeem, by month of issue."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, errors, output, with_database

if TYPE_CHECKING:
    from ledger import Database
    from ledger.book import Programme
    from settlement.liability import JournalFormat, Report


@click.command("liability")
@click.argument("programme")
@data_dir_option
@click.option("--month", help="The month, like 2017-01. Default: the current one.")
@click.option("--freeze", is_flag=True, help="Freeze the month for good, and all before it.")
@click.option(
    "--what-if",
    "rate",
    type=click.FloatRange(0, 1),
    help="What would be owed and billed if this share of the points were redeemed.",
)
@click.option(
    "--journal",
    type=click.Choice(["csv", "beancount", "hledger"]),
    help="Write the general ledger's entries of frozen months instead.",
)
@click.option("--since", help="The first month of the journal. Default: the month.")
@json_option
def liability(  # noqa: PLR0917 - its options
    programme: str,
    data_dir: Path | None,
    month: str | None,
    rate: float | None,
    journal: "JournalFormat | None",
    since: str | None,
    *,
    freeze: bool,
    as_json: bool,
) -> None:
    """Show the roll-forward of a month of a PROGRAMME's points, and freeze it.

    Exits with 1 if the month does not tie out.
    """
    from ledger import read_clock
    from ledger.book import find_programme, programme_day

    if freeze and month is None:
        raise click.UsageError("--freeze needs a --month.")
    chosen = [option for option in (rate is not None, journal is not None) if option]
    if len(chosen) > 1:
        raise click.UsageError("--what-if and --journal cannot be combined.")

    async def work(database: "Database") -> bool:
        async with database.transaction() as connection:
            found = await find_programme(connection, programme)
            today = programme_day(await read_clock(connection), found.time_zone)
        when = month or f"{today.year:04}-{today.month:02}"
        if freeze:
            await _freeze(database, found, when)
        if journal is not None:
            await _write_journal(database, found, (since or when, when), journal)
            return True
        if rate is not None:
            await _what_if(database, found, when, str(rate), as_json=as_json)
            return True
        report = await _report(database, found, when)
        _show(found, report, as_json=as_json)
        return report.ties

    if not with_database(data_dir, work):
        sys.exit(1)


async def _freeze(database: "Database", programme: "Programme", month: str) -> None:
    from api.cli.progress import shown_progress
    from api.process.actor import deed_of_user
    from catalog import note
    from settlement.liability import freeze_months

    async with database.transaction() as connection:
        deed = await deed_of_user(connection, "comity liability")
        await note(connection, deed, "liability", [f"{programme.code}/{month}"])
    with shown_progress(errors, f"reading {programme.code}") as tick:
        await freeze_months(database, programme, month, actor=deed.actor_id, progress=tick)


async def _report(database: "Database", programme: "Programme", month: str) -> "Report":
    from settlement.liability import load_report, see_one_snapshot

    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        return await load_report(connection, programme, month)


async def _write_journal(
    database: "Database",
    programme: "Programme",
    months: tuple[str, str],
    form: "JournalFormat",
) -> None:
    from settlement.liability import export_journal, see_one_snapshot

    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        text = await export_journal(connection, programme, *months, form)
    sys.stdout.write(text)


async def _what_if(
    database: "Database", programme: "Programme", month: str, rate: str, *, as_json: bool
) -> None:
    from dataclasses import asdict
    from decimal import Decimal

    from settlement import currency_decimals
    from settlement.liability import ask_what_if, see_one_snapshot

    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        found = await ask_what_if(connection, programme, month, Decimal(rate))
    if as_json:
        show_json([asdict(found)])
        return
    places = currency_decimals(found.currency)
    for name, minor in (
        ("liability now", found.now_minor),
        ("liability then", found.then_minor),
        ("bill now", found.bill_now_minor),
        ("bill then", found.bill_minor),
        *((f"bill of {when}", minor) for when, minor in found.cash),
    ):
        _line(f"{name}: {Decimal(minor).scaleb(-places)} {found.currency}")


def _show(programme: "Programme", report: "Report", *, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        document = {**asdict(report), "programme": programme.code, "ties": report.ties}
        del document["states"]
        show_json([document])
        return
    _line(f"{programme.code} {report.month}: {report.state}")
    money = {} if report.money is None else asdict(report.money)
    for name, points in asdict(report.points).items():
        _line(f"  {name.replace('_', ' ')}: {points:,}")
    for name, minor in money.items():
        _line(f"  {name.replace('_', ' ')} in money: {minor:,} minor units {report.currency}")
    for line in report.cohorts:
        _line(f"  cohort {line.cohort}: {line.points.opening:,} to {line.points.closing:,}")
    for partner in report.partners:
        _line(f"  redeemed at {partner.supplier}: {partner.points:,} ({partner.share:.1%})")
    for tie in report.tie_outs:
        if not tie.holds:
            output.print(
                f"  {tie.name}: {tie.left:,} and {tie.right:,}", style="red", soft_wrap=True
            )
    _line("  ties out" if report.ties else "  does not tie out")


def _line(text: str) -> None:
    output.print(text, highlight=False, markup=False, soft_wrap=True)
