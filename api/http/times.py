"""Instants that stand in the query of an address."""

from datetime import UTC, datetime
from typing import Annotated

from litestar.params import QueryParameter
from pydantic_core import PydanticCustomError

from api.http.problems import InvalidRequest
from api.http.schemas.types import MOMENT_LENGTH_MAX, MOMENT_PATTERN, read_moment

AsOf = Annotated[
    str | None,
    QueryParameter(
        pattern=MOMENT_PATTERN,
        max_length=MOMENT_LENGTH_MAX,
        description="A past instant with its offset: what the book said then, whatever was recorded later.",
    ),
]


def instant_of(as_of: str | None) -> datetime | None:
    """The past instant that is asked about; None without.

    Raises:
        InvalidRequest: it is no instant, or has not come.
    """
    if as_of is None:
        return None
    try:
        instant = read_moment(as_of)
    except PydanticCustomError as error:
        raise _invalid(error.message()) from error
    if instant > datetime.now(UTC):
        raise _invalid("Input should be an instant that is past")
    return instant


def _invalid(sentence: str) -> InvalidRequest:
    return InvalidRequest(f"/as_of: {sentence}", errors=[{"pointer": "/as_of", "detail": sentence}])
