"""Files of partners, and how tests read them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.reading import Reading, read_partner_file
from settlement.partner_files.refusals import PartnerFileInvalid

OURS = "reference,offer_code,member,used_on,amount_minor"
ROW = "T-JAN,ticket,m1,2026-01-15,3000"
TAKEN = ("T-JAN", "ticket", "m1", "2026-01-15", 3000)

Read = Callable[..., tuple[Reading, list[dict[str, Any]]]]


def reader_in(folder: Path) -> Read:
    """What reads bytes or text there, and returns what was found and the rows."""

    def run(
        content: str | bytes, mapping: FileMapping | None = None, zone: str = "UTC"
    ) -> tuple[Reading, list[dict[str, Any]]]:
        source, target = folder / "file", folder / "rows.parquet"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        found = read_partner_file(source, target, mapping, zone=zone)
        assert Reading.of_document(found.document()) == found
        with duckdb.connect(":memory:") as connection:
            result = connection.execute(f"SELECT * FROM '{target}' ORDER BY row")
            names = [column[0] for column in result.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        assert len(rows) == found.rows
        assert sum(row["amount_minor"] for row in rows) == found.total_minor
        return found, rows

    return run


def known(row: dict[str, Any]) -> tuple[Any, ...]:
    """The columns that files have had from the start."""
    names = ("reference", "offer", "member", "used_on", "amount_minor")
    return tuple(str(row[name]) if name == "used_on" else row[name] for name in names)


def faults(read: Read, content: str | bytes, mapping: FileMapping | None = None) -> Any:
    """The faults for which a file is refused."""
    with pytest.raises(PartnerFileInvalid) as refusal:
        read(content, mapping)
    return [
        (each["line"], each["column"], each["problem"]) for each in refusal.value.extra["faults"]
    ]
