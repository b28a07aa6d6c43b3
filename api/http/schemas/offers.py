"""Offers: published by a supplier, and visible to brands that are not isolated from it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.offer_states import SideName, StateName
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    IMAGE_PATTERN,
    NAME_PATTERN,
    REGION_PATTERN,
    TIME_OF_DAY_PATTERN,
    Body,
    Category,
    Code,
    Currency,
    Day,
    Instant,
    Key,
    Money,
    Name,
    PointsOrNone,
    Quantity,
    Slug,
)
from catalog import FACE_VALUE_MINOR_MAX, USE_WITHIN_DAYS_MAX
from catalog.offers import (
    CLOSED_DAYS_MAX,
    DISCOUNT_PERMILLE_MAX,
    GIFT_HOPS_MAX,
    IMAGE_LENGTH_MAX,
    IMAGES_MAX,
    LIMIT_PER_MEMBER_MAX,
    PATTERN_LENGTH_MAX,
    PLACE_LENGTH_MAX,
    RETURN_WITHIN_DAYS_MAX,
    REVERSE_MINUTES_MAX,
    SUBTITLE_LENGTH_MAX,
    TERMS_TEXT_LENGTH_MAX,
    USABLE_SHOPS_MAX,
    USE_AFTER_DAYS_MAX,
    USE_TIMES_MAX,
)

FulfilmentName = Literal["own_code", "direct", "card_code"]
KindName = Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
UseName = Literal["use", "delivery"]

_Subtitle = Annotated[
    str, Field(min_length=1, max_length=SUBTITLE_LENGTH_MAX, pattern=NAME_PATTERN)
]
_TermsText = Annotated[str, Field(min_length=1, max_length=TERMS_TEXT_LENGTH_MAX)]
_Image = Annotated[str, Field(min_length=9, max_length=IMAGE_LENGTH_MAX, pattern=IMAGE_PATTERN)]
_MoneyAboveZero = Annotated[int, Field(ge=1, le=FACE_VALUE_MINOR_MAX)]
_LimitPerMember = Annotated[int, Field(ge=1, le=LIMIT_PER_MEMBER_MAX)]
_Place = Annotated[str, Field(min_length=1, max_length=PLACE_LENGTH_MAX, pattern=NAME_PATTERN)]
_Region = Annotated[str, Field(pattern=REGION_PATTERN)]
_TimeOfDay = Annotated[str, Field(pattern=TIME_OF_DAY_PATTERN)]
_Weekday = Annotated[int, Field(ge=1, le=7)]


class ShopsBody(Body):
    """Shops by what they have in common, or by their codes."""

    groups: Annotated[Sequence[_Place], Field(max_length=USABLE_SHOPS_MAX)] = ()
    regions: Annotated[Sequence[_Region], Field(max_length=USABLE_SHOPS_MAX)] = ()
    codes: Annotated[Sequence[_Place], Field(max_length=USABLE_SHOPS_MAX)] = ()


class UsableBody(Body):
    """Where a right can be used."""

    online: bool
    shops: Literal["none", "all"] | ShopsBody


class UseTimeBody(Body):
    """Hours of some weekdays in which a right can be used."""

    weekdays: Annotated[list[_Weekday], Field(min_length=1, max_length=7)]
    opens: _TimeOfDay
    closes: _TimeOfDay


class TextBody(Body):
    """What an offer says in one language."""

    name: Name | None = None
    subtitle: _Subtitle | None = None
    terms_text: _TermsText | None = None


class TextsBody(Body):
    """What an offer says in other languages."""

    zh: TextBody | None = None
    en: TextBody | None = None


class VersionBody(Body):
    """What a version of an offer says."""

    name: Name
    face_value_minor: Money
    currency: Currency
    points: PointsOrNone
    fulfilment: FulfilmentName
    valid_from: Instant
    valid_until: Instant | None = None
    use_within_days: Annotated[int, Field(ge=1, le=USE_WITHIN_DAYS_MAX)] | None = None
    kind: KindName | None = None
    category: Category | None = None
    presented_brand: Slug | None = None
    subtitle: _Subtitle | None = None
    terms_text: _TermsText | None = None
    images: Annotated[Sequence[_Image], Field(max_length=IMAGES_MAX)] = ()
    texts: TextsBody | None = None
    threshold_minor: _MoneyAboveZero | None = None
    discount_permille: Annotated[int, Field(ge=1, le=DISCOUNT_PERMILLE_MAX)] | None = None
    discount_cap_minor: _MoneyAboveZero | None = None
    usable: UsableBody | None = None
    use_times: Annotated[list[UseTimeBody], Field(max_length=USE_TIMES_MAX)] | None = None
    closed_on: Annotated[Sequence[Day], Field(max_length=CLOSED_DAYS_MAX)] = ()
    use_from: Day | None = None
    use_until: Day | None = None
    use_after_days: Annotated[int, Field(ge=0, le=USE_AFTER_DAYS_MAX)] | None = None
    per_member: _LimitPerMember | None = None
    per_member_per_day: _LimitPerMember | None = None
    per_day: Quantity | None = None
    quantity_max: Quantity | None = None
    gift_hops: Annotated[int, Field(ge=0, le=GIFT_HOPS_MAX)] = 0
    return_within_days: Annotated[int, Field(ge=0, le=RETURN_WITHIN_DAYS_MAX)] = 0
    reverse_minutes: Annotated[int, Field(ge=0, le=REVERSE_MINUTES_MAX)] = 60
    counts_as_used: UseName | None = None
    account_pattern: Annotated[str, Field(min_length=1, max_length=PATTERN_LENGTH_MAX)] | None = (
        None
    )
    visible_from: Instant | None = None


class OfferBody(VersionBody):
    """A new offer of the calling supplier."""

    code: Code
    state: Literal["DRAFT"] | None = None


def plain(value: Any) -> Any:
    """A field of a body as the catalogue takes it: without models, and without what is not said."""
    if isinstance(value, Body):
        return value.model_dump(exclude_none=True)
    return [plain(each) for each in value] if isinstance(value, list) else value


class OfferItem(OfferBody):
    """One offer of a batch."""

    key: Key


class OffersBody(Body):
    """Up to 1,000 offers, each with its own key."""

    offers: Annotated[list[OfferItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ShopsAnswer(TypedDict):
    """Shops by what they have in common, or by their codes."""

    groups: list[str]
    regions: list[str]
    codes: list[str]


class UsableAnswer(TypedDict):
    """Where a right can be used."""

    online: bool
    shops: Literal["none", "all"] | ShopsAnswer


class UseTimeAnswer(TypedDict):
    """Hours of some weekdays in which a right can be used."""

    weekdays: list[int]
    opens: str
    closes: str


class TextAnswer(TypedDict):
    """What an offer says in one language."""

    name: NotRequired[str]
    subtitle: NotRequired[str]
    terms_text: NotRequired[str]


class TextsAnswer(TypedDict):
    """What an offer says in other languages."""

    zh: NotRequired[TextAnswer]
    en: NotRequired[TextAnswer]


class OfferAnswer(TypedDict):
    """An offer."""

    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: FulfilmentName
    valid_from: datetime
    valid_until: datetime | None
    use_within_days: int | None
    version: int
    state: StateName
    paused_by: SideName | None
    state_reason: str | None
    kind: KindName
    category: str | None
    presented_brand: str | None
    subtitle: str | None
    terms_text: str | None
    images: list[str]
    texts: TextsAnswer | None
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    usable: UsableAnswer | None
    use_times: list[UseTimeAnswer] | None
    closed_on: list[date]
    use_from: date | None
    use_until: date | None
    use_after_days: int | None
    per_member: int | None
    per_member_per_day: int | None
    per_day: int | None
    quantity_max: int | None
    gift_hops: int
    return_within_days: int
    reverse_minutes: int
    counts_as_used: UseName
    account_pattern: str | None
    visible_from: datetime | None


class OfferItemAnswer(OfferAnswer):
    """An offer that was published in a batch."""

    key: str
    status: Literal["accepted"]


class OffersAnswer(TypedDict):
    """One answer per offer, in the order of the request."""

    answers: list[OfferItemAnswer | RefusedAnswer]
