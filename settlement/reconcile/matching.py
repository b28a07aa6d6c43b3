"""Match a partner's rows with our lines, in DuckDB: all steps, and what is written of them.

Pure: the same files give the same outcome, whatever the order of the rows. `prepare` reads both
sides and takes the clean pairs. Then the caller may look elsewhere for the rows that nobody knows
(`wanted`), and `finish` does the rest and writes what is to be stored.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from ledger import JSON
from settlement.reconcile.claims import claim_residue
from settlement.reconcile.clean import (
    ELSEWHERE_COLUMNS,
    Inputs,
    open_duckdb,
    read_csv,
    take_clean,
    wanted,
)
from settlement.reconcile.outcome import find_breaks, main_currency
from settlement.reconcile.suggestions import suggest, went_through_spreadsheet

BREAKS_FILE = "breaks.csv"
MATCHES_FILE = "matches.csv"
MATCHES_PER_CHUNK = 10_000
"""Matches are stored in chunks: millions of them are neither changed nor searched one by one."""


class BridgeBroken(Exception):
    """The differences of the breaks are not the difference of the totals. Nothing is stored."""


@dataclass(frozen=True, slots=True)
class Total:
    """What both sides come to in one currency, in minor units."""

    currency: str
    ours_minor: int
    theirs_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome: counts of all, and the totals with their bridge.

    `ours` and `theirs` count our lines of the scope and the partner's rows. `difference_minor` is
    the difference of the totals, and the sum of the differences of all breaks. Both agree in each
    currency.
    """

    ours: int
    theirs: int
    matched: int
    matched_minor: int
    break_count: int
    by_category: dict[str, int]
    ours_minor: int
    theirs_minor: int
    difference_minor: int
    totals: tuple[Total, ...]
    went_through_spreadsheet: bool

    def document(self) -> dict[str, JSON]:
        """The outcome as it is stored."""
        return {**asdict(self), "totals": [asdict(each) for each in self.totals]}

    @classmethod
    def of_document(cls, document: dict[str, JSON]) -> Self:
        """The outcome that was stored. Runs of before have no totals."""
        known = {
            **dict.fromkeys(("ours_minor", "theirs_minor", "difference_minor"), 0),
            "went_through_spreadsheet": False,
            **{name: value for name, value in document.items() if name in cls.__slots__},
        }
        totals = tuple(Total(**each) for each in document.get("totals", ()))
        return cls(**{**known, "totals": totals})


_ELSEWHERE = """
    INSERT INTO mine BY NAME
    SELECT -{offset} - row_number() OVER (ORDER BY book_id, use_id, is_reversal)
            AS position,
        book_id, use_id, is_reversal, home, month, code, plain(reference) AS reference,
        plain(request_number) AS request_number, offer, store, used_on, amount, net, gross,
        currency, reference AS written, book_id || ':' || use_id AS line_key,
        CAST(NULL AS BIGINT) AS taken, FALSE AS is_netted, {is_foreign} AS is_foreign, claimed_by,
        TRUE AS is_elsewhere
    FROM {table} AS source
"""
_CLAIMED_OFFSET = 1_000_000_000

_TOTALS = """
    WITH cleared AS (
        SELECT currency, sum(amount) AS minor FROM ours
        WHERE position NOT IN (SELECT charge FROM netted)
          AND position NOT IN (SELECT reversal FROM netted)
        GROUP BY currency
    ), listed AS (
        SELECT coalesce(theirs.currency, linked.currency, ours.currency, '{main}') AS currency,
            theirs.amount
        FROM theirs LEFT JOIN pair ON pair.theirs = theirs.row
        LEFT JOIN ours ON ours.position = pair.ours
        LEFT JOIN (SELECT row, any_value(currency) AS currency FROM linked GROUP BY row) AS linked
            ON linked.row = theirs.row
    ), summed AS (SELECT currency, sum(amount) AS minor FROM listed GROUP BY currency)
    SELECT currency, CAST(coalesce(cleared.minor, 0) AS BIGINT),
        CAST(coalesce(summed.minor, 0) AS BIGINT)
    FROM cleared FULL JOIN summed USING (currency) ORDER BY 1
"""
# All rows have a currency, or all lines have one and the same, and no row is of a line that is not
# in the scope: nothing needs to be looked up.
_TOTALS_PLAIN = """
    WITH cleared AS (
        SELECT currency, sum(amount) AS minor FROM ours
        WHERE position NOT IN (SELECT charge FROM netted)
          AND position NOT IN (SELECT reversal FROM netted)
        GROUP BY currency
    ), summed AS (
        SELECT coalesce(currency, '{main}') AS currency, sum(amount) AS minor
        FROM theirs GROUP BY 1
    )
    SELECT currency, CAST(coalesce(cleared.minor, 0) AS BIGINT),
        CAST(coalesce(summed.minor, 0) AS BIGINT)
    FROM cleared FULL JOIN summed USING (currency) ORDER BY 1
"""
_IS_PLAIN = """
    SELECT (SELECT count(DISTINCT currency) FROM ours) = 1
            AND NOT EXISTS (SELECT 1 FROM linked WHERE is_elsewhere)
        OR NOT EXISTS (SELECT 1 FROM theirs WHERE currency IS NULL)
"""

