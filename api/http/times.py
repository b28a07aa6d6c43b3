"""Past instants in the query of an address."""

from datetime import UTC, datetime
from typing import Annotated

from litestar.params import QueryParameter
from pydantic_core import PydanticCustomError

from api.http.problems import RequestInvalid
from api.http.schemas.types import INSTANT_LENGTH_MAX, INSTANT_PATTERN, read_instant

AsOf = Annotated[
    str | None,
    QueryParameter(
        pattern=INSTANT_PATTERN,
        max_length=INSTANT_LENGTH_MAX,
        description="A past instant with its offset. The answer is what the book said then, without"
        " what was recorded later.",
    ),
]


def instant_of(as_of: str | None) -> datetime | None:
    """The past instant that the request asks about, if it names one.

    Raises:
        RequestInvalid: it is not an instant, or it is in the future.
    """
    if as_of is None:
        return None
    try:
        instant = read_instant(as_of)
    except PydanticCustomError as error:
        raise _invalid(error.message()) from error
    if instant > datetime.now(UTC):
        raise _invalid("Input should be an instant that is past")
    return instant


def _invalid(sentence: str) -> RequestInvalid:
    return RequestInvalid(f"/as_of: {sentence}", errors=[{"pointer": "/as_of", "detail": sentence}])
