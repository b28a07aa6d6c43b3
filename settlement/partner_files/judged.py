"""The rows of a file as values, in DuckDB: those that can be used, and those that cannot.

Nothing of a file's rows passes through Python but the few that cannot be used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from settlement.money import DECIMALS, currency_decimals
from settlement.partner_files.headings import Plan
from settlement.partner_files.mapping import KEYS, FileMapping
from settlement.partner_files.normal import SPACES, dressed
from settlement.partner_files.refusals import PartnerFileTooLarge, refuse_whole
from settlement.partner_files.rows import UNUSED, Rows
from settlement.partner_files.words import TOTAL

ROWS_MAX = 5_000_000
FIELD_LENGTH_MAX = 200
SUSPECTS_MAX = 100_000
"""So many rows that cannot be used are looked at. There are far fewer, or the file is refused."""

_TEXTS = ("line_key", "request_number", "reference", "offer", "store", "member")
_REFUND = "退|撤|冲|红字|红单|红票|refund|revers|cancel|void|chargeback"
_DIGEST = "[0-9a-fA-F]{64}"
_CURRENCY = """CASE WHEN regexp_full_match(currency, '[A-Z]{3}') AND currency <> 'RMB' THEN currency
    WHEN regexp_full_match(upper(half_width(currency)), '人民币|RMB|元|¥|￥') THEN 'CNY'
    ELSE upper(half_width(currency)) END"""

_FILE = """
    read_csv({path}, header = false, auto_detect = false, strict_mode = false, delim = {unused},
        quote = '', escape = '', nullstr = {never}, max_line_size = 4000000,
        columns = {{'line': 'VARCHAR'}})
"""

# The lines of a table stay in their order, and its own row numbers allow to go on in parallel.
_LINES = """
    CREATE TEMP TABLE line AS SELECT line FROM {file}
"""

_READ = """
    SELECT rowid + 1 AS row, string_split(line, {separator}) AS cells,
        regexp_matches(line, {dressed}) AS is_dressed
    FROM line
"""

_NUMBERED = """
    SELECT CAST(split_part(line, {separator}, 1) AS BIGINT) AS row,
        string_split(line, {separator}) AS cells,
        regexp_matches(line, {dressed}) AS is_dressed
    FROM {file}
"""

_BARE = """
    SELECT row, {bare}, {is_ragged} AS is_ragged
    FROM ({rows}) WHERE row > {heading}
"""

_READABLE = """
    SELECT *, code_of(code) AS code_text, amount_text(amount) AS amount_written,
        amount_text(refund) AS refund_written, day_of(day_text(used_on)) AS day,
        {currency} AS currency_text
    FROM ({bare})
"""

_VALUED = """
    SELECT *,
        minor_of(
            amount_of(amount_written) - CASE
                WHEN refund IS NULL THEN 0 ELSE amount_of(refund_written) END,
            {times}
        ) AS found_minor
    FROM ({readable})
"""

_JUDGED = """
    SELECT row,
        CASE WHEN regexp_full_match(line_key, '[0-9]{{1,10}}:.+') THEN line_key END AS line_key,
        CASE WHEN code_text IS NOT NULL THEN unhex(sha256(code_text))
            WHEN regexp_full_match(digest, '{digest}') THEN unhex(digest) END AS code_sha256,
        request_number, reference, offer, store, member, day AS used_on,
        {sign} * CASE WHEN regexp_matches(kind, '{refund}', 'i') THEN -abs(found_minor)
            ELSE found_minor END AS amount_minor,
        currency_text AS currency,
        CASE {problems} END AS problem
    FROM ({valued})
"""

_WRITE = """
    COPY ({judged}) TO {target} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 30720)
"""

_COUNT = """
    SELECT count(*) FROM read_parquet({path})
"""

_SUSPECTS = """
    SELECT row, problem, amount_minor, used_on FROM read_parquet({path})
    WHERE problem IS NOT NULL ORDER BY row LIMIT {most}
"""

_CELLS = """
    SELECT row, list_transform({cells}, lambda cell: coalesce(bare(cell), ''))
    FROM ({rows}) SEMI JOIN suspect USING (row) ORDER BY row
"""

_FIRST_CELLS = """
    SELECT row, list_transform({cells}, lambda cell: coalesce(bare(cell), ''))
    FROM ({rows})
    WHERE row IN (SELECT row FROM read_parquet({path}) ORDER BY row LIMIT {most}) ORDER BY row