# A use that comes to nothing counts as two lines only if the partner lists both.
_COUNTS = """
    SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM theirs),
        (SELECT count(*) FROM pair) + (SELECT count(DISTINCT row) FROM linked WHERE len(flags) = 0),
        (SELECT coalesce(sum(minor), 0) FROM matched)
"""
# A break of two currencies has a side in the bridge of each.
_BRIDGES = """
    SELECT currency, CAST(sum(minor) AS BIGINT) FROM (
        SELECT currency, ours_minor AS minor FROM break
        UNION ALL SELECT theirs_currency, -theirs_minor FROM break
    ) WHERE minor IS NOT NULL GROUP BY currency HAVING sum(minor) <> 0
"""
_CATEGORIES = """
    SELECT category, count(*) FROM break GROUP BY 1 ORDER BY 1
"""

# One break is one line of the file, so that the number of the run can be put before it.
_LINE = "regexp_replace({name}, '[\\r\\n]+', ' ', 'g')"
BREAK_COLUMNS = (
    *("number", "key", "is_claim", "category", "also", "home_party_id", "of_book", "use_id"),
    *("is_reversal", "month", "row_number", "reference", "offer_code", "store", "used_on"),
    *("ours_minor", "theirs_minor", "difference_minor", "currency", "theirs_currency"),
    *("claimed_by", "note", "suggestion", "suggested_row", "opened_on"),
)
_WRITE_BREAKS = f"""
    COPY (
        SELECT row_number() OVER (ORDER BY used_on NULLS LAST, break.row NULLS LAST, break.position)
                AS number,
            key, is_claim, category, '{{{{' || array_to_string(also, ',') || '}}}}', home, book_id,
            {_LINE.format(name="use_id")}, is_reversal, month, break.row,
            {_LINE.format(name="reference")}, {_LINE.format(name="offer")},
            {_LINE.format(name="store")}, used_on, ours_minor, theirs_minor,
            coalesce(ours_minor, 0) - coalesce(theirs_minor, 0), currency, theirs_currency,
            claimed_by, {_LINE.format(name="note")}, of_row.document, of_line.row, '{{today}}'
        FROM break
        LEFT JOIN (
            SELECT row AS suggested, CAST(to_json({{{{'reason': any_value(reason),
                'days_apart': min(days_apart), 'uses': list(
                    {{{{'book_id': book_id, 'use_id': use_id}}}} ORDER BY position)
                }}}}) AS VARCHAR) AS document
            FROM suggestion JOIN mine USING (position) GROUP BY row
        ) AS of_row ON of_row.suggested = break.row AND break.category <> 'rejected'
        LEFT JOIN (SELECT position, row FROM suggestion) AS of_line
            ON of_line.position = break.position
    ) TO '{{path}}' (HEADER false, QUOTE '"', ESCAPE '"')
"""
MATCH_COLUMNS = (
    *("home_party_id", "chunk", "size", "row_numbers", "books", "uses", "are_reversals", "rules"),
    "amounts_minor",
)

