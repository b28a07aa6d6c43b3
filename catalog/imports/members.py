"""Members of a brand's programme, and the points with which they begin.

The ledger commits by itself, so the points of a chunk are not issued in the transaction that stores
its members:

1. The members are stored, and with them what became of their rows.
2. The points are issued, each under the key `import:{sha16}:{line}`.
3. It is said how far the import has come. Rows whose points the ledger refused are rejected.

After a crash the chunk is done again. Members that were stored are not stored a second time, as it
is known what became of their rows. An issue that was committed answers again what it answered
first, as its key depends on the file and the line alone. So no points are lost, and none come
twice, whoever dies where.

A value that identifies a member is brought into its one form where the file is read, and is a
digest before anything is stored.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.imports.job import Taken
from catalog.imports.judge import JudgedRow
from catalog.imports.row_codes import ROW_CODES
from catalog.imports.rows import Outcome, advance, correct_rows, keep_rows, load_kept
from catalog.members.describe import Described, plan_members, put_members
from catalog.members.description import Description, TagGrant, TierGrant
from catalog.members.identifiers import Digester
from catalog.parties import Party
from ledger import Ledger, Refusal
from ledger.asks import AlreadyExpired, Answer, Issue
from ledger.book import Programme, ProgrammeNotFound, find_programme, programme_day

SHA_DIGITS = 16
"""So much of the file's SHA-256 names it in the keys of its points."""
BUSY_SECONDS = 0.5
"""How long to wait while the ledger takes nothing in."""

FindDigester = Callable[[int], Awaitable[Digester]]
"""What makes the identifiers of a book."""

_COLUMNS = {
    "birthday-invalid": "birthday",
    "tag-unknown": "tags",
    "tag-limit": "tags",
    "tier-unknown": "tier",
    "member-merged": "member",
}
"""The column of a refusal. An identifier's is its kind."""


@dataclass(frozen=True, slots=True)
class Book:
    """The programme whose members they are, and what makes their identifiers."""

    programme: Programme
    digester: Digester
    now: datetime
    may_issue: bool


async def require_own_programme(connection: AsyncConnection, owner: Party, code: str) -> None:
    """Refuse a programme that is not the party's.

    Raises:
        ProgrammeNotFound: there is none with this code, or it is another party's.
    """
    if (await find_programme(connection, code)).party_id != owner.party_id:
        raise ProgrammeNotFound(f"there is no programme {code!r}")


async def plan_rows(
    connection: AsyncConnection, book: Book, rows: Sequence[JudgedRow]
) -> list[Outcome]:
    """What would become of these rows. Whether the ledger refuses their points is not known."""
    refused = _unfit(book, rows)
    said = _said(book, rows, refused)
    made = await plan_members(connection, book.programme, said, book.now)
    return [refused.get(row.line) or _outcome(row, made[row.key]) for row in rows]


async def apply_members(
    ledger: Ledger, taken: Taken, book: Book, rows: Sequence[JudgedRow]
) -> None:
    """Apply the next rows of an import, those that were rejected among them.

    Raises:
        LeaseLost: the import is another's.
    """
    async with ledger.database.transaction(actor=taken.recorded_by) as connection:
        outcomes = await load_kept(connection, taken, rows)
        fresh = [row for row in rows if row.line not in outcomes]
        if fresh:
            stored = await _store(connection, book, fresh)
            await keep_rows(connection, taken, fresh, [stored[row.line] for row in fresh])
            outcomes |= stored
        giving = [row for row in rows if _gives(row, outcomes[row.line])]
        if not giving:
            await advance(connection, taken, rows, [outcomes[row.line] for row in rows])
            return
    refused = await _issue(ledger, taken, book, giving)
    outcomes |= refused
    async with ledger.database.transaction(actor=taken.recorded_by) as connection:
        await advance(connection, taken, rows, [outcomes[row.line] for row in rows])
        wrong = [row for row in giving if row.line in refused]
        await correct_rows(connection, taken, wrong, [refused[row.line] for row in wrong])