"""

_KEEP = """
    COPY (
        SELECT * EXCLUDE (problem) FROM read_parquet({judged}) WHERE problem IS NULL
    ) TO {target} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 30720)
"""

_SUMS = """
    SELECT count(*), coalesce(sum(amount_minor), 0), count(*) FILTER (amount_minor >= 0),
        coalesce(sum(amount_minor) FILTER (amount_minor >= 0), 0), max(row),
        count(*) FILTER (regexp_full_match(reference, '[0-9](\\.[0-9]+)?[eE]\\+?[0-9]+'))
    FROM read_parquet({path})
"""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that cannot be used, or that may be a total. `problem` is `kind:column`."""

    row: int
    problem: str
    amount_minor: int | None
    has_day: bool
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows that can be used come to. `lossy`: references that lost digits."""

    rows: int
    total_minor: int
    charges: int
    charges_minor: int
    last_row: int
    lossy: int

    @property
    def refunds(self) -> int:
        """How many rows take money back."""
        return self.rows - self.charges

    @property
    def refunds_minor(self) -> int:
        """What they take back: never negative."""
        return self.charges_minor - self.total_minor


class Judge:
    """Reads the rows of one file. `work` is a folder for what lies between."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, rows: Rows, mapping: FileMapping, work: Path
    ) -> None:
        self._connection = connection
        self._rows = rows
        self._mapping = mapping
        self._judged = work / "judged.parquet"
        self._shift = 1 if rows.is_numbered else 0
        shape = _NUMBERED if rows.is_numbered else _READ
        self._file = _FILE.format(
            path=quoted(rows.path), unused=quoted(UNUSED[0]), never=quoted(UNUSED[1])
        )
        self._read = shape.format(
            separator=quoted(rows.separator),
            dressed=quoted(dressed(rows.separator)),
            file=self._file,
        )

    def judge(self) -> list[Suspect]:
        """Judge every row. Returns the first of those that cannot simply be used.

        Raises:
            PartnerFileTooLarge: there are more than ROWS_MAX.
            PartnerFileInvalid: a line cannot be read as text.
        """
        target = quoted(self._judged)
        try:
            if not self._rows.is_numbered:
                self._connection.execute(_LINES.format(file=self._file))
            self._connection.execute(_WRITE.format(judged=self._statement(), target=target))
        except duckdb.InvalidInputException as error:
            said = str(error)[:FIELD_LENGTH_MAX]
            raise refuse_whole(f"the lines cannot be read: {said}") from None
        path = quoted(self._judged)
        ((count,),) = self._connection.execute(_COUNT.format(path=path)).fetchall()
        if count > ROWS_MAX:
            raise PartnerFileTooLarge(
                f"the file has more than {ROWS_MAX} rows", limit_rows=ROWS_MAX
            )
        return self._suspects(path)

    def keep(self, target: Path) -> Sums:
        """Write the rows that can be used."""
        self._connection.execute(_KEEP.format(judged=quoted(self._judged), target=quoted(target)))
        sums = self._connection.execute(_SUMS.format(path=quoted(target))).fetchall()
        rows, total, charges, charged, last, lossy = sums[0]
        return Sums(rows, int(total), charges, int(charged), last or 0, lossy)

    def first_cells(self, target: Path, count: int) -> dict[int, list[str]]:
        """How the first rows that can be used are written, by their numbers."""
        statement = _FIRST_CELLS.format(
            cells=self._cells(), rows=self._read, path=quoted(target), most=count
        )
        return dict(self._connection.execute(statement).fetchall())

    def read_amount(self, cell: str) -> int | None:
        """An amount as this file writes it, in minor units. None if it is none."""
        statement = f"SELECT minor_of(amount_of(amount_text(?)), {_unit_minor(self._rows.plan)})"
        found = self._connection.execute(statement, [cell]).fetchall()
        minor: int | None = found[0][0]
        return minor

    def _suspects(self, path: str) -> list[Suspect]:
        statement = _SUSPECTS.format(path=path, most=SUSPECTS_MAX)
        self._connection.execute(f"CREATE TEMP TABLE suspect AS {statement}")
        found = self._connection.execute("SELECT * FROM suspect ORDER BY row").fetchall()
        if not found:
            return []
        statement = _CELLS.format(cells=self._cells(), rows=self._read)
        by_row = dict(self._connection.execute(statement).fetchall())
        return [
            Suspect(row, problem, amount_minor, day is not None, by_row[row])
            for row, problem, amount_minor, day in found
        ]

    def _cells(self) -> str:
        """The cells of a row, without its number."""
        return "cells[2:]" if self._rows.is_numbered else "cells"

    def _statement(self) -> str:
        plan, mapping = self._rows.plan, self._mapping
        bare = _BARE.format(
            bare=", ".join(self._columns(plan)),
            is_ragged=self._is_ragged(plan),
            rows=self._read,
            heading=self._rows.heading,
        )
        readable = _READABLE.format(bare=bare, currency=_CURRENCY)
        valued = _VALUED.format(readable=readable, times=_times(plan))
        return _JUDGED.format(
            valued=valued,
            sign=-1 if mapping.sign == "negated" else 1,
            refund=_REFUND,
            digest=_DIGEST,
            problems=_problems(plan),
        )

    def _columns(self, plan: Plan) -> list[str]:
        """Each column of ours as the text of its cell."""
        names = {
            "line_key": "line_key",
            "code": "code",
            "code_sha256": "digest",
            **{name: name for name in ("request_number", "reference", "offer", "store", "member")},
            **{name: name for name in ("used_on", "amount", "refund", "kind", "currency")},
        }
        columns = []
        for column, name in names.items():
            place = plan.places.get(column)
            constant = self._mapping.constants.get(column)
            if place is not None:
                cell = f"cells[{place + 1 + self._shift}]"
                cell = f"nullif(CASE WHEN is_dressed THEN bare({cell}) ELSE {cell} END, '')"
            elif constant is not None:
                cell = quoted(constant.strip())
            else:
                cell = "CAST(NULL AS VARCHAR)"
            columns.append(f"{cell} AS {name}")
        return columns

    def _is_ragged(self, plan: Plan) -> str:
        """Whether a row has something beyond the heading's last cell."""
        width = plan.width + self._shift
        rest = f"trim(array_to_string(cells[{width + 1}:], ''), {quoted(SPACES)})"
        return f"CASE WHEN len(cells) > {width} THEN {rest} <> '' ELSE false END"


