"""A round of the worker: suppliers that were staged are judged by what became of their orders.

A supplier in its canary is judged by all orders since that began, and one that is open by those of
the last OPEN_DAYS. It is suspended when its figures prove it bad. It is opened only if the operator
has said that this may happen by itself; else the log tells once that it could be.

Two rounds at once: each step is a conditional UPDATE, so one of them takes it.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed, find_party_by_id, note
from catalog.stages import Stage, SupplierStage, load_stages, open_supplier
from exchange.canary.judge import Judgement, Stats, judge
from exchange.canary.stats import load_stats
from exchange.canary.suspend import suspend_supplier
from ledger import Database, Troubles, read_clock

OPEN_DAYS = 1
PROMOTION = Deed(WORKER, "open_supplier")
_WATCHED = (Stage.CANARY, Stage.OPEN)

_log = structlog.get_logger(__name__)
_ready = Troubles(_log, "supplier_could_be_opened", "supplier_is_judged_anew")


async def judged(
    connection: AsyncConnection, stage: SupplierStage, now: datetime
) -> tuple[Stats, Judgement]:
    """What became of a supplier's orders, and what follows from it. One round trip."""
    since = stage.since
    if stage.stage is Stage.OPEN:
        since = max(since, now - timedelta(days=OPEN_DAYS))
    policy = stage.policy
    stats = await load_stats(connection, stage.party_id, since, policy.p95_seconds)
    return stats, judge(stats, policy)


async def watch_suppliers(database: Database) -> int:
    """Judge all suppliers that were staged and serve members. Returns how many have moved.

    Two statements, and one for each such supplier.
    """
    async with database.transaction() as connection:
        now = await read_clock(connection)
        stages = [each for each in await load_stages(connection) if each.stage in _WATCHED]
    moved = 0
    for stage in stages:
        async with database.transaction(actor=WORKER) as connection:
            moved += await _watch(connection, stage, now)
    return moved


async def _watch(connection: AsyncConnection, stage: SupplierStage, now: datetime) -> bool:
    _, found = await judged(connection, stage, now)
    if found.next == "suspend":
        return await suspend_supplier(connection, stage.party_id, found.words["en"])
    if stage.stage is not Stage.CANARY:
        return False
    if found.next != "promote":
        _ready.over(stage.party_id, supplier_id=stage.party_id)
        return False
    if not stage.policy.is_automatic:
        _ready.met(stage.party_id, found.words["en"], supplier_id=stage.party_id)
        return False
    reason = found.words["en"]
    if not await open_supplier(connection, stage.party_id, stage.since, reason):
        return False
    party = await find_party_by_id(connection, stage.party_id)
    await note(connection, PROMOTION, "stage", [party.code])
    _log.info("supplier_opened", supplier=party.code, reason=reason)
    return True
