"""The stages of suppliers as they are stored: set, loaded, fallen back, counted.

There is a row for each supplier that somebody has staged, and for no other.

Races. The row's lock puts all changes of a stage in order. A redemption in a canary counts itself
by a conditional UPDATE of the same row, which finds nothing if the supplier is no longer in its
canary. So no right is redeemed in a canary that has ended. A redemption of a supplier that is open
takes no lock here: what commits in the same instant as a suspension stands, as it does with a rule
of isolation.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.facts import load_facts
from catalog.stages.stage import (
    Stage,
    StagePolicy,
    SupplierStage,
    Who,
    WhyNotServed,
    why_not_served,
)

_COLUMNS = """party_id, stage, share_permyriad, tags, per_day_max, open_orders_max,
    failure_permyriad, p95_seconds, is_automatic, reason, since, suspended_from, taken_on, taken"""

_TODAY = "CAST(now() AT TIME ZONE 'UTC' AS date)"

_FIND = f"SELECT {_COLUMNS} FROM catalog.supplier_stage WHERE party_id = :party_id"
_READ = text(_FIND)
_HOLD = text(f"{_FIND} FOR NO KEY UPDATE")

_LOAD = text(f"SELECT {_COLUMNS} FROM catalog.supplier_stage ORDER BY party_id")

_NOT_OPEN = text(
    f"""
    SELECT {_COLUMNS}, {_TODAY} AS today
    FROM catalog.supplier_stage WHERE stage <> '{Stage.OPEN}'
    """
)

_SET = text(
    """
    INSERT INTO catalog.supplier_stage AS s (
        party_id, stage, share_permyriad, tags, per_day_max, open_orders_max, failure_permyriad,
        p95_seconds, is_automatic, reason, since, suspended_from
    )
    VALUES (
        :party_id, :stage, :share_permyriad, :tags, :per_day_max, :open_orders_max,
        :failure_permyriad, :p95_seconds, :is_automatic, :reason, :now, :suspended_from
    )
    ON CONFLICT (party_id) DO UPDATE SET
        stage = excluded.stage, share_permyriad = excluded.share_permyriad, tags = excluded.tags,
        per_day_max = excluded.per_day_max, open_orders_max = excluded.open_orders_max,
        failure_permyriad = excluded.failure_permyriad, p95_seconds = excluded.p95_seconds,
        is_automatic = excluded.is_automatic, reason = excluded.reason,
        since = CASE WHEN s.stage = excluded.stage THEN s.since ELSE excluded.since END,
        suspended_from = excluded.suspended_from, recorded_by = excluded.recorded_by
    """
).bindparams(bindparam("tags", type_=ARRAY(TEXT)))

_TO_CHECKED = text(
    f"""
    UPDATE catalog.supplier_stage
    SET stage = CASE WHEN stage = '{Stage.SUSPENDED}' THEN stage ELSE '{Stage.CHECKED}' END,
        suspended_from = CASE WHEN stage = '{Stage.SUSPENDED}' THEN '{Stage.CHECKED}' END,
        since = CASE WHEN stage = '{Stage.SUSPENDED}' THEN since ELSE now() END,
        reason = :reason
    WHERE party_id = :party_id
        AND coalesce(suspended_from, stage) IN ('{Stage.CANARY}', '{Stage.OPEN}')
    """
)

_SUSPEND = text(
    f"""
    UPDATE catalog.supplier_stage
    SET stage = '{Stage.SUSPENDED}', suspended_from = stage, since = now(), reason = :reason
    WHERE party_id = :party_id AND stage <> '{Stage.SUSPENDED}' AND stage = ANY(:stages)
    RETURNING party_id
    """
)

_OPEN = text(
    f"""
    UPDATE catalog.supplier_stage SET stage = '{Stage.OPEN}', since = now(), reason = :reason
    WHERE party_id = :party_id AND stage = '{Stage.CANARY}' AND since = :since
    RETURNING party_id
    """
)

# As in `take` of the stock: the quantity is cut to what is left in the UPDATE and nowhere else.
_COUNT = text(
    f"""
    WITH locked AS (
        SELECT s.party_id, w.quantity
        FROM catalog.supplier_stage s
        JOIN unnest(:suppliers, :quantities) AS w (party_id, quantity) USING (party_id)
        ORDER BY s.party_id
        FOR NO KEY UPDATE OF s
    )
    UPDATE catalog.supplier_stage s
    SET taken = CASE WHEN s.taken_on = {_TODAY} THEN s.taken ELSE 0 END + locked.quantity,
        taken_on = {_TODAY}
    FROM locked
    WHERE s.party_id = locked.party_id AND s.stage = '{Stage.CANARY}'
        AND (s.per_day_max IS NULL OR s.per_day_max
            >= CASE WHEN s.taken_on = {_TODAY} THEN s.taken ELSE 0 END + locked.quantity)
    RETURNING s.party_id
    """
).bindparams(
    bindparam("suppliers", type_=ARRAY(INTEGER)), bindparam("quantities", type_=ARRAY(BIGINT))
)


def _stage_of(row: RowMapping) -> SupplierStage:
    policy = {name: row[name] for name in StagePolicy.__dataclass_fields__}
    before = row["suspended_from"]
    return SupplierStage(
        party_id=row["party_id"],
        stage=Stage(row["stage"]),
        policy=StagePolicy(**policy | {"tags": tuple(row["tags"])}),
        reason=row["reason"],
        since=row["since"],
        suspended_from=None if before is None else Stage(before),
        taken_on=row["taken_on"],
        taken=row["taken"],
    )


async def find_stage(
    connection: AsyncConnection, party_id: int, *, locked: bool = False
) -> SupplierStage | None:
    """The stage of a supplier. None: nobody has staged it. One round trip.

    `locked`: nobody else changes it until the transaction ends.
    """
    statement = _HOLD if locked else _READ
    row = (await connection.execute(statement, {"party_id": party_id})).mappings().one_or_none()
    return None if row is None else _stage_of(row)


async def load_stages(connection: AsyncConnection) -> list[SupplierStage]:
    """The stages of all suppliers that were staged. One round trip."""
    return [_stage_of(row) for row in (await connection.execute(_LOAD)).mappings()]


async def set_stage(
    connection: AsyncConnection,
    before: SupplierStage | None,
    party_id: int,
    stage: Stage,
    policy: StagePolicy,
    *,
    reason: str | None,
    now: datetime,
) -> None:
    """Store a stage. The caller has found that the supplier may go there. One round trip.

    Raises:
        StageInvalid: the policy does not fit it.
    """
    policy.require_valid(stage)
    suspended_from = None
    if stage is Stage.SUSPENDED:
        suspended_from = str(
            Stage.OPEN if before is None else before.suspended_from or before.stage
        )
    values = asdict(policy) | {
        "party_id": party_id,
        "stage": str(stage),
        "tags": list(policy.tags),
        "reason": reason,
        "now": now,
        "suspended_from": suspended_from,
    }
    await connection.execute(_SET, values)


async def fall_back_to_checked(connection: AsyncConnection, party_id: int, reason: str) -> None:
    """A supplier that members meet has become another: it was staged, and is to be checked.

    One round trip. One that nobody has staged stays open.
    """
    await connection.execute(_TO_CHECKED, {"party_id": party_id, "reason": reason})


async def suspend(
    connection: AsyncConnection,
    party_id: int,
    reason: str,
    stages: Collection[Stage] = (Stage.CANARY, Stage.OPEN),
) -> bool:
    """Suspend a supplier that was staged and has one of the stages. Tells whether it had.

    One round trip.
    """
    bound = {"party_id": party_id, "reason": reason, "stages": [str(each) for each in stages]}
    return (await connection.execute(_SUSPEND, bound)).one_or_none() is not None


async def open_supplier(
    connection: AsyncConnection, party_id: int, since: datetime, reason: str
) -> bool:
    """Open a supplier whose canary began then. Tells whether it was still in that canary.

    One round trip.
    """
    bound = {"party_id": party_id, "reason": reason, "since": since}
    return (await connection.execute(_OPEN, bound)).one_or_none() is not None


async def count_in_canaries(connection: AsyncConnection, wanted: Mapping[int, int]) -> set[int]:
    """Count rights that are redeemed in canaries, by supplier. Returns where all could be.

    A supplier that is not in its canary, or whose day is full, is not among them, and nothing is
    counted of it. Its row stays locked until the transaction ends. One round trip.
    """
    bound = {"suppliers": list(wanted), "quantities": list(wanted.values())}
    return {row.party_id for row in await connection.execute(_COUNT, bound)}


class Serving:
    """Which suppliers do not serve whom, as this transaction sees it."""

    def __init__(
        self,
        book_id: int,
        stages: Mapping[int, SupplierStage],
        tags: Mapping[str, Collection[str]],
        today: date | None = None,
    ) -> None:
        self.today = today
        """The day of UTC. None if every supplier serves everybody."""
        self._book_id = book_id
        self._stages = stages
        self._tags = tags

    def why_not(self, supplier_id: int, member: str | None) -> WhyNotServed | None:
        """Why the supplier does not serve the member. None: it does."""
        if supplier_id not in self._stages:
            return None
        tags = () if member is None else self._tags.get(member, ())
        return why_not_served(self._stages[supplier_id], Who(self._book_id, member, tags))

    def unserved(self, member: str | None) -> dict[int, WhyNotServed]:
        """All suppliers that do not serve the member, and why."""
        found = {each: self.why_not(each, member) for each in self._stages}
        return {each: why for each, why in found.items() if why is not None}

    @property
    def is_for_all(self) -> bool:
        """Whether every supplier serves everybody."""
        return not self._stages

    def canary_of(self, supplier_id: int) -> SupplierStage | None:
        """The supplier's canary, if it is in one."""
        stage = self._stages.get(supplier_id)
        return stage if stage is not None and stage.stage is Stage.CANARY else None


async def load_serving(
    connection: AsyncConnection, book_id: int, members: Collection[str], at: datetime
) -> Serving:
    """Who is served by whom. One round trip, and one more where a canary asks for tags."""
    rows = (await connection.execute(_NOT_OPEN)).mappings().all()
    stages = {row["party_id"]: _stage_of(row) for row in rows}
    tags: dict[str, Collection[str]] = {}
    if members and any(each.stage is Stage.CANARY and each.policy.tags for each in stages.values()):
        facts = await load_facts(connection, book_id, [(member, at) for member in members])
        tags = {member: found.tags for (member, _), found in facts.items()}
    return Serving(book_id, stages, tags, rows[0]["today"] if rows else None)
