"""What the two sides do not agree on: breaks with all their categories, and the bridge. Pure.

Every break says what ours nets to, what the partner says, and the difference of the two. All these
differences together are the difference of the totals: the *bridge*. It is asserted, in each
currency.

| category | means |
|---|---|
| `duplicate` | a record, or what another run has claimed, is listed again |
| `wrong_party` | the use of another supplier's coupon |
| `currency` | both have it, in different currencies |
| `cut_off` | we have it in another month, or the partner listed it in another month's file |
| `status` | one side has it as reversed, the other does not |
| `other_code` | the reference agrees, but the codes are two coupons' |
| `amount_rate` | the amount is that of another version of the terms |
| `amount_rounding` | the amounts are a minor unit apart at most |
| `amount_tax` | the partner lists our amount with or without its tax |
| `amount` | the amounts differ otherwise |
| `offer` | both have it, under different offers |
| `unmapped_offer` | the partner's name of the offer is none of the supplier's |
| `date` | both have it, more than a day apart |
| `missing_ours` | the partner lists what we do not have |
| `missing_theirs` | we have what the partner does not list |
| `rejected` | the row could not be read |

The first that holds is the category, and the others that hold are in `also`.
"""

from typing import Literal

import duckdb

from settlement.reconcile.clean import DAYS_TOLERATED, NAMES, Inputs

Category = Literal[
    "duplicate",
    "wrong_party",
    "currency",
    "cut_off",
    "status",
    "other_code",
    "amount_rate",
    "amount_rounding",
    "amount_tax",
    "amount",
    "offer",
    "unmapped_offer",
    "date",
    "missing_ours",
    "missing_theirs",
    "rejected",
]

ROUNDING_MINOR = 1
"""Two amounts of one use that are no further apart were rounded in two ways."""

_KNOWN = """
    CREATE TABLE known_offer AS
    SELECT DISTINCT code FROM (
        SELECT unnest(CAST(? AS VARCHAR[])) AS code UNION ALL SELECT offer FROM ours
    ) WHERE code IS NOT NULL
"""
_ALL = -1
_RATES = """
    CREATE TABLE known_rate AS
    SELECT DISTINCT * FROM (
        SELECT unnest(CAST(? AS INTEGER[])) AS home, unnest(CAST(? AS BIGINT[])) AS amount)
"""

# Who shares a name with an unclaimed row: a line that is claimed (`is_same`), or the other side of
# the use, where the row is its reversal or the reverse.
_ECHO = """
    CREATE TABLE echo (row BIGINT, position BIGINT, is_same BOOLEAN, strength INTEGER)
"""
_FIND_ECHO = """
    INSERT INTO echo
    SELECT yours.row, min(mine.position), yours.is_reversal = mine.is_reversal AS is_same,
        {strength}
    FROM (SELECT row, {name}, is_reversal FROM yours
        ANTI JOIN link ON link.theirs = yours.row WHERE {name} IS NOT NULL AND {who}) AS yours
    JOIN (SELECT min(position) AS position, {name}, is_reversal FROM (
            SELECT position, {name}, is_reversal,
                taken IS NOT NULL OR position IN (SELECT ours FROM link) AS is_claimed
            FROM mine WHERE NOT is_foreign
            {kin}
        ) GROUP BY {name}, is_reversal, is_claimed HAVING {name} IS NOT NULL) AS mine
      USING ({name})
    WHERE yours.is_reversal <> mine.is_reversal OR mine.position IN (
        SELECT position FROM mine WHERE taken IS NOT NULL
        UNION ALL SELECT ours FROM link UNION ALL SELECT ours FROM kin)
    GROUP BY yours.row, is_same
"""
_KIN = """
            UNION ALL SELECT ours, reference, is_reversal, TRUE FROM kin
"""
_FOREIGN = """
    CREATE TABLE foreign_row AS SELECT yours.row FROM yours WHERE
        code IN (SELECT code FROM mine WHERE is_foreign AND code IS NOT NULL)
        OR line_key IN (SELECT line_key FROM mine WHERE is_foreign)
"""

# A use that comes to nothing counts with its two lines if the partner lists both, else with 0.
_LONELY = """
    CREATE TABLE lonely AS
    SELECT coalesce(charge.ours, reversal.ours) AS position FROM netted
    LEFT JOIN link AS charge ON charge.ours = netted.charge
    LEFT JOIN link AS reversal ON reversal.ours = netted.reversal
    WHERE (charge.ours IS NULL) <> (reversal.ours IS NULL)
"""

