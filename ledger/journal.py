"""Records as rows of `ledger.journal`, and the two ways they travel: as a binary COPY, or as array parameters of one statement.

What a row says twice is left out of it: `points`, `spendable`, `occurred_at` and `last_day` are stored where they differ from `amount`, `balance`,
`recorded_at` and `expires_on` of the same row; the view `ledger.operation` puts them back.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from struct import Struct
from typing import Any

import orjson

from ledger.operation import NOTES
from ledger.operations import Answer, Operation, OperationKind
from ledger.sheet import Record
from ledger.wallet import WALLET

SHARED_COLUMNS = ("book_id", "recorded_at", "lane", "part", "kind", "from_kind", "to_kind", "expires_on")
"""Columns in which many rows of a transaction are alike."""
ROW_COLUMNS = (
    *SHARED_COLUMNS,
    *("seq", "account_id", "amount", "balance", "previous", "fingerprint", "key", "occurred_at"),
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

# What an answer calls balance and expires_on is spendable and last_day in the journal.
ANSWER_COLUMNS = ("points", "spendable", "last_day", "refusal", "detail", "subject")
_ANSWERED = attrgetter("points", "balance", "expires_on", "refusal", "detail", "subject")
NOTE_COLUMNS = (*NOTES, "metadata")
_NOTED = attrgetter(*NOTE_COLUMNS)

EPOCH_DAY = date(2000, 1, 1).toordinal()
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


Row = tuple[Any, ...]
"""One row: what `FIELDS` names; `extra` has those columns of `EXTRA_COLUMNS` that are not null, or is None."""
FIELDS = (
    *("lane", "part", "seq", "account_id", "amount", "balance", "previous", "fingerprint"),
    *("kind", "from_kind", "to_kind", "expires_on", "key", "occurred_at", "extra"),
)


def rows_of(records: Iterable[Record], recorded_at: datetime) -> Iterator[Row]:
    """The rows of records, in their order. A generator, so that one row is there at a time: a list of them all costs more than making them.

    Only an operation's first row has its fingerprint, key and time.
    """
    for operation, answer, fingerprint, entries, account_id, previous, slides_until in records:
        key = answer.key if fingerprint is not None else None
        occurred_at = answer.occurred_at if answer.occurred_at != recorded_at else None
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
            extra = _extra(operation, answer, slides_until, (moved, left, lot_day, None, None, None))
        if not entries:
            front = (lane, 0, seq, account_id, 0, None, previous, fingerprint)
            yield (*front, kind, None, None, None, key, occurred_at, extra)
        for part, (source, target, amount, balance, held, debt, available_on, expires_on, funder) in enumerate(entries):
            if held or debt or available_on is not None or funder is not None:
                extra = {**(extra or {}), **_extra_of_entry(held, debt, available_on, funder)}
            # fmt: off
            yield (lane, part, seq, account_id, amount, balance, previous, fingerprint,
                   kind, source, target, expires_on, key, occurred_at, extra)
            # fmt: on
            fingerprint = key = occurred_at = extra = None  # noqa: PLW2901 - of the first row alone


def _extra_of_entry(held: int, debt: int, available_on: date | None, funder: str | None) -> dict[str, Any]:
    return _not_null({"held": held or None, "debt": debt or None, "available_on": available_on, "funder": funder})


def _extra(operation: Operation, answer: Answer, slides_until: date | None, usual: tuple[Any, ...]) -> dict[str, Any]:
    """The rarer columns of an operation's first row: what its answer has beside the `usual`, and what the operation notes."""
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


# PostgreSQL's binary COPY: a signature, then for each row the number of its columns and each column's length and bytes; length -1 is null.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_BIGINT = Struct(">iq").pack
_INTEGER = Struct(">ii").pack
_SMALLINT = Struct(">ih").pack
_LENGTH = Struct(">i").pack
_PLAIN = Struct(">iiiqiqiqiiiqi").pack
_NULLS = [_NULL] * len(EXTRA_COLUMNS)
_NO_EXTRA = _NULL * len(EXTRA_COLUMNS)
_NO_REST = _NULL + _NO_EXTRA
_POSITIONS = {name: position for position, name in enumerate(EXTRA_COLUMNS)}
_COUNT = len(COLUMNS)


