"""Read a partner's file strictly. Every fault is named with its line, and one refuses the file.

The file is CSV (RFC 4180) in UTF-8, with or without a byte order mark, separated by commas, with a
heading line. Its columns, in any order:

    reference     the partner's own reference of the use; may be empty if coupon_code is given
    coupon_code   optional column: the code of the coupon, as typed; may be empty
    offer_code    the offer's code
    member        the member's reference
    used_on       YYYY-MM-DD
    amount_minor  what the partner expects for the use, in whole minor units; 0 or more
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, ClassVar

from exchange.coupons import CouponNotFound, parse_code
from ledger import JSON, Refusal
from settlement.rating.uses import code_digest

BYTES_MAX = 512 * 1024 * 1024
ROWS_MAX = 5_000_000
FIELD_LENGTH_MAX = 200
AMOUNT_DIGITS_MAX = 15
FAULTS_LISTED_MAX = 50

REQUIRED = ("reference", "offer_code", "member", "used_on", "amount_minor")
OPTIONAL = ("coupon_code",)
COLUMNS = (
    "line_number",
    "reference",
    "code_sha256",
    "offer_code",
    "member",
    "used_on",
    "amount_minor",
)

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PartnerFileInvalid(Refusal):
    """The file has faults.

    `faults` lists the first of them as {line, column, problem}. `fault_count` counts those found.
    """

    code: ClassVar[str] = "partner-file-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The partner's file has faults."


class PartnerFileTooLarge(Refusal):
    """The file exceeds the limit of bytes or rows."""

    code: ClassVar[str] = "partner-file-too-large"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "The partner's file is too large."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. The heading is line 1; the column of a whole line is ""."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A file without a fault: how many records it has, and the SHA-256 of its bytes."""

    rows: int
    sha256: bytes


def refusal_of(document: dict[str, JSON]) -> Refusal:
    """The refusal of a file, from its document."""
    kinds: dict[str, type[Refusal]] = {
        kind.code: kind for kind in (PartnerFileInvalid, PartnerFileTooLarge)
    }
    rest = {name: value for name, value in document.items() if name not in {"status", "title"}}
    return kinds[rest.pop("code")](rest.pop("detail"), **rest)


def read_partner_file(source: Path | bytes, target: Path) -> PartnerFile:
    """Check a partner's file and write its records to `target`: plain CSV with COLUMNS.

    A code is written as its digest.

    Raises:
        PartnerFileTooLarge: it has more than BYTES_MAX bytes or ROWS_MAX records.
        PartnerFileInvalid: something in it is not as this module says.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > BYTES_MAX:
        raise PartnerFileTooLarge(
            f"the file has {size} bytes; the limit is {BYTES_MAX}", limit_bytes=BYTES_MAX
        )
    faults: list[Fault] = []
    rows = 0
    with _open(source) as stream, target.open("w", encoding="utf-8", newline="") as output:
        # The stub is too narrow: any binary file object will do.
        sha256 = hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type]
        stream.seek(0)
        writer = csv.writer(output, lineterminator="\n")
        for number, record in _records(stream, faults):
            rows += 1
            if rows > ROWS_MAX:
                raise PartnerFileTooLarge(
                    f"the file has more than {ROWS_MAX} records", limit_rows=ROWS_MAX
                )
            found = _check(number, record)
            if found:
                faults += found
                if len(faults) >= FAULTS_LISTED_MAX:
                    break
            elif not faults:
                record["code_sha256"] = _digest(record.get("coupon_code", ""))
                writer.writerow((number, *(record[column] for column in COLUMNS[1:])))
    if faults:
        _refuse(faults)
    return PartnerFile(rows, sha256)


def _open(source: Path | bytes) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _records(stream: IO[bytes], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with the line it begins on. A fault in the file's form ends the records."""
    reader = csv.reader(_lines(stream), strict=True)
    begins = 1
    try:
        headings = [heading.strip() for heading in next(reader, [])]
        faults += _check_headings(headings)
        if faults:
            return
        begins = reader.line_num + 1
        for fields in reader:
            number, begins = begins, reader.line_num + 1
            if not fields:
                continue  # an empty line, as many programs leave at the end
            if len(fields) != len(headings):
                faults.append(
                    Fault(number, "", f"{len(fields)} fields where the heading has {len(headings)}")
                )
                if len(faults) >= FAULTS_LISTED_MAX:
                    return
                continue
            yield number, dict(zip(headings, (field.strip() for field in fields), strict=True))
    except UnicodeDecodeError:
        faults.append(Fault(reader.line_num + 1, "", "not UTF-8"))
    except csv.Error as error:
        faults.append(Fault(begins, "", f"not CSV: {error}"))


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """The text, decoded one line at a time, so that a fault is known by its line."""
    for number, line in enumerate(stream):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8")


def _check_headings(headings: list[str]) -> list[Fault]:
    faults = [
        Fault(1, column, "the column is missing") for column in REQUIRED if column not in headings
    ]
    for column in dict.fromkeys(headings):
        if column not in REQUIRED + OPTIONAL:
            faults.append(Fault(1, column[:FIELD_LENGTH_MAX], "unknown column"))
        elif headings.count(column) > 1:
            faults.append(Fault(1, column, "the column is there twice"))
    return faults[:FAULTS_LISTED_MAX]


def _check(number: int, record: dict[str, str]) -> list[Fault]:
    faults = []
    for column, value in record.items():
        if len(value) > FIELD_LENGTH_MAX:
            faults.append(Fault(number, column, f"longer than {FIELD_LENGTH_MAX} characters"))
        elif not value.isprintable():
            faults.append(Fault(number, column, "holds a control character"))
    if not record["reference"] and not record.get("coupon_code"):
        faults.append(Fault(number, "reference", "empty, and there is no coupon_code either"))
    faults += [
        Fault(number, column, "empty") for column in ("offer_code", "member") if not record[column]
    ]
    if not _is_code(record.get("coupon_code", "")):
        faults.append(
            Fault(number, "coupon_code", "not a coupon code: mistyped, or not one of this exchange")
        )
    if not _is_day(record["used_on"]):
        faults.append(Fault(number, "used_on", "not a day written as YYYY-MM-DD"))
    amount = record["amount_minor"]
    if not (amount.isascii() and amount.isdigit() and len(amount) <= AMOUNT_DIGITS_MAX):
        faults.append(
            Fault(number, "amount_minor", f"not a whole number of up to {AMOUNT_DIGITS_MAX} digits")
        )
    return faults


def _is_code(value: str) -> bool:
    try:
        return not value or bool(parse_code(value))
    except CouponNotFound:
        return False


def _digest(code: str) -> str:
    return code_digest(parse_code(code).text).hex() if code else ""


def _is_day(value: str) -> bool:
    if _DAY.fullmatch(value) is None:  # fromisoformat takes other spellings too
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _refuse(faults: list[Fault]) -> None:
    listed = [
        {"line": fault.line, "column": fault.column, "problem": fault.problem}
        for fault in faults[:FAULTS_LISTED_MAX]
    ]
    first = faults[0]
    where = f"line {first.line}" + (f", column {first.column}" if first.column else "")
    raise PartnerFileInvalid(f"{where}: {first.problem}", faults=listed, fault_count=len(faults))