# The order is by the brand and then by the row, so that a brand reads its own chunks alone.
# A chunk is gathered as one list, so that its arrays have one order.
_QUOTED = """'"' || replace(replace({name}, '\\', '\\\\'), '"', '\\"') || '"'"""
_ARRAY = "'{{{{' || array_to_string(list_transform(chunk, lambda each: {each}), ',') || '}}}}'"
_WRITE_MATCHES = f"""
    COPY (
        SELECT home, number, len(chunk), {_ARRAY.format(each="each.row")},
            {_ARRAY.format(each="each.book_id")},
            {_ARRAY.format(each=_QUOTED.format(name="each.use_id"))},
            {_ARRAY.format(each="each.is_reversal")}, {_ARRAY.format(each="each.rule")},
            {_ARRAY.format(each="each.minor")}
        FROM (
            SELECT home, place // {{size}} AS number, list({{{{'row': row, 'book_id': book_id,
                'use_id': use_id, 'is_reversal': is_reversal, 'rule': rule, 'minor': minor}}}}
                ORDER BY place) AS chunk
            FROM (SELECT *, row_number()
                OVER (PARTITION BY home ORDER BY row, book_id, use_id, is_reversal) - 1 AS place
                FROM matched)
            GROUP BY 1, 2
        )
    ) TO '{{path}}' (HEADER false, QUOTE '"', ESCAPE '"')
"""


class Matcher:
    """One comparison, in its steps."""

    def __init__(self, inputs: Inputs, work: Path) -> None:
        """Read both sides and take the clean pairs."""
        self._inputs = inputs
        self._work = work
        self._connection = open_duckdb(work)
        take_clean(self._connection, inputs)

    def wanted(self) -> Sequence[tuple[object, ...]]:
        """The rows that no line of the scope is known for, for `finish` to hear of."""
        return wanted(self._connection)

    def finish(self) -> Matching:
        """Do the rest, and write breaks and matches into the folder of the work.

        Raises:
            BridgeBroken: what was found does not explain the difference of the totals.
        """
        connection, inputs = self._connection, self._inputs
        connection.execute(
            _ELSEWHERE.format(table="claimed", is_foreign="FALSE", offset=_CLAIMED_OFFSET)
        )
        if inputs.elsewhere is not None and inputs.elsewhere.exists():
            read_csv(connection, "elsewhere", inputs.elsewhere, ELSEWHERE_COLUMNS)
            connection.execute(
                _ELSEWHERE.format(table="elsewhere", is_foreign="source.is_foreign", offset=0)
            )
        claim_residue(connection)
        find_breaks(connection, inputs)
        suggest(connection)
        matching = self._read()
        breaks = str(self._work / BREAKS_FILE).replace("'", "''")
        matches = str(self._work / MATCHES_FILE).replace("'", "''")
        connection.execute(_WRITE_BREAKS.format(path=breaks, today=inputs.today))
        connection.execute(_WRITE_MATCHES.format(path=matches, size=MATCHES_PER_CHUNK))
        return matching

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()

    def _read(self) -> Matching:
        connection = self._connection
        ours, theirs, matched, matched_minor = connection.execute(_COUNTS).fetchall()[0]
        categories = dict(connection.execute(_CATEGORIES).fetchall())
        (is_plain,) = connection.execute(_IS_PLAIN).fetchall()[0]
        totals = tuple(
            Total(currency, ours_minor, theirs_minor, ours_minor - theirs_minor)
            for currency, ours_minor, theirs_minor in connection.execute(
                (_TOTALS_PLAIN if is_plain else _TOTALS).format(main=main_currency(connection))
            ).fetchall()
        )
        found = Matching(
            ours=ours,
            theirs=theirs,
            matched=matched,
            matched_minor=int(matched_minor),
            break_count=sum(categories.values()),
            by_category=categories,
            ours_minor=sum(each.ours_minor for each in totals),
            theirs_minor=sum(each.theirs_minor for each in totals),
            difference_minor=sum(each.difference_minor for each in totals),
            totals=totals,
            went_through_spreadsheet=went_through_spreadsheet(connection),
        )
        differences = {
            each.currency: each.difference_minor for each in totals if each.difference_minor
        }
        bridges = dict(connection.execute(_BRIDGES).fetchall())
        if differences != bridges:
            raise BridgeBroken(f"the totals differ by {differences}, and the breaks by {bridges}")
        return found


def match(inputs: Inputs, work: Path) -> Matching:
    """Match both sides at once, with no look elsewhere but for the file that `inputs` names."""
    matcher = Matcher(inputs, work)
    try:
        return matcher.finish()
    finally:
        matcher.close()
