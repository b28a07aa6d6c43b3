"""Records as rows of `ledger.journal`, and the two ways they travel.

They go as a binary COPY, or as array parameters of one statement.

What a row would say twice is left out of it. `points`, `spendable`, `occurred_at` and `last_day`
are stored only where they differ from `amount`, `balance`, `recorded_at` and `expires_on` of the
same row. The view `ledger.operation` puts them back.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any

import orjson
from librt.strings import BytesWriter, write_i16_be, write_i32_be, write_i64_be

from ledger.asks.answer import Answer
from ledger.asks.operation import NOTES, Operation, OperationKind
from ledger.decide.sheet import Record
from ledger.decide.wallet import WALLET

ROW_COLUMNS = (
    "book_id",
    "recorded_at",
    "lane",
    "part",
    "kind",
    "from_kind",
    "to_kind",
    "expires_on",
    "seq",
    "account_id",
    "amount",
    "balance",
    "previous",
    "fingerprint",
    "recorded_by",
    "key",
    "occurred_at",
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
"""Kinds whose answer has the last day of the lot they give, as in the view `ledger.operation`."""

# What an answer calls balance and expires_on is spendable and last_day in the journal.
ANSWER_COLUMNS = ("points", "spendable", "last_day", "refusal", "detail", "subject")
_ANSWERED = attrgetter("points", "balance", "expires_on", "refusal", "detail", "subject")
NOTE_COLUMNS = (*NOTES, "metadata")
_NOTED = attrgetter(*NOTE_COLUMNS)

EPOCH_DAY = date(2000, 1, 1).toordinal()
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


Row = tuple[
    int, int, int, int | None, int | None, date | None, int, int | None, int, int | None,
    int | None, int | None, int | None, str | None, datetime | None, dict[str, Any] | None,
]  # fmt: skip
"""`ROW_COLUMNS` without those that all rows share, then a mapping or None.

