"""The worker's round: one import, from its turn to its end.

1. The file is read in a process of its own, and each row is judged (`apart`).
2. All rows are planned, and what was found is stored. Nothing is changed yet.
3. Without a rejected row, or where rejected ones are accepted, the others are applied: CHUNK_ROWS
   of them in each transaction, which also says how far the import has come. Members need one more
   for their points (`members`).

While this goes on, a second task keeps the lease and ends the work when somebody cancels it. Every
way out says what became of the import. A worker that cannot even do that has died, and its lease
ends by itself. The next one reads the file again and goes on after the last chunk.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import PAGE_ITEMS_MAX
from catalog.imports.apart import mend_apart, read_apart
from catalog.imports.job import ImportFailed, State, Taken, about_file, about_mended
from catalog.imports.jobs import (
    ROWS_KEPT_DAYS,
    give_back,
    keep_import,
    take_import,
)
from catalog.imports.judge import JudgedRow
from catalog.imports.kinds import KINDS_OF_ROWS, Target
from catalog.imports.members import Book, FindDigester, apply_members, plan_rows
from catalog.imports.reading import PackedReading, Part
from catalog.imports.row_codes import sentences
from catalog.imports.rows import (
    LeaseLost,
    Outcome,
    Status,
    begin_applying,
    end_check,
    end_import,
    forget_old_rows,
    list_rows,
    store_chunk,
)
from catalog.parties import find_party_by_id
from catalog.party_keys import FindPartyKey, PartyKey
from ledger import Database, Ledger, Refusal, is_lost_database, read_clock
from ledger.book import find_programme

PLANNED_AT_ONCE = 2
"""How many parts are planned at the same time: the database plans one while another is decided."""
KEEP_SECONDS = 1.0
"""How often a worker says that it is still at it, and asks whether it should be."""

Tell = Callable[[int, int], None]
"""Called with how many rows are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Importer:
    """What the work needs. `tell` hears of its progress."""

    ledger: Ledger
    find_party_key: FindPartyKey
    find_digester: FindDigester
    tell: Tell | None = None

    @property
    def database(self) -> Database:
        """The database of the ledger."""
        return self.ledger.database


async def work_on_import(importer: Importer, import_id: int | None = None) -> int:
    """Work on the file whose turn it is, or on this one. Returns how many were taken."""
    taken = await take_import(importer.database, import_id)
    if taken is None:
        return 0
    work = asyncio.create_task(_work(importer, taken))
    is_ours = True
    try:
        while is_ours and not (await asyncio.wait({work}, timeout=KEEP_SECONDS))[0]:
            is_ours = await keep_import(importer.database, taken)
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
    if not is_ours:
        await give_back(importer.database, taken)
        return 1
    try:
        work.result()
    except LeaseLost:
        await give_back(importer.database, taken)
    except Exception as error:
        if not is_lost_database(error):
            await _fail(importer.database, taken)
        raise
    return 1


async def forget_old_imports(database: Database) -> None:
    """Forget what became of single rows of imports that ended long ago."""
    async with database.transaction() as connection:
        await forget_old_rows(connection, ROWS_KEPT_DAYS)


async def _work(importer: Importer, taken: Taken) -> None:
    database, job = importer.database, taken.job
    async with database.transaction() as connection:
        key = await importer.find_party_key(connection, taken.party_id)
        party = await find_party_by_id(connection, taken.party_id)
        target = Target(job, party, key, await read_clock(connection))
        programme = job.programme and await find_programme(connection, job.programme)
    if programme:
        digester = await importer.find_digester(programme.book_id)
        target = replace(target, book=Book(programme, digester, target.now, job.may_issue))
    raw = key.open(taken.sealed_file, about_file(job.import_id))
    try:
        reading = await read_apart(job.kind, raw, job.encoding, job.mapping)
    except Refusal as refusal:
        async with database.transaction() as connection:
            await end_import(connection, taken, "refused", refusal=refusal)
        return
    if job.state == "received":
        rejected = await _check(importer, taken, target, reading)
        if not job.may_apply or (rejected and not job.accept_partial):
            await _end(importer, taken, raw, key, "checked")
            return
        async with database.transaction() as connection:
            await begin_applying(connection, taken)
        line_done = 0
    else:
        line_done = job.line_done
    await _apply(importer, taken, target, reading, line_done)
    await _end(importer, taken, raw, key, "done")


