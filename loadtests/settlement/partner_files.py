"""How long partners' files take to be read, and how much memory: each in a process of its own.

A workbook of 300,000 rows as a spreadsheet writes it, with its texts beside the sheet. A table of
three million rows, as it is, with each cell in quotation marks, and in GB18030. All are read to the
end: decoded, normalised, and written as one Parquet.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

from ledger import JSON
from settlement.partner_files import read_partner_file

WORKBOOK_ROWS = 300_000
TABLE_ROWS = 3_000_000
HEADING = ("商户单号", "券码", "商品编码", "门店", "会员号", "核销时间", "金额")
DAY_FIRST = 46_023
"""The first of January 2026, as a spreadsheet counts."""
DAYS = 28

_KIB = 1024


async def measure(*, scale: float) -> JSON:
    """The figures of each file."""
    workbook_rows, table_rows = round(WORKBOOK_ROWS * scale), round(TABLE_ROWS * scale)
    files: dict[str, tuple[Callable[[Path, int], None], int]] = {
        "workbook": (_write_workbook, workbook_rows),
        "table": (_write_table, table_rows),
        "quoted table": (_write_quoted, table_rows),
        "table in GB18030": (_write_gb18030, table_rows),
    }
    figures: dict[str, JSON] = {}
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        for name, (write, rows) in files.items():
            source = Path(folder) / "file"
            await asyncio.to_thread(write, source, rows)
            figures[name] = await _read_apart(source)
            assert figures[name]["rows"] == rows, name
    return figures


def lines(figures: JSON) -> Iterator[str]:
    """The figures as people read them."""
    for name, each in figures.items():
        if name == "load_average_before":
            continue
        yield (
            f"{name:18} {each['rows']:>9,} rows {each['file_mib']:7.1f} MiB"
            f" {each['seconds']:6.1f} s, {each['cpu_seconds']:5.1f} s of processors,"
            f" {each['memory_mib']:5.0f} MiB of memory"
        )


async def _read_apart(source: Path) -> JSON:
    """Read a file in a new process: the most memory that a process had is never forgotten."""
    command = (sys.executable, "-m", "loadtests.settlement.partner_files", str(source))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0, f"the reading ended with {process.returncode}"
    found: JSON = orjson.loads(said)
    return found


def _rows(count: int) -> Iterator[tuple[str, str, str, str, int, int]]:
    for number in range(count):
        yield (
            f"S202602{number:010}",
            f"offer-{number % 50}",
            f"门店{number % 400}",
            f"member-{number % 9_999}",
            number % DAYS,
            3_000 + number % 100,
        )


def _write_workbook(target: Path, count: int) -> None:
    with xlsxwriter.Workbook(str(target)) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy/m/d h:mm"})
        sheet.write_row(0, 0, HEADING)
        for number, row in enumerate(_rows(count), start=1):
            reference, offer, store, member, days, minor = row
            for place, text in ((0, reference), (2, offer), (3, store), (4, member)):
                sheet.write_string(number, place, text)
            sheet.write_number(number, 5, DAY_FIRST + days + 0.5, day)
            sheet.write_number(number, 6, minor / 100)


def _text(row: tuple[str, str, str, str, int, int]) -> str:
    reference, offer, store, member, days, minor = row
    amount = f"{minor // 100}.{minor % 100:02}"
    return f"{reference},,{offer},{store},{member},2026/1/{days + 1} 12:00:00,{amount}\n"


def _write_table(target: Path, count: int, encoding: str = "utf-8") -> None:
    with target.open("w", encoding=encoding, newline="") as output:
        output.write(",".join(HEADING) + "\n")
        output.writelines(_text(row) for row in _rows(count))


def _write_gb18030(target: Path, count: int) -> None:
    _write_table(target, count, "gb18030")


def _write_quoted(target: Path, count: int) -> None:
    with target.open("w", encoding="utf-8", newline="") as output:
        output.write(",".join(HEADING) + "\n")
        for row in _rows(count):
            cells = _text(row).rstrip("\n").replace(",", '","')
            output.write(f'"{cells}"\n')


def peak_mib() -> float:
    """The most memory that this process has had. Unlike the usual call, it leaves parents out."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    return int(line.split()[1]) / _KIB


def main(source: Path) -> dict[str, Any]:
    """Read a file, and say what it took."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        reading = read_partner_file(source, Path(folder) / "rows.parquet", zone="Asia/Shanghai")
    return {
        "rows": reading.rows,
        "total_minor": reading.total_minor,
        "encoding": reading.encoding,
        "file_mib": round(source.stat().st_size / _KIB / _KIB, 1),
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time(), 2),
        "memory_mib": round(peak_mib()),
    }


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(main(Path(sys.argv[1]))))
