"""The cells of a row, by our columns."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from catalog.imports.cells import CellWrong
from catalog.imports.headings import FileMapping

Value = TypeVar("Value")


class Cells:
    """The cells of a row by our columns. It remembers which one is being read."""

    def __init__(self, named: Mapping[str, str], mapping: FileMapping) -> None:
        self._named = named
        self.mapping = mapping
        self.column: str | None = None

    def read(self, column: str, reader: Callable[[str], Value]) -> Value | None:
        """The value of a cell. None if it is empty."""
        self.column = column
        cell = self._named.get(column, "")
        return reader(cell) if cell else None

    def must(self, column: str, reader: Callable[[str], Value]) -> Value:
        """The value of a cell that is not empty."""
        found = self.read(column, reader)
        if found is None:
            raise CellWrong("required-empty")
        return found
