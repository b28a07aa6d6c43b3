"""Seals: a chain of SHA-256 over the journal, lane by lane.

Nobody who can write to the database can change the journal unnoticed.

A seal covers the records of one lane, from the one after the seal before it to its own `seq`. Its
head is

    SHA-256( head of the seal before it | mark | text of every row of these records )

in bytes, with nothing between. The rows are ordered by (seq, part). 32 zero bytes stand for the
head before the first. The text of a row, in UTF-8, has a field for every column of
`ledger.journal`, in the order of `COLUMNS`. A field is `-` for null, else `<length>:<value>`. The
length is in characters (code points), in decimal digits. The value is

- of a whole number: its decimal digits, with `-` before them below zero;
- of an instant: the microseconds since 1970-01-01 00:00 UTC, as a whole number;
- of a day: the days since 1970-01-01, as a whole number;
- of a day or an instant that is infinite: `Infinity` or `-Infinity`;
- of a text or a JSON document: the text as it is stored.

So no setting of a session changes a head, and no two rows have the same text. Every head can be
computed from a COPY of the table. The mark names this definition and its version, which the seal
states too. In version 1, the text of a row ends before `recorded_by`, which was null in all rows.

The stored seals, recomputed, find a row that was altered, removed or inserted by somebody who left
the seals as they were. Somebody who computes the seals anew as well is found with heads that were
kept elsewhere. What came after a lane's last seal is not covered yet.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.audit.sealed_heads import Head
from ledger.audit.verify import DEFECTS_PER_CHECK_MAX, Defect
from ledger.book.programme import Programme
from ledger.database import NO_TIME_LIMIT, Database, allow_time

MARKS = {1: b"comity journal 1\n", 2: b"comity journal 2\n"}
"""The mark of each version of the definition. Seals of today are of the last one."""
VERSION = max(MARKS)
BLOCK_RECORDS_MAX = 1_000
FETCH_ROWS = 2_000
FIRST_HEAD = bytes(32)
NULL = "-"
"""The field of a column without a value."""
SEQ_MIN = -(2**31)

Progress = Callable[[int, int], None]
"""Told how many records are done, and of how many."""

_PLAIN = "{0}::text"
_INSTANT = "trunc(extract(epoch FROM {0}) * 1000000)::text"
_DAY = "trunc(extract(epoch FROM {0}) / 86400)::text"

COLUMNS: dict[str, str] = {
    "book_id": _PLAIN,
    "lane": _PLAIN,
    "part": _PLAIN,
    "seq": _PLAIN,
    "account_id": _PLAIN,
    "amount": _PLAIN,
    "balance": _PLAIN,
    "previous": _PLAIN,
    "fingerprint": _PLAIN,
    "recorded_at": _INSTANT,
    "kind": _PLAIN,
    "from_kind": _PLAIN,
    "to_kind": _PLAIN,
    "expires_on": _DAY,
    "key": _PLAIN,
    "available_on": _DAY,
    "funder": _PLAIN,
    "held": _PLAIN,
    "debt": _PLAIN,
    "points": _PLAIN,
    "spendable": _PLAIN,
    "subject": _PLAIN,
    "occurred_at": _INSTANT,
    "last_day": _DAY,
    "slides_until": _DAY,
    "store": _PLAIN,
    "channel": _PLAIN,
    "staff": _PLAIN,
    "reference": _PLAIN,
    "owner": _PLAIN,
    "refusal": _PLAIN,
    "detail": _PLAIN,
    "metadata": _PLAIN,
    "recorded_by": _PLAIN,
}
"""Every column of the journal, in the order of the fields, with what makes its value."""
LATER = "recorded_by"
"""The column that version 1 did not have."""


def _field(name: str, form: str) -> str:
    value = form.format(name)
    return f"coalesce(length({value}) || ':' || ({value}), '-')"


_ROW_TEXT = " || ".join(_field(name, form) for name, form in COLUMNS.items() if name != LATER)
_LATER_TEXT = _field(LATER, COLUMNS[LATER])
_ROWS = text(
    f"""
    SELECT seq, {_ROW_TEXT} AS content, {_LATER_TEXT} AS later FROM ledger.journal
    WHERE book_id = :book_id AND lane = :lane AND seq > :after AND seq <= :last ORDER BY seq, part
    """
)
_UNSEALED = text(
    """
    SELECT lane, lane.seq, coalesce(sealed.seq, 0) FROM ledger.lane
    LEFT JOIN LATERAL (
        SELECT seal.seq FROM ledger.seal WHERE seal.book_id = lane.book_id AND seal.lane = lane.lane
        ORDER BY seal.seq DESC LIMIT 1
    ) AS sealed ON true
    WHERE lane.book_id = :book_id AND lane.seq > coalesce(sealed.seq, 0) ORDER BY lane
    """
)
# An advisory lock holds on the server it was taken on. In a cluster, all sealers of a book enter by
# the same server: it is theirs alone.
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('ledger.seal', :book_id))")
_LAST_SEAL = text(
    """
    SELECT seq, head FROM ledger.seal
    WHERE book_id = :book_id AND lane = :lane ORDER BY seq DESC LIMIT 1
    """
)
# One look at the index for each lane, however many seals there are.
_LAST_SEALED = text(
    """
    SELECT extract(epoch FROM now() - max(newest.sealed_at)) FROM ledger.lane AS l
    CROSS JOIN LATERAL (
        SELECT s.sealed_at FROM ledger.seal AS s
        WHERE s.book_id = l.book_id AND s.lane = l.lane ORDER BY s.seq DESC LIMIT 1
    ) AS newest
    """
)
# Two looks for each lane: at its last seal, and at the first record after that.
_OLDEST_UNSEALED = text(
    """
    SELECT extract(epoch FROM now() - min(unsealed.recorded_at)) FROM ledger.lane AS l
    LEFT JOIN LATERAL (
        SELECT s.seq FROM ledger.seal AS s
        WHERE s.book_id = l.book_id AND s.lane = l.lane ORDER BY s.seq DESC LIMIT 1
    ) AS newest ON true
    CROSS JOIN LATERAL (
        SELECT j.recorded_at FROM ledger.journal AS j
        WHERE j.book_id = l.book_id AND j.lane = l.lane AND j.seq > coalesce(newest.seq, 0)
        ORDER BY j.seq LIMIT 1
    ) AS unsealed
    """
)
_OLDEST = text(
    """
    SELECT extract(epoch FROM now() - min(first.recorded_at)) FROM ledger.lane AS l
    CROSS JOIN LATERAL (
        SELECT j.recorded_at FROM ledger.journal AS j
        WHERE j.book_id = l.book_id AND j.lane = l.lane AND j.seq > 0 ORDER BY j.seq LIMIT 1
    ) AS first
    """
)
CROSS_BOOK: tuple[TextClause, ...] = (_LAST_SEALED, _OLDEST_UNSEALED, _OLDEST)
"""The statements here that name no book: they look at one record or seal of each lane."""
_ADD_SEAL = text(
    """
    INSERT INTO ledger.seal (book_id, lane, seq, first_seq, head, version)
    VALUES (:book_id, :lane, :seq, :first_seq, :head, :version)
    """
)
_HEADS = text(
    """
    SELECT DISTINCT ON (lane) lane, seq, head, sealed_at FROM ledger.seal
    WHERE book_id = :book_id ORDER BY lane, seq DESC
    """
)
_SEALS = text(
    """
    SELECT lane, first_seq, seq, head, sealed_at, version FROM ledger.seal
    WHERE book_id = :book_id ORDER BY lane, seq
    """
)


def _begun(head: bytes, version: int) -> "hashlib._Hash":
    # A version that nobody knows has no mark of its own, and so its head cannot be right.
    return hashlib.sha256(head + MARKS.get(version, b""))


def _text_of(content: str, later: str, version: int) -> bytes:
    """The text of a row. What version 1 did not have was null; anything else is a change."""
    is_left_out = version == 1 and later == NULL
    return (content if is_left_out else content + later).encode()


async def _rows(
    connection: AsyncConnection, book_id: int, lane: int, after: int, last: int
) -> AsyncIterator[tuple[int, str, str]]:
    """Each row of a lane's records, in order: after one, and up to another.

    Its seq, its text by version 1, and the field that came later.

    Never many of them are in memory.
    """
    parameters = {"book_id": book_id, "lane": lane, "after": after, "last": last}
    async with connection.stream(_ROWS, parameters) as rows:
        async for some in rows.partitions(FETCH_ROWS):
            for seq, content, later in some:
                yield seq, content, later


async def seal_book(
    database: Database, programme: Programme, progress: Progress | None = None
) -> list[Head]:
    """Seal what every lane has committed by then; returns the last head of every sealed lane.

    Nothing is missed. A lane's records are numbered without a gap under its lock, and `lane.seq` is
    written by the transaction that wrote them. Once it says n, all records up to n can be read.

    No writer waits, because nothing that a writer locks is locked. Many may seal at once, see
    `_seal_block`. Each block is a transaction of its own: what was sealed stays sealed when a later
    block fails.
    """
    async with database.transaction() as connection:
        unsealed = list(await connection.execute(_UNSEALED, {"book_id": programme.book_id}))
    total, done = sum(seq - sealed for _, seq, sealed in unsealed), 0
    for lane, seq, first_sealed in unsealed:
        sealed = first_sealed
        while sealed < seq:
            before = sealed
            sealed = await _seal_block(database, programme.book_id, lane, seq)
            done += min(sealed, seq) - before
            if progress is not None:
                progress(done, total)
    async with database.transaction() as connection:
        return await read_heads(connection, programme)


async def last_seal_seconds(connection: AsyncConnection) -> float | None:
    """How long ago the last seal of all books was made. None if there is none."""
    return await _seconds(connection, _LAST_SEALED)


async def unsealed_seconds(connection: AsyncConnection) -> float | None:
    """How long ago the oldest record was made that no seal covers. None if there is none."""
    return await _seconds(connection, _OLDEST_UNSEALED)


async def oldest_record_seconds(connection: AsyncConnection) -> float | None:
    """How long ago the first record of all books was made. None if there is none."""
    return await _seconds(connection, _OLDEST)


async def _seconds(connection: AsyncConnection, statement: TextClause) -> float | None:
    seconds = (await connection.execute(statement)).scalar_one()
    return None if seconds is None else float(seconds)


async def _seal_block(database: Database, book_id: int, lane: int, until: int) -> int:
    """Seal the next records of a lane; returns how far the lane is sealed then.

    At most `BLOCK_RECORDS_MAX` records, and none after `until`.

    Two sealers of a book take turns by an advisory lock, held to the end of the transaction. The
    last seal is read by a statement of its own once the lock is there. So it sees the seal that the
    other sealer has committed, and chains to it. A lane's seals are one line, and a record is in
    one of them. Without the lock, the primary key would refuse a second seal that ends at the same
    record, and `check_seals` would report two that overlap.
    """
    async with database.transaction() as connection:
        await connection.execute(_TAKE_TURN, {"book_id": book_id})
        before = (
            await connection.execute(_LAST_SEAL, {"book_id": book_id, "lane": lane})
        ).one_or_none()
        sealed, previous = (0, FIRST_HEAD) if before is None else before
        last = min(until, sealed + BLOCK_RECORDS_MAX)
        if last <= sealed:
            return int(sealed)
        digest = _begun(previous, VERSION)
        async for _, content, later in _rows(connection, book_id, lane, sealed, last):
            digest.update(_text_of(content, later, VERSION))
        seal = {
            "book_id": book_id,
            "lane": lane,
            "seq": last,
            "first_seq": sealed + 1,
            "head": digest.digest(),
            "version": VERSION,
        }
        await connection.execute(_ADD_SEAL, seal)
        return last


async def read_heads(connection: AsyncConnection, programme: Programme) -> list[Head]:
    """The last head of every lane that has one: what is worth keeping elsewhere."""
    rows = await connection.execute(_HEADS, {"book_id": programme.book_id})
    return [Head(programme.code, *row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Seal:
    lane: int
    first_seq: int
    seq: int
    head: bytes
    sealed_at: datetime
    version: int


async def check_seals(
    connection: AsyncConnection,
    programme: Programme,
    heads: Iterable[Head] | None = None,
    progress: Progress | None = None,
) -> list[Defect]:
    """Recompute every head of a book, and compare the seals with heads that were kept elsewhere.

    After a seal that is wrong, the chain goes on from the head it has, so the defects tell which
    blocks were touched. At most `DEFECTS_PER_CHECK_MAX` are returned.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ), and for no limit
    of time. It never blocks a writer or a sealer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, NO_TIME_LIMIT)
    seals: dict[int, list[_Seal]] = {}
    for row in await connection.execute(_SEALS, {"book_id": programme.book_id}):
        seals.setdefault(row.lane, []).append(_Seal(*row))
    defects = _compare_heads(seals, [head for head in heads or () if head.book == programme.code])
    total, done = sum(chain[-1].seq for chain in seals.values()), 0
    for lane, chain in seals.items():
        defects += _overlaps(chain)
        position = 0
        async for seal, head in _recomputed(connection, programme.book_id, lane, chain):
            if head != seal.head:
                defects.append(Defect("sealed records are as they were sealed", _where(seal)))
            done, position = done + seal.seq - position, seal.seq
            if progress is not None:
                progress(done, total)
    return defects[:DEFECTS_PER_CHECK_MAX]


