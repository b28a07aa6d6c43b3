"""Records as rows of `ledger.journal`, and the two ways they travel: as a binary COPY, or as array parameters of one statement.

What a row says twice is left out of it: `points`, `spendable`, `occurred_at` and `last_day` are stored where they differ from `amount`, `balance`,
`recorded_at` and `expires_on` of the same row; the view `ledger.operation` puts them back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from typing import Any

import orjson

from ledger.operations import OperationKind
from ledger.sheet import Record
from ledger.wallet import WALLET

ROW_COLUMNS = (
    *("book_id", "lane", "part", "seq", "account_id", "amount", "balance", "previous", "fingerprint", "recorded_at"),
    *("kind", "from_kind", "to_kind", "expires_on", "key", "occurred_at"),
)
EXTRA_COLUMNS = {
    "available_on": "date",
    "funder": "text",
    "held": "bigint",
    "debt": "bigint",
    "points": "bigint",
    "spendable": "bigint",
    "subject": "bigint",
    "last_day": "date",
    "slides_until": "date",
    "store": "text",
    "channel": "text",
    "staff": "text",
    "reference": "text",
    "owner": "text",
    "refusal": "json",
    "detail": "json",
    "metadata": "json",
}
"""Columns that most rows leave out, with their types."""
COLUMNS = (*ROW_COLUMNS, *EXTRA_COLUMNS)
DATED = (OperationKind.ISSUE, OperationKind.ADJUST, OperationKind.CREDIT)
"""Kinds whose answer's last day is that of the lot they give, as the view `ledger.operation` has it."""

EPOCH_DAY = date(2000, 1, 1).toordinal()
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


Row = tuple[Any, ...]
"""One row: what `FIELDS` names; `extra` has the columns of `EXTRA_COLUMNS` that are not null."""
FIELDS = (
    *("lane", "part", "seq", "account_id", "amount", "balance", "previous", "fingerprint"),
    *("kind", "from_kind", "to_kind", "expires_on", "key", "occurred_at", "extra"),
)


def rows_of(records: Iterable[Record], recorded_at: datetime) -> list[Row]:
    """The rows of records, in their order."""
    rows: list[Row] = []
    append = rows.append
    for record in records:
        answer, entries = record.answer, record.entries
        key = answer.key if record.fingerprint is not None else None
        occurred_at = answer.occurred_at if answer.occurred_at != recorded_at else None
        kind, lane, seq = answer.kind, answer.lane, answer.seq
        account_id, previous, fingerprint = record.account_id, record.previous, record.fingerprint
        if not entries:
            extra = _extra(record, 0, None, None)
            append(
                (
                    lane,
                    0,
                    seq,
                    account_id,
                    0,
                    None,
                    previous,
                    fingerprint,
                    kind,
                    None,
                    None,
                    None,
                    key,
                    occurred_at,
                    extra,
                )
            )
            continue
        source, target, amount, balance, _, _, _, expires_on, _ = entries[0]
        extra = _extra(record, amount, balance, expires_on if target == WALLET and kind in DATED else None)
        for part, (source, target, amount, balance, held, debt, available_on, expires_on, funder) in enumerate(entries):
            if held or debt or available_on is not None or funder is not None:
                extra = {**(extra or {}), **_extra_of_entry(held, debt, available_on, funder)}
            front = (lane, part, seq, account_id, amount, balance, previous, fingerprint)
            append((*front, kind, source, target, expires_on, key, occurred_at, extra))
            fingerprint = key = occurred_at = extra = None
    return rows


def _extra_of_entry(held: int, debt: int, available_on: date | None, funder: str | None) -> dict[str, Any]:
    return {"held": held or None, "debt": debt or None, "available_on": available_on, "funder": funder}


def _extra(  # noqa: C901, PLR0912 - one plain question for each column
    record: Record, amount: int, balance: int | None, lot_day: date | None
) -> dict[str, Any] | None:
    """The rarer columns of an operation's first row."""
    answer, operation = record.answer, record.operation
    extra: dict[str, Any] = {}
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
    if answer.subject is not None:
        extra["subject"] = answer.subject
    if operation.store is not None:
        extra["store"] = operation.store
    if operation.channel is not None:
        extra["channel"] = operation.channel
    if operation.staff is not None:
        extra["staff"] = operation.staff
    if operation.reference is not None:
        extra["reference"] = operation.reference
    if operation.owner is not None:
        extra["owner"] = operation.owner
    if operation.metadata is not None:
        extra["metadata"] = dict(operation.metadata)
    if record.slides_until is not None:
        extra["slides_until"] = record.slides_until
    return extra or None


