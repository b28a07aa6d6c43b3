"""`comity figures`: how a programme's members redeem, and what becomes of their rights."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from exchange.figures import Rate
    from ledger import Database

DAYS_DEFAULT = 30
DAYS_MAX = 366


@click.command("figures")
@click.argument("programme")
@data_dir_option
@click.option(
    "--days",
    type=click.IntRange(1, DAYS_MAX),
    default=DAYS_DEFAULT,
    show_default=True,
    help="How many days, today included.",
)
@json_option
def figures(programme: str, data_dir: Path | None, days: int, *, as_json: bool) -> None:
    """Count what is new in a PROGRAMME, and show its figures of the last days."""
    from exchange.figures import (
        Scope,
        Steps,
        Window,
        count_steps,
        figures_of,
        find_redemption,
        keep_figures,
    )
    from ledger import read_clock
    from ledger.book import find_programme, programme_day

    async def count(database: "Database") -> "dict[str, Rate]":
        async with database.transaction() as connection:
            found = await find_programme(connection, programme)
        await keep_figures(database, found)
        async with database.transaction() as connection:
            now = await read_clock(connection)
            end = programme_day(now, found.time_zone) + timedelta(days=1)
            window = Window(end - timedelta(days=days), end, now)
            redemption = await find_redemption(connection, found, window.first_day, window.end_day)
            counted = await count_steps(connection, Scope([found]), "brand", window)
        steps = counted.get(str(found.party_id), Steps())
        return {
            "redemption_members": redemption.members,
            "redemption_points_flow": redemption.flow,
            **{str(name): rate for name, rate in figures_of(steps, "brand").items()},
        }

    counted = with_database(data_dir, count)
    if as_json:
        from dataclasses import asdict

        show_json([{"figure": name, **asdict(rate)} for name, rate in counted.items()])
        return
    for name, rate in counted.items():
        output.print(f"{name}: {_words(rate)}", highlight=False, soft_wrap=True)


def _words(rate: "Rate") -> str:
    """A figure in a line."""
    note = "" if rate.note is None else f" ({rate.note})"
    if rate.rate is None:
        return f"-{note}"
    bounds = "" if rate.low is None else f", 95%: {rate.low:.4f} to {rate.high:.4f}"
    return f"{rate.rate:.4f}, {rate.numerator} of {rate.denominator}{bounds}{note}"
