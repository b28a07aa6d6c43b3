"""Match a partner's records with our lines, in DuckDB.

Pure: the same two files and day give the same outcome, whatever the order of the rows.

Both sides pass through rules from the surest to the least sure. What one rule claims is gone for
the next. Within a rule, equal records are paired in order of day and position. So every record is
claimed at most once.

    code              the coupon's code, as its digest on both sides: settlement keeps no codes
    reference         the partner's reference, offer, member, day and amount; record without a code
    reference, loose  the partner's reference, offer and member; record without a code
    reference, alone  the partner's reference: claimed, but as offer, member or code differ, a break

Each rule but the last is tried against the uses that stand, then against our reversed uses. The
last comes after all of them and claims uses that stand. Two codes are two coupons, whatever else
agrees: such a pair is never a match. What is left is a break. It may have a suggestion, which
claims nothing.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Self

import duckdb

from ledger import JSON

Category = Literal[
    "amount_differs",  # both have it, with different amounts
    "date_differs",  # both have it, more than a day apart
    "details_differ",  # the same code or reference, but another offer, member or code
    "reversed",  # the partner bills a use that was reversed
    "duplicate",  # the partner lists a claimed record again
    "theirs_only",
    "ours_only",
]

DAYS_TOLERATED = 1
"""The partner's day is local, ours is in UTC."""
SUGGESTION_DAYS = 3
BREAKS_LISTED_MAX = 10_000
SUGGESTIONS_LISTED_MAX = 1_000
_CANDIDATES_MAX = 100_000
_MEMORY_LIMIT = "1GB"
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Break:
    """A record on which the two sides do not agree.

    `line_number` is the partner's, `use_id` ours. Amounts are in minor units. `age_days` counts
    from the day of use.
    """

    category: Category
    line_number: int | None
    book_id: int | None
    use_id: str | None
    reference: str | None
    offer_code: str
    member: str
    used_on: date
    ours_minor: int | None
    theirs_minor: int | None
    age_days: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two unmatched records of one member and offer, some days apart. They may be the same use."""

    line_number: int
    book_id: int
    use_id: str
    days_apart: int


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome. `breaks` and `suggestions` list the first ones; the counts are of all."""

    ours: int
    theirs: int
    matched: int
    matched_minor: int
    break_count: int
    by_category: dict[str, int]
    breaks: tuple[Break, ...]
    suggestions: tuple[Suggestion, ...]

    def document(self) -> dict[str, JSON]:
        """The outcome as it is stored."""
        document = asdict(self)
        document["breaks"] = [
            {**each, "used_on": each["used_on"].isoformat()} for each in document["breaks"]
        ]
        document["suggestions"] = list(document["suggestions"])
        return document

    @classmethod
    def of_document(cls, document: dict[str, JSON]) -> Self:
        """The outcome that was stored."""
        breaks = tuple(
            Break(**{**each, "used_on": date.fromisoformat(each["used_on"])})
            for each in document["breaks"]
        )
        suggestions = tuple(Suggestion(**each) for each in document["suggestions"])
        return cls(**{**document, "breaks": breaks, "suggestions": suggestions})


# Of each rule: its name, the columns that must be equal, and whether a partner's record with a code
# takes part. All of ours have a code, and those with an equal one are gone after the first rule. In
# a later rule, a partner's record with a code could only meet another coupon.
_RULES = (
    ("code", ("code_sha256",), True),
    ("reference", ("reference", "offer_code", "member", "used_on", "amount_minor"), False),
    ("reference_loose", ("reference", "offer_code", "member"), False),
)
_LAST_RULE = ("reference_alone", ("reference",), True)

_READ = """
    CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = false, auto_detect = false,
        parallel = false, new_line = '\\n', delim = ',', quote = '"', escape = '"', nullstr = '',
        columns = {columns})
"""

_OURS = {
    "position": "BIGINT",
    "book_id": "INTEGER",
    "use_id": "VARCHAR",
    "code_sha256": "VARCHAR",
    "reference": "VARCHAR",
    "offer_code": "VARCHAR",
    "member": "VARCHAR",
    "used_on": "DATE",
    "amount_minor": "BIGINT",
    "reversed": "BOOLEAN",
}

_READ_THEIRS = """
    CREATE TABLE theirs AS SELECT row AS position, reference,
        lower(hex(code_sha256)) AS code_sha256, offer AS offer_code, member, used_on, amount_minor
    FROM read_parquet(?)
"""

_PAIR = """
    CREATE TABLE pair (ours BIGINT, theirs BIGINT, rule VARCHAR)
"""

_CLAIM = """
    INSERT INTO pair
    WITH mine AS (
        SELECT position, {keys}, row_number()
            OVER (PARTITION BY {keys} ORDER BY used_on, amount_minor, position) AS place
        FROM ours ANTI JOIN pair ON pair.ours = ours.position
        WHERE reversed = {reversed}
    ), yours AS (
        SELECT position, {keys}, row_number()
            OVER (PARTITION BY {keys} ORDER BY used_on, amount_minor, position) AS place
        FROM theirs ANTI JOIN pair ON pair.theirs = theirs.position
        WHERE {with_code} OR code_sha256 IS NULL
    )
    SELECT mine.position, yours.position, '{rule}' FROM mine JOIN yours USING ({keys}, place)
"""

