"""Lists as CSV, as spreadsheets open it: with a byte order mark, and no cell that is a formula."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import Response

from api.http.auth import Call
from api.identity.sessions import UserIdentity
from api.pages.ask import Problem, Query, ask
from api.pages.render import HEADERS

CSV = "text/csv; charset=utf-8"
EXPORT_ROWS_MAX = 50_000
PAGE_ROWS = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Full-width signs, too: spreadsheets of some languages take them for the plain ones."""

Column = Callable[[Mapping[str, Any]], object]


def cell(value: object) -> str:
    """A value as a cell. A text that a spreadsheet would compute gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA):
        return f"'{text}"
    return text


def csv_file(
    name: str, heading: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response[bytes]:
    """A CSV file to save."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(b"\xef\xbb\xbf" + out.getvalue().encode(), media_type=CSV, headers=headers)


async def export(
    request: Call,
    user: UserIdentity,
    path: str,
    query: Query,
    *,
    name: str,
    columns: Mapping[str, Column],
    items: str = "items",
    limit: int = PAGE_ROWS,
) -> Response[bytes]:
    """All rows of a list, up to EXPORT_ROWS_MAX, by following its cursor.

    `items` is what the interface calls the rows, and `limit` how many it tells at once.

    Raises:
        Problem: the interface refused the list.
    """
    rows: list[list[object]] = []
    cursor: str | None = None
    while len(rows) < EXPORT_ROWS_MAX:
        answer = await ask(
            request, user, "GET", path, query={**query, "cursor": cursor, "limit": limit}
        )
        if not answer.is_good:
            raise Problem(answer)
        found = answer.json[items]
        rows += [[read(item) for read in columns.values()] for item in found]
        cursor = answer.next_cursor
        if cursor is None:
            break
    return csv_file(name, list(columns), rows[:EXPORT_ROWS_MAX])
