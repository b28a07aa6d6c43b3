"""Records as rows of `ledger.journal`, and the two ways they travel: as a binary COPY, or as array parameters of one statement.

What a row says twice is left out of it: `points`, `spendable`, `occurred_at` and `last_day` are stored where they differ from `amount`, `balance`,
`recorded_at` and `expires_on` of the same row; the view `ledger.operation` puts them back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from typing import Any, NamedTuple

import orjson

from ledger.operations import OperationKind
from ledger.sheet import WALLET, Record

ROW_COLUMNS = (
    *("book_id", "lane", "part", "seq", "account_id", "amount", "balance", "previous", "fingerprint", "recorded_at"),
    *("kind", "from_kind", "to_kind", "expires_on", "key"),
)
EXTRA_COLUMNS = {
    "available_on": "date",
    "funder": "text",
    "held": "bigint",
    "debt": "bigint",
    "points": "bigint",
    "spendable": "bigint",
    "subject": "bigint",
    "occurred_at": "timestamptz",
    "last_day": "date",
    "slides_until": "date",
    "store": "text",
    "channel": "text",
    "staff": "text",
    "reference": "text",
    "refusal": "json",
    "detail": "json",
    "metadata": "json",
}
"""Columns that most rows leave out, with their types."""
COLUMNS = (*ROW_COLUMNS, *EXTRA_COLUMNS)
DATED = frozenset({OperationKind.ISSUE, OperationKind.ADJUST, OperationKind.CREDIT})
"""Kinds whose answer's last day is that of the lot they give, as the view `ledger.operation` has it."""

EPOCH_DAY = date(2000, 1, 1).toordinal()
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Row(NamedTuple):
    """One row; `extra` has the columns of `EXTRA_COLUMNS` that are not null."""

    lane: int
    part: int
    seq: int
    account_id: int | None
    amount: int
    balance: int | None
    previous: int | None
    fingerprint: int | None
    kind: int
    from_kind: int | None
    to_kind: int | None
    expires_on: date | None
    key: str | None
    extra: dict[str, Any] | None


def rows_of(records: Iterable[Record], recorded_at: datetime) -> list[Row]:
    """The rows of records, in their order."""
    rows: list[Row] = []
    append = rows.append
    for record in records:
        entries = record.entries
        amount, balance = (entries[0][2], entries[0][3]) if entries else (0, None)
        lot_day = entries[0][7] if entries and entries[0][1] == WALLET and record.kind in DATED else None
        extra = _extra(record, recorded_at, amount, balance, lot_day)
        key = record.operation.key if record.answer is not None else None
        if not entries:
            append(
                Row(
                    *(record.lane, 0, record.seq, record.account_id, 0, None, record.previous, record.fingerprint),
                    *(record.kind, None, None, None, key, extra),
                )
            )
        for part, (source, target, moved, after, held, debt, available_on, expires_on, funder) in enumerate(entries):
            if held or debt or available_on is not None or funder is not None:
                extra = extra or {}
                if held:
                    extra["held"] = held
                if debt:
                    extra["debt"] = debt
                if available_on is not None:
                    extra["available_on"] = available_on
                if funder is not None:
                    extra["funder"] = funder
            if part:
                append(
                    Row(
                        *(record.lane, part, record.seq, record.account_id, moved, after, record.previous, None),
                        *(record.kind, source, target, expires_on, None, extra),
                    )
                )
            else:
                append(
                    Row(
                        *(record.lane, 0, record.seq, record.account_id, moved, after, record.previous),
                        *(record.fingerprint, record.kind, source, target, expires_on, key, extra),
                    )
                )
            extra = None
    return rows


def _extra(
    record: Record, recorded_at: datetime, amount: int, balance: int | None, lot_day: date | None
) -> dict[str, Any] | None:
    """The rarer columns of an operation's first row."""
    answer, operation = record.answer, record.operation
    extra: dict[str, Any] = {}
    if answer is not None:
        if answer.points != amount:
            extra["points"] = answer.points
        if answer.balance != balance:
            extra["spendable"] = answer.balance
        if answer.expires_on != lot_day:
            extra["last_day"] = answer.expires_on
        if answer.refusal is not None:
            extra["refusal"] = answer.refusal
        if answer.detail is not None:
            extra["detail"] = answer.detail
    occurred_at = operation.occurred_at
    if occurred_at is not None and occurred_at != recorded_at:
        extra["occurred_at"] = occurred_at
    if operation.store is not None:
        extra["store"] = operation.store
    if operation.channel is not None:
        extra["channel"] = operation.channel
    if operation.staff is not None:
        extra["staff"] = operation.staff
    if operation.reference is not None:
        extra["reference"] = operation.reference
    if operation.metadata is not None:
        extra["metadata"] = dict(operation.metadata)
    if record.subject is not None:
        extra["subject"] = record.subject
    if record.slides_until is not None:
        extra["slides_until"] = record.slides_until
    return extra or None


