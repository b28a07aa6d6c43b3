"""Past instants and days in the query of an address."""

from datetime import date, datetime
from typing import Annotated

from litestar.params import QueryParameter
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.problems import RequestInvalid, invalid_at
from api.http.schemas.types import INSTANT_LENGTH_MAX, INSTANT_PATTERN, read_day, read_instant
from ledger import read_clock

AsOf = Annotated[
    str | None,
    QueryParameter(
        pattern=INSTANT_PATTERN,
        max_length=INSTANT_LENGTH_MAX,
        description="A past instant with its offset. The answer is what the book said then, without"
        " what was recorded later.",
    ),
]


JudgedAt = Annotated[
    str | None,
    QueryParameter(
        name="as_of",
        pattern=INSTANT_PATTERN,
        max_length=INSTANT_LENGTH_MAX,
        description="An instant with its offset, at which isolation is judged. By default, now.",
    ),
]


FromInstant = Annotated[
    str | None,
    QueryParameter(
        name="from",
        pattern=INSTANT_PATTERN,
        max_length=INSTANT_LENGTH_MAX,
        description="From this instant on, with its offset.",
    ),
]
UntilInstant = Annotated[
    str | None,
    QueryParameter(
        name="until",
        pattern=INSTANT_PATTERN,
        max_length=INSTANT_LENGTH_MAX,
        description="Before this instant, with its offset.",
    ),
]


DAY_LENGTH = len("2017-01-31")


def day_of(name: str, text: str) -> date:
    """The day that a query names.

    Raises:
        RequestInvalid: it is not a day.
    """
    try:
        return read_day(text)
    except PydanticCustomError as error:
        raise invalid_at(f"/{name}", error.message()) from error


def instant_of(as_of: str | None) -> datetime | None:
    """The instant that the request asks about, if it names one. See `require_past`.

    Raises:
        RequestInvalid: it is not an instant.
    """
    if as_of is None:
        return None
    try:
        return read_instant(as_of)
    except PydanticCustomError as error:
        raise _invalid(error.message()) from error


def instant_at(name: str, text: str | None) -> datetime | None:
    """The instant that a query names, if it does.

    Raises:
        RequestInvalid: it is not an instant.
    """
    if text is None:
        return None
    try:
        return read_instant(text)
    except PydanticCustomError as error:
        raise invalid_at(f"/{name}", error.message()) from error


async def require_past(connection: AsyncConnection, instant: datetime) -> None:
    """Require an instant that is past by the database's clock, which dates what the books say.

    Raises:
        RequestInvalid: it is in the future.
    """
    if instant > await read_clock(connection):
        raise _invalid("Input should be an instant that is past")


def _invalid(sentence: str) -> RequestInvalid:
    return RequestInvalid(f"/as_of: {sentence}", errors=[{"pointer": "/as_of", "detail": sentence}])
