"""The rules by which rows of the residue claim our lines, from the surest to the least sure. Pure.

What one rule claims is gone for the next, so each record is claimed once. Within a rule equal
amounts come first, then equal days, then the order of days and rows. Charges are claimed by rows of
0 or more, reversals by negative ones.

    line        our own name of the line, book:use
    code        the code of the coupon, as its digest
    request     the number of our request
    reference   the partner's reference
    group       one row is the exact sum of all our lines of its request number or reference
    terms       offer, store, amount and almost the day, where that is unique on both sides
    day         a row without any name is the exact sum of all our lines of an offer or a store
    other_code  the reference, though the codes differ: two codes are two coupons, so never a match

Each is tried against the lines that stand, then against those that come to nothing, then against
those elsewhere: of other months, or claimed by other runs. Those two are breaks.

A reference never claims a line whose code is another than the row's. `terms` claims nothing where
both sides have a name and the names differ: that would be a guess.
"""

from dataclasses import dataclass

import duckdb

from settlement.reconcile.clean import DAYS_TOLERATED, NAMES

GROUP_LINES_MAX = 1_000
"""The most lines that one row of a partner's file can stand for."""

# What else must be equal, step by step: the nearest pairs of a name are taken first.
_STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "line": (("amount", "used_on"), ("amount",), ()),
    "code": (("amount", "used_on"), ("amount",), ()),
    "request": (("amount", "used_on"), ("amount",), ()),
    "reference": (("offer", "amount", "used_on"), ("offer", "amount"), ("amount",), ("offer",)),
}
_FREE = frozenset({"request", "reference"})
"""The rules for which no code of the row may speak for another coupon."""
_STANDING = "NOT is_netted AND NOT is_elsewhere AND NOT is_foreign"
_NETTED = "is_netted"
_ELSEWHERE = "is_elsewhere AND NOT is_foreign"

_LINK = """
    CREATE TABLE link (ours BIGINT, theirs BIGINT, rule VARCHAR)
"""

_CODES = """
    SELECT count(code) > 0 FROM mine
"""

_CLAIM = """
    INSERT INTO link
    WITH free AS (
        SELECT position, {keys}, row_number()
            OVER (PARTITION BY {keys} ORDER BY used_on, amount, position) AS place
        FROM mine ANTI JOIN link ON link.ours = mine.position
        WHERE taken IS NULL AND {which} AND {name} IS NOT NULL
    ), asking AS (
        SELECT row, {keys}, row_number()
            OVER (PARTITION BY {keys} ORDER BY used_on, amount, row) AS place
        FROM yours ANTI JOIN link ON link.theirs = yours.row
        WHERE {name} IS NOT NULL AND {who}
    )
    SELECT free.position, asking.row, '{rule}' FROM free JOIN asking USING ({keys}, place)
"""

_GROUP = """
    INSERT INTO link
    WITH free AS (
        SELECT position, {keys}, amount FROM mine ANTI JOIN link ON link.ours = mine.position
        WHERE taken IS NULL AND {standing}
    ), sums AS (
        SELECT {keys}, sum(amount) AS total FROM free GROUP BY {keys}
        HAVING count(*) BETWEEN 2 AND {lines_max}
    ), asking AS (
        SELECT any_value(row) AS row, {keys}, any_value(amount) AS amount
        FROM yours ANTI JOIN link ON link.theirs = yours.row
        WHERE {who} GROUP BY {keys} HAVING count(*) = 1
    )
    SELECT free.position, asking.row, '{rule}'
    FROM asking JOIN sums USING ({keys}) JOIN free USING ({keys}) WHERE sums.total = asking.amount
"""

_TERMS = """
    INSERT INTO link
    WITH free AS (
        SELECT any_value(position) AS position, {keys},
            any_value(reference) AS reference, any_value(request_number) AS request_number
        FROM mine ANTI JOIN link ON link.ours = mine.position
        WHERE taken IS NULL AND {standing} GROUP BY {keys} HAVING count(*) = 1
    ), asking AS (
        SELECT any_value(row) AS row, {keys},
            any_value(reference) AS reference, any_value(request_number) AS request_number
        FROM yours ANTI JOIN link ON link.theirs = yours.row
        WHERE line_key IS NULL AND code IS NULL GROUP BY {keys} HAVING count(*) = 1
    ), near AS (
        SELECT free.position, asking.row,
            (free.reference IS NULL OR asking.reference IS NULL)
                AND (free.request_number IS NULL OR asking.request_number IS NULL) AS may_be,
            count(*) OVER (PARTITION BY free.position) AS lines,
            count(*) OVER (PARTITION BY asking.row) AS rows
        FROM free JOIN asking USING (offer, store, amount, is_reversal)
        WHERE abs(free.used_on - asking.used_on) <= {days}
    )
    SELECT position, row, 'terms' FROM near WHERE may_be AND lines = 1 AND rows = 1
"""

_NAMELESS = """
    line_key IS NULL AND code IS NULL AND request_number IS NULL AND reference IS NULL
"""

# Another party's coupon stays another's, whatever the reference says.
_NOT_FOREIGN = """
    code IS NOT NULL AND code NOT IN (
        SELECT code FROM mine WHERE is_foreign AND code IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows may ask by a reference: those whose code cannot be another coupon's."""

    free: str

    def of(self, rule: str) -> str:
        return self.free if rule in _FREE else "TRUE"


def claim_residue(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `link` with what the rows of `yours` claim of `mine`."""
    connection.execute(_LINK)
    (has_codes,) = connection.execute(_CODES).fetchall()[0]
    rows = _Rows("code IS NULL" if has_codes else "TRUE")
    names = {rule: name for rule, name, _ in NAMES if _asks(connection, name)}
    for which in (_STANDING, _NETTED, _ELSEWHERE):
        for rule, name in names.items():
            for step in _STEPS[rule]:
                if rule in _FREE and "amount" not in step and which == _STANDING:
                    asks = f"{name} IS NOT NULL AND {rows.free}"
                    _claim_group(connection, "group", name, asks)
                _claim(connection, rule, (name, *step), which, rows.of(rule))
    terms = "offer, store, amount, is_reversal, used_on"
    connection.execute(_TERMS.format(keys=terms, standing=_STANDING, days=DAYS_TOLERATED))
    for keys in ("offer, used_on", "store, used_on"):
        named = keys.partition(",")[0]
        _claim_group(connection, "day", keys, f"{_NAMELESS} AND {named} IS NOT NULL")
    if "reference" in names:
        for which in (_STANDING, _NETTED, _ELSEWHERE):
            _claim(connection, "reference", ("reference",), which, rows.free)
        for step in (("offer", "amount"), ("amount",), ()):
            _claim(connection, "other_code", ("reference", *step), _STANDING, _NOT_FOREIGN)


def _claim(
    connection: duckdb.DuckDBPyConnection, rule: str, keys: tuple[str, ...], which: str, who: str
) -> None:
    every = ", ".join((*keys, "is_reversal"))
    connection.execute(_CLAIM.format(rule=rule, name=keys[0], keys=every, which=which, who=who))


def _claim_group(connection: duckdb.DuckDBPyConnection, rule: str, keys: str, who: str) -> None:
    every = f"{keys}, is_reversal"
    connection.execute(
        _GROUP.format(rule=rule, keys=every, standing=_STANDING, lines_max=GROUP_LINES_MAX, who=who)
    )


def _asks(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute(f"SELECT 1 FROM yours WHERE {name} IS NOT NULL LIMIT 1")
    return found.fetchone() is not None