def quoted(value: str | Path) -> str:
    """A text or a path as SQL has it."""
    return "'" + str(value).replace("'", "''") + "'"


def _times(plan: Plan) -> str:
    """How many minor units the unit of the amounts has."""
    if plan.unit == "fen":
        return "1"
    others = " ".join(
        f"WHEN {quoted(currency)} THEN {10 ** currency_decimals(currency)}" for currency in DECIMALS
    )
    return f"CASE currency_text {others} ELSE 100 END"


def _unit_minor(plan: Plan) -> int:
    """Totals have no currency: those of a file are of the one with which it is known best."""
    return 1 if plan.unit == "fen" else 100


def _problems(plan: Plan) -> str:
    """The first thing that is wrong with a row."""
    keys = ", ".join("digest" if key == "code_sha256" else key for key in KEYS)
    texts = [name for name in _TEXTS if name in plan.places]
    long = [f"WHEN length({name}) > {FIELD_LENGTH_MAX} THEN 'long:{name}'" for name in texts]
    control = [
        f"WHEN regexp_matches({name}, '[\\x00-\\x1f\\x7f-\\x9f]') THEN 'control:{name}'"
        for name in texts
    ]
    written_out = (
        ["WHEN contains(amount_written, '.') THEN 'decimals:amount'"]
        if plan.unit == "fen" and not plan.is_unit_stated
        else []
    )
    has_other_key = "coalesce(line_key, code, digest, request_number) IS NOT NULL"
    is_total = f"NOT {has_other_key} AND regexp_full_match(reference, {quoted(TOTAL)}, 'i')"
    return " ".join(
        (
            "WHEN is_ragged THEN 'ragged:'",
            f"WHEN coalesce({keys}) IS NULL THEN 'no-key:reference'",
            "WHEN used_on IS NULL THEN 'empty:used_on'",
            "WHEN day IS NULL THEN 'day:used_on'",
            "WHEN amount IS NULL THEN 'empty:amount'",
            *written_out,
            "WHEN amount_of(amount_written) IS NULL THEN 'amount:amount'",
            "WHEN refund IS NOT NULL AND amount_of(refund_written) IS NULL THEN 'amount:refund'",
            "WHEN found_minor IS NULL THEN 'part:amount'",
            "WHEN NOT regexp_full_match(currency_text, '[A-Z]{3}') THEN 'currency:currency'",
            "WHEN NOT is_code(code_text) THEN 'code:code'",
            f"WHEN NOT regexp_full_match(digest, '{_DIGEST}') THEN 'digest:code_sha256'",
            *long,
            *control,
            f"WHEN {is_total} THEN 'total:reference'",
        )
    )
