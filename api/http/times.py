"""Past instants in the query of an address."""

from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.problems import RequestInvalid
from api.http.schemas.types import INSTANT_LENGTH_MAX, INSTANT_PATTERN, read_instant
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


async def require_past(connection: AsyncConnection, instant: datetime) -> None:
    """Require an instant that is past by the database's clock, which dates what the books say.

    Raises:
        RequestInvalid: it is in the future.
    """
    if instant > await read_clock(connection):
        raise _invalid("Input should be an instant that is past")


def _invalid(sentence: str) -> RequestInvalid:
    return RequestInvalid(f"/as_of: {sentence}", errors=[{"pointer": "/as_of", "detail": sentence}])
