"""Rate cards: what a use costs, as a document that is written and published."""

from datetime import date, datetime
from typing import Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Day, Slug

RateCardState = Literal["draft", "published", "withdrawn"]


class RateCardBody(Body):
    """A draft between two parties. Without one of them, it is for any brand or any supplier."""

    home_party: Slug | None = None
    supplier_party: Slug | None = None
    valid_from: Day
    valid_until: Day | None = Field(
        default=None, description="The first day on which the card no longer holds."
    )
    card: dict[str, Any] = Field(
        description="The currency, the rounding and the legs: who pays whom, and how much.",
        examples=[
            {
                "currency": "CNY",
                "legs": [
                    {
                        "leg": "coupon_cost",
                        "payer": "home",
                        "payee": "supplier",
                        "model": "percent",
                        "basis": "order",
                        "rate": "0.033",
                    }
                ],
            }
        ],
    )


class PublicationBody(Body):
    """How a draft is published."""

    accept_late: bool = False


class RateCardAnswer(TypedDict):
    """A rate card. Null stands for any party."""

    card_id: int
    state: RateCardState
    home_party: str | None
    supplier_party: str | None
    operator_party: str
    valid_from: date
    valid_until: date | None
    card: dict[str, Any]
    sha256: str | None
    versions: list[int]
    written_at: datetime
    written_by: int | None
    published_at: datetime | None
    published_by: int | None


class PublicationAnswer(TypedDict):
    """A rate card that holds now, and what it touches."""

    card_id: int
    state: RateCardState
    contract_id: int
    version: int
    valid_from: date
    valid_until: date | None
    rated_uses: int
    late_uses: int
