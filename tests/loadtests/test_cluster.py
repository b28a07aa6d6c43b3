"""What `make cluster` does before Citus comes into it."""

import subprocess
from pathlib import Path

import asyncpg
import pytest

from api.embedded.errors import EmbeddedServerError
from api.embedded.services import temporary_data_dir
from ledger import Placement
from loadtests.cluster.build import UNWANTED_FLAG, copy_server
from loadtests.cluster.distribute import distribution
from loadtests.cluster.nodes import running_nodes
from loadtests.cluster.tables import foreign_keys, placed

pytestmark = pytest.mark.server


async def test_tables_are_spread_in_an_order_that_their_foreign_keys_allow(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        keys = await foreign_keys(connection)
    finally:
        await connection.close()
    plan = list(distribution(keys))
    spread = [*placed(Placement.REFERENCE), *placed(Placement.DISTRIBUTED)]
    dropped, added = plan[: len(keys)], plan[len(keys) + len(spread) : -1]
    assert [statement.split(" DROP ")[0] for statement in dropped] == [
        statement.split(" ADD ")[0] for statement in added
    ]
    for table, statement in zip(spread, plan[len(keys) :], strict=False):
        assert f"'{table}'" in statement
        assert ("'book_id'" in statement) == (table in placed(Placement.DISTRIBUTED))
    assert not any(
        f"'{table}'" in statement for table in placed(Placement.LOCAL) for statement in plan
    )
    assert {key.referring for key in keys} >= {"ledger.hold", "exchange.fulfilment_order"}


def test_the_server_is_a_copy_that_extensions_are_built_for() -> None:
    with temporary_data_dir("comity-test-cluster-") as work:
        programs = copy_server(work / "server")
        told = subprocess.run(
            [programs / "pg_config", "--pgxs"], capture_output=True, text=True, check=True
        ).stdout
        makefile = Path(told.strip()).parents[1] / "Makefile.global"
        assert makefile.is_relative_to(work)
        assert UNWANTED_FLAG not in makefile.read_text(encoding="utf-8")


async def test_servers_let_a_role_in_that_may_log_in_and_stop_in_the_end() -> None:
    with temporary_data_dir("comity-test-cluster-") as work:
        programs = copy_server(work / "server")
        with running_nodes(work, programs, {"max_prepared_transactions": "7"}) as nodes:
            assert len({node.port for node in nodes}) == len(nodes) == 3
            for node in nodes:
                connection = await asyncpg.connect(node.address("postgres"))
                await connection.execute("CREATE ROLE guest LOGIN")
                assert await connection.fetchval("SHOW max_prepared_transactions") == "7"
                await connection.close()
                guest = await asyncpg.connect(node.address("postgres"), user="guest")
                await guest.close()
        assert not list(work.glob("node-*/data/postmaster.pid"))


def test_a_server_that_lacks_the_extension_says_so() -> None:
    with temporary_data_dir("comity-test-cluster-") as work:
        programs = copy_server(work / "server")
        with pytest.raises(EmbeddedServerError, match="citus"), running_nodes(work, programs):
            pass
