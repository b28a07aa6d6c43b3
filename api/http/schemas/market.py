"""Requests about parties, categories, offers, allotments and rights, and their answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Account,
    Category,
    Code,
    Currency,
    Identifier,
    Key,
    Label,
    Member,
    Moment,
    Money,
    Name,
    PointsOrNone,
    Quantity,
    Reference,
    Request,
    Secret,
    Slug,
    Url,
)
from catalog import USE_WITHIN_DAYS_MAX

Items = Annotated[list[Any], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class PartyRequest(Request):
    """A new party of the exchange."""

    code: Slug
    name: Name
    roles: Annotated[
        list[Literal["operator", "brand", "supplier"]], Field(min_length=1, max_length=3)
    ]
    category: Category | None = None


class KeyRequest(Request):
    """A new API key of a party; `import` lets it give the time an operation happened."""

    label: Label
    permissions: Annotated[list[Literal["import"]], Field(max_length=8)] = Field(
        default_factory=list
    )


class EndpointRequest(Request):
    """Where a supplier takes orders, and the shared secret that signs both directions."""

    url: Url
    secret: Secret


class CategoryRequest(Request):
    """A node of the category tree; its parent must exist."""

    path: Category


class SideRequest(Request):
    """One side of a rule: a party, or a category with everything beneath it."""

    party: Slug | None = None
    category: Category | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.party is None) == (self.category is None):
            raise PydanticCustomError("side", "Give either a party or a category")
        return self


class IsolationRuleRequest(Request):
    """`node` isolates all parties beneath `category` from each other; `allow` and `deny` speak of the offers of `supplier` to `buyer`.

    A `mutual` rule speaks both ways.
    """

    kind: Literal["node", "allow", "deny"]
    category: Category | None = None
    buyer: SideRequest | None = None
    supplier: SideRequest | None = None
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


class OfferRequest(Request):
    """A new offer of the calling supplier."""

    code: Code
    name: Name
    face_value_minor: Money
    currency: Currency
    points: PointsOrNone
    fulfilment: Literal["own_code", "direct"]
    valid_from: Moment
    valid_until: Moment | None = None
    use_within_days: Annotated[int, Field(ge=1, le=USE_WITHIN_DAYS_MAX)] | None = None


class OfferItem(OfferRequest):
    """One offer of a batch."""

    key: Key


class OffersRequest(Request):
    """Up to 1,000 offers, each with its own key."""

    offers: Annotated[list[OfferItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class AllotmentItem(Request):
    """Stock of an offer procured for a programme: quantity, price in points (the offer's own without), window."""

    key: Key
    offer_id: Identifier
    quantity: Quantity
    points: PointsOrNone | None = None
    window_from: Moment
    window_until: Moment | None = None


class AllotmentsRequest(Request):
    """Up to 1,000 allotments, each with its own key."""

    allotments: Annotated[list[AllotmentItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class RightRequest(Request):
    """A member turns points into a right; `free` gives it as a benefit of the brand."""

    member: Member
    offer_id: Identifier
    free: bool = False
    occurred_at: Moment | None = None
    account: Account | None = Field(
        default=None, description="The member's account at the supplier, for direct recharge."
    )


class RightItem(RightRequest):
    """One right of a batch."""

    key: Key


class RightsRequest(Request):
    """Up to 1,000 rights, each with its own key."""

    rights: Annotated[list[RightItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class UseRequest(Request):
    """A coupon is used at the calling supplier."""

    code: Reference
    occurred_at: Moment | None = None
    store: Reference | None = None
    reference: Reference | None = None


class UseItem(UseRequest):
    """One use of a batch."""

    key: Key


class UsesRequest(Request):
    """Up to 1,000 uses, each with its own key."""

    uses: Annotated[list[UseItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ReverseUseRequest(Request):
    """The use of a coupon is taken back."""

    code: Reference
    occurred_at: Moment | None = None
    store: Reference | None = None
    reference: Reference | None = None


class PartyAnswer(TypedDict):
    """A party."""

    code: str
    name: str
    roles: list[str]
    category: str | None


class KeyAnswer(TypedDict):
    """An API key: shown in this answer and never again, except to a replay of this very request."""

    party: str
    label: str
    key: str
    permissions: list[str]


class ListedKeyAnswer(TypedDict):
    """An API key without its secret."""

    key_id: int
    prefix: str
    label: str
    permissions: list[str]
    revoked_at: datetime | None


class EndpointAnswer(TypedDict):
    """Where a supplier takes orders."""

    party: str
    url: str


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
    effect: str
    buyer: SideAnswer
    supplier: SideAnswer
    mutual: bool
    rule: str


class OfferAnswer(TypedDict):
    """An offer."""

    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: str
    valid_from: datetime
    valid_until: datetime | None
    use_within_days: int | None
    version: int


class AllotmentAnswer(TypedDict):
    """An allotment: `granted` in all, `remaining` of it; `points` null when the offer's own price holds."""

    offer_id: int
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None


class OfferItemAnswer(OfferAnswer):
    """An offer published in a batch."""

    key: str
    status: str


class AllotmentItemAnswer(AllotmentAnswer):
    """An allotment after a grant of a batch."""

    key: str
    status: str


class OffersAnswer(TypedDict):
    """One answer per offer, in the order of the request."""

    answers: list[OfferItemAnswer | RefusedAnswer]


class AllotmentsAnswer(TypedDict):
    """One answer per allotment, in the order of the request."""

    answers: list[AllotmentItemAnswer | RefusedAnswer]


class CallbackAnswer(TypedDict):
    """Where the order stands after a supplier's word, and whether the word changed it."""

    request_number: str
    state: str
    changed: bool


class IsolationAnswer(TypedDict):
    """Whether an offer is isolated from the programme's brand, by which rule, in words."""

    offer_id: int
    isolated: bool
    rule: str
    explanation: str


class StepAnswer(TypedDict):
    """A step of a coupon's way, when it happened and when it was recorded."""

    step: str
    occurred_at: datetime
    recorded_at: datetime
    detail: dict[str, Any] | None


class CouponAnswer(TypedDict):
    """A coupon with its steps: the member's receipt.

    `code` is null until the right is delivered.
    """

    coupon: int
    state: str
    member: str
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code: str | None
    delivery: str | None
    last_day: date | None
    steps: list[StepAnswer]


class UseAnswer(TypedDict):
    """What became of a use: the coupon's new state."""

    key: str
    status: str
    coupon: int
    state: str
    use: int
    offer_code: str
    programme: str
    face_value_minor: int
    currency: str
    occurred_at: datetime
    store: str | None
    reference: str | None


class UsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""

    answers: list[UseAnswer | RefusedAnswer]
