"""Rows as CSV that a spreadsheet opens as they are meant.

A backtick stands before text that a spreadsheet would take for a formula or for a number it rounds.
So it does in the bills of the large payment platforms. Whoever reads the file takes off one
backtick and has the value as it is.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

GUARD = "`"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", GUARD)
DIGITS_KEPT_MAX = 11
"""Spreadsheets show longer numbers as 1.2E+19 and keep 15 digits of them."""

_ROUNDED = re.compile(rf"0[0-9]+|[0-9]{{{DIGITS_KEPT_MAX + 1},}}")


def guarded(text: str) -> str:
    """The text, behind a backtick where a spreadsheet would not show it as it is."""
    spoiled = text.startswith(FORMULA_STARTS) or _ROUNDED.fullmatch(text) is not None
    return GUARD + text if spoiled else text


class Spreadsheet:
    """UTF-8 with a byte order mark, and lines that end in CRLF (RFC 4180).

    Without the mark, spreadsheets do not read names in Chinese. `numbers` are the columns that hold
    numbers of ours: they are written as they are, a minus sign and all.
    """

    def __init__(self, target: Path, numbers: Sequence[int]) -> None:
        self._numbers = frozenset(numbers)
        self._file = target.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Write some rows."""
        self._writer.writerows(
            [cell if column in self._numbers else guarded(cell) for column, cell in enumerate(row)]
            for row in rows
        )

    def close(self) -> None:
        """Write what is held back."""
        self._file.close()
