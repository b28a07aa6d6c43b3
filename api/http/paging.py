"""Pages of a list: their limit, and the cursor of the next page."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from litestar.params import QueryParameter

from api.http.problems import invalid_at
from api.http.schemas.types import (
    CURSOR_PATTERN,
    MARKET_CURSOR_PATTERN,
    PAGE_ITEMS_DEFAULT,
)
from catalog import BIGINT_MAX, PAGE_ITEMS_MAX
from ledger import JSON

Cursor = Annotated[
    str | None,
    QueryParameter(pattern=CURSOR_PATTERN, description="The `next_cursor` of the page before."),
]
PlacedCursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        pattern=MARKET_CURSOR_PATTERN,
        description="The `next_cursor` of the page before.",
    ),
]
"""Of lists in the order of time: an instant and the number of what happened then."""
Limit = Annotated[
    int, QueryParameter(ge=1, le=PAGE_ITEMS_MAX, description="The most items on the page.")
]
LIMIT_DEFAULT = PAGE_ITEMS_DEFAULT

Row = TypeVar("Row")


def after(cursor: str | None, id_max: int = BIGINT_MAX) -> int:
    """The identifier after which a page starts, up to `id_max`. Without a cursor it is 0.

    Raises:
        RequestInvalid: the cursor is not one of ours.
    """
    if cursor is None:
        return 0
    if int(cursor) > id_max:
        raise invalid_at("/cursor", "The cursor should be the next_cursor of an earlier page")
    return int(cursor)


_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


def placed(at: datetime, number: int) -> str:
    """The cursor of a page that goes on after what happened then and has this number."""
    return f"{(at - _FIRST) // _UNIT}.{number}"


def place_of(cursor: str | None) -> tuple[datetime, int] | None:
    """The instant and the number after which a page begins. None: at the beginning.

    Raises:
        RequestInvalid: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    units, dot, number = cursor.partition(".")
    if not dot or int(units) > (_LAST - _FIRST) // _UNIT or int(number) > BIGINT_MAX:
        raise invalid_at("/cursor", "The cursor should be the next_cursor of an earlier page")
    return _FIRST + int(units) * _UNIT, int(number)


def page(
    rows: Sequence[Row],
    limit: int,
    render: Callable[[Row], JSON],
    identify: Callable[[Row], object],
) -> JSON:
    """A page of rows. It has a cursor of the next page if it is full."""
    full = len(rows) == limit
    return {
        "items": [render(row) for row in rows],
        "next_cursor": str(identify(rows[-1])) if full and rows else None,
    }