_FLAGS = {
    "duplicate": "claimed_by IS NOT NULL",
    "currency": "theirs_currency <> currency",
    "cut_off": "is_elsewhere",
    "status": "is_lonely AND theirs <> 0",
    "other_code": "rule = 'other_code'",
    "amount_rate": "NOT agrees AND is_rate",
    "amount_rounding": f"NOT agrees AND abs(line_minor - theirs) <= {ROUNDING_MINOR}",
    "amount_tax": "NOT agrees AND (theirs = net OR theirs = gross)",
    "amount": "NOT agrees AND NOT is_rate AND NOT coalesce(theirs = net OR theirs = gross, FALSE)"
    f" AND abs(line_minor - theirs) > {ROUNDING_MINOR}",
    "offer": "theirs_offer <> offer AND is_mapped",
    "unmapped_offer": "theirs_offer <> offer AND NOT is_mapped",
    "date": f"abs(used_on - theirs_on) > {DAYS_TOLERATED}",
}

_LINKED = """
    CREATE TABLE linked AS
    WITH both_sides AS (
        SELECT mine.*, yours.row, yours.amount AS theirs, yours.offer AS theirs_offer,
            yours.store AS theirs_store, yours.used_on AS theirs_on,
            yours.currency AS theirs_currency, yours.reference AS theirs_reference, link.rule,
            mine.amount AS line_minor, lonely.position IS NOT NULL AS is_lonely,
            link.rule IN ('group', 'day') AS is_group,
            of_home.amount IS NOT NULL OR of_all.amount IS NOT NULL AS is_rate,
            known_offer.code IS NOT NULL AS is_mapped
        FROM link JOIN mine ON mine.position = link.ours JOIN yours ON yours.row = link.theirs
        LEFT JOIN lonely ON lonely.position = mine.position
        LEFT JOIN known_rate AS of_home
            ON of_home.amount = abs(yours.amount) AND of_home.home = mine.home
        LEFT JOIN known_rate AS of_all ON of_all.amount = abs(yours.amount) AND of_all.home = -1
        LEFT JOIN known_offer ON known_offer.code = yours.offer
    ), compared AS (
        SELECT *, is_group OR is_lonely OR line_minor = theirs AS agrees,
            CASE WHEN is_elsewhere OR is_lonely THEN 0 ELSE amount END AS ours_minor
        FROM both_sides
    )
    SELECT *, CASE WHEN is_group THEN []
            ELSE list_filter([{flags}], lambda flag: flag IS NOT NULL) END AS flags
    FROM compared
"""

# What names a break over several runs: our line, or else what the row says.
_LINE_KEY = "'line:' || book_id || ':' || use_id || ':' || is_reversal"

