"""Parties, and the endpoints of suppliers."""

from datetime import datetime
from typing import Annotated, Literal, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.types import Body, Category, Name, Secret, Slug, Url
from catalog import (
    ABSENT_PROVES_SECONDS_MAX,
    ABSENT_PROVES_SECONDS_MIN,
    CATEGORIES_PER_PARTY_MAX,
    CONCURRENCY_MAX,
    DEADLINE_SECONDS_MAX,
    DEADLINE_SECONDS_MIN,
    FIRST_QUERY_SECONDS_MAX,
    OVERLAP_SECONDS,
    OVERLAP_SECONDS_MAX,
    RATE_PER_SECOND_MAX,
    TERM_NAMES,
    TIMEOUT_MILLISECONDS_MAX,
    TIMEOUT_MILLISECONDS_MIN,
    WAITING_LIMIT_MAX,
    DeliveryTerms,
)

RoleName = Literal["operator", "brand", "supplier"]


class PartyBody(Body):
    """A new party of the exchange."""

    code: Slug
    name: Name
    roles: Annotated[list[RoleName], Field(min_length=1, max_length=3)]
    category: Category | None = None
    categories: Annotated[list[Category], Field(max_length=CATEGORIES_PER_PARTY_MAX)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.category is not None and self.categories is not None:
            raise PydanticCustomError("categories", "Give a category or several categories")
        return self


class PartyNameBody(Body):
    """Another name for people to read."""

    name: Name


class EndpointBody(Body):
    """Where a supplier takes orders, and the shared secret that signs in both directions.

    What is left out of the others is as the service has it for all suppliers.
    """

    url: Url
    secret: Secret
    overlap_seconds: Annotated[int, Field(ge=0, le=OVERLAP_SECONDS_MAX)] = OVERLAP_SECONDS
    timeout_ms: (
        Annotated[int, Field(ge=TIMEOUT_MILLISECONDS_MIN, le=TIMEOUT_MILLISECONDS_MAX)] | None
    ) = None
    concurrency_max: Annotated[int, Field(ge=1, le=CONCURRENCY_MAX)] | None = None
    rate_per_second: Annotated[int, Field(ge=1, le=RATE_PER_SECOND_MAX)] | None = None
    deadline_seconds: (
        Annotated[int, Field(ge=DEADLINE_SECONDS_MIN, le=DEADLINE_SECONDS_MAX)] | None
    ) = None
    absent_proves_after_seconds: (
        Annotated[int, Field(ge=ABSENT_PROVES_SECONDS_MIN, le=ABSENT_PROVES_SECONDS_MAX)] | None
    ) = None
    first_query_after_seconds: Annotated[int, Field(ge=0, le=FIRST_QUERY_SECONDS_MAX)] | None = None
    waiting_max: Annotated[int, Field(ge=1, le=WAITING_LIMIT_MAX)] | None = None

    def terms(self) -> DeliveryTerms:
        """How patient the exchange is with the supplier."""
        return DeliveryTerms(**{name: getattr(self, name) for name in TERM_NAMES})


class PartyAnswer(TypedDict):
    """A party."""

    code: str
    name: str
    roles: list[RoleName]
    category: str | None
    categories: list[str]


class EndpointAnswer(TypedDict):
    """Where a supplier takes orders."""

    party: str
    url: str
    old_secret_until: datetime | None
    timeout_ms: int | None
    concurrency_max: int | None
    rate_per_second: int | None
    deadline_seconds: int | None
    absent_proves_after_seconds: int | None
    first_query_after_seconds: int | None
    waiting_max: int | None
