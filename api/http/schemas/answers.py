"""Shapes that belong to no noun: pages, refused items of a batch, problems, and health."""

from datetime import datetime
from typing import Generic, Literal, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")
KindName = Literal[
    "issue",
    "redeem",
    "hold",
    "capture",
    "release",
    "expire",
    "expire_book",
    "sweep",
    "reverse",
    "gift",
    "receive",
    "adjust",
    "convert",
    "credit",
    "end_conversion",
    "merge",
    "absorb",
]
"""The kinds of `ledger.asks.OperationKind`."""


class ProblemField(TypedDict):
    """A field that is not valid.

    `pointer` is a JSON pointer into the body, or names a parameter of the address. `detail` is one
    sentence.
    """

    pointer: str
    detail: str


class Problem(TypedDict):
    """An RFC 9457 problem document.

    Some types have further members. The page of the type names them.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: NotRequired[str]
    errors: NotRequired[list[ProblemField]]


class RefusedAnswer(TypedDict):
    """A refused item of a batch. `key` is null if the item has none.

    If the ledger refused the item, the answer also names the operation and its member.
    """

    key: str | None
    status: Literal["rejected"]
    problem: Problem
    operation: NotRequired[str]
    kind: NotRequired[KindName]
    member: NotRequired[str]
    points: NotRequired[int]
    balance: NotRequired[int | None]
    occurred_at: NotRequired[datetime]


class Page(TypedDict, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: list[Item]
    next_cursor: str | None


class HealthAnswer(TypedDict):
    """The status of the whole, and of each part."""

    status: Literal["ok", "degraded", "unready"]
    parts: dict[str, str]


class WordsAnswer(TypedDict):
    """A sentence in two languages."""

    zh: str
    en: str
