"""A partner's file, from its bytes to one Parquet of rows in one form.

    row             its number in the file: the line it begins on, the heading's included
    line_key        our own line, as "book:use"
    code_sha256     the digest of the coupon's code
    request_number  ours, of a direct order
    reference       the partner's own, without what stands around it
    offer, store, member
    used_on         the day, in the exchange's calendar
    amount_minor    whole minor units; a refund is negative
    currency        three letters, if the file says any

Whatever is not in a row is null. A row that cannot be used is rejected and listed. The others go
on. A file with more than REJECTED_PERCENT_MAX such rows, and more than a few, is refused.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from ledger import JSON
from settlement.partner_files.decode import decode
from settlement.partner_files.judged import Judge, Sums, quoted
from settlement.partner_files.mapping import FileMapping, Unit
from settlement.partner_files.normal import add_macros
from settlement.partner_files.refusals import (
    FAULTS_LISTED_MAX,
    Fault,
    PartnerFileInvalid,
    PartnerFileTooLarge,
    refuse,
    refuse_whole,
)
from settlement.partner_files.rows import Rows, rows_of_text
from settlement.partner_files.totals import ControlTotal, Rejected, Sorted, sort_suspects
from settlement.partner_files.unpack import Format, Packing, Table, unpack
from settlement.partner_files.workbook import rows_of_workbook

BYTES_MAX = 512 * 1024 * 1024
REJECTED_PERCENT_MAX = 1
REJECTED_ALWAYS = 3
"""So few rejected rows never refuse a file of which other rows can be used."""
MEMORY_LIMIT = "1GB"
THREADS_MAX = 2
BYTES_PER_THREAD = 64 * 1024 * 1024
"""A second thread needs as much memory again. For a smaller file, it is not worth it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the file that people should know. `code` says what it is."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file beside its rows. `rows` and `total_minor` are of those it has."""

    sha256: bytes
    rows: int
    total_minor: int
    refunds: int
    format: Format
    packing: Packing | None
    entry: str | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    unit: Unit
    heading_row: int
    columns: Mapping[str, str]
    ignored: Sequence[str]
    notes: int
    rejected: Sequence[Rejected]
    totals: Sequence[ControlTotal]
    findings: Sequence[Finding]

    def document(self) -> dict[str, JSON]:
        """The reading as it is stored."""
        return {**asdict(self), "sha256": self.sha256.hex()}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The reading that was stored."""
        parts = {
            "sha256": bytes.fromhex(document["sha256"]),
            "rejected": [Rejected(**each) for each in document["rejected"]],
            "totals": [ControlTotal(**each) for each in document["totals"]],
            "findings": [Finding(**each) for each in document["findings"]],
        }
        return cls(**{**document, **parts})


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that was read to its end, whether it may be used or not.

    `refusal`: why it may not be, as too many of its rows cannot be. `places` and `cells`: where our
    columns are, and how its first rows are written, by their numbers.
    """

    reading: Reading
    refusal: PartnerFileInvalid | None
    places: Mapping[str, int]
    cells: Mapping[int, Sequence[str]]


def read_partner_file(
    source: Path, target: Path, mapping: FileMapping | None = None, *, zone: str = "UTC"
) -> Reading:
    """Read a file and write its rows to `target`. Days are those of `zone`.

    Raises:
        PartnerFileTooLarge: it has more than BYTES_MAX bytes, or comes to more than other limits.
        PartnerFileInvalid: it cannot be read, or too many of its rows cannot be used.
    """
    found = inspect_partner_file(source, target, mapping, zone=zone)
    if found.refusal is not None:
        raise found.refusal
    return found.reading