def _where(seal: _Seal) -> str:
    return f"lane {seal.lane} records {seal.first_seq} to {seal.seq}"


def _overlaps(chain: Sequence[_Seal]) -> Iterator[Defect]:
    position = 0
    for seal in chain:
        if seal.first_seq != position + 1:
            yield Defect("each seal begins where the one before it ended", _where(seal))
        position = seal.seq


def _compare_heads(seals: dict[int, list[_Seal]], heads: Sequence[Head]) -> list[Defect]:
    stored = {(lane, seal.seq): seal.head for lane, chain in seals.items() for seal in chain}
    return [
        Defect(
            "seals are the ones that were exported",
            f"lane {head.lane} record {head.seq} of {head.sealed_at.isoformat()}",
        )
        for head in heads
        if stored.get((head.lane, head.seq)) != head.head
    ]


async def _recomputed(
    connection: AsyncConnection, book_id: int, lane: int, chain: Sequence[_Seal]
) -> AsyncIterator[tuple[_Seal, bytes]]:
    """Every seal of a lane with the head that its rows give.

    Rows numbered below 1 count for the first seal, since no seal may cover them.
    """
    remaining = iter(chain)
    seal = next(remaining)
    digest = _begun(FIRST_HEAD, seal.version)
    async for seq, content, later in _rows(connection, book_id, lane, SEQ_MIN, chain[-1].seq):
        while seq > seal.seq:
            yield seal, digest.digest()
            before, seal = seal, next(remaining)
            digest = _begun(before.head, seal.version)
        digest.update(_text_of(content, later, seal.version))
    yield seal, digest.digest()
    for without_rows in remaining:
        yield without_rows, _begun(seal.head, without_rows.version).digest()
        seal = without_rows
