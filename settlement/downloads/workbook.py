"""A statement as a workbook: its front page, and its lines on one or more sheets.

Numbers are numbers, instants are those of the settlement calendar, text is never a formula. A sheet
of lines prints on one page's width, with its heading on each page. The bytes follow from the
statement: the time of making is that of its issue.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from settlement.downloads.front import Front, FrontItem
from settlement.downloads.words import Language, label
from settlement.files.layout import MONEY, OPTIONAL_MONEY, STATEMENT, TOTAL
from settlement.money import currency_decimals

SHEET_ROWS_MAX = 1_048_576
"""As many as a worksheet holds. A longer statement continues on another sheet."""
WIDTHS = {"calculation": 40, "coupon_sha256": 20, "line": 16, "used_at": 19, "reversed_at": 19}
WIDTH = 11
A4 = 9

_EPOCH = datetime(1900, 3, 1)  # noqa: DTZ001 - cells hold local time, which has no zone
_SUM = 9  # SUBTOTAL's number for a sum


class Workbook:
    """Writes the front page at once and the lines as they come."""

    def __init__(
        self, target: Path, front: Front, headings: Sequence[str], language: Language
    ) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(target), options)
        made_at = front.issued_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": front.title, "created": made_at})
        decimals = currency_decimals(front.currency)
        money = "#,##0" + ("." + "0" * decimals if decimals else "")
        self._money = self._book.add_format({"num_format": money})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = self._book.add_format({"bold": True})
        self._bold_money = self._book.add_format({"bold": True, "num_format": money})
        self._headings = tuple(headings)
        self._lines_name = label("lines", language)
        self._write_front(front, label("title", language))
        self._sheets = 0
        self._sheet = self._next_sheet()

    def _write_front(self, front: Front, name: str) -> None:
        sheet = self._book.add_worksheet(name)
        _set_page(sheet)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(front.headings) - 1, 14)
        sheet.write_string(0, 0, front.title, self._bold)
        row = self._pairs(sheet, 2, front.about)
        for role, pairs in front.parties:
            sheet.write_string(row + 1, 0, role, self._bold)
            row = self._pairs(sheet, row + 2, pairs)
        row += 1
        for column, heading in enumerate(front.headings):
            sheet.write_string(row, column, heading, self._bold)
        for item in (*front.items, front.total):
            row += 1
            self._write_item(sheet, row, item, is_total=item is front.total)
        self._pairs(sheet, row + 2, front.notes)

    def _pairs(self, sheet: Any, row: int, pairs: Sequence[tuple[str, str]]) -> int:
        for name, value in pairs:
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, value)
            row += 1
        return row

    def _write_item(self, sheet: Any, row: int, item: FrontItem, *, is_total: bool) -> None:
        for column, cell in enumerate(item.cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell, self._bold if is_total else None)
            elif isinstance(cell, Decimal):
                style = self._bold_money if is_total else self._money
                # A price has more decimals than amounts.
                sheet.write_number(row, column, cell, None if column == _PRICE else style)
            elif cell is not None:
                sheet.write_number(row, column, cell, self._bold if is_total else None)

    def _next_sheet(self) -> Any:
        self._sheets += 1
        name = self._lines_name
        sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        _set_page(sheet)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(self._headings):
            sheet.set_column(column, column, WIDTHS.get(heading, WIDTH))
            sheet.write_string(0, column, heading, self._bold)
        self._row, self._sums = 1, dict.fromkeys(MONEY, Decimal(0))
        return sheet

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Write some rows of the detail file. The last ones are its totals."""
        for row in rows:
            kind = row[1]
            if kind == STATEMENT:
                continue
            if kind == TOTAL and self._sums:
                self._end_lines()
            elif kind != TOTAL and self._row == SHEET_ROWS_MAX - 1:
                self._end_lines()
                self._sheet = self._next_sheet()
            if self._row == SHEET_ROWS_MAX:
                self._sheet = self._next_sheet()
                self._sums = {}
            self._write(row, is_total=kind == TOTAL)

    def _end_lines(self) -> None:
        """Sum what stands on this sheet, as the cells of a filtered list are summed."""
        for column, heading in enumerate(self._headings):
            if heading in self._sums and self._row > 1:
                name = xl_col_to_name(column)
                formula = f"=SUBTOTAL({_SUM},{name}2:{name}{self._row})"
                value = self._sums[heading]
                self._sheet.write_formula(self._row, column, formula, self._bold_money, value)
        if self._row > 1:
            # A word says of every row of totals that it is one, to people and to what reads it.
            self._sheet.write_string(self._row, self._headings.index("kind"), TOTAL, self._bold)
        self._row += 1 if self._row > 1 else 0
        self._sums = {}

    def _write(self, row: Sequence[str], *, is_total: bool) -> None:
        for column, (heading, cell) in enumerate(zip(self._headings, row, strict=True)):
            if not cell:
                continue
            if heading in MONEY or heading in OPTIONAL_MONEY:
                style = self._bold_money if is_total else self._money
                amount = Decimal(cell)
                self._sheet.write_number(self._row, column, amount, style)
                if heading in self._sums:
                    self._sums[heading] += amount
            elif heading in ("rate", "tax_rate", "points"):
                self._sheet.write_number(self._row, column, Decimal(cell))
            elif heading in ("used_at", "reversed_at"):
                self._write_instant(column, cell)
            else:
                self._sheet.write_string(self._row, column, cell, self._bold if is_total else None)
        self._row += 1

    def _write_instant(self, column: int, cell: str) -> None:
        local = datetime.fromisoformat(cell).replace(tzinfo=None)
        # Worksheets have no days before 1900, and count the first of them wrongly.
        if local < _EPOCH:
            self._sheet.write_string(self._row, column, cell)
        else:
            self._sheet.write_datetime(self._row, column, local, self._instant)

    def close(self) -> None:
        """Write what is held back."""
        self._book.close()


_PRICE = 4
"""The column of prices in the front page's table."""


def _set_page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
