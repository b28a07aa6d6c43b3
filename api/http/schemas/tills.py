"""What a till asks before and beside a use: how a coupon stands, a lock, the uses of a day."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.coupons import LockName, Shown
from api.http.schemas.offers import KindName
from api.http.schemas.types import Body, Code, Instant, Label, Reference
from exchange.coupons import CouponState
from exchange.use import LOCK_SECONDS, LOCK_SECONDS_MAX, LOCK_SECONDS_MIN


class LookUpBody(Shown):
    """A coupon that a member shows."""

    shop: Code | None = None


class LockBody(Shown):
    """A till holds a coupon for a while, so that no other uses it."""

    shop: Code | None = None
    seconds: Annotated[int, Field(ge=LOCK_SECONDS_MIN, le=LOCK_SECONDS_MAX)] = LOCK_SECONDS
    reference: Reference | None = None


class UnlockBody(Shown):
    """A till lets go of a coupon."""

    lock: LockName
    shop: Code | None = None


class TillKeyBody(Body):
    """A new API key for a till of the shop."""

    label: Label
    expires_at: Instant | None = None


class UseSettingsBody(Body):
    """What a supplier asks of every use of its coupons."""

    require_shop: bool


class UseSettingsAnswer(TypedDict):
    """What a supplier asks of every use of its coupons."""

    party: str
    require_shop: bool


class TillWordsAnswer(TypedDict):
    """A sentence for whoever stands at the till."""

    zh: str
    en: str


class OfferNamesAnswer(TypedDict):
    """The name of an offer in two languages; its only one, where its supplier has said no other."""

    zh: str
    en: str


class LookUpAnswer(TypedDict):
    """How a coupon stands, and everything that speaks against its use there and now."""

    coupon: int
    offer_code: str
    name: str
    names: OfferNamesAnswer
    kind: KindName
    programme: str
    face_value_minor: int
    currency: str
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    first_day: date | None
    last_day: date | None
    member: str
    state: CouponState
    usable: bool
    why_not: list[str]
    lock_until: datetime | None
    used_at: datetime | None
    used_store: str | None
    reference_tail: str | None
    shop: str | None
    words: TillWordsAnswer


class LockAnswer(TypedDict):
    """A coupon that is held, or let go. `lock` names the lock for the use or the unlocking."""

    key: str
    status: Literal["accepted"]
    state: CouponState
    lock: str | None
    lock_until: datetime | None
    shop: str | None
    coupon: int
    offer_code: str
    name: str
    names: OfferNamesAnswer
    kind: KindName
    programme: str
    face_value_minor: int
    currency: str
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    first_day: date | None
    last_day: date | None
    member: str


class ShopUseAnswer(TypedDict):
    """One use in a shop."""

    coupon: int
    use: int
    offer_code: str
    programme: str
    face_value_minor: int
    currency: str
    order_minor: int | None
    used_at: datetime
    reversed_at: datetime | None
    staff: str | None
    reference: str | None
