"""What may belong together though no rule says so. Pure.

A suggestion matches nothing: people decide. Each record is in one suggestion at most. Pairs are
made place by place within equal terms, so that the work does not grow with the square of the
records.

    leading_zeros   the references are equal but for zeros in front, which spreadsheets drop
    power_of_ten    the partner's reference is a large number as spreadsheets write it
    sum             the row is the exact sum of all our lines of its offer, or shop, and day
    same_terms      offer and amount agree, and the days are at most three apart
"""

import duckdb

from settlement.reconcile.claims import GROUP_LINES_MAX

SUGGESTION_DAYS = 3

_TABLE = """
    CREATE TABLE suggestion (row BIGINT, position BIGINT, days_apart INTEGER, reason VARCHAR)
"""

_OPEN = """
    CREATE TABLE open_mine AS
    SELECT mine.* FROM mine JOIN break ON break.position = mine.position
    WHERE break.row IS NULL;
    CREATE TABLE open_yours AS
    SELECT yours.* FROM yours JOIN break ON break.row = yours.row
    WHERE list_contains(list_append(break.also, break.category), 'missing_ours')
      AND break.category <> 'wrong_party'
"""

_ZEROS = "nullif(ltrim(reference, '0'), '')"
# Two numbers that a spreadsheet writes alike agree in their first digits.
_POWER = "[0-9]([.][0-9]+)?e[+]?[0-9]+"
_DIGITS = """
    CASE WHEN regexp_full_match(reference, '[0-9]{12,}')
        THEN printf('%.4e', CAST(reference AS DOUBLE)) END
"""
_POWERS = f"""
    CASE WHEN regexp_full_match(reference, '{_POWER}')
        THEN printf('%.4e', CAST(reference AS DOUBLE)) END
"""

_SUGGEST = """
    INSERT INTO suggestion
    WITH free AS (
        SELECT position, code, offer, amount, is_reversal, used_on, {ours_key} AS key, row_number()
            OVER (PARTITION BY key, offer, amount, is_reversal, used_on
                ORDER BY reference, position) AS place
        FROM open_mine ANTI JOIN suggestion USING (position) WHERE key IS NOT NULL
    ), asking AS (
        SELECT row, code, offer, amount, is_reversal, used_on - {days} AS used_on,
            {theirs_key} AS key, row_number()
            OVER (PARTITION BY key, offer, amount, is_reversal, open_yours.used_on
                ORDER BY reference, row) AS place
        FROM open_yours ANTI JOIN suggestion USING (row) WHERE key IS NOT NULL
    )
    SELECT row, position, abs({days}), '{reason}'
    FROM free JOIN asking USING (key, offer, amount, is_reversal, used_on, place)
    WHERE free.code IS NULL OR asking.code IS NULL
"""

_SUM = """
    INSERT INTO suggestion
    WITH free AS (
        SELECT position, {key}, is_reversal, used_on, amount
        FROM open_mine ANTI JOIN suggestion USING (position)
    ), sums AS (
        SELECT {key}, is_reversal, used_on, sum(amount) AS amount FROM free GROUP BY ALL
        HAVING count(*) BETWEEN 2 AND {lines_max}
    ), asking AS (
        SELECT any_value(row) AS row, {key}, is_reversal, used_on, amount
        FROM open_yours ANTI JOIN suggestion USING (row) WHERE code IS NULL
        GROUP BY ALL HAVING count(*) = 1
    )
    SELECT asking.row, free.position, 0, 'sum'
    FROM asking JOIN sums USING ({key}, is_reversal, used_on, amount)
    JOIN free USING ({key}, is_reversal, used_on)
"""

_SPREADSHEET = f"""
    SELECT EXISTS (SELECT 1 FROM suggestion WHERE reason IN ('leading_zeros', 'power_of_ten'))
        OR EXISTS (SELECT 1 FROM open_yours WHERE regexp_full_match(reference, '{_POWER}'))
"""


def suggest(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `suggestion` from what is missing on either side."""
    connection.execute(_TABLE)
    connection.execute(_OPEN)
    for reason, ours_key, theirs_key in (
        ("leading_zeros", _ZEROS, _ZEROS),
        ("power_of_ten", _DIGITS, _POWERS),
    ):
        connection.execute(
            _SUGGEST.format(reason=reason, ours_key=ours_key, theirs_key=theirs_key, days=0)
        )
    for key in ("offer", "store"):
        connection.execute(_SUM.format(key=key, lines_max=GROUP_LINES_MAX))
    for days in sorted(
        range(-SUGGESTION_DAYS, SUGGESTION_DAYS + 1), key=lambda each: (each**2, each)
    ):
        connection.execute(
            _SUGGEST.format(reason="same_terms", ours_key="1", theirs_key="1", days=days)
        )


def went_through_spreadsheet(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a spreadsheet seems to have changed the partner's references."""
    (found,) = connection.execute(_SPREADSHEET).fetchall()[0]
    return bool(found)