# PostgreSQL's binary COPY: a signature, then for each row the number of its columns and each column's length and bytes; length -1 is null.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_BIGINT = Struct(">iq").pack
_INTEGER = Struct(">ii").pack
_SMALLINT = Struct(">ih").pack
_LENGTH = Struct(">i").pack
_FRONT = Struct(">hiiihihii").pack
_WHOLE = Struct(">iqiqiqiiiqiqihihih").pack
_NULLS = [_NULL] * len(EXTRA_COLUMNS)
_NO_EXTRA = _NULL * len(EXTRA_COLUMNS)
_POSITIONS = {name: position for position, name in enumerate(EXTRA_COLUMNS)}
_COUNT = len(COLUMNS)


def copy_of(book_id: int, rows: Iterable[Row], recorded_at: datetime) -> bytes:
    """Rows as the data of a binary COPY into `COLUMNS`."""
    recorded = (recorded_at - EPOCH) // MICROSECOND
    days: dict[date | None, bytes] = {None: _NULL}
    instants: dict[datetime | None, bytes] = {None: _NULL}
    data = [_SIGNATURE]
    for row in rows:
        lane, part, seq, account_id, amount, balance, previous, fingerprint = row[:8]
        kind, source, target, expires_on, key, occurred_at, extra = row[8:]
        day = days.get(expires_on)
        if day is None:
            day = days[expires_on] = _INTEGER(4, expires_on.toordinal() - EPOCH_DAY)
        instant = instants.get(occurred_at)
        if instant is None:
            instant = instants[occurred_at] = _BIGINT(8, (occurred_at - EPOCH) // MICROSECOND)
        text = b"" if key is None else key.encode()
        front = _FRONT(_COUNT, 4, book_id, 2, lane, 2, part, 4, seq)
        if balance is None or previous is None or fingerprint is None:
            front += _NULL if account_id is None else _BIGINT(8, account_id)
            front += _BIGINT(8, amount)
            front += _NULL if balance is None else _BIGINT(8, balance)
            front += _NULL if previous is None else _INTEGER(4, previous)
            front += _NULL if fingerprint is None else _BIGINT(8, fingerprint)
            front += _BIGINT(8, recorded) + _SMALLINT(2, kind)
            front += _NULL + _NULL if target is None else _SMALLINT(2, source) + _SMALLINT(2, target)
        else:
            # What nearly every row is, by one call: the same bytes.
            front += _WHOLE(
                *(8, account_id, 8, amount, 8, balance, 4, previous, 8, fingerprint, 8, recorded),
                *(2, kind, 2, source, 2, target),
            )
        length = _NULL if key is None else _LENGTH(len(text))
        data += (front, day, length, text, instant, _NO_EXTRA if extra is None else _binary_extra(extra))
    data.append(_END)
    return b"".join(data)


def _binary_extra(extra: dict[str, Any]) -> bytes:
    data = _NULLS.copy()
    for name, value in extra.items():
        kind = EXTRA_COLUMNS[name]
        if value is None:
            continue
        if kind == "bigint":
            data[_POSITIONS[name]] = _BIGINT(8, value)
        elif kind == "date":
            data[_POSITIONS[name]] = _INTEGER(4, value.toordinal() - EPOCH_DAY)
        else:
            text = value.encode() if kind == "text" else orjson.dumps(value)
            data[_POSITIONS[name]] = _LENGTH(len(text)) + text
    return b"".join(data)


# The same rows for one statement: an array parameter for each field of a row, the last of them JSON.
_PARAMETERS = (
    *("smallint[]", "smallint[]", "integer[]", "bigint[]", "bigint[]", "bigint[]", "integer[]", "bigint[]"),
    *("smallint[]", "smallint[]", "smallint[]", "date[]", None, "timestamptz[]", None),
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
            kind, from_kind, to_kind, expires_on, key, occurred_at, {", ".join(extra)}
        FROM unnest({", ".join(arrays)}) AS new({", ".join(FIELDS)})
    """


KEY, OCCURRED_AT, EXTRA = 12, 13, 14


def parameters_of(rows: Sequence[Row]) -> list[str | list[object]]:
    """Rows as the parameters of `INSERT` from $3 on."""
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(FIELDS)
    columns[OCCURRED_AT] = [instant_text(instant) for instant in columns[OCCURRED_AT]]
    columns[EXTRA] = [None if extra is None else orjson.dumps(extra).decode() for extra in columns[EXTRA]]
    return [list(column) if number in {KEY, EXTRA} else literal(column) for number, column in enumerate(columns)]


def instant_text(instant: datetime | None) -> str | None:
    """An instant as an element of an array literal."""
    return None if instant is None else f'"{instant.isoformat()}"'


def literal(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of values that need no quotes: numbers, dates, NULL.

    The driver's own encoding of an array of numbers costs ten times as much.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def texts(values: Sequence[str]) -> str:
    """An array literal of texts."""
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') > 2 * len(values) - 2:
        joined = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values])
    return f'{{"{joined}"}}' if values else "{}"


def numbers(values: list[int]) -> str:
    """An array literal of whole numbers."""
    return f"{{{str(values)[1:-1]}}}"
