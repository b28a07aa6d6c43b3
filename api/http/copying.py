"""Answers that are copied from rows: most of their fields have the same name in both."""

from typing import Any, Generic, TypeVar

from ledger import JSON

Row = TypeVar("Row")
Answer = TypeVar("Answer")


class Copier(Generic[Row, Answer]):
    """Makes answers of one shape from rows of one class.

    Each field is taken from the row's attribute of the same name, in the order of the answer's
    declaration. Fields that no attribute has are named when the copier is made, and given with each
    row.
    """

    def __init__(self, answer: type[Answer], row: type[Row], *given: str) -> None:
        names: tuple[str, ...] = tuple(answer.__annotations__)
        known = {*dir(row), *getattr(row, "__dataclass_fields__", ())}
        missing = [name for name in names if name not in given and name not in known]
        unknown = [name for name in given if name not in names]
        if missing or unknown:
            raise TypeError(
                f"{answer.__name__} from {row.__name__}: no such fields {missing + unknown}"
            )
        self.answer = answer
        self.row = row
        self.names = names
        self.given = frozenset(given)

    def __call__(self, row: Row, **given: JSON) -> Answer:
        """The answer for a row.

        Raises:
            KeyError: a field that the row does not have is not given.
        """
        answer: Any = {
            name: given[name] if name in self.given else getattr(row, name) for name in self.names
        }
        made: Answer = answer
        return made
