"""Runs as their parties see them, and their sign-off.

The supplier and the operator see a run whole. A brand sees what is about its own uses: the counts
and the difference of those, and no totals.

A signature locks the run's row, and so does whatever changes a break (`steps`). So no break is
opened between the count of the open ones and the signature. What one side has signed is as it was
then: when the other changes a break, the signature is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON, Refusal
from settlement.breaks.bridge import BridgeStep, bridge_of
from settlement.calendar import ZONE_SQL

AGES = ("0-30", "31-60", "61-90", "91+")
"""The ages of open breaks, in days since they were first found."""


class ReconciliationNotFound(Refusal):
    """There is no such reconciliation, or it is not the caller's business."""

    code: ClassVar[str] = "reconciliation-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such reconciliation."


class ReconciliationLocked(Refusal):
    """The reconciliation is signed by both sides, or a later one has taken its place."""

    code: ClassVar[str] = "reconciliation-locked"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The reconciliation is locked."


class BreaksOpen(Refusal):
    """The reconciliation cannot be signed, because breaks are open. They may be carried on."""

    code: ClassVar[str] = "breaks-open"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Breaks of the reconciliation are open."


@dataclass(frozen=True, slots=True)
class Reader:
    """The party that reads or works, and whether it runs the exchange."""

    party_id: int
    is_operator: bool = False

    def sees_whole(self, supplier_party_id: int) -> bool:
        """Whether it sees all of a run: the supplier whose file it was, and the operator."""
        return self.is_operator or self.party_id == supplier_party_id


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as one party sees it.

    `replaces` is the run whose place this one has taken. Amounts are null to a brand, but for the
    difference. `open_by_age` counts the open breaks.
    """

    reconciliation_id: int
    supplier_party_id: int
    month: str | None
    state: str
    ran_at: datetime
    ours: int | None
    theirs: int | None
    matched: int
    matched_minor: int | None
    break_count: int
    breaks_by_category: dict[str, int]
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    totals: list[JSON]
    went_through_spreadsheet: bool
    open_breaks: int
    open_by_age: dict[str, int]
    replaces: int | None
    replaced_by: int | None
    supplier_signed_at: datetime | None
    operator_signed_at: datetime | None
    reading: JSON
    """What was found in the file beside its rows; null to a brand, and of older runs."""
    bridge: list[BridgeStep]
    """In each currency from the difference of the totals to zero, the largest category first."""


_COLUMNS = """
    run.reconciliation_id, run.supplier_party_id, run.month, run.state, run.ran_at, run.matched,
        run.break_count, run.result - 'breaks' - 'suggestions' AS result, run.replaced_by,
        run.reading, run.supplier_signed_at, run.operator_signed_at,
        (SELECT max(former.reconciliation_id) FROM settlement.reconciliation AS former
            WHERE former.supplier_party_id = run.supplier_party_id
              AND former.replaced_by = run.reconciliation_id) AS replaces
"""

_ONE = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.reconciliation AS run
    WHERE run.reconciliation_id = :reconciliation_id
    """
)

_LOCK = text(
    """
    SELECT state FROM settlement.reconciliation
    WHERE reconciliation_id = :reconciliation_id FOR UPDATE
    """
)

