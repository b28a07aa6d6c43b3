"""A row of what the description says of an operation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """A row of the table.

    `name` is the `operationId`: programs are generated from it, so it never changes. `refusals`
    are the codes that only this operation, or few like it, can be refused with. `items` are those
    that an item of a batch can be refused with, beside `request-invalid`.
    """

    name: str
    summary: str
    refusals: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


def described(name: str, summary: str, refusals: str = "", items: str = "") -> Described:
    """A row, with its codes parted by blanks."""
    return Described(name, summary, frozenset(refusals.split()), frozenset(items.split()))