class Copy:
    """The data of a binary COPY into `COLUMNS`, made some rows at a time."""

    def __init__(self, book_id: int, recorded_at: datetime) -> None:
        self._start = _LENGTH(_COUNT)[2:] + _INTEGER(4, book_id) + _instant(recorded_at)
        self._shared: dict[tuple[object, ...], bytes] = {}
        self._instants: dict[datetime, bytes] = {}
        self._parts: list[bytes] = []

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows."""
        return not self._parts

    def data(self) -> bytes:
        """All of it, to be sent."""
        return b"".join((_SIGNATURE, *self._parts, _END))

    def add(self, rows: Iterable[Row]) -> None:
        """Put rows after the ones before."""
        known, instants = self._shared, self._instants
        data: list[bytes] = []
        # fmt: off
        for (lane, part, seq, account_id, amount, balance, previous, fingerprint, kind, source, target, expires_on, key,
             occurred_at, extra) in rows:
            # fmt: on
            shared_values = (lane, part, kind, source, target, expires_on)
            shared = known.get(shared_values)
            if shared is None:
                shared = known[shared_values] = self._start + _shared(*shared_values)
            if balance is None or previous is None or fingerprint is None or key is None:
                text = b"" if key is None else key.encode()
                own = _own(seq, account_id, amount, balance, previous, fingerprint, None if key is None else len(text))
            else:
                # What nearly every row is, by one call: the same bytes.
                text = key.encode()
                # fmt: off
                own = _PLAIN(4, seq, 8, account_id, 8, amount, 8, balance, 4, previous, 8, fingerprint, len(text))
                # fmt: on
            if occurred_at is None and extra is None:
                data += (shared, own, text, _NO_REST)
                continue
            instant = _NULL if occurred_at is None else instants.get(occurred_at)
            if instant is None:
                instant = instants[occurred_at] = _instant(occurred_at)
            data += (shared, own, text, instant, _NO_EXTRA if extra is None else _binary_extra(extra))
        if data:
            self._parts.append(b"".join(data))


def _own(  # noqa: PLR0917 - the columns in their order
    seq: int,
    account_id: int | None,
    amount: int,
    balance: int | None,
    previous: int | None,
    fingerprint: int | None,
    key_length: int | None,
) -> bytes:
    """A row's columns from `seq` to its key's length."""
    return _INTEGER(4, seq) + b"".join(
        (
            _NULL if account_id is None else _BIGINT(8, account_id),
            _BIGINT(8, amount),
            _NULL if balance is None else _BIGINT(8, balance),
            _NULL if previous is None else _INTEGER(4, previous),
            _NULL if fingerprint is None else _BIGINT(8, fingerprint),
            _NULL if key_length is None else _LENGTH(key_length),
        )
    )


def _instant(instant: datetime) -> bytes:
    return _BIGINT(8, (instant - EPOCH) // MICROSECOND)


def _shared(  # noqa: PLR0917 - the columns in their order
    lane: int, part: int, kind: int, source: int | None, target: int | None, expires_on: date | None
) -> bytes:
    """A row's `SHARED_COLUMNS` from the lane on."""
    numbers = [_NULL if number is None else _SMALLINT(2, number) for number in (lane, part, kind, source, target)]
    day = _NULL if expires_on is None else _INTEGER(4, expires_on.toordinal() - EPOCH_DAY)
    return b"".join((*numbers, day))


def _binary_extra(extra: dict[str, Any]) -> bytes:
    data = _NULLS.copy()
    for name, value in extra.items():
        kind = EXTRA_COLUMNS[name]
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
        SELECT $1, ${first}::timestamptz, {", ".join((*ROW_COLUMNS[2:], *extra))}
        FROM unnest({", ".join(arrays)}) AS new({", ".join(FIELDS)})
    """


KEY, OCCURRED_AT, EXTRA = 12, 13, 14


def parameters_of(rows: Iterable[Row]) -> list[str | list[object]]:
    """Rows as the parameters of `insert_from` that come after its time."""
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
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
    """An array literal of texts. They are escaped all at once, held apart by a character that no text in PostgreSQL may have."""
    joined = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{joined}"}}' if values else "{}"


def numbers(values: Iterable[int]) -> str:
    """An array literal of whole numbers."""
    return f"{{{str([*values])[1:-1]}}}"
