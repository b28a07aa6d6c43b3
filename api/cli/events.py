"""`comity events`: what a party is told, as it comes."""

import json
from typing import Any

import rich_click as click

from api.cli.following import followed, run_until_stopped, stream_options
from api.cli.session import output


@click.group(cls=click.RichGroup)
def events() -> None:
    """Look at what your party is told."""


@events.command("tail")
@stream_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document for each, on a line.")
def tail(*, as_json: bool, **wanted: Any) -> None:
    """Print the events of your party as they come, until the command is stopped."""

    async def follow() -> None:
        async for document in followed(wanted):
            if as_json:
                click.echo(json.dumps(document, ensure_ascii=False))
            else:
                output.print(_shown(document), highlight=False, markup=False, soft_wrap=True)

    run_until_stopped(follow())


def _shown(document: dict[str, Any]) -> str:
    facts = " ".join(
        f"{name}={_plain(value)}" for name, value in document["data"].items() if value is not None
    )
    return f"{document['timestamp']} {document['sequence']} {document['type']} {facts}"


def _plain(value: Any) -> str:
    """A fact on one line, without blanks: a list is JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
