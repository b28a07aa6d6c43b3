"""Every command that changes something leaves an actor: the user of the operating system."""

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click
from sqlalchemy import text

from api.cli.main import comity
from catalog import create_party
from ledger import Database
from ledger.book import create_programme
from tests.api.cli.test_audit import Machine

# The first words of what each command does, and the object that its entry names. What is not here
# has to be among those that change nothing, or that leave it to the service.
CHANGING = {
    "comity migrate": "schema:",
    "comity seal": "programme:tea",
    "comity retry-uses": "messages:1",
    "comity close": "period:2016-12",
    "comity import": "import:",
    "comity keys create": "key:",
    "comity keys rotate": "key:",
    "comity keys revoke": "key:",
    "comity users invite": "user:",
    "comity users reset": "user:1",
    "comity users disable": "user:1",
    "comity secrets rotate": "vault:key",
    "comity codes rotate-key": "party:tea",
    "comity liability": "liability:tea/2017-01",
}
OTHERS = {
    "comity serve": "the service logs what it does; its first key is a deed of `bootstrap`",
    "comity worker": "the worker is an actor itself",
    "comity doctor": "reads",
    "comity backup": "copies",
    "comity restore": "makes a new data directory of a copy, with the log in it",
    "comity demo": "runs a service and asks it over HTTP",
    "comity verify": "reads",
    "comity export": "reads",
    "comity audit-log": "reads",
    "comity keys list": "reads",
    "comity users list": "reads",
    "comity figures": "reads",
    "comity explain": "reads",
    "comity simulate": "reads",
    "comity journal": "reads",
    "comity init": "writes files that were not there",
    "comity config show": "reads",
    "comity status": "asks a running service over HTTP",
    "comity openapi": "reads",
    "comity events tail": "asks a running service over HTTP",
    "comity webhooks listen": "asks a running service over HTTP",
    "comity completion": "reads",
    "comity supplier check": "plays against a supplier, and changes nothing here",
    "comity supplier sandbox": "is a supplier of its own",
}
REJECTED = text(
    """
    INSERT INTO settlement.rejected_message
        (book_id, outbox_id, topic, payload, attempts, reason)
    VALUES (3, 7, 'coupon.used', '{}', 5, 'unreadable payload')
    """
)


def _paths(command: click.Command, path: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from _paths(child, f"{path} {name}")


def test_every_command_is_known_here() -> None:
    assert set(_paths(comity, "comity")) == CHANGING.keys() | OTHERS.keys()


@pytest.mark.timeout(300)
async def test_every_command_that_changes_something_leaves_its_actor(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    machine = Machine(database_url, redis_url, tmp_path)
    async with database.transaction() as connection:
        party = await create_party(
            connection, code="tea", name="Tea", roles=["brand"], category=None
        )
        await create_programme(
            connection,
            code="tea",
            party_id=party.party_id,
            name="Tea",
            time_zone="UTC",
            lanes=2,
        )
    data = ("--data-dir", tmp_path)
    closed = machine("close", "2016-12", *data)
    assert closed.returncode == 0, closed.stderr
    async with database.transaction() as connection:
        await connection.execute(REJECTED)
    shops = tmp_path / "shops.csv"
    shops.write_text("code,name\n1,West\n", encoding="utf-8")
    for words in (
        ("migrate",),
        ("seal",),
        ("retry-uses",),
        ("secrets", "rotate"),
        ("codes", "rotate-key", "tea"),
        ("import", shops, "--kind", "shops", "--party", "tea", "--apply"),
        ("keys", "create", "tea", "--scope", "read"),
        ("keys", "rotate", "tea", "1"),
        ("keys", "revoke", "tea", "2"),
        ("users", "invite", "anna@example.com", "--party", "tea"),
        ("users", "reset", "1"),
        ("users", "disable", "1"),
        ("liability", "tea", "--month", "2017-01", "--freeze"),
    ):
        ran = machine(*words, *data)
        assert ran.returncode == 0, (words, ran.stderr)
    shown = machine("audit-log", "--json", "--limit", "1000", *data)
    assert shown.returncode == 0, shown.stderr
    entries = json.loads(shown.stdout)
    done = {entry["action"]: entry for entry in entries}
    user = pwd.getpwuid(os.getuid()).pw_name
    assert CHANGING.keys() <= done.keys()
    for action, named in CHANGING.items():
        assert done[action]["object"].startswith(named), action
        assert done[action]["actor"] == f"command:{user}", action
    of_key = machine("audit-log", "--json", "--object", "key:1", *data)
    actions = [entry["action"] for entry in json.loads(of_key.stdout)]
    assert actions == ["comity keys rotate", "comity keys create"]
