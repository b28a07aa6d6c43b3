"""Rights: points turned into coupons of other parties, and the receipts of these coupons."""

from datetime import date, datetime
from typing import Annotated, Any, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.operations import OperationAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    Account,
    Body,
    Identifier,
    Instant,
    Key,
    Member,
    Reference,
)
from exchange.cases import PointsAre
from exchange.coupons import CouponState, OrderState, Step
from exchange.redeem import QUOTE_LENGTH_MAX


class RightBody(Body):
    """A member turns points into a right. With `free`, the brand gives it as a benefit."""

    member: Member
    offer_id: Identifier
    free: bool = False
    occurred_at: Instant | None = None
    account: Account | None = Field(
        default=None,
        description="The member's account at the supplier. A direct recharge needs it.",
    )
    quote: Annotated[str, Field(min_length=1, max_length=QUOTE_LENGTH_MAX)] | None = None
    placement: Identifier | None = None
    channel: Reference | None = Field(
        default=None,
        description="Where the member asked for it, in the brand's own words. Figures can be told"
        " by channel.",
    )


class RightItem(RightBody):
    """One right of a batch."""

    key: Key


class RightsBody(Body):
    """Up to 1,000 rights, each with its own key."""

    rights: Annotated[list[RightItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class RightAnswer(OperationAnswer):
    """Points turned into a right: the operation, and the coupon it made."""

    coupon: int
    state: CouponState
    offer: int
    offer_code: str
    supplier: str
    free: bool
    price_rule: int | None
    first_day: date | None
    last_day: date | None


class RightsAnswer(TypedDict):
    """One answer per right, in the order of the request."""

    answers: list[RightAnswer | RefusedAnswer]


class StepAnswer(TypedDict):
    """One step of a coupon: when it happened, and when it was recorded."""

    step: Step
    occurred_at: datetime
    recorded_at: datetime
    detail: dict[str, Any] | None


class MemberCouponAnswer(TypedDict):
    """A coupon of a member.

    `code` is null until the right is delivered, and once it was returned or withdrawn. `member` is
    who redeemed it. If that member was merged into another, `merged_into` names the other. `holder`
    is who has the coupon now, by a gift, too. `state` is judged by time. `masked_account` is where
    a direct recharge goes, with dots in the middle; null if there is none, or once it is wiped.
    """

    coupon: int
    state: CouponState
    member: str
    merged_into: str | None
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code: str | None
    masked_account: str | None
    delivery: OrderState | None
    first_day: date | None
    last_day: date | None
    holder: str
    request_number: str | None


class SentenceAnswer(TypedDict):
    """A sentence in two languages."""

    zh: str
    en: str


class CouponAnswer(MemberCouponAnswer):
    """A coupon with its steps: the member's receipt.

    `sentence` says it first, to the member. `promised_at`: by then the right is delivered or the
    points are back, or a person decides; null once nothing is under way.
    """

    sentence: SentenceAnswer
    promised_at: datetime | None
    points_are: PointsAre
    steps: list[StepAnswer]
