"""Shops: where a party's coupons are used."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    NAME_PATTERN,
    REGION_PATTERN,
    Body,
    Code,
    Key,
    Name,
)
from catalog.shops import GROUP_LENGTH_MAX, GROUPS_MAX

StateName = Literal["open", "closed"]
Region = Annotated[
    str, Field(pattern=REGION_PATTERN, description="Six digits of GB/T 2260, e.g. 310101.")
]
Group = Annotated[str, Field(min_length=1, max_length=GROUP_LENGTH_MAX, pattern=NAME_PATTERN)]


class ShopBody(Body):
    """A new shop of the party."""

    code: Code
    name: Name
    region: Region | None = None
    groups: Annotated[list[Group], Field(max_length=GROUPS_MAX)] = Field(default_factory=list)
    state: StateName = "open"
    online: bool = False


class ShopItem(ShopBody):
    """One shop of a batch."""

    key: Key


class AddShopsBody(Body):
    """Up to 1,000 shops, each with its own key."""

    shops: Annotated[list[ShopItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ShopAnswer(TypedDict):
    """A shop."""

    code: str
    name: str
    region: str | None
    groups: list[str]
    state: StateName
    online: bool


class ShopItemAnswer(ShopAnswer):
    """A shop that was added in a batch."""

    key: str
    status: Literal["accepted"]


class AddShopsAnswer(TypedDict):
    """One answer per shop, in the order of the request."""

    answers: list[ShopItemAnswer | RefusedAnswer]
