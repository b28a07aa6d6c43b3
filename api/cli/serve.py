"""`comity serve` and `comity worker`: the processes that run until they are told to stop."""

import sys
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, errors, load_settings, output


@click.command()
@data_dir_option
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="TCP port to listen on.")
@click.option(
    "--operations-port",
    type=int,
    help="TCP port of its own for health checks, metrics and the description.",
)
@click.option(
    "--socket",
    "descriptor",
    type=int,
    metavar="FD",
    help="A listening socket that this process has inherited, in place of --host and --port.",
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
    descriptor: int | None,
    workers: int | None,
    supplier_networks: str | None,
    log_format: str | None,
) -> None:
    """Serve the HTTP API until told to stop."""
    from api.serve import inherited_socket
    from api.serve import serve as run

    listening = None
    if descriptor is not None:
        if host is not None or port is not None:
            raise click.UsageError("--socket cannot be combined with --host or --port.")
        listening = inherited_socket(descriptor)
        host, port = listening.getsockname()[:2]
    settings = load_settings(
        data_dir=data_dir,
        host=host,
        port=port,
        operations_port=operations_port,
        workers=workers,
        supplier_networks=supplier_networks,
        log_format=log_format,
    )
    run(settings, output, listening)


@click.command()
@data_dir_option
@click.option(
    "--check",
    is_flag=True,
    help="Do no work. Exit with 1 if no worker on this machine gives signs of life.",
)
@json_option
def worker(data_dir: Path | None, *, check: bool, as_json: bool) -> None:
    """Do only the background work: send orders, query their outcome, rate uses."""
    from api.serve import living_workers, work

    if as_json and not check:
        raise click.UsageError("--json is only for --check.")
    settings = load_settings(data_dir=data_dir)
    if not check:
        work(settings)
        return
    alive = living_workers(settings)
    if as_json:
        show_json([asdict(each) for each in alive])
    else:
        for each in alive:
            output.print(f"{each.process} gave a sign of life {each.seconds:.0f} s ago")
    if not alive:
        errors.print("comity: no worker on this machine gives signs of life", soft_wrap=True)
        sys.exit(1)