The mapping has those of `EXTRA_COLUMNS` that are not null.
"""


def rows_of(records: Iterable[Record], recorded_at: datetime) -> Iterator[Row]:
    """The rows of records, in their order.

    One row is there at a time: a list of all rows costs more than making them. Only the first row
    of an operation has its fingerprint, its key, its time and who asked for it.
    """
    for operation, answer, fingerprint, entries, account_id, previous, slides_until in records:
        key = answer.key if fingerprint is not None else None
        occurred_at: datetime | None = answer.occurred_at
        if occurred_at is recorded_at or occurred_at == recorded_at:
            occurred_at = None
        recorded_by: int | None = operation.recorded_by
        kind, lane, seq = answer.kind, answer.lane, answer.seq
        moved, left, lot_day = 0, None, None
        if entries:
            _, target, moved, left, _, _, _, lot_day, _ = entries[0]
            if target != WALLET or kind not in DATED:
                lot_day = None
        extra = None
        if (
            answer.points != moved
            or answer.balance != left
            or answer.expires_on != lot_day
            or answer.refusal is not None
            or answer.detail is not None
            or answer.subject is not None
            or operation.has_notes
            or slides_until is not None
        ):
            extra = _extra(
                operation, answer, slides_until, (moved, left, lot_day, None, None, None)
            )
        if not entries:
            # fmt: off
            yield (lane, 0, kind, None, None, None, seq, account_id, 0, None, previous, fingerprint,
                   recorded_by, key, occurred_at, extra)
            # fmt: on
        for part, (
            source,
            target,
            amount,
            balance,
            held,
            debt,
            available_on,
            expires_on,
            funder,
        ) in enumerate(entries):
            if held or debt or available_on is not None or funder is not None:
                extra = {**(extra or {}), **_extra_of_entry(held, debt, available_on, funder)}
            # fmt: off
            yield (lane, part, kind, source, target, expires_on, seq, account_id, amount, balance,
                   previous, fingerprint, recorded_by, key, occurred_at, extra)
            # fmt: on
            fingerprint = key = occurred_at = extra = None  # noqa: PLW2901 - of the first row alone
            recorded_by = None


def _extra_of_entry(
    held: int, debt: int, available_on: date | None, funder: str | None
) -> dict[str, Any]:
    return _not_null(
        {"held": held or None, "debt": debt or None, "available_on": available_on, "funder": funder}
    )


def _extra(
    operation: Operation, answer: Answer, slides_until: date | None, usual: tuple[Any, ...]
) -> dict[str, Any]:
    """The rarer columns of an operation's first row.

    They are what its answer has beside the `usual`, and what the operation notes.
    """
    extra = {
        name: value
        for name, value, expected in zip(ANSWER_COLUMNS, _ANSWERED(answer), usual, strict=True)
        if value != expected
    }
    extra.update(zip(NOTE_COLUMNS, _NOTED(operation), strict=True))
    if operation.metadata is not None:
        extra["metadata"] = dict(operation.metadata)
    extra["slides_until"] = slides_until
    return _not_null(extra)


def _not_null(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value is not None}


# PostgreSQL's binary COPY: a signature, then for each row the number of its columns and each
# column's length and bytes; length -1 is null.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = -1
_NO_EXTRA = b"\xff\xff\xff\xff" * len(EXTRA_COLUMNS)


class Copy:
    """The data of a binary COPY into `COLUMNS`."""

    def __init__(self, book_id: int, recorded_at: datetime) -> None:
        start = BytesWriter()
        write_i16_be(start, len(COLUMNS))
        _write_integer(start, book_id)
        _write_instant(start, recorded_at)
        self._start = start.getvalue()
        """What every row starts with."""
        self._data = BytesWriter()
        self._data.write(_SIGNATURE)

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows."""
        return len(self._data) == len(_SIGNATURE)

    def data(self) -> bytes:
        """All of it, ready to be sent. Nothing can be added after that."""
        self._data.write(_END)
        return self._data.getvalue()

    def add(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        data, start = self._data, self._start
        # fmt: off
        for (lane, part, kind, from_kind, to_kind, expires_on, seq, account_id, amount, balance,
             previous, fingerprint, recorded_by, key, occurred_at, extra) in rows:
            # fmt: on
            data.write(start)
            _write_smallint(data, lane)
            _write_smallint(data, part)
            _write_smallint(data, kind)
            _write_smallint(data, from_kind)
            _write_smallint(data, to_kind)
            _write_day(data, expires_on)
            _write_integer(data, seq)
            _write_bigint(data, account_id)
            _write_bigint(data, amount)
            _write_bigint(data, balance)
            _write_integer(data, previous)
            _write_bigint(data, fingerprint)
            _write_integer(data, recorded_by)
            _write_bytes(data, None if key is None else key.encode())
            _write_instant(data, occurred_at)
            if extra is None:
                data.write(_NO_EXTRA)
            else:
                _write_extra(data, extra)


def _write_smallint(data: BytesWriter, number: int | None) -> None:
    if number is None:
        write_i32_be(data, _NULL)
    else:
        write_i32_be(data, 2)
        write_i16_be(data, number)


def _write_integer(data: BytesWriter, number: int | None) -> None:
    if number is None:
        write_i32_be(data, _NULL)
    else:
        write_i32_be(data, 4)
        write_i32_be(data, number)


def _write_bigint(data: BytesWriter, number: int | None) -> None:
    if number is None:
        write_i32_be(data, _NULL)
    else:
        write_i32_be(data, 8)
        write_i64_be(data, number)


def _write_bytes(data: BytesWriter, value: bytes | None) -> None:
    if value is None:
        write_i32_be(data, _NULL)
    else:
        write_i32_be(data, len(value))
        data.write(value)


def _write_day(data: BytesWriter, day: date | None) -> None:
    _write_integer(data, None if day is None else day.toordinal() - EPOCH_DAY)


def _write_instant(data: BytesWriter, instant: datetime | None) -> None:
    _write_bigint(data, None if instant is None else (instant - EPOCH) // MICROSECOND)


def _write_extra(data: BytesWriter, extra: dict[str, Any]) -> None:
    for name, kind in EXTRA_COLUMNS.items():
        value = extra.get(name)
        if value is None:
            write_i32_be(data, _NULL)
        elif kind == "bigint":
            _write_bigint(data, value)
        elif kind == "date":
            _write_day(data, value)
        else:
            _write_bytes(data, value.encode() if kind == "text" else orjson.dumps(value))


# The same rows for one statement: an array parameter for each column of `Row`. None: texts, which
# may need quotes and come as an array; the last of these is JSON.
_PARAMETERS = (
    *(
        "smallint[]",
        "smallint[]",
        "smallint[]",
        "smallint[]",
        "smallint[]",
        "date[]",
        "integer[]",
        "bigint[]",
    ),
    *("bigint[]", "bigint[]", "integer[]", "bigint[]", "integer[]", None, "timestamptz[]", None),
)


def insert_from(first: int) -> str:
    """An INSERT of rows: $1 is the book, ${first} the time, then come those of `parameters_of`."""
    arrays = [
        f"${number}::text[]" if kind is None else f"${number}::text::{kind}"
        for number, kind in enumerate(_PARAMETERS, first + 1)
    ]
    extra = [f"(extra::json ->> '{name}')::{kind}" for name, kind in EXTRA_COLUMNS.items()]
    own = ", ".join(ROW_COLUMNS[2:])
    return f"""
        INSERT INTO ledger.journal ({", ".join(COLUMNS)})
        SELECT $1, ${first}::timestamptz, {own}, {", ".join(extra)}
        FROM unnest({", ".join(arrays)}) AS new({own}, extra)
    """


def parameters_of(rows: Iterable[Row]) -> list[str | list[object]]:
    """Rows as the parameters of `insert_from` that come after its time."""
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(_PARAMETERS)
    *plain, keys, instants, extra = columns
    return [
        *map(literal, plain),
        list(keys),
        literal([instant_text(instant) for instant in instants]),
        [None if each is None else orjson.dumps(each).decode() for each in extra],
    ]


def instant_text(instant: datetime | None) -> str | None:
    """An instant as an element of an array literal."""
    return None if instant is None else f'"{instant.isoformat()}"'


def literal(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of values that need no quotes: numbers, dates, NULL.

    The driver's own encoding of an array of numbers takes ten times as long.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def texts(values: Sequence[str]) -> str:
    """An array literal of texts.

    They are escaped all at once, joined by a character that no text in PostgreSQL may have.
    """
    joined = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{joined}"}}' if values else "{}"


def numbers(values: Iterable[int]) -> str:
    """An array literal of whole numbers."""
    return f"{{{str([*values])[1:-1]}}}"
