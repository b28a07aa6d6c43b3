"""The clean pass: pairs that agree in everything, found by plain joins over all records.

They are more than 99 of 100 as a rule. What is left, the residue, is small enough for the rules of
`claims`, which order and count. Pure: the same files give the same tables, in any order of rows.

A pair is clean when it has the same name (our line, else the code, else the request number, else
the reference), amount, offer and currency, lies at most a day apart, and when neither of the two
records could be paired so with another. Whoever has equal amounts thereby comes first.

Tables that this leaves in DuckDB:

    ours    every line of the scope that no other run has claimed
    theirs  a view of the partner's rows
    pair    what is paired: ours, theirs, rule
    mine    our lines of the residue, and those that share a name with a row of it (`taken`)
    yours   the partner's rows of the residue
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

MEMORY_LIMIT = "900MB"
_THREADS = 2
DAYS_TOLERATED = 1
"""Clocks of tills differ, and so do the ends of their days."""

OURS_COLUMNS = {
    "position": "BIGINT",
    "book_id": "INTEGER",
    "use_id": "VARCHAR",
    "is_reversal": "BOOLEAN",
    "home": "INTEGER",
    "month": "VARCHAR",
    "code": "UUID",
    "reference": "VARCHAR",
    "request_number": "VARCHAR",
    "offer": "VARCHAR",
    "store": "VARCHAR",
    "used_on": "DATE",
    "amount": "BIGINT",
    "net": "BIGINT",
    "gross": "BIGINT",
    "currency": "VARCHAR",
}
"""A line of ours in the order of the COPY. `code` is the first half of the code's digest."""
ELSEWHERE_COLUMNS = {**OURS_COLUMNS, "is_foreign": "BOOLEAN", "claimed_by": "BIGINT"}
"""A line outside of the scope: another month's, another supplier's, or claimed by another run."""
CLAIM_COLUMNS = {
    "book_id": "INTEGER",
    "use_id": "VARCHAR",
    "is_reversal": "BOOLEAN",
    "run": "BIGINT",
    "is_cut_off": "BOOLEAN",
}

_READ = """
    CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = false, auto_detect = false,
        parallel = false, new_line = '\\n', delim = ',', quote = '"', escape = '"', nullstr = '',
        columns = {columns})
"""

# Full-width characters are written for plain ones, and one letter can be written in several ways.
_PLAIN = """
    CREATE MACRO plain(x) AS CASE
        WHEN x IS NULL OR x = '' THEN NULL
        WHEN strlen(x) = length(x) THEN lower(trim(x))
        ELSE nfc_normalize(lower(trim(translate(x, '{wide}', '{narrow}'))))
    END
"""
_WIDE = "\u3000" + "".join(chr(0xFEE0 + code) for code in range(0x21, 0x7F))
_NARROW = " " + "".join(chr(code) for code in range(0x21, 0x7F))

_THEIRS = """
    CREATE VIEW theirs AS
    SELECT row, nullif(trim(line_key), '') AS line_key,
        CAST(hex(code_sha256)[1:32] AS UUID) AS code,
        plain(reference) AS reference, plain(request_number) AS request_number,
        nullif(trim(offer), '') AS offer, nullif(trim(store), '') AS store,
        used_on, amount_minor AS amount, amount_minor < 0 AS is_reversal,
        nullif(upper(trim(currency)), '') AS currency
    FROM read_parquet('{path}')
"""

# What another run has claimed is no part of this run's scope, but a row that names it is known.
_CLAIMED = """
    CREATE TABLE claimed AS SELECT ours.*, claim.run AS claimed_by
    FROM ours JOIN claim USING (book_id, use_id, is_reversal) WHERE NOT claim.is_cut_off
"""
_UNCLAIM = """
    DELETE FROM ours WHERE position IN (SELECT position FROM claimed)
"""

# Both its charge and its reversal are in the scope, so the use comes to nothing.
_NETTED = """
    CREATE TABLE netted AS SELECT charge.position AS charge, reversal.position AS reversal
    FROM ours AS charge JOIN ours AS reversal USING (book_id, use_id)
    WHERE NOT charge.is_reversal AND reversal.is_reversal
"""

_PAIR = """
    CREATE TABLE pair (ours BIGINT, theirs BIGINT, rule VARCHAR)
"""

NAMES = (
    ("line", "line_key", "book_id || ':' || use_id"),
    ("code", "code", "code"),
    ("request", "request_number", "plain(request_number)"),
    ("reference", "reference", "plain(reference)"),
)
"""What names a use, the surest first: the rule, the partner's column, and ours."""

# A row is tried by its surest name alone. The others are tried in the residue.
_HIT = """
    CREATE OR REPLACE TEMP TABLE hit AS
    SELECT mine.position AS ours, yours.row AS theirs
    FROM (SELECT position, {ours_name} AS name, amount, is_reversal, used_on, offer, currency
        FROM ours WHERE position NOT IN (SELECT charge FROM netted)
          AND position NOT IN (SELECT reversal FROM netted)) AS mine
    JOIN (SELECT row, {name} AS name, amount, is_reversal, used_on, offer, currency
        FROM theirs WHERE {name} IS NOT NULL {unless}) AS yours
      ON mine.name = yours.name AND mine.amount = yours.amount
        AND mine.is_reversal = yours.is_reversal
    WHERE abs(mine.used_on - yours.used_on) <= {days}
      AND (yours.offer IS NULL OR yours.offer = mine.offer)
      AND (yours.currency IS NULL OR yours.currency = mine.currency)
"""
_TAKE = """
    INSERT INTO pair SELECT ours, theirs, '{rule}' FROM hit
    ANTI JOIN pair ON pair.ours = hit.ours
    WHERE hit.ours NOT IN (SELECT ours FROM hit GROUP BY ours HAVING count(*) > 1)
      AND hit.theirs NOT IN (SELECT theirs FROM hit GROUP BY theirs HAVING count(*) > 1)
"""