def inspect_partner_file(
    source: Path,
    target: Path,
    mapping: FileMapping | None = None,
    *,
    zone: str = "UTC",
    first_rows: int = 0,
) -> Inspection:
    """Read a file as above, but tell also of one of which too many rows cannot be used.

    Raises:
        PartnerFileTooLarge: it has more than BYTES_MAX bytes, or comes to more than other limits.
        PartnerFileInvalid: it cannot be read at all.
    """
    mapping = mapping or FileMapping()
    size = source.stat().st_size
    if size > BYTES_MAX:
        raise PartnerFileTooLarge(
            f"the file has {size} bytes; the limit is {BYTES_MAX}", limit_bytes=BYTES_MAX
        )
    with source.open("rb") as stream:
        # The stub is too narrow: any binary file object will do.
        sha256 = hashlib.file_digest(stream, "sha256").digest()
    with tempfile.TemporaryDirectory(prefix="comity-reading-", dir=target.parent) as folder:
        work = Path(folder)
        table, encoding, rows = _find_table(source, work, mapping)
        with duckdb.connect(":memory:") as connection:
            threads = min(THREADS_MAX, 1 + rows.path.stat().st_size // BYTES_PER_THREAD)
            _prepare(connection, work, threads)
            add_macros(connection, mapping.date_format, zone, mapping.time_zone or zone)
            judge = Judge(connection, rows, mapping, work)
            sums, found = _judge(judge, rows, target)
            cells = judge.first_cells(target, first_rows) if first_rows else {}
    reading = Reading(
        sha256=sha256,
        rows=sums.rows,
        total_minor=sums.total_minor,
        refunds=sums.refunds,
        format=table.format,
        packing=table.packing,
        entry=table.entry,
        sheet=rows.sheet,
        encoding=encoding,
        delimiter=rows.delimiter,
        unit=rows.plan.unit,
        heading_row=rows.heading,
        columns=rows.plan.headings,
        ignored=rows.plan.ignored,
        notes=found.notes,
        rejected=found.rejected,
        totals=found.totals,
        findings=_findings(rows, sums, found),
    )
    return Inspection(reading, _refusal(sums, found), rows.plan.places, cells)


def _find_table(source: Path, work: Path, mapping: FileMapping) -> tuple[Table, str | None, Rows]:
    """The one table of the file that has a heading: an archive may hold others beside it."""
    refusal: PartnerFileInvalid | None = None
    for table in unpack(source, work):
        try:
            if table.format == "xlsx":
                return table, None, rows_of_workbook(table.path, work, mapping)
            text = decode(table.path, work, mapping.encoding)
            return table, text.encoding, rows_of_text(text, work, mapping)
        except PartnerFileInvalid as error:
            refusal = refusal or error
    raise refusal or refuse_whole("the file is empty")


def _prepare(connection: duckdb.DuckDBPyConnection, work: Path, threads: int) -> None:
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"SET threads = {threads}")
    connection.execute(f"SET temp_directory = {quoted(work)}")
    connection.execute("SET TimeZone = 'UTC'")


def _judge(judge: Judge, rows: Rows, target: Path) -> tuple[Sums, Sorted]:
    suspects = judge.judge()
    sums = judge.keep(target)
    return sums, sort_suspects(suspects, rows.plan, sums.last_row, judge.read_amount)


def _refusal(sums: Sums, found: Sorted) -> PartnerFileInvalid | None:
    count = len(found.rejected)
    is_much = count > REJECTED_ALWAYS and (count * 100 > (sums.rows + count) * REJECTED_PERCENT_MAX)
    if not count or (sums.rows and not is_much):
        return None
    listed = found.rejected[:FAULTS_LISTED_MAX]
    return refuse([Fault(each.row, each.column, each.problem) for each in listed], count)


def _findings(rows: Rows, sums: Sums, found: Sorted) -> list[Finding]:
    findings = []
    if rows.plan.ignored:
        listed = ", ".join(rows.plan.ignored)
        findings.append(Finding("columns-ignored", f"these columns are not read: {listed}"))
    if sums.lossy:
        findings.append(
            Finding(
                "digits-lost",
                f"{sums.lossy} references are written as a power of ten: the file went through a"
                " spreadsheet, which has dropped their last digits",
            )
        )
    has = {
        "all": (sums.rows, sums.total_minor),
        "charges": (sums.charges, sums.charges_minor),
        "refunds": (sums.refunds, sums.refunds_minor),
    }
    for total in found.totals:
        for what, said, is_there in zip(
            ("rows", "minor units"),
            (total.rows, total.amount_minor),
            has[total.of],
            strict=True,
        ):
            if said is not None and said != is_there:
                findings.append(
                    Finding(
                        "total-differs",
                        f"row {total.row} says {said} {what}, its {total.of} have {is_there}",
                    )
                )
    return findings