async def _store(
    connection: AsyncConnection, book: Book, rows: Sequence[JudgedRow]
) -> dict[int, Outcome]:
    """Store the members of rows that are not rejected. Answers what became of each row."""
    refused = {row.line: Outcome("rejected", row.code, row.column) for row in rows if row.code}
    refused |= _unfit(book, [row for row in rows if row.code is None])
    said = _said(book, rows, refused)
    made = await put_members(connection, book.programme, said, book.now)
    return {row.line: refused.get(row.line) or _outcome(row, made[row.key]) for row in rows}


async def _issue(
    ledger: Ledger, taken: Taken, book: Book, rows: Sequence[JudgedRow]
) -> dict[int, Outcome]:
    """Issue the points of rows. Answers what became of those that the ledger refused."""
    operations = [
        Issue(
            key=key_of(taken.job.sha256, row.line),
            member=row.key,
            points=row.values["points"],
            expires_on=_day(row.values["expires_on"]),
        )
        for row in rows
    ]
    answers = await _submit(ledger, book.programme, operations, taken.recorded_by)
    return {
        row.line: _not_issued(answer)
        for row, answer in zip(rows, answers, strict=True)
        if answer.refusal is not None
    }


async def _submit(
    ledger: Ledger, programme: Programme, operations: Sequence[Issue], recorded_by: int | None
) -> list[Answer]:
    while True:
        try:
            return await ledger.submit(programme, operations, recorded_by=recorded_by)
        except Refusal as refusal:
            if not refusal.is_transient:
                raise
        await asyncio.sleep(BUSY_SECONDS)


def key_of(sha256: bytes, line: int) -> str:
    """The key under which the points of a row are issued, however often its file comes."""
    return f"import:{sha256.hex()[:SHA_DIGITS]}:{line}"


def _gives(row: JudgedRow, outcome: Outcome) -> bool:
    return outcome.status != "rejected" and bool(row.values["points"])


def _unfit(book: Book, rows: Sequence[JudgedRow]) -> dict[int, Outcome]:
    """Rows whose points cannot be issued, whoever their members are."""
    today = programme_day(book.now, book.programme.time_zone)
    found: dict[int, Outcome] = {}
    for row in rows:
        if not row.values["points"]:
            continue
        ends = _day(row.values["expires_on"])
        if not book.may_issue:
            found[row.line] = Outcome("rejected", "points-not-permitted", "points")
        elif ends is not None and ends < today:
            found[row.line] = Outcome("rejected", AlreadyExpired.code, "expires_on")
    return found


def _said(
    book: Book, rows: Sequence[JudgedRow], refused: Mapping[int, Outcome]
) -> dict[str, Description]:
    return {
        row.key: _description(row.values, book.digester) for row in rows if row.line not in refused
    }


def _description(values: Mapping[str, Any], digester: Digester) -> Description:
    tier = values["tier"]
    return Description(
        identifiers=tuple(digester.identify(kind, value) for kind, value in values["identifiers"]),
        tags_added=tuple(TagGrant(tag) for tag in values["tags"]),
        tier=None if tier is None else TierGrant(tier),
        birthday=values["birthday"],
    )


def _outcome(row: JudgedRow, made: Described | Refusal) -> Outcome:
    if isinstance(made, Described):
        is_more = made.change == "unchanged" and row.values["points"]
        return Outcome("updated" if is_more else made.change)
    document = made.document()
    column = _COLUMNS.get(made.code) or document.get("kind")
    return Outcome("rejected", made.code, column, _detail(made.code, document))


def _not_issued(answer: Answer) -> Outcome:
    refusal = answer.refusal
    assert refusal is not None
    code = refusal["code"]
    column = "expires_on" if code == AlreadyExpired.code else "points"
    return Outcome("rejected", code, column, _detail(code, refusal))


def _detail(code: str, document: Mapping[str, Any]) -> str | None:
    """The refusal's own sentence, where this page of codes has none."""
    return None if code in ROW_CODES else document["detail"]


def _day(cell: str | date | None) -> date | None:
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
