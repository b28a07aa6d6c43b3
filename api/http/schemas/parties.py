"""Parties, and the endpoints of suppliers."""

from datetime import datetime
from typing import Annotated, Literal, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.types import Body, Category, Name, Secret, Slug, Url
from catalog import CATEGORIES_PER_PARTY_MAX, OVERLAP_SECONDS, OVERLAP_SECONDS_MAX

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


class EndpointBody(Body):
    """Where a supplier takes orders, and the shared secret that signs in both directions."""

    url: Url
    secret: Secret
    overlap_seconds: Annotated[int, Field(ge=0, le=OVERLAP_SECONDS_MAX)] = OVERLAP_SECONDS


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
