"""Reading adjustments: those of the statements that a party may see, once they are approved.

A draft is the operator's own business until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.corrections.adjustments import (
    COLUMNS,
    Adjustment,
    AdjustmentNotFound,
    AdjustmentState,
)
from settlement.statements.disputed import LineAmount, LineKey
from settlement.statements.statements import PAGE_MAX


@dataclass(frozen=True, slots=True)
class AdjustmentsWanted:
    """Which adjustments are listed. None stands for any."""

    statement_id: int | None = None
    state: AdjustmentState | None = None


@dataclass(frozen=True, slots=True)
class ShownAdjustment:
    """A correction and its lines."""

    adjustment: Adjustment
    lines: tuple[LineAmount, ...]


_SELECT = f"""
    SELECT {", ".join(f"adjustment.{name.strip()}" for name in COLUMNS.split(","))}
    FROM settlement.adjustment JOIN settlement.statement USING (statement_id)
    WHERE (CAST(:everything AS boolean) OR (
            adjustment.state = 'approved' AND :party_id IN (payer_party_id, payee_party_id)))
"""

_FIND = text(f"{_SELECT} AND adjustment_id = :adjustment_id")

_LIST = text(
    f"""{_SELECT}
        AND adjustment_id > :after
        AND (CAST(:statement_id AS bigint) IS NULL OR adjustment.statement_id = :statement_id)
        AND (CAST(:state AS text) IS NULL OR adjustment.state = :state)
    ORDER BY adjustment_id LIMIT :limit
    """
)

_LINES = text(
    """
    SELECT adjustment_id, of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor
    FROM settlement.adjustment_line WHERE adjustment_id = ANY(:adjustments)
    ORDER BY adjustment_id, place
    """
).bindparams(bindparam("adjustments", type_=ARRAY(BIGINT)))


async def find_adjustment(
    connection: AsyncConnection, viewer: Party, adjustment_id: int
) -> ShownAdjustment:
    """The adjustment with its lines, if the party may see it. Two round trips.

    Raises:
        AdjustmentNotFound: there is none, or it is not the viewer's. The answer is the same.
    """
    rows = await connection.execute(_FIND, {"adjustment_id": adjustment_id, **_viewer(viewer)})
    found = await _with_lines(connection, rows.all())
    if not found:
        raise AdjustmentNotFound
    return found[0]


async def list_adjustments(
    connection: AsyncConnection,
    viewer: Party,
    wanted: AdjustmentsWanted,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[ShownAdjustment]:
    """A page of the adjustments that a party may see, the first one first: those after `after`."""
    page = {
        "statement_id": wanted.statement_id,
        "state": wanted.state,
        "after": after,
        "limit": max(1, min(limit, PAGE_MAX)),
    }
    rows = await connection.execute(_LIST, page | _viewer(viewer))
    return await _with_lines(connection, rows.all())


async def _with_lines(connection: AsyncConnection, rows: Sequence[Any]) -> list[ShownAdjustment]:
    lines: dict[int, list[LineAmount]] = {row.adjustment_id: [] for row in rows}
    if lines:
        for row in await connection.execute(_LINES, {"adjustments": sorted(lines)}):
            lines[row.adjustment_id].append(LineAmount(LineKey(*row[1:6]), row.amount_minor))
    return [ShownAdjustment(Adjustment(*row), tuple(lines[row.adjustment_id])) for row in rows]


def _viewer(party: Party) -> dict[str, object]:
    return {"party_id": party.party_id, "everything": "operator" in party.roles}
