"""What people do with a break: assign it, say something about it, resolve it.

Each step locks the break's run first and then the break, and goes with a row of its history.

| resolution | who | means |
|---|---|---|
| `matched` | both | the suggestion is right: the row and the lines it names belong together |
| `explained` | both | it is known why, and nothing follows |
| `carried` | both | it is worked on in a later month |
| `adjusted` | operator | an adjustment puts it right |
| `written_off` | operator | it is given up, within the tolerance |
| `open` | both | it is opened again, unless it was written off: what was posted stays |
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from settlement.breaks.postings import give_up, require_adjustment
from settlement.breaks.read import COLUMNS, Break, ResolutionInvalid
from settlement.breaks.runs import Reader, clear_signature, lock_run

NOTE_LENGTH_MAX = 1_000
ASSIGNEE_LENGTH_MAX = 100

Resolution = Literal["open", "matched", "explained", "adjusted", "written_off", "carried"]
_OF_OPERATOR = frozenset({"adjusted", "written_off"})


class BreakNotFound(Refusal):
    """There is no such break, or it is not the caller's business."""

    code: ClassVar[str] = "break-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such break."


class BreakNotOpen(Refusal):
    """The break is resolved already. It can be opened again."""

    code: ClassVar[str] = "break-not-open"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The break is resolved already."


@dataclass(frozen=True, slots=True)
class Wish:
    """How a break is to be resolved, and why.

    `adjustment_id` belongs to `adjusted` alone. `tolerance_minor` is the most that is written off.
    """

    resolution: Resolution
    note: str | None
    adjustment_id: int | None = None
    tolerance_minor: int = 0


_FIND = text(
    f"""
    SELECT {COLUMNS}, run.supplier_party_id
    FROM settlement.reconciliation_break AS found
    JOIN settlement.reconciliation AS run USING (reconciliation_id)
    WHERE found.break_id = :break_id
    """
)

_LOCK = text(
    """
    SELECT state FROM settlement.reconciliation_break WHERE break_id = :break_id FOR UPDATE
    """
)

_SUGGESTED = text(
    """
    SELECT break_id, difference_minor FROM settlement.reconciliation_break
    WHERE reconciliation_id = :reconciliation_id AND suggested_row = :row_number
      AND row_number IS NULL AND state = 'open'
    ORDER BY break_id FOR UPDATE
    """
)

_ASSIGN = text(
    """
    UPDATE settlement.reconciliation_break SET assignee = :assignee WHERE break_id = :break_id
    """
)

_RESOLVE = text(
    """
    UPDATE settlement.reconciliation_break
    SET state = :state, adjustment_id = :adjustment_id
    WHERE break_id = ANY (:break_ids)
    """
)

_STEP = text(
    """
    INSERT INTO settlement.break_step
        (break_id, step, party_id, note, assignee, adjustment_id, done_at)
    SELECT break_id, :step, :party_id, :note, :assignee, :adjustment_id, :now
    FROM unnest(CAST(:break_ids AS bigint[])) AS break_id
    """
)


async def find_break(
    connection: AsyncConnection, reader: Reader, break_id: int
) -> tuple[Break, int]:
    """A break that the reader may see, and the party whose file it is about.

    Raises:
        BreakNotFound: there is none that the reader has part in.
    """
    row = (await connection.execute(_FIND, {"break_id": break_id})).one_or_none()
    if row is None:
        raise BreakNotFound
    *columns, supplier_party_id = row
    found = Break(*columns)
    if not reader.sees_whole(supplier_party_id) and found.home_party_id != reader.party_id:
        raise BreakNotFound
    return found, supplier_party_id


async def assign_break(
    connection: AsyncConnection, party: Reader, break_id: int, assignee: str | None, now: datetime
) -> Break:
    """Say who works on a break; None for nobody.

    Raises:
        BreakNotFound: there is none, or it is not the party's.
        ReconciliationLocked: its run is signed or replaced.
    """
    await _lock(connection, party, break_id)
    await connection.execute(_ASSIGN, {"break_id": break_id, "assignee": assignee})
    await _note(connection, [break_id], party, "assigned", now, assignee=assignee)
    return (await find_break(connection, party, break_id))[0]


async def comment_break(
    connection: AsyncConnection, party: Reader, break_id: int, note: str, now: datetime
) -> Break:
    """Say something about a break.

    Raises:
        BreakNotFound: there is none, or it is not the party's.
        ReconciliationLocked: its run is signed or replaced.
    """
    found, _ = await _lock(connection, party, break_id)
    await _note(connection, [break_id], party, "commented", now, note=note)
    return found


