"""The category tree and the isolation rules."""

from typing import Literal, NotRequired, Self, TypedDict

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.types import Body, Category, Slug


class CategoryBody(Body):
    """A node of the category tree. Its parent must exist."""

    path: Category


class SideBody(Body):
    """One side of a rule: a party, or a category with everything beneath it."""

    party: Slug | None = None
    category: Category | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.party is None) == (self.category is None):
            raise PydanticCustomError("side", "Give either a party or a category")
        return self


class IsolationRuleBody(Body):
    """A rule about who may see whose offers.

    A `node` rule isolates all parties beneath `category` from each other. An `allow` or `deny` rule
    is about the offers of `supplier` to `buyer`. If it is `mutual`, it applies in both directions.
    """

    kind: Literal["node", "allow", "deny"]
    category: Category | None = None
    buyer: SideBody | None = None
    supplier: SideBody | None = None
    mutual: bool = True

    @model_validator(mode="after")
    def _complete(self) -> Self:
        is_node = self.kind == "node"
        if (self.category is not None) != is_node or any(
            (side is None) != is_node for side in (self.buyer, self.supplier)
        ):
            raise PydanticCustomError(
                "rule", "A node rule has a category; an allow or deny has a buyer and a supplier"
            )
        return self


class CategoryAnswer(TypedDict):
    """A node of the category tree."""

    path: str


class SideAnswer(TypedDict):
    """One side of a rule: a party, or a category with everything beneath it."""

    party: NotRequired[str]
    category: NotRequired[str]


class IsolationRuleAnswer(TypedDict):
    """A rule, in fields and in words."""

    rule_id: int
    effect: Literal["allow", "deny"]
    buyer: SideAnswer
    supplier: SideAnswer
    mutual: bool
    rule: str
