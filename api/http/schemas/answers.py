"""What every answer may be part of: pages, batches and problems."""

from datetime import datetime
from typing import Generic, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")


class ProblemField(TypedDict):
    """A field that is not valid: a JSON pointer into the body, or to a parameter of the address, and a sentence."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """An RFC 9457 problem document.

    Some have further members, which the page of their type names.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: NotRequired[str]
    errors: NotRequired[list[ProblemField]]


class RefusedAnswer(TypedDict):
    """An item of a batch that was refused; `key` is null when it has none.

    What the ledger refused tells which operation of whom it was.
    """

    key: str | None
    status: str
    problem: Problem
    operation: NotRequired[str]
    kind: NotRequired[str]
    member: NotRequired[str]
    points: NotRequired[int]
    balance: NotRequired[int | None]
    occurred_at: NotRequired[datetime]


class Page(TypedDict, Generic[Item]):
    """A page: `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None
