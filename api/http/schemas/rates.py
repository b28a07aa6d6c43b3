"""Rates: what the points of one programme are worth in another."""

from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, ProgrammeCode
from ledger.book import CONVERSION_RATE_MAX

RateTerm = Annotated[int, Field(ge=1, le=CONVERSION_RATE_MAX)]


class RateBody(Body):
    """A new version of the rate to another programme. It applies at once.

    One point of this programme becomes numerator/denominator points of the other, rounded down.
    """

    to_programme: ProgrammeCode
    numerator: RateTerm
    denominator: RateTerm


class RateAnswer(TypedDict):
    """A version of a rate. Of the versions between two programmes, the highest applies."""

    programme: str
    to_programme: str
    version: int
    numerator: int
    denominator: int


class RatesAnswer(TypedDict):
    """The rates of a programme that the caller may see, by target and version."""

    rates: list[RateAnswer]
