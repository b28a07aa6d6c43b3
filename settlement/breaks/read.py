"""Breaks, matches and steps, page by page.

Matches are stored in chunks, one after the other for each brand. A match is numbered by its place
among the run's, or among the brand's own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON, Refusal
from settlement.calendar import ZONE_SQL


class ResolutionInvalid(Refusal):
    """The break cannot be resolved so. The detail says why."""

    code: ClassVar[str] = "resolution-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The break cannot be resolved so."


@dataclass(frozen=True, slots=True)
class Break:
    """A record on which the two sides do not agree.

    `line_number` is the partner's, `use_id` ours. Amounts are in minor units. `difference_minor` is
    what ours nets to, less theirs. `age_days` counts from the day of use to the run, `open_days`
    from the day on which the break was first found to today.
    """

    break_id: int
    reconciliation_id: int
    number: int
    category: str
    also: list[str]
    state: str
    line_number: int | None
    home_party_id: int | None
    book_id: int | None
    use_id: str | None
    is_reversal: bool | None
    month: str | None
    reference: str | None
    offer_code: str | None
    store: str | None
    used_on: date | None
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    currency: str | None
    theirs_currency: str | None
    claimed_by: int | None
    note: str | None
    suggestion: dict[str, JSON] | None
    suggested_line_number: int | None
    opened_on: date
    open_days: int
    age_days: int
    assignee: str | None
    adjustment_id: int | None


@dataclass(frozen=True, slots=True)
class BreakFilter:
    """Which breaks of a run are wanted."""

    category: str | None = None
    state: str | None = None
    home_party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the partner and the line of ours that it agrees with.

    `number` is that of the match on its pages. `rule` says what both were recognised by.
    """

    number: int
    home_party_id: int
    line_number: int
    book_id: int
    use_id: str
    is_reversal: bool
    rule: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did with a break."""

    step_id: int
    break_id: int
    step: str
    party_id: int
    note: str | None
    assignee: str | None
    adjustment_id: int | None
    done_at: datetime
    recorded_by: int | None


COLUMNS = f"""
    found.break_id, found.reconciliation_id, found.number, found.category, found.also,
        found.state, found.row_number AS line_number, found.home_party_id,
        found.of_book AS book_id, found.use_id, found.is_reversal, found.month, found.reference,
        found.offer_code, found.store, found.used_on, found.ours_minor, found.theirs_minor,
        found.difference_minor, found.currency, found.theirs_currency, found.claimed_by,
        found.note, found.suggestion, found.suggested_row AS suggested_line_number,
        found.opened_on,
        greatest(0, (now() AT TIME ZONE {ZONE_SQL})::date - found.opened_on) AS open_days,
        coalesce(
            greatest(0, (run.ran_at AT TIME ZONE {ZONE_SQL})::date - found.used_on), 0
        ) AS age_days,
        found.assignee, found.adjustment_id
"""

_LIST = text(
    f"""
    SELECT {COLUMNS}
    FROM settlement.reconciliation_break AS found
    JOIN settlement.reconciliation AS run USING (reconciliation_id)
    WHERE found.reconciliation_id = :reconciliation_id AND found.number > :after
      AND (CAST(:category AS text) IS NULL OR found.category = :category)
      AND (CAST(:state AS text) IS NULL OR found.state = :state)
      AND (CAST(:home_party_id AS integer) IS NULL OR found.home_party_id = :home_party_id)
    ORDER BY found.number LIMIT :limit
    """
)

_MATCHES = text(
    """
    WITH placed AS (
        SELECT home_party_id, chunk, size, coalesce(sum(size) OVER (
            ORDER BY home_party_id, chunk ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
        ) AS before
        FROM settlement.reconciliation_match
        WHERE reconciliation_id = :reconciliation_id
          AND (CAST(:home_party_id AS integer) IS NULL OR home_party_id = :home_party_id)
    )
    SELECT placed.before + named.place AS number, home_party_id, named.line_number, named.book_id,
        named.use_id, named.is_reversal, named.rule, named.amount_minor
    FROM placed
    JOIN settlement.reconciliation_match AS matched USING (home_party_id, chunk)
    CROSS JOIN LATERAL unnest(matched.row_numbers, matched.books, matched.uses,
        matched.are_reversals, matched.rules, matched.amounts_minor) WITH ORDINALITY
        AS named (line_number, book_id, use_id, is_reversal, rule, amount_minor, place)
    WHERE matched.reconciliation_id = :reconciliation_id
      AND placed.before - CAST(:limit AS bigint) < CAST(:after AS bigint)
      AND placed.before + placed.size > :after
      AND placed.before + named.place > :after
    ORDER BY number LIMIT :limit
    """
)

# The steps of what was found before are steps of the same break.
_STEPS = text(
    """
    WITH RECURSIVE one AS (
        SELECT break_id, carried_from FROM settlement.reconciliation_break
        WHERE break_id = :break_id
        UNION ALL
        SELECT earlier.break_id, earlier.carried_from
        FROM settlement.reconciliation_break AS earlier JOIN one
            ON earlier.break_id = one.carried_from
    )
    SELECT step_id, break_id, step, party_id, note, assignee, adjustment_id, done_at, recorded_by
    FROM settlement.break_step JOIN one USING (break_id)
    WHERE step_id > :after ORDER BY step_id LIMIT :limit
    """
)


async def list_breaks(
    connection: AsyncConnection,
    reconciliation_id: int,
    wanted: BreakFilter,
    *,
    after: int = 0,
    limit: int,
) -> list[Break]:
    """A page of a run's breaks, in the order of the days of use, after that with this number."""
    rows = await connection.execute(
        _LIST,
        {
            "reconciliation_id": reconciliation_id,
            "category": wanted.category,
            "state": wanted.state,
            "home_party_id": wanted.home_party_id,
            "after": after,
            "limit": limit,
        },
    )
    return [Break(*row) for row in rows]


async def list_matches(
    connection: AsyncConnection,
    reconciliation_id: int,
    home_party_id: int | None,
    *,
    after: int = 0,
    limit: int,
) -> list[Match]:
    """A page of what matched, brand by brand and row by row, after the match with this number."""
    rows = await connection.execute(
        _MATCHES,
        {
            "reconciliation_id": reconciliation_id,
            "home_party_id": home_party_id,
            "after": after,
            "limit": limit,
        },
    )
    return [Match(*row) for row in rows]


async def list_steps(
    connection: AsyncConnection, break_id: int, *, after: int = 0, limit: int
) -> list[Step]:
    """A page of what was done with a break, the oldest first, in earlier runs too."""
    rows = await connection.execute(_STEPS, {"break_id": break_id, "after": after, "limit": limit})
    return [Step(*row) for row in rows]