# A brand has part in a run if one of its uses matched in it or is a break.
_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.reconciliation AS run
    WHERE run.reconciliation_id > :after
      AND (CAST(:supplier_party_id AS integer) IS NULL
        OR run.supplier_party_id = :supplier_party_id)
      AND (CAST(:month AS text) IS NULL OR run.month = :month)
      AND (CAST(:state AS text) IS NULL OR run.state = :state)
      AND (CAST(:reader AS integer) IS NULL OR run.supplier_party_id = :reader
        OR EXISTS (
            SELECT FROM settlement.reconciliation_match AS matched
            WHERE matched.reconciliation_id = run.reconciliation_id
              AND matched.home_party_id = :reader
        ) OR EXISTS (
            SELECT FROM settlement.reconciliation_break AS found
            WHERE found.reconciliation_id = run.reconciliation_id
              AND found.home_party_id = :reader
        ))
    ORDER BY run.reconciliation_id LIMIT :limit
    """
)

_COUNTS = text(
    f"""
    SELECT reconciliation_id, category, state = 'open' AS is_open,
        width_bucket(
            (now() AT TIME ZONE {ZONE_SQL})::date - opened_on, ARRAY[31, 61, 91]
        ) AS age,
        currency, theirs_currency, count(*) AS breaks,
        coalesce(sum(ours_minor), 0) AS ours_minor, coalesce(sum(theirs_minor), 0) AS theirs_minor
    FROM settlement.reconciliation_break
    WHERE reconciliation_id = ANY (:runs)
      AND (CAST(:home_party_id AS integer) IS NULL OR home_party_id = :home_party_id)
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2
    """
)

_SIZES = text(
    """
    SELECT reconciliation_id, sum(size) AS matched FROM settlement.reconciliation_match
    WHERE reconciliation_id = ANY (:runs) AND home_party_id = :home_party_id
    GROUP BY reconciliation_id
    """
)

_OPEN = text(
    """
    SELECT count(*) FROM settlement.reconciliation_break
    WHERE reconciliation_id = :reconciliation_id AND state = 'open'
    """
)

_SIGN = text(
    """
    UPDATE settlement.reconciliation
    SET supplier_signed_at = CASE WHEN :is_supplier THEN coalesce(supplier_signed_at, :now)
            ELSE supplier_signed_at END,
        supplier_signed_by = CASE WHEN :is_supplier THEN coalesce(supplier_signed_by, :actor)
            ELSE supplier_signed_by END,
        operator_signed_at = CASE WHEN :is_supplier THEN operator_signed_at
            ELSE coalesce(operator_signed_at, :now) END,
        operator_signed_by = CASE WHEN :is_supplier THEN operator_signed_by
            ELSE coalesce(operator_signed_by, :actor) END,
        state = CASE WHEN CASE WHEN :is_supplier THEN operator_signed_at
            ELSE supplier_signed_at END IS NULL THEN state ELSE 'signed' END
    WHERE reconciliation_id = :reconciliation_id
    """
)

_UNSIGN = text(
    """
    UPDATE settlement.reconciliation
    SET supplier_signed_at = NULL, supplier_signed_by = NULL,
        operator_signed_at = NULL, operator_signed_by = NULL
    WHERE reconciliation_id = :reconciliation_id
      AND (supplier_signed_at IS NOT NULL OR operator_signed_at IS NOT NULL)
    """
)


async def find_run(connection: AsyncConnection, reader: Reader, reconciliation_id: int) -> Run:
    """A run, as its reader sees it.

    Raises:
        ReconciliationNotFound: there is none that the reader has part in.
    """
    row = (await connection.execute(_ONE, {"reconciliation_id": reconciliation_id})).one_or_none()
    if row is None:
        raise ReconciliationNotFound
    (run,) = await _seen(connection, reader, [row])
    is_part = reader.sees_whole(run.supplier_party_id) or run.matched or run.break_count
    if not is_part:
        raise ReconciliationNotFound
    return run


async def list_runs(
    connection: AsyncConnection,
    reader: Reader,
    *,
    supplier_party_id: int | None = None,
    month: str | None = None,
    state: str | None = None,
    after: int = 0,
    limit: int,
) -> list[Run]:
    """A page of the runs that the reader has part in, the oldest first."""
    rows = await connection.execute(
        _LIST,
        {
            "reader": None if reader.is_operator else reader.party_id,
            "supplier_party_id": supplier_party_id,
            "month": month,
            "state": state,
            "after": after,
            "limit": limit,
        },
    )
    return await _seen(connection, reader, list(rows))


async def lock_run(connection: AsyncConnection, reconciliation_id: int) -> None:
    """Lock a run that is still worked on.

    Raises:
        ReconciliationNotFound: there is none.
        ReconciliationLocked: it is signed, or another has taken its place.
    """
    state = (
        await connection.execute(_LOCK, {"reconciliation_id": reconciliation_id})
    ).scalar_one_or_none()
    if state is None:
        raise ReconciliationNotFound
    if state != "open":
        raise ReconciliationLocked(f"the reconciliation is {state}")


async def sign_run(
    connection: AsyncConnection,
    party: Reader,
    reconciliation_id: int,
    now: datetime,
    *,
    actor: int | None,
) -> Run:
    """Sign a run for the supplier or for the exchange. With both signatures it is locked.

    A second signature of the same side changes nothing.

    Raises:
        ReconciliationNotFound: there is none, or it is not the party's.
        ReconciliationLocked: both have signed it, or another has taken its place.
        BreaksOpen: breaks are open.
    """
    seen = await find_run(connection, party, reconciliation_id)
    if not party.sees_whole(seen.supplier_party_id):
        raise ReconciliationNotFound
    await lock_run(connection, reconciliation_id)
    of_run = {"reconciliation_id": reconciliation_id}
    open_breaks = (await connection.execute(_OPEN, of_run)).scalar_one()
    if open_breaks:
        raise BreaksOpen(f"{open_breaks} breaks are open", open_breaks=open_breaks)
    is_supplier = party.party_id == seen.supplier_party_id
    await connection.execute(
        _SIGN, {**of_run, "is_supplier": is_supplier, "now": now, "actor": actor}
    )
    return await find_run(connection, party, reconciliation_id)


async def clear_signature(connection: AsyncConnection, reconciliation_id: int) -> None:
    """Take back what one side has signed: a break of the run is not as it was then.

    The caller has locked the run.
    """
    await connection.execute(_UNSIGN, {"reconciliation_id": reconciliation_id})


async def _seen(connection: AsyncConnection, reader: Reader, rows: list[Row[Any]]) -> list[Run]:
    whole = [row for row in rows if reader.sees_whole(row.supplier_party_id)]
    parts = [row for row in rows if not reader.sees_whole(row.supplier_party_id)]
    found: dict[int, list[Any]] = {row.reconciliation_id: [] for row in rows}
    for some, home in ((whole, None), (parts, reader.party_id)):
        if some:
            bound = {"runs": [row.reconciliation_id for row in some], "home_party_id": home}
            for counted in await connection.execute(_COUNTS, bound):
                found[counted.reconciliation_id].append(counted)
    sizes: dict[int, int] = {}
    if parts:
        bound = {
            "runs": [row.reconciliation_id for row in parts],
            "home_party_id": reader.party_id,
        }
        sizes = {
            row.reconciliation_id: int(row.matched)
            for row in await connection.execute(_SIZES, bound)
        }
    whole_ids = {row.reconciliation_id for row in whole}
    return [
        _run(
            row,
            found[row.reconciliation_id],
            None if row.reconciliation_id in whole_ids else sizes.get(row.reconciliation_id, 0),
        )
        for row in rows
    ]


def _run(row: Row[Any], counts: list[Any], own_matches: int | None) -> Run:
    """A run whole, or what a brand sees of it, which has so many matches."""
    result: Mapping[str, JSON] = row.result
    is_whole = own_matches is None
    by_category: dict[str, int] = {}
    for each in counts:
        by_category[each.category] = by_category.get(each.category, 0) + each.breaks
    ages = {
        name: sum(each.breaks for each in counts if each.is_open and each.age == number)
        for number, name in enumerate(AGES)
    }
    own = sum(int(each.ours_minor - each.theirs_minor) for each in counts)
    totals: list[Any] = list(result.get("totals", ())) if is_whole else []
    return Run(
        reconciliation_id=row.reconciliation_id,
        supplier_party_id=row.supplier_party_id,
        month=row.month,
        state=row.state,
        ran_at=row.ran_at,
        ours=result.get("ours") if is_whole else None,
        theirs=result.get("theirs") if is_whole else None,
        matched=row.matched if own_matches is None else own_matches,
        matched_minor=result.get("matched_minor") if is_whole else None,
        break_count=row.break_count if is_whole else sum(by_category.values()),
        # Runs of before have their counts alone.
        breaks_by_category=result.get("by_category", {}) if is_whole else by_category,
        ours_minor=result.get("ours_minor") if is_whole else None,
        theirs_minor=result.get("theirs_minor") if is_whole else None,
        difference_minor=result.get("difference_minor", 0) if is_whole else own,
        totals=totals,
        went_through_spreadsheet=result.get("went_through_spreadsheet", False),
        open_breaks=sum(ages.values()),
        open_by_age=ages,
        replaces=row.replaces,
        replaced_by=row.replaced_by,
        supplier_signed_at=row.supplier_signed_at,
        operator_signed_at=row.operator_signed_at,
        reading=row.reading if is_whole else None,
        bridge=bridge_of(counts, totals),
    )