_OUTCOME = """
    CREATE TABLE outcome AS
    SELECT ours.position AS ours, theirs.position AS theirs, ours.book_id, ours.use_id,
        coalesce(theirs.reference, ours.reference) AS reference,
        coalesce(theirs.offer_code, ours.offer_code, '') AS offer_code,
        coalesce(theirs.member, ours.member, '') AS member,
        coalesce(ours.used_on, theirs.used_on) AS used_on,
        ours.amount_minor AS ours_minor, theirs.amount_minor AS theirs_minor,
        CASE
            WHEN theirs.position IS NULL THEN 'ours_only'
            WHEN ours.position IS NULL AND coded.code_sha256 IS NOT NULL THEN 'duplicate'
            WHEN ours.position IS NULL AND theirs.code_sha256 IS NULL AND listed.name IS NOT NULL
                THEN 'duplicate'
            WHEN ours.position IS NULL THEN 'theirs_only'
            WHEN ours.offer_code <> theirs.offer_code OR ours.member <> theirs.member
                THEN 'details_differ'
            WHEN ours.code_sha256 <> theirs.code_sha256 THEN 'details_differ'
            WHEN reversed THEN 'reversed'
            WHEN ours.amount_minor <> theirs.amount_minor THEN 'amount_differs'
            WHEN abs(ours.used_on - theirs.used_on) > {days_tolerated} THEN 'date_differs'
            ELSE 'matched'
        END AS category
    FROM ours
    LEFT JOIN pair ON pair.ours = ours.position
    FULL JOIN theirs ON theirs.position = pair.theirs
    LEFT JOIN (
        SELECT DISTINCT coalesce(claimed.reference, claimed.code_sha256) AS name,
            claimed.offer_code, claimed.member
        FROM theirs AS claimed JOIN pair ON pair.theirs = claimed.position
    ) AS listed ON (listed.name, listed.offer_code, listed.member)
        = (coalesce(theirs.reference, theirs.code_sha256), theirs.offer_code, theirs.member)
    LEFT JOIN (
        SELECT code_sha256 FROM theirs JOIN pair ON pair.theirs = theirs.position
        UNION SELECT code_sha256 FROM ours JOIN pair ON pair.ours = ours.position
    ) AS coded ON coded.code_sha256 = theirs.code_sha256
    -- A reversed use that the partner does not bill is settled.
    WHERE theirs.position IS NOT NULL OR NOT reversed
"""

_COUNTS = """
    SELECT category, count(*) FROM outcome GROUP BY 1 ORDER BY 1
"""

_MATCHED = """
    SELECT sum(ours_minor) FROM outcome WHERE category = 'matched'
"""

_SIZES = """
    SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM theirs)
"""

_BREAKS = """
    SELECT category, theirs, book_id, use_id, reference, offer_code, member, used_on,
        ours_minor, theirs_minor, greatest(0, CAST(? AS DATE) - used_on)
    FROM outcome WHERE category <> 'matched'
    ORDER BY used_on, theirs NULLS LAST, ours LIMIT {limit}
"""

_CANDIDATES = """
    SELECT yours.theirs, mine.book_id, mine.use_id, abs(mine.used_on - yours.used_on) AS days_apart
    FROM outcome AS mine JOIN outcome AS yours USING (member, offer_code)
    WHERE mine.category = 'ours_only' AND yours.category IN ('theirs_only', 'duplicate')
      AND abs(mine.used_on - yours.used_on) <= {days}
    ORDER BY days_apart, yours.theirs, mine.ours LIMIT {limit}
"""


def match(ours: Path, theirs: Path, as_of: date, work: Path) -> Matching:
    """Match our lines, CSV as `runs` writes them, and the rows that `theirs` writes.

    Ages count to `as_of`. What does not fit in memory goes to `work`.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
        connection.execute(f"SET threads = {_THREADS}")
        connection.execute("SET temp_directory = '" + str(work).replace("'", "''") + "'")
        connection.execute(_READ.format(table="ours", columns=_OURS), [str(ours)])
        connection.execute(_READ_THEIRS, [str(theirs)])
        connection.execute(_PAIR)
        rounds = [(reversed_uses, rule) for reversed_uses in (False, True) for rule in _RULES]
        for reversed_uses, (rule, keys, with_code) in [*rounds, (False, _LAST_RULE)]:
            claim = _CLAIM.format(
                keys=", ".join(keys), rule=rule, reversed=reversed_uses, with_code=with_code
            )
            connection.execute(claim)
        connection.execute(_OUTCOME.format(days_tolerated=DAYS_TOLERATED))
        return _read(connection, as_of)


def _read(connection: duckdb.DuckDBPyConnection, as_of: date) -> Matching:
    counts = dict(connection.execute(_COUNTS).fetchall())
    matched = counts.pop("matched", 0)
    sums = connection.execute(_MATCHED).fetchall()
    sizes = connection.execute(_SIZES).fetchall()
    listed = connection.execute(_BREAKS.format(limit=BREAKS_LISTED_MAX), [as_of]).fetchall()
    candidates = connection.execute(
        _CANDIDATES.format(days=SUGGESTION_DAYS, limit=_CANDIDATES_MAX)
    ).fetchall()
    return Matching(
        ours=sizes[0][0],
        theirs=sizes[0][1],
        matched=matched,
        matched_minor=int(sums[0][0] or 0),
        break_count=sum(counts.values()),
        by_category=counts,
        breaks=tuple(Break(*row) for row in listed),
        suggestions=_suggest([Suggestion(*row) for row in candidates]),
    )


def _suggest(candidates: list[Suggestion]) -> tuple[Suggestion, ...]:
    """The nearest candidates first. Each record is in one suggestion at most."""
    lines: set[int] = set()
    uses: set[tuple[int, str]] = set()
    suggestions = []
    for candidate in candidates:
        use = (candidate.book_id, candidate.use_id)
        if candidate.line_number not in lines and use not in uses:
            lines.add(candidate.line_number)
            uses.add(use)
            suggestions.append(candidate)
    return tuple(suggestions[:SUGGESTIONS_LISTED_MAX])
