"""`comity doctor`."""

import sys
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, load_settings, output


@click.command()
@data_dir_option
@click.option(
    "--free-min",
    "free_gigabytes_min",
    type=click.FloatRange(min=0),
    help="Warn if fewer gigabytes are free on the disk. Default: 5.",
)
@json_option
def doctor(data_dir: Path | None, free_gigabytes_min: float | None, *, as_json: bool) -> None:
    """Examine the installation, and say what is wrong and what to do. It changes nothing.

    The service may run or not. A line begins with ✔ if all is well, with ! for a warning, and with
    ✘ for trouble. Exits with 1 if there is trouble.
    """
    from api.doctor.examine import examine
    from api.doctor.finding import State
    from api.doctor.machine import FREE_GIGABYTES_MIN
    from api.serve import stopping_cleanly

    settings = load_settings(data_dir=data_dir)
    least = FREE_GIGABYTES_MIN if free_gigabytes_min is None else free_gigabytes_min
    with stopping_cleanly():
        findings = examine(settings, least)
    if as_json:
        show_json([asdict(each) for each in findings])
    else:
        colours = {State.SOUND: "green", State.WARNING: "yellow", State.TROUBLE: "red"}
        for each in findings:
            output.print(
                each.line,
                style=None if each.state is State.SOUND else colours[each.state],
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    if any(each.state is State.TROUBLE for each in findings):
        sys.exit(1)
