"""The lines of a detail file as Parquet, and what they come to. By DuckDB, in bounded memory."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from settlement.files.layout import HEADINGS, MONEY, OPTIONAL_MONEY, STATEMENT, TOTAL
from settlement.money import currency_decimals

MEMORY = "256MB"
ROW_GROUP_ROWS = 100_000
MONEY_DIGITS = 20

_INSTANTS = ("used_at", "reversed_at")
_TYPES = {
    **dict.fromkeys(_INSTANTS, "TIMESTAMPTZ"),
    "points": "BIGINT",
    "rate": "DECIMAL(24, 9)",
    "tax_rate": "DECIMAL(9, 6)",
    "corrects_statement": "BIGINT",
}


@dataclass(frozen=True, slots=True)
class Item:
    """What lines of one leg, tax rate, offer and price come to, or what corrects one statement.

    `terms` is the price as the detail file names it: a version of a contract, or a rate card.
    """

    leg: str
    corrects_statement: int | None
    tax_rate: Decimal | None
    offer_code: str | None
    terms: str | None
    quantity: int
    late: int
    reversals: int
    net: Decimal
    tax: Decimal
    gross: Decimal


def _lines(source: Path) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in HEADINGS)
    return (
        f"read_csv('{_quoted(source)}', compression = 'gzip', header = true, delim = ',',"
        f""" quote = '"', escape = '"', nullstr = '', auto_detect = false,"""
        f" parallel = false, columns = {{{columns}}})"
        f" WHERE kind NOT IN ('{TOTAL}', '{STATEMENT}')"
    )


def write_parquet(source: Path, currency: str, target: Path) -> None:
    """Write the lines of a detail file to `target`: amounts as decimals, instants as instants."""
    money = f"DECIMAL({MONEY_DIGITS}, {currency_decimals(currency)})"
    types = {**_TYPES, **dict.fromkeys((*MONEY, *OPTIONAL_MONEY), money)}
    cells = [
        f"CAST({_name(each)} AS {types[each]}) AS {_name(each)}" if each in types else _name(each)
        for each in HEADINGS
        if each != "late"
    ]
    select = f"SELECT {', '.join(cells)}, late IS NOT NULL AS late FROM {_lines(source)}"
    with _connected(target) as database:
        database.execute(
            f"COPY ({select}) TO '{_quoted(target)}'"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
        )


def items_of(source: Path, currency: str, scratch: Path) -> list[Item]:
    """What the lines of a detail file come to: items in order, but for those of nothing at all."""
    money = f"DECIMAL({MONEY_DIGITS}, {currency_decimals(currency)})"
    sums = ", ".join(f"sum(CAST({name} AS {money}))" for name in ("net", "tax", "gross"))
    correction = "kind IN ('adjustment', 'write_off')"
    query = f"""
        SELECT leg, CASE WHEN {correction} THEN CAST(corrects_statement AS BIGINT) END,
            CAST(tax_rate AS DECIMAL(9, 6)), offer_code, card,
            count(*) FILTER (kind = 'charge') - count(*) FILTER (kind = 'reversal'),
            count(*) FILTER (late IS NOT NULL), count(*) FILTER (kind = 'reversal'), {sums}
        FROM {_lines(source)} GROUP BY 1, 2, 3, 4, 5
        HAVING bool_or(kind IN ('charge', 'reversal')) OR bool_or(CAST(gross AS {money}) <> 0
            OR CAST(tax AS {money}) <> 0)
        ORDER BY {", ".join(f"{column} NULLS FIRST" for column in range(1, 6))}
    """
    with _connected(scratch) as database:
        return [Item(*row) for row in database.execute(query).fetchall()]


def _connected(near: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "temp_directory": str(near.with_suffix(".scratch")),
        }
    )


def _name(column: str) -> str:
    return f'"{column}"'


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
