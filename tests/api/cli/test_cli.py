"""The commands by their names, and `comity verify`.

What the others do is `test_serve.py`'s matter.
"""

import os
import subprocess
import sys

import asyncpg
import rich_click as click
from click.testing import CliRunner
from sqlalchemy import text

from api.cli.main import comity
from ledger import Database, outbox
from settlement.rating.uses import TOPICS
from settlement.statements import close_period
from tests.settlement.fixtures import LATER, create_world, rate_uses, use


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
    assert names("keys") == ["create", "list", "revoke"]
    refused = CliRunner().invoke(comity, ["keys", "demo", "--help"])
    assert refused.exit_code == 2
    assert "No such command" in refused.output


def ran(database_url: str, redis_url: str, word: str) -> tuple[int, list[str]]:
    """What a command ends with, and says."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COMITY_")
    }
    environment |= {"COMITY_DATABASE_URL": database_url, "COMITY_REDIS_URL": redis_url}
    command = [sys.executable, "-m", "api.cli", word]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return ended.returncode, ended.stdout.splitlines()


async def test_verify_recomputes_the_statements_of_closed_months(
    database: Database, database_url: str, redis_url: str
) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1)])
        for month in ("2017-01", "2017-02"):
            await close_period(connection, month, LATER)
    sound = ["statements of 2017-01: sound", "statements of 2017-02: sound"]
    assert ran(database_url, redis_url, "verify") == (0, sound)
    owner = await asyncpg.connect(database_url)
    await owner.execute("ALTER TABLE settlement.line DISABLE TRIGGER line_append_only")
    await owner.execute("UPDATE settlement.line SET member = 'someone'")
    await owner.close()
    assert ran(database_url, redis_url, "verify") == (
        1,
        [
            "statements of 2017-01: 1 defects",
            "  statement 2017-000001 does not follow from its lines",
            "statements of 2017-02: sound",
        ],
    )


async def test_what_was_set_aside_is_told_until_it_is_tried_again(
    database: Database, database_url: str, redis_url: str
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO settlement.rejected_message (book_id, outbox_id, topic, payload, attempts, reason)"
                " VALUES (3, 7, 'coupon.used', '{}', 5, 'unreadable payload')"
            )
        )
    told = ["uses set aside: 1 defects", "  coupon.used 3/7 is not billed: unreadable payload"]
    assert ran(database_url, redis_url, "verify") == (1, told)
    assert ran(database_url, redis_url, "retry-uses") == (0, ["1 messages wait to be rated again."])
    assert ran(database_url, redis_url, "verify") == (0, [])
    async with database.transaction() as connection:
        assert await outbox.pending(connection, TOPICS) == 1