_BREAK = """
    CREATE TABLE break (
        key VARCHAR, is_claim BOOLEAN, category VARCHAR, also VARCHAR[], home INTEGER,
        book_id INTEGER, use_id VARCHAR, is_reversal BOOLEAN, month VARCHAR, row BIGINT,
        reference VARCHAR, offer VARCHAR, store VARCHAR, used_on DATE, ours_minor BIGINT,
        theirs_minor BIGINT, currency VARCHAR, theirs_currency VARCHAR, claimed_by BIGINT,
        note VARCHAR, position BIGINT)
"""
_BREAK_LINKED = """
    INSERT INTO break
    SELECT {line_key}, NOT is_elsewhere, flags[1], flags[2:], home, book_id, use_id, is_reversal,
        month, row, coalesce(theirs_reference, written), coalesce(theirs_offer, offer),
        coalesce(theirs_store, store), used_on, ours_minor, theirs, currency,
        coalesce(theirs_currency, currency), claimed_by, NULL, position
    FROM linked WHERE len(flags) > 0
"""
_BREAK_YOURS = """
    INSERT INTO break
    WITH lone AS (
        SELECT yours.*, same.position AS same, other.position AS other,
            row IN (SELECT row FROM foreign_row) AS is_foreign,
            offer NOT IN (SELECT code FROM known_offer) AS is_unmapped
        FROM yours ANTI JOIN link ON link.theirs = yours.row
        LEFT JOIN (SELECT row, min_by(position, strength) AS position FROM echo
            WHERE is_same GROUP BY row) AS same USING (row)
        LEFT JOIN (SELECT row, min_by(position, strength) AS position FROM echo
            WHERE NOT is_same GROUP BY row) AS other USING (row)
    ), flagged AS (
        SELECT lone.*, list_filter([
                CASE WHEN same IS NOT NULL THEN 'duplicate' END,
                CASE WHEN is_foreign THEN 'wrong_party' END,
                CASE WHEN same IS NULL AND other IS NOT NULL THEN 'status' END,
                CASE WHEN is_unmapped THEN 'unmapped_offer' END,
                CASE WHEN same IS NULL THEN 'missing_ours' END
            ], lambda flag: flag IS NOT NULL) AS flags,
            coalesce(same, other) AS about
        FROM lone
    )
    SELECT 'row:' || md5(concat_ws('|', flagged.line_key, flagged.code, flagged.request_number,
            flagged.reference, flagged.offer, flagged.store, flagged.used_on, flagged.amount)),
        FALSE, flags[1], flags[2:], kept.home, kept.book_id, kept.use_id, kept.is_reversal,
        kept.month, flagged.row, flagged.reference, flagged.offer, flagged.store, flagged.used_on,
        NULL, flagged.amount, NULL, coalesce(flagged.currency, '{main}'), kept.claimed_by, NULL,
        NULL
    FROM flagged LEFT JOIN mine AS kept ON kept.position = flagged.about
"""
_BREAK_MINE = """
    INSERT INTO break
    WITH lone AS (
        SELECT mine.*, cut.run FROM mine ANTI JOIN link ON link.ours = mine.position
        LEFT JOIN (SELECT book_id, use_id, is_reversal, max(run) AS run FROM claim
            WHERE is_cut_off GROUP BY ALL) AS cut USING (book_id, use_id, is_reversal)
        WHERE taken IS NULL AND NOT is_netted AND NOT is_elsewhere AND NOT is_foreign
          AND NOT (is_reversal AND amount = 0)
    ), flagged AS (
        SELECT *, list_filter([
                CASE WHEN run IS NOT NULL THEN 'cut_off' END,
                CASE WHEN is_reversal THEN 'status' END,
                'missing_theirs'
            ], lambda flag: flag IS NOT NULL) AS flags
        FROM lone
    )
    SELECT {line_key}, FALSE, flags[1], flags[2:], home, book_id, use_id, is_reversal, month, NULL,
        written, offer, store, used_on, amount, NULL, currency, NULL, run, NULL, position
    FROM flagged
"""
_BREAK_REJECTED = """
    INSERT INTO break (key, is_claim, category, also, row, note)
    VALUES ('rejected:' || md5($2), FALSE, 'rejected', [], $1, $2)
"""

_MATCHED = """
    CREATE VIEW matched AS
    SELECT ours.home, ours.book_id, ours.use_id, ours.is_reversal, pair.theirs AS row, pair.rule,
        ours.amount AS minor
    FROM pair JOIN ours ON ours.position = pair.ours
    UNION ALL
    SELECT home, book_id, use_id, is_reversal, row, rule, ours_minor
    FROM linked WHERE len(flags) = 0
"""


def find_breaks(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Fill `break` with all that does not agree, and name what does in the view `matched`."""
    connection.execute(_KNOWN, [list(inputs.offers)])
    homes = [_ALL if home is None else home for home, _ in inputs.rates]
    connection.execute(_RATES, [homes, [amount for _, amount in inputs.rates]])
    _find_echoes(connection)
    connection.execute(_FOREIGN)
    connection.execute(_LONELY)
    flags = ", ".join(f"CASE WHEN {when} THEN '{flag}' END" for flag, when in _FLAGS.items())
    connection.execute(_LINKED.format(flags=flags))
    connection.execute(_BREAK)
    connection.execute(_BREAK_LINKED.format(line_key=_LINE_KEY))
    connection.execute(_BREAK_YOURS.format(main=main_currency(connection)))
    connection.execute(_BREAK_MINE.format(line_key=_LINE_KEY))
    if inputs.rejected:
        connection.executemany(_BREAK_REJECTED, [list(each) for each in inputs.rejected])
    connection.execute(_MATCHED)


def main_currency(connection: duckdb.DuckDBPyConnection) -> str:
    """The currency of most of our lines. A row without one is taken to be in it."""
    found = connection.execute(
        "SELECT currency FROM ours GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchone()
    return "" if found is None else str(found[0])


def _find_echoes(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(_ECHO)
    for strength, (rule, name, _) in enumerate(NAMES):
        is_reference = rule == "reference"
        connection.execute(
            _FIND_ECHO.format(
                name=name,
                strength=strength,
                who="code IS NULL" if is_reference else "TRUE",
                kin=_KIN if is_reference else "",
            )
        )
