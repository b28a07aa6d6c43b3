"""Join the nodes to a cluster, and spread the tables of a migrated, empty database over it.

Clients enter by the coordinator alone. It hands out the identities, and the ledger's advisory locks
are its own.
"""

from collections.abc import Iterator, Sequence

import asyncpg

from api.process.migrate import migrate
from ledger import Placement
from ledger.database import SERVICE_ROLE
from loadtests.cluster.nodes import DATABASE, HOST, Node
from loadtests.cluster.tables import ForeignKey, foreign_keys, placed

# Each node gets the role before the nodes know each other. The migration, which makes it where it
# is missing, makes one that cannot log in; nodes that connect to each other must.
_ON_EVERY_NODE = (f"CREATE ROLE {SERVICE_ROLE} LOGIN", "CREATE EXTENSION citus")

# In sequence: else a transaction that has read many shards at once cannot write to a reference
# table. For the database, so it holds for every login.
_SEQUENTIAL = f"ALTER DATABASE {DATABASE} SET citus.multi_shard_modify_mode = 'sequential'"

# Whether privileges on columns are carried to the shards was not tried. Those on tables are.
_UPDATES = """
    SELECT DISTINCT format('GRANT UPDATE ON %s TO %I', attrelid::regclass, grantee::regrole::text)
    FROM pg_attribute, aclexplode(attacl) WHERE grantee = $1::text::regrole
"""

# What a view is allowed is not carried along when its table is distributed.
_VIEWS = f"GRANT SELECT, INSERT ON ledger.operation, ledger.entry TO {SERVICE_ROLE}"


async def make_cluster(nodes: Sequence[Node]) -> str:
    """Join, migrate and distribute; returns the address at which to enter."""
    coordinator, *workers = nodes
    for node in nodes:
        await _execute(node.address("postgres"), [f"CREATE DATABASE {DATABASE}"])
        await _execute(node.url, _ON_EVERY_NODE)
    await _execute(
        coordinator.url,
        [
            f"SELECT citus_set_coordinator_host('{HOST}', {coordinator.port})",
            *(f"SELECT citus_add_node('{HOST}', {worker.port})" for worker in workers),
            _SEQUENTIAL,
        ],
    )
    await migrate(coordinator.url)
    connection = await asyncpg.connect(coordinator.url)
    try:
        for (grant,) in await connection.fetch(_UPDATES, SERVICE_ROLE):
            await connection.execute(grant)
        keys = await foreign_keys(connection)
        for statement in distribution(keys):
            await connection.execute(statement)
    finally:
        await connection.close()
    return coordinator.url


def distribution(keys: Sequence[ForeignKey]) -> Iterator[str]:
    """The statements that spread the tables, in their order.

    A table cannot be distributed while another one that is not refers to it, or it to one that is
    not. So no table refers to any until all are where they belong.
    """
    yield from (key.drop for key in keys)
    for table in placed(Placement.REFERENCE):
        yield f"SELECT create_reference_table('{table}')"
    first, *others = placed(Placement.DISTRIBUTED)
    yield f"SELECT create_distributed_table('{first}', 'book_id')"
    # One book, one node: its rows in all tables are beside each other.
    for table in others:
        yield f"SELECT create_distributed_table('{table}', 'book_id', colocate_with => '{first}')"
    yield from (key.add for key in keys)
    yield _VIEWS


async def _execute(url: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