async def resolve_break(
    connection: AsyncConnection,
    party: Reader,
    break_id: int,
    wish: Wish,
    now: datetime,
) -> Break:
    """Resolve a break, or open it again. What it costs is posted in the same transaction.

    Raises:
        BreakNotFound: there is none, or it is not the party's.
        ReconciliationLocked: its run is signed or replaced.
        BreakNotOpen: it is resolved already.
        ResolutionInvalid: it cannot be resolved so.
        PaymentRefused: its statement is settled, or a netting run nets it.
        PaymentExceedsDue: less is due for its statement than is written off.
    """
    found, supplier_party_id = await _lock(connection, party, break_id)
    if found.state == wish.resolution == "open":
        return found
    if found.state != "open" and wish.resolution != "open":
        raise BreakNotOpen(f"the break is {found.state}")
    if found.state == "written_off":
        raise ResolutionInvalid("what was written off is posted, and stays so")
    _require_allowed(party, found, wish)
    together = [break_id]
    if wish.resolution == "matched":
        together += await _suggested(connection, found)
    elif wish.resolution == "adjusted":
        assert wish.adjustment_id is not None, "an adjustment has its number"
        await require_adjustment(connection, found, wish.adjustment_id, supplier_party_id)
    elif wish.resolution == "written_off":
        await give_up(connection, found, supplier_party_id, party.party_id, now)
    await connection.execute(
        _RESOLVE,
        {
            "break_ids": together,
            "state": wish.resolution,
            "adjustment_id": wish.adjustment_id,
        },
    )
    await clear_signature(connection, found.reconciliation_id)
    step = "reopened" if wish.resolution == "open" else wish.resolution
    await _note(
        connection, together, party, step, now, note=wish.note, adjustment_id=wish.adjustment_id
    )
    return (await find_break(connection, party, break_id))[0]


def _require_allowed(party: Reader, found: Break, wish: Wish) -> None:
    resolution = wish.resolution
    if resolution in _OF_OPERATOR and not party.is_operator:
        raise ResolutionInvalid(f"{resolution} is said by the operator")
    if (resolution == "adjusted") != (wish.adjustment_id is not None):
        raise ResolutionInvalid("an adjustment_id belongs to adjusted, and to nothing else")
    if resolution == "matched" and found.suggestion is None:
        raise ResolutionInvalid("there is no suggestion for this break")
    if resolution != "written_off":
        return
    if abs(found.difference_minor) > wish.tolerance_minor:
        raise ResolutionInvalid(
            f"the difference is {found.difference_minor}; at most {wish.tolerance_minor} is"
            " written off",
            tolerance_minor=wish.tolerance_minor,
        )
    if found.home_party_id is None:
        raise ResolutionInvalid("it is not known whose use this is: nothing can be posted")


async def _suggested(connection: AsyncConnection, found: Break) -> list[int]:
    """The breaks of the lines that the suggestion names.

    Raises:
        ResolutionInvalid: one of them is resolved otherwise by now.
    """
    assert found.suggestion is not None, "it was refused before"
    rows = (
        await connection.execute(
            _SUGGESTED,
            {"reconciliation_id": found.reconciliation_id, "row_number": found.line_number},
        )
    ).all()
    if len(rows) != len(found.suggestion["uses"]):
        raise ResolutionInvalid("a use that the suggestion names is resolved already")
    return [row.break_id for row in rows]


async def _lock(connection: AsyncConnection, party: Reader, break_id: int) -> tuple[Break, int]:
    """Lock a break that the party may work on: the supplier of the run, or the operator."""
    found, supplier_party_id = await find_break(connection, party, break_id)
    if not party.sees_whole(supplier_party_id):
        raise BreakNotFound
    await lock_run(connection, found.reconciliation_id)
    await connection.execute(_LOCK, {"break_id": break_id})
    return await find_break(connection, party, break_id)


async def _note(
    connection: AsyncConnection,
    break_ids: list[int],
    party: Reader,
    step: str,
    now: datetime,
    **said: Any,
) -> None:
    await connection.execute(
        _STEP,
        {
            "break_ids": break_ids,
            "step": step,
            "party_id": party.party_id,
            "now": now,
            "note": said.get("note"),
            "assignee": said.get("assignee"),
            "adjustment_id": said.get("adjustment_id"),
        },
    )
