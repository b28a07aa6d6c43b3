"""`comity demo`: its options, and how it ends if it fails."""

import sys
from pathlib import Path

import rich_click as click
from rich.console import Console


@click.command()
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the figures as JSON.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("output/demo"),
    show_default=True,
    help="Where statements and reconciliation files go.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the data here. A second run changes nothing, and an interrupted run is finished. "
    "Default: a temporary directory.",
)
@click.option("--keep", is_flag=True, help="Keep serving afterwards, to look around.")
@click.option(
    "--showcase",
    is_flag=True,
    help="Build a living exchange that ends today instead, for people to look around in.",
)
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port of the service. Default: a free one."
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    help="Replay only the first days of the year. In this data directory it ends there.",
)
def demo(
    summary: Path | None,
    output: Path,
    data_dir: Path | None,
    port: int | None,
    days: int | None,
    *,
    keep: bool,
    showcase: bool,
) -> None:
    """Replay one real year of purchases and coupon uses through the HTTP API, and settle it.

    Starts its own service. Exits with 1 if anything does not add up.

    With --showcase it builds an invented exchange instead, in which today is today: brands,
    suppliers and members in two languages, with something in every state.
    """
    from api.demo.dataset import DatasetMissing
    from api.demo.errors import DemoFailed
    from api.demo.run import DemoOptions, run_demo
    from api.demo.showcase.run import ShowcaseOptions, run_showcase
    from api.process.children import ChildFailed

    console = Console()
    if showcase and days is not None:
        raise click.UsageError("--days is of the year, and a showcase has none")
    try:
        if showcase:
            run_showcase(ShowcaseOptions(data_dir, port, summary, keep=keep), console)
        else:
            run_demo(DemoOptions(output, summary, data_dir, keep, days, port), console)
    except (ChildFailed, DatasetMissing, DemoFailed) as failure:
        console.print("The demo failed.", style="bold red")
        console.print(str(failure), markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