# PostgreSQL's binary COPY: a signature, then for each row the number of its columns and each column's length and bytes; length -1 is null.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_FRONT = Struct(">hiiihihiq").pack
_BIGINT = Struct(">iq").pack
_MOVED = Struct(">iqiqiq").pack
_SMALLINT = Struct(">ih").pack
_KINDS = Struct(">iqihihih").pack
_INTEGER = Struct(">ii").pack
_LENGTH = Struct(">i").pack
_NO_EXTRA = _NULL * len(EXTRA_COLUMNS)
_COUNT = len(COLUMNS)


def copy_of(book_id: int, rows: Iterable[Row], recorded_at: datetime) -> bytes:
    """Rows as the data of a binary COPY into `COLUMNS`."""
    recorded = (recorded_at - EPOCH) // MICROSECOND
    data = [_SIGNATURE]
    append = data.append
    for row in rows:
        lane, part, seq, account_id, amount, balance, previous, fingerprint, kind, source, target, expires, key, extra = row
        append(_FRONT(_COUNT, 4, book_id, 2, lane, 2, part, 8, seq))
        if balance is not None and account_id is not None:
            append(_MOVED(8, account_id, 8, amount, 8, balance))
        else:
            append(_NULL if account_id is None else _BIGINT(8, account_id))
            append(_BIGINT(8, amount) + _NULL)
        append(_NULL if previous is None else _BIGINT(8, previous))
        append(_NULL if fingerprint is None else _BIGINT(8, fingerprint))
        if source is None or target is None:
            append(_BIGINT(8, recorded) + _SMALLINT(2, kind) + _NULL + _NULL)
        else:
            append(_KINDS(8, recorded, 2, kind, 2, source, 2, target))
        append(_NULL if expires is None else _INTEGER(4, expires.toordinal() - EPOCH_DAY))
        if key is None:
            append(_NULL)
        else:
            text = key.encode()
            append(_LENGTH(len(text)))
            append(text)
        append(_NO_EXTRA if extra is None else _binary_extra(extra))
    append(_END)
    return b"".join(data)


def _binary_extra(extra: dict[str, Any]) -> bytes:
    data = []
    for name, kind in EXTRA_COLUMNS.items():
        value = extra.get(name)
        if value is None:
            data.append(_NULL)
        elif kind == "bigint":
            data.append(_BIGINT(8, value))
        elif kind == "date":
            data.append(_INTEGER(4, value.toordinal() - EPOCH_DAY))
        elif kind == "timestamptz":
            data.append(_BIGINT(8, (value - EPOCH) // MICROSECOND))
        else:
            text = value.encode() if kind == "text" else orjson.dumps(value)
            data.append(_LENGTH(len(text)) + text)
    return b"".join(data)


# The same rows for one statement: an array parameter for each field of a row, the last of them JSON.
_PARAMETERS = (
    *("smallint[]", "smallint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]"),
    *("smallint[]", "smallint[]", "smallint[]", "date[]", None, None),
)


def insert_from(first: int) -> str:
    """An INSERT of rows: $1 is the book, ${first} the time, and the parameters after it are those of `parameters_of`."""
    arrays = [
        f"${number}::text[]" if kind is None else f"${number}::text::{kind}"
        for number, kind in enumerate(_PARAMETERS, first + 1)
    ]
    extra = [f"(extra::json ->> '{name}')::{kind}" for name, kind in EXTRA_COLUMNS.items()]
    return f"""
        INSERT INTO ledger.journal ({", ".join(COLUMNS)})
        SELECT $1, lane, part, seq, account_id, amount, balance, previous, fingerprint, ${first}::timestamptz,
            kind, from_kind, to_kind, expires_on, key, {", ".join(extra)}
        FROM unnest({", ".join(arrays)}) AS new({", ".join(Row._fields)})
    """


TEXT_COLUMNS = (12, 13)


def parameters_of(rows: Sequence[Row]) -> list[str | list[object]]:
    """Rows as the parameters of `INSERT` from $3 on."""
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(Row._fields)
    columns[13] = [None if extra is None else orjson.dumps(extra).decode() for extra in columns[13]]
    return [list(column) if number in TEXT_COLUMNS else literal(column) for number, column in enumerate(columns)]


def literal(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of values that need no quotes: numbers, dates, NULL.

    The driver's own encoding of an array of numbers costs ten times as much.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
