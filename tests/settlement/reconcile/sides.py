"""Both sides of a comparison, written as the files that the matcher reads."""

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from settlement.reconcile.clean import Inputs
from settlement.reconcile.matching import (
    BREAK_COLUMNS,
    BREAKS_FILE,
    MATCH_COLUMNS,
    MATCHES_FILE,
    Matching,
    match,
)

DAY = date(2017, 3, 10)
MONTH = "2017-03"
OFFERS = ("offer", "other")

THEIRS = {
    "row": "BIGINT",
    "line_key": "VARCHAR",
    "code_sha256": "BLOB",
    "request_number": "VARCHAR",
    "reference": "VARCHAR",
    "offer": "VARCHAR",
    "store": "VARCHAR",
    "member": "VARCHAR",
    "used_on": "DATE",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
}


def digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def mine(number: int, **changes: Any) -> dict[str, Any]:
    """A charge of ours, by its number."""
    return {
        "book_id": 1,
        "use_id": f"{number}.1",
        "is_reversal": False,
        "home": 7,
        "month": MONTH,
        "code": f"code-{number}",
        "reference": f"ref-{number}",
        "request_number": None,
        "offer": "offer",
        "store": "store",
        "used_on": DAY,
        "amount": 60,
        "net": None,
        "gross": None,
        "currency": "CNY",
    } | changes


def undone(charge: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The reversal of a charge."""
    return charge | {"is_reversal": True, "amount": -charge["amount"]} | changes


def theirs(row: int, **changes: Any) -> dict[str, Any]:
    """The partner's row of the use with this number, named by its reference."""
    return {
        "row": row,
        "line_key": None,
        "code": None,
        "request_number": None,
        "reference": f"ref-{row}",
        "offer": "offer",
        "store": None,
        "member": None,
        "used_on": DAY,
        "amount": 60,
        "currency": None,
    } | changes


@dataclass
class Found:
    """The outcome, with the files that it wrote read back."""

    matching: Matching
    breaks: list[dict[str, str]]
    matches: list[dict[str, str]]
    by_category: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_category = self.matching.by_category

    @property
    def also(self) -> list[str]:
        """The other categories of the breaks."""
        return [each["also"].strip("{}") for each in self.breaks]


def compare(
    folder: Path,
    ours_rows: list[dict[str, Any]],
    theirs_rows: list[dict[str, Any]],
    *,
    elsewhere: list[dict[str, Any]] | None = None,
    claims: list[dict[str, Any]] | None = None,
    **options: Any,
) -> Found:
    """Write both sides, match them and read what was written."""
    _write(folder / "ours.csv", [{"position": n, **each} for n, each in enumerate(ours_rows, 1)])
    _write_theirs(folder / "theirs.parquet", theirs_rows)
    files: dict[str, Any] = {}
    if elsewhere is not None:
        files["elsewhere"] = folder / "elsewhere.csv"
        _write(
            files["elsewhere"],
            [
                {
                    "position": n,
                    **{k: v for k, v in each.items() if k not in {"is_foreign", "claimed_by"}},
                    "is_foreign": each.get("is_foreign", False),
                    "claimed_by": each.get("claimed_by"),
                }
                for n, each in enumerate(elsewhere, 1)
            ],
        )
    if claims is not None:
        files["claims"] = folder / "claims.csv"
        _write(files["claims"], claims)
    options = {"offers": OFFERS} | options
    matching = match(
        Inputs(folder / "ours.csv", folder / "theirs.parquet", **files, **options), folder
    )
    return Found(
        matching,
        _read(folder / BREAKS_FILE, BREAK_COLUMNS),
        _read(folder / MATCHES_FILE, MATCH_COLUMNS),
    )


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            values = {**row}
            if values.get("code"):
                values["code"] = digest(values["code"]).hex()[:32]
            writer.writerow(
                [
                    {True: "t", False: "f"}.get(v, v) if isinstance(v, bool) else v
                    for v in values.values()
                ]
            )


def _write_theirs(path: Path, rows: list[dict[str, Any]]) -> None:
    table = path.with_suffix(".csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [digest(v).hex() if name == "code" and v else v for name, v in each.items()]
            for each in rows
        )
    columns = THEIRS | {"code_sha256": "VARCHAR"}
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE (unhex(code_sha256) AS code_sha256) FROM read_csv('{table}',"
            f" header = false, auto_detect = false, nullstr = '', columns = {columns}))"
            f" TO '{path}' (FORMAT parquet)"
        )


def _read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(zip(columns, row, strict=True)) for row in csv.reader(file)]
