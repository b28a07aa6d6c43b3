"""How commands list things: a table or lines to read, or with `--json` a document for programs.

Every command that lists something takes this option, and writes its document by `show_json`.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add `--json`. The function of the command gets `as_json`."""
    option = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document, for programs."
    )
    return option(command)


def show_json(document: object) -> None:
    """Print one JSON document on standard output. Instants are as in the HTTP interface."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> object:
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return value.isoformat()
