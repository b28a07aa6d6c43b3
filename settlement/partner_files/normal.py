"""What the text of a cell means, as expressions that DuckDB runs over millions of rows.

They are macros of a connection, so that a single value can be asked about as well. Nothing is
guessed: what can be read in two ways is null, and its row is rejected.
"""

import re
from collections.abc import Mapping
from datetime import date

import duckdb

from exchange.coupons import ALPHABET, CODE_LENGTH_MAX
from settlement.partner_files.mapping import DayFormat

AMOUNT_DIGITS_MAX = 15
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)

_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_FULL = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000"
_SEPARATORS = "\x1c\x1d\x1e\x1f"
SPACES = "".join(
    sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign not in _SEPARATORS
) + ("\u200b\u2060\ufeff")
"""What is taken off both ends of a cell."""


def dressed(separator: str) -> str:
    """A regular expression for lines of which some cell is not bare. Most lines are."""
    spaces, end = re.escape(SPACES.replace(separator, "")), re.escape(separator)
    return f"(^|{end})[{spaces}`'=]|[{spaces}]({end}|$)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# As `parse_code` reads a code: without what a keyboard, a till or a copy put between.
_IN_CODES = r"[\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}\p{Pd}\x{2212}\x{30FC}\x{FF70}]"
_CODE = "[1-9A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{19,25}"
_CODE_WIDTH = 26
# Every other character of a code counts double, and the digits of that, to the base 32, are added.
_BASE = len(ALPHABET)
_DOUBLED = "".join(ALPHABET[sum(divmod(2 * value, _BASE))] for value in range(_BASE))
_CHECK = " + ".join(
    f"strpos('{ALPHABET}', substr({'doubled' if place % 2 == 0 else 'plain'}, {place}, 1)) - 1"
    for place in range(1, _CODE_WIDTH + 1)
)

