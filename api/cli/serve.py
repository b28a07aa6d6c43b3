"""`comity serve` and `comity worker`: the processes that run until they are told to stop."""

from pathlib import Path

import rich_click as click

from api.cli.session import data_dir_option, load_settings, output


@click.command()
@data_dir_option
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="TCP port to listen on.")
@click.option(
    "--operations-port",
    type=int,
    help="TCP port of its own for health checks, metrics and the description.",
)
@click.option("--workers", type=int, help="Number of server processes.")
@click.option(
    "--supplier-networks",
    help="Networks besides the public internet where suppliers may be, such as 127.0.0.0/8.",
)
@click.option(
    "--log-format",
    type=click.Choice(["json", "console"]),
    help="Form of the log on standard error.",
)
def serve(
    data_dir: Path | None,
    host: str | None,
    port: int | None,
    *,
    operations_port: int | None,
    workers: int | None,
    supplier_networks: str | None,
    log_format: str | None,
) -> None:
    """Serve the HTTP API until told to stop."""
    from api.serve import serve as run

    settings = load_settings(
        data_dir=data_dir,
        host=host,
        port=port,
        operations_port=operations_port,
        workers=workers,
        supplier_networks=supplier_networks,
        log_format=log_format,
    )
    run(settings, output)


@click.command()
@data_dir_option
def worker(data_dir: Path | None) -> None:
    """Do only the background work: send orders, query their outcome, rate uses."""
    from api.serve import work

    work(load_settings(data_dir=data_dir))
