"""Who must never see whose offers: rules, vetoes, groups, and explanations."""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.types import Body, Category, Instant, Slug
from catalog import CATEGORIES_PER_PARTY_MAX

Layer = Literal["itself", "veto", "rule", "default", "none"]
Facet = Literal["owner", "carrier"]


class SideBody(Body):
    """One side of a rule: a party, a group, a category with everything beneath it, or everyone."""

    party: Slug | None = None
    category: Category | None = None
    group: Slug | None = None
    everyone: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = (self.party, self.category, self.group, self.everyone)
        if sum(each is not None for each in given) != 1:
            raise PydanticCustomError("side", "Give a party, a category, a group or everyone")
        return self


class AgainstBody(Body):
    """Whom a veto is against: a party, a group, or a category with everything beneath it."""

    party: Slug | None = None
    category: Category | None = None
    group: Slug | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.party, self.category, self.group)) != 1:
            raise PydanticCustomError("against", "Give a party, a category or a group")
        return self


class PeriodBody(Body):
    """From `valid_from`, or from now, until before `valid_until`, or for ever."""

    valid_from: Instant | None = None
    valid_until: Instant | None = None


class IsolationRuleBody(PeriodBody):
    """A rule about who may see whose offers.

    A `node` rule isolates all parties beneath `category` from each other. An `allow` or `deny` rule
    is about the offers of `supplier` to `buyer`. If it is `mutual`, it applies in both directions.
    It holds from `valid_from`, or from now, until before `valid_until`, or for ever.
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


class VetoBody(PeriodBody):
    """A party's wish about itself: whom it keeps apart from, in which of its two roles.

    As `buyer` it does not want to see their offers. As `supplier` it does not want them to see its
    own. No allow overrides it. It does not begin in the past.
    """

    against: AgainstBody
    role: Literal["buyer", "supplier"]


class CategoriesBody(Body):
    """The categories in which a party trades, its primary one first.

    `dry_run`: nothing is changed. The answer says what would be.
    """

    categories: Annotated[list[Category], Field(max_length=CATEGORIES_PER_PARTY_MAX)]
    dry_run: bool = False


class SideAnswer(TypedDict):
    """One side of a rule: a party, a group, a category with everything beneath it, or everyone."""

    party: NotRequired[str]
    category: NotRequired[str]
    group: NotRequired[str]
    everyone: NotRequired[bool]


class IsolationRuleAnswer(TypedDict):
    """A rule, in fields and in words."""

    rule_id: int
    effect: Literal["allow", "deny"]
    buyer: SideAnswer
    supplier: SideAnswer
    mutual: bool
    rule: str
    author: str | None
    valid_from: datetime | None
    valid_until: datetime | None


class RuleEndedAnswer(TypedDict):
    """A rule that was ended. If it had not begun, it is as if it had never been stated."""

    rule_id: int
    ended_at: datetime


class VetoAnswer(TypedDict):
    """A veto, in fields and in words."""

    veto_id: int
    party: str
    role: Literal["buyer", "supplier"]
    against: SideAnswer
    rule: str
    valid_from: datetime | None
    valid_until: datetime | None


class VetoEndedAnswer(TypedDict):
    """A veto that was ended. If it had not begun, it is as if it had never been stated."""

    veto_id: int
    ended_at: datetime


class ConsideredAnswer(TypedDict):
    """A rule that is about both parties. `applies` says whether it held at the instant."""

    rule_id: int | None
    rule: str
    facet: Facet
    applies: bool
    nearness: list[int]


class IsolationAnswer(TypedDict):
    """Whether an offer is isolated from the programme's brand, and the rule that decides it."""

    offer_id: int
    isolated: bool
    rule: str
    explanation: str
    as_of: datetime | None
    layer: Layer
    facet: Facet
    rule_id: int | None
    words: WordsAnswer
    considered: list[ConsideredAnswer]
    rules_version: int


class MatrixRowAnswer(TypedDict):
    """The decision about one class of offers for a brand."""

    owner: str
    supplier: str
    category: str | None
    offers: int
    isolated: bool
    layer: Layer
    facet: Facet
    rule_id: int | None
    words: WordsAnswer


class ClosedOfferAnswer(TypedDict):
    """An offer of which a brand has stock, and which closes to it."""

    buyer: str
    offer_id: int
    supplier: str
    code: str
    words: WordsAnswer


class CategoriesAnswer(TypedDict):
    """The categories of a party, and the offers that close by the change."""

    code: str
    categories: list[str]
    dry_run: bool
    closes: list[ClosedOfferAnswer]
