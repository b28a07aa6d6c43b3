"""The `comity` group: its commands by name, and how quickly it helps."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import rich_click as click
from click.testing import CliRunner

from api.cli.main import comity
from catalog import create_key, create_party
from ledger import Database
from tests.docs.test_reference import commands

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


def test_every_command_that_lists_something_has_a_document_for_programs() -> None:
    listing = {
        *("comity doctor", "comity seal", "comity verify", "comity worker"),
        *("comity keys list", "comity users list"),
        *("comity audit-log", "comity import", "comity supplier check"),
        *("comity figures", "comity simulate", "comity close", "comity liability"),
        *("comity config show", "comity status"),
        *("comity events tail", "comity webhooks listen"),
    }
    every = dict(commands(comity, "comity"))
    assert {name for name in every if name.endswith(" list")} <= listing
    assert listing == {
        name
        for name, command in every.items()
        if any("--json" in option.opts for option in command.params)
    }


async def test_keys_are_listed_as_a_document(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        party = await create_party(connection, code="b", name="B", roles=["brand"], category=None)
        await create_key(connection, party.party_id, label="till 茶", scopes=["import"])
    shown = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "api.cli", "keys", "list", "b", "--json"],
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "COMITY_DATABASE_URL": database_url,
            "COMITY_REDIS_URL": redis_url,
            "COMITY_DATA_DIR": str(tmp_path),
        },
    )
    assert shown.returncode == 0, shown.stderr
    (key,) = json.loads(shown.stdout)
    assert key["label"] == "till 茶"
    assert key["scopes"] == ["import"]
    assert key["revoked_at"] is None