_YOURS = """
    CREATE TABLE yours AS SELECT theirs.* FROM theirs
    ANTI JOIN pair ON pair.theirs = theirs.row
"""
_MINE = """
    CREATE TABLE mine AS
    SELECT ours.* REPLACE (plain(reference) AS reference,
            plain(request_number) AS request_number),
        ours.reference AS written, book_id || ':' || use_id AS line_key,
        pair.theirs AS taken, FALSE AS is_netted, FALSE AS is_foreign,
        CAST(NULL AS BIGINT) AS claimed_by, FALSE AS is_elsewhere
    FROM ours LEFT JOIN pair ON pair.ours = ours.position
    WHERE pair.ours IS NULL OR {shares}
"""
_NET = """
    UPDATE mine SET is_netted = TRUE WHERE position IN (
        SELECT charge FROM netted UNION ALL SELECT reversal FROM netted)
"""
# A row of the partner that was paired by a surer name may have had this reference, too.
_KIN = """
    CREATE TABLE kin AS SELECT DISTINCT theirs.reference, theirs.is_reversal, pair.ours
    FROM theirs JOIN pair ON pair.theirs = theirs.row
    WHERE pair.rule <> 'reference'
      AND theirs.reference IN (SELECT reference FROM yours WHERE code IS NULL)
"""

# Rows that no line of the scope has a sure name of. Other months or suppliers may know them. A
# reference alone is no sure name: it is asked for where there is no other.
_WANTED = """
    SELECT row, CAST(line_key AS VARCHAR), code, request_number, reference, used_on FROM yours
    WHERE {unknown}
"""
_UNKNOWN = """
    ({name} IS NULL OR ({name}, is_reversal) NOT IN (
        SELECT ({name}, is_reversal) FROM mine WHERE {name} IS NOT NULL))
"""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a run. Those of ours are CSV, as `lines` copies them."""

    ours: Path
    theirs: Path
    claims: Path | None = None
    elsewhere: Path | None = None
    offers: tuple[str, ...] = ()
    """The supplier's offers, by code. A code that is none of them is not mapped."""
    rates: tuple[tuple[int | None, int], ...] = ()
    """What a use costs a home party by any version of its terms, or all of them (None)."""
    rejected: tuple[tuple[int, str], ...] = ()
    """Rows that could not be read: their numbers and why."""
    today: date = date.min
    """The day on which breaks are opened."""


def open_duckdb(work: Path) -> duckdb.DuckDBPyConnection:
    """Open a database in memory. What does not fit goes to `work`."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"SET threads = {_THREADS}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = '" + _quoted(work) + "'")
    connection.execute(_PLAIN.format(wide=_WIDE, narrow=_NARROW.replace("'", "''")))
    return connection


def read_csv(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, columns: dict[str, str]
) -> None:
    """Read a CSV file that PostgreSQL wrote into a new table."""
    connection.execute(_READ.format(table=table, columns=columns), [str(path)])


def take_clean(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Read both sides, pair what agrees in everything, and leave the residue in tables."""
    read_csv(connection, "ours", inputs.ours, OURS_COLUMNS)
    connection.execute(_THEIRS.format(path=_quoted(inputs.theirs)))
    if inputs.claims is None:
        columns = ", ".join(f"{name} {kind}" for name, kind in CLAIM_COLUMNS.items())
        connection.execute(f"CREATE TABLE claim ({columns})")
    else:
        read_csv(connection, "claim", inputs.claims, CLAIM_COLUMNS)
    connection.execute(_CLAIMED)
    connection.execute(_UNCLAIM)
    connection.execute(_NETTED)
    connection.execute(_PAIR)
    surer: list[str] = []
    for rule, name, ours_name in NAMES:
        unless = "".join(f" AND {each} IS NULL" for each in surer)
        surer.append(name)
        if _has_any(connection, "theirs", name, unless):
            connection.execute(
                _HIT.format(name=name, ours_name=ours_name, unless=unless, days=DAYS_TOLERATED)
            )
            connection.execute(_TAKE.format(rule=rule))
    connection.execute("DROP TABLE IF EXISTS hit")
    connection.execute(_YOURS)
    shares = " OR ".join(
        f"{ours_name} IN (SELECT {name} FROM yours WHERE {name} IS NOT NULL)"
        for _, name, ours_name in NAMES
        if _has_any(connection, "yours", name)
    )
    connection.execute(_MINE.format(shares=shares or "FALSE"))
    connection.execute(_NET)
    connection.execute(_KIN)


def wanted(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """The rows that no line of the scope is known for: their names, and their days."""
    *sure, weak = (_UNKNOWN.format(name=name) for _, name, _ in NAMES)
    has_sure = "coalesce(line_key, CAST(code AS VARCHAR), request_number) IS NOT NULL"
    unknown = " AND ".join([*sure, f"({has_sure} OR {weak})"])
    return connection.execute(_WANTED.format(unknown=unknown)).fetchall()


def _has_any(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, unless: str = ""
) -> bool:
    found = connection.execute(f"SELECT 1 FROM {table} WHERE {name} IS NOT NULL {unless} LIMIT 1")
    return found.fetchone() is not None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
