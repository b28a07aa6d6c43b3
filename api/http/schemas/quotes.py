"""Quotes: what offers cost a member now."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.types import Body, Identifier, Instant, Member
from exchange.redeem import QUOTE_OFFERS_MAX


class QuotesBody(Body):
    """Offers to quote to a member. `at` is the instant to quote for; by default, now.

    With `at`, prices are only told: no `quote` freezes them. An offer that is isolated now is not
    found for any instant.
    """

    member: Member
    offer_ids: Annotated[list[Identifier], Field(min_length=1, max_length=QUOTE_OFFERS_MAX)]
    at: Instant | None = None


class QuoteAnswer(TypedDict):
    """What an offer costs a member now.

    `points`, `quote` and what goes with them are null where the programme has no such offer to
    sell. `quote` and `expires_at` are null, too, where the request says `at`. `why_not` is the code
    of the problem that a redemption would meet.
    """

    offer_id: int
    points: int | None
    price_rule: int | None
    words: WordsAnswer | None
    eligible: bool
    why_not: str | None
    why: str | None
    stock: Literal["plenty", "few", "none"]
    quote: str | None
    expires_at: datetime | None


class QuotesAnswer(TypedDict):
    """The quotes of a member in the order of the request, and what the member can spend."""

    member: str
    spendable: int
    quotes: list[QuoteAnswer]
