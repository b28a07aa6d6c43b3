"""Reads a part of the journal into cells, and carries the queues of undated wallets on.

Nothing is read twice: whoever reads goes on from where the last one stopped, and what was read is
kept by page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BOOLEAN, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time
from ledger.book import Programme
from ledger.read import (
    Naming,
    Row,
    Stretch,
    UndatedStep,
    has_undated,
    month_text,
    read_movements,
    undated_steps,
)
from settlement.liability.cells import Cell, Cells, add
from settlement.liability.fifo import Queue

RECORDS_READ_MAX = 200_000
"""So many records at the most are read in one transaction."""
READ_SECONDS_MAX = 300
"""How long the reading of one page may take."""

_QUEUES = text(
    """
    SELECT w.account_id, w.queue FROM unnest(:accounts) AS wanted(account_id)
    CROSS JOIN LATERAL (
        SELECT account_id, queue FROM settlement.liability_wallet
        WHERE liability_wallet.book_id = :book_id
            AND liability_wallet.account_id = wanted.account_id
        OFFSET 0
    ) w
    """
).bindparams(bindparam("accounts", type_=ARRAY(BIGINT)))

_KEEP_QUEUES = text(
    """
    INSERT INTO settlement.liability_wallet (book_id, account_id, queue)
    SELECT :book_id, account_id, CAST(queue AS json)
    FROM unnest(:accounts, :queues) AS q(account_id, queue)
    ORDER BY account_id
    ON CONFLICT (book_id, account_id) DO UPDATE SET queue = excluded.queue
    """
).bindparams(bindparam("accounts", type_=ARRAY(BIGINT)), bindparam("queues", type_=ARRAY(TEXT)))

_KEEP_CELLS = text(
    """
    INSERT INTO settlement.liability_movement (
        book_id, month, page, cohort, "row", supplier, late, points, entries
    )
    SELECT :book_id, month, :page, cohort, "row", supplier, late, points, entries
    FROM unnest(:months, :cohorts, :rows, :suppliers, :are_late, :points, :entries)
        AS c(month, cohort, "row", supplier, late, points, entries)
    ORDER BY month, cohort, "row", supplier, late
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("months", "cohorts", "rows", "suppliers")),
    bindparam("are_late", type_=ARRAY(BOOLEAN)),
    *(bindparam(name, type_=ARRAY(BIGINT)) for name in ("points", "entries")),
)


@dataclass(slots=True)
class Queues:
    """The queues of wallets with undated points, as far as they have been read.

    With `begin_empty` nothing is looked up: the journal is read from its beginning.
    """

    book_id: int
    begin_empty: bool = False
    known: dict[int, Queue] = field(default_factory=dict)

    async def load(self, connection: AsyncConnection, accounts: Sequence[int]) -> None:
        """Have these wallets' queues at hand."""
        missing = [each for each in accounts if each not in self.known]
        if missing and not self.begin_empty:
            where = {"book_id": self.book_id, "accounts": missing}
            for row in await connection.execute(_QUEUES, where):
                self.known[row.account_id] = Queue(*row.queue)
        for account in missing:
            self.known.setdefault(account, Queue())

    async def keep(self, connection: AsyncConnection) -> None:
        """Store them, and forget them here."""
        if self.known:
            accounts = sorted(self.known)
            queues = [orjson.dumps(self.known[each].stored()).decode() for each in accounts]
            await connection.execute(
                _KEEP_QUEUES, {"book_id": self.book_id, "accounts": accounts, "queues": queues}
            )
        self.known.clear()


def changes_of(queue: Queue, step: UndatedStep) -> list[tuple[str, int]]:
    """What a step changes in a wallet's cohorts. The queue moves on."""
    cohort = month_text(step.month)
    if step.points < 0:
        return queue.take(-step.points)
    if step.row is Row.REDEMPTION_REVERSED:
        return queue.give_back(cohort, step.points)
    return queue.give(cohort, step.points)


async def read_cells(
    connection: AsyncConnection,
    programme: Programme,
    stretch: Stretch,
    queues: Queues,
    *,
    naming: Naming,
    first_open: str | None,
) -> Cells:
    """What a stretch of the journal says, by cell.

    `first_open` is the month after the last frozen one. What occurred before it counts in it, and
    is marked late.
    """
    await allow_time(connection, READ_SECONDS_MAX)
    cells: Cells = {}

    def count(own: str, cohort: str, row: Row, supplier: str, counted: tuple[int, int]) -> None:
        month = max(own, first_open or own)
        add(cells, Cell(month, cohort, row, supplier, month != own), *counted)

    for each in await read_movements(connection, programme, stretch, naming):
        own = month_text(each.month)
        count(own, each.cohort, each.row, each.supplier, (each.points, each.entries))
    if has_undated(programme):
        steps = [step async for step in undated_steps(connection, programme, stretch)]
        await queues.load(connection, list({step.account_id for step in steps}))
        for step in steps:
            own = month_text(step.month)
            for cohort, points in changes_of(queues.known[step.account_id], step):
                count(own, cohort, step.row, step.supplier, (points, 1))
    return cells


def page_after(heads: Sequence[int], target: Sequence[int]) -> list[int]:
    """Where the next page ends, lane by lane."""
    page = max(1, RECORDS_READ_MAX // len(heads))
    return [min(end, head + page) for head, end in zip(heads, target, strict=True)]


def stretch_of(heads: Sequence[int], until: Sequence[int]) -> Stretch:
    """The records between two places of all lanes."""
    return Stretch(dict(enumerate(heads)), dict(enumerate(until)))


async def keep_cells(connection: AsyncConnection, book_id: int, page: int, cells: Cells) -> None:
    """Store what a page came to. Cells in which nothing is left are stored too."""
    if not cells:
        return
    places, tallies = list(cells), list(cells.values())
    await connection.execute(
        _KEEP_CELLS,
        {
            "book_id": book_id,
            "page": page,
            "months": [each.month for each in places],
            "cohorts": [each.cohort for each in places],
            "rows": [str(each.row) for each in places],
            "suppliers": [each.supplier for each in places],
            "are_late": [each.late for each in places],
            "points": [each.points for each in tallies],
            "entries": [each.entries for each in tallies],
        },
    )