async def _check(importer: Importer, taken: Taken, target: Target, reading: PackedReading) -> int:
    """Plan all rows. Returns how many are rejected."""
    counted: Counter[Status] = Counter()
    rejected: list[tuple[JudgedRow, Outcome]] = []
    for start in range(0, len(reading.parts), PLANNED_AT_ONCE):
        parts = reading.parts[start : start + PLANNED_AT_ONCE]
        for planned in await asyncio.gather(
            *(_plan_part(importer, target, each) for each in parts)
        ):
            for row, outcome in planned:
                counted[outcome.status] += 1
                if outcome.status == "rejected":
                    rejected.append((row, outcome))
    async with importer.database.transaction() as connection:
        await end_check(connection, taken, reading.document, counted, rejected)
    return len(rejected)


async def _plan_part(
    importer: Importer, target: Target, part: Part
) -> list[tuple[JudgedRow, Outcome]]:
    rows = part.rows()
    good = [row for row in rows if row.code is None]
    async with importer.database.transaction() as connection:
        planned = iter(await _plan(connection, target, good) if good else ())
    return [(row, _rejection(row) or next(planned)) for row in rows]


async def _plan(
    connection: AsyncConnection, target: Target, rows: Sequence[JudgedRow]
) -> Sequence[Outcome]:
    if target.book is not None:
        return await plan_rows(connection, target.book, rows)
    return await KINDS_OF_ROWS[target.job.kind].plan(connection, target, rows)


async def _apply(
    importer: Importer, taken: Taken, target: Target, reading: PackedReading, line_done: int
) -> None:
    total, done = reading.count, 0
    for part in reading.parts:
        if part.last_line <= line_done:
            done += part.count
            continue
        # Another release may have ended in the midst of a part.
        rows = [row for row in part.rows() if row.line > line_done]
        if target.book is None:
            await _apply_chunk(importer, taken, target, rows)
        else:
            await apply_members(importer.ledger, taken, target.book, rows)
        done += part.count
        if importer.tell is not None:
            importer.tell(done, total)


async def _apply_chunk(
    importer: Importer, taken: Taken, target: Target, rows: Sequence[JudgedRow]
) -> None:
    kind = KINDS_OF_ROWS[taken.job.kind]
    async with importer.database.transaction(actor=taken.recorded_by) as connection:
        good = [row for row in rows if row.code is None]
        applied = iter(await kind.apply(connection, target, good) if good else ())
        outcomes = [_rejection(row) or next(applied) for row in rows]
        await store_chunk(connection, taken, rows, outcomes)


async def _end(importer: Importer, taken: Taken, raw: bytes, key: PartyKey, state: State) -> None:
    """End the import, and keep its rejected rows as a file that can be mended."""
    job, database = taken.job, importer.database
    wrong: dict[int, tuple[str | None, str]] = {}
    after = 0
    while True:
        async with database.transaction() as connection:
            rows = await list_rows(
                connection, job.import_id, status="rejected", after=after, limit=PAGE_ITEMS_MAX
            )
        for row in rows:
            assert row.code is not None
            said = sentences(row.code, row.detail)
            wrong[row.line] = (row.column, f"{row.code}: {said['en']} {said['zh']}")
        if len(rows) < PAGE_ITEMS_MAX:
            break
        after = rows[-1].line
    sealed = None
    if wrong:
        mended = await mend_apart(raw, job.encoding, wrong)
        sealed = key.seal(mended, about_mended(job.import_id))
    async with database.transaction() as connection:
        await end_import(connection, taken, state, sealed_mended=sealed)


async def _fail(database: Database, taken: Taken) -> None:
    """Say that the work failed. What it has applied stays, and the file can be sent again."""
    with suppress(LeaseLost):
        async with database.transaction() as connection:
            failed = ImportFailed("the work on the file failed; send it again")
            await end_import(connection, taken, "refused", refusal=failed)


def _rejection(row: JudgedRow) -> Outcome | None:
    """The outcome of a row that was rejected when it was read."""
    return None if row.code is None else Outcome("rejected", row.code, row.column)