_PLAIN_AMOUNT = rf"-?[0-9]{{1,{AMOUNT_DIGITS_MAX}}}(\.[0-9]{{1,6}})?"
_GROUPED_AMOUNT = r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,6})?"
_MONEY_WORDS = r"[¥￥$€£元\s]|CNY|RMB|人民币"
_TIME = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?"
_STAMP = rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([ T]+{_TIME})?"
_SERIAL = r"[2-7][0-9]{4}(\.[0-9]+)?"
"""A day as a spreadsheet counts it: from 1954 to 2118."""
_YEAR_FIRST = (r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(.*)$", r"\1-\2-\3\4")
_FORMS: Mapping[DayFormat, tuple[str, str]] = {
    "year-first": _YEAR_FIRST,
    "day-first": (r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(.*)$", r"\3-\2-\1\4"),
    "month-first": (r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(.*)$", r"\3-\1-\2\4"),
}
_DIGITS = (r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3")
_MORE_DIGITS = (
    r"^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$",
    r"\1-\2-\3 \4:\5:\6",
)

_BARE = f"""
    CREATE MACRO bare(cell) AS trim(
        regexp_replace(regexp_replace(
            ltrim(trim(cell, {_quoted(SPACES)}), '`'), '^="(.*)"$', '\\1'
        ), '^''([''=+@0-9-].*)$', '\\1'),
        {_quoted(SPACES)}
    )
"""

_HALF_WIDTH = f"""
    CREATE MACRO half_width(cell) AS CASE
        WHEN strlen(cell) = length(cell) THEN cell
        ELSE translate(cell, {_quoted(_FULL)}, {_quoted(_HALF)})
    END
"""

_CODE_OF = f"""
    CREATE MACRO code_of(cell) AS CASE
        WHEN regexp_full_match(cell, '{_CODE}') THEN cell
        WHEN length(cell) > {CODE_LENGTH_MAX} THEN ''
        ELSE translate(
            upper(regexp_replace(half_width(cell), '{_IN_CODES}', '', 'g')), 'OIL', '011'
        )
    END
"""

_CHECKED = f"""
    CREATE MACRO checked(plain, doubled) AS ({_CHECK}) % {len(ALPHABET)} = 0
"""

_IS_CODE = f"""
    CREATE MACRO is_code(code) AS regexp_full_match(code, '{_CODE}') AND checked(
        rpad(reverse(code), {_CODE_WIDTH}, '0'),
        translate(rpad(reverse(code), {_CODE_WIDTH}, '0'), '{ALPHABET}', '{_DOUBLED}')
    )
"""

_AMOUNT_TEXT = f"""
    CREATE MACRO amount_text(cell) AS CASE
        WHEN regexp_full_match(cell, '{_PLAIN_AMOUNT}') THEN cell
        ELSE regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(half_width(cell), '{_MONEY_WORDS}', '', 'g'),
            '^\\((.*)\\)$', '-\\1'), '^([^-+].*)-$', '-\\1'), '^\\+', '')
    END
"""

_AMOUNT_OF = f"""
    CREATE MACRO amount_of(written) AS CASE
        WHEN regexp_full_match(written, '{_PLAIN_AMOUNT}')
            THEN TRY_CAST(written AS DECIMAL(27, 6))
        WHEN regexp_full_match(written, '{_GROUPED_AMOUNT}')
            THEN TRY_CAST(replace(written, ',', '') AS DECIMAL(27, 6))
    END
"""

_MINOR_OF = f"""
    CREATE MACRO minor_of(amount, times) AS CASE
        WHEN amount * times = trunc(amount * times)
            AND abs(amount * times) < {10**AMOUNT_DIGITS_MAX}
        THEN CAST(trunc(amount * times) AS BIGINT)
    END
"""

_STAMP_OF = f"""
    CREATE MACRO stamp_of(written) AS CASE
        WHEN regexp_full_match(written, '{_STAMP}') THEN TRY_CAST(written AS TIMESTAMP)
        WHEN regexp_full_match(written, '{_SERIAL}') THEN TIMESTAMP '1899-12-30'
            + to_seconds(CAST(round(TRY_CAST(written AS DOUBLE) * 86400) AS BIGINT))
    END
"""

_USABLE_DAY = f"""
    CREATE MACRO usable_day(found) AS
        CASE WHEN found BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN found END
"""


def add_macros(
    connection: duckdb.DuckDBPyConnection, form: DayFormat, zone: str, source_zone: str
) -> None:
    """Make the macros. Days are those of `zone`, and times without an offset of `source_zone`."""
    for macro in (
        *(_BARE, _HALF_WIDTH, _CODE_OF, _CHECKED, _IS_CODE),
        *(_AMOUNT_TEXT, _AMOUNT_OF, _MINOR_OF),
        *(_USABLE_DAY, _day_text(form), _STAMP_OF, _day_of(zone, source_zone)),
    ):
        connection.execute(macro)


def _day_text(form: DayFormat) -> str:
    """A day, or a time of a day, as ISO 8601 has it, if it is written in one of these forms."""
    text = "half_width(cell)"
    for pattern, result in (_FORMS[form], _YEAR_FIRST, _MORE_DIGITS, _DIGITS):
        text = f"regexp_replace({text}, '{pattern}', '{result}')"
    return f"""
    CREATE MACRO day_text(cell) AS CASE
        WHEN regexp_full_match(cell, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}( [0-9:]{{8}})?') THEN cell
        ELSE {text}
    END
"""


def _day_of(zone: str, source_zone: str) -> str:
    in_zone = (
        "stamp_of(written)"
        if zone == source_zone
        else f"timezone('{zone}', timezone('{source_zone}', stamp_of(written)))"
    )
    return f"""
    CREATE MACRO day_of(written) AS usable_day(CASE
        WHEN NOT regexp_matches(written, '[:.]') THEN CAST(stamp_of(written) AS DATE)
        WHEN regexp_matches(written, ':.*(Z|[+-][0-9:]+)$') AND stamp_of(written) IS NOT NULL
            THEN CAST(timezone('{zone}', TRY_CAST(written AS TIMESTAMPTZ)) AS DATE)
        ELSE CAST({in_zone} AS DATE)
    END)
"""
