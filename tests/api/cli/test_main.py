"""The `comity` group: its commands by name, and how quickly it helps."""

import subprocess
import sys

import rich_click as click
from click.testing import CliRunner

from api.cli.main import comity

HEAVY = ("ledger", "settlement", "sqlalchemy", "litestar", "alembic", "granian")


def names(*words: str) -> list[str]:
    """The commands of the group that the words lead to."""
    group: click.Command = comity
    for word in words:
        assert isinstance(group, click.Group)
        found = group.get_command(click.Context(group), word)
        assert found is not None
        group = found
    assert isinstance(group, click.Group)
    return group.list_commands(click.Context(group))


def test_the_demo_is_a_command_of_comity_alone() -> None:
    assert "demo" in names()
    assert names("keys") == ["create", "list", "revoke", "rotate"]
    refused = CliRunner().invoke(comity, ["keys", "demo", "--help"])
    assert refused.exit_code == 2
    assert "No such command" in refused.output


def test_help_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "api.cli", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "retry-uses" in shown.stdout
    imported = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert "api.cli.main" in imported
    assert {name.partition(".")[0] for name in imported} & set(HEAVY) == set()
