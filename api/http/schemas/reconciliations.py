"""Reconciliations: a partner's file compared with the bill."""

from datetime import date, datetime
from typing import Literal, TypedDict

from api.http.schemas.partner_files import ReadingAnswer
from api.http.schemas.types import Body, Identifier, Month, Slug

BreakCategory = Literal[
    "amount_differs",
    "date_differs",
    "details_differ",
    "reversed",
    "duplicate",
    "theirs_only",
    "ours_only",
]


class ReconciliationBody(Body):
    """A file that was sent before, and what it is to be compared with."""

    file: Identifier
    month: Month | None = None
    mapping: Slug | None = None


class BreakAnswer(TypedDict):
    """A record on which the two sides do not agree.

    `line_number` is the partner's, `use_id` ours.
    """

    category: BreakCategory
    line_number: int | None
    book_id: int | None
    use_id: str | None
    reference: str | None
    offer_code: str
    member: str
    used_on: date
    ours_minor: int | None
    theirs_minor: int | None
    age_days: int


class SuggestionAnswer(TypedDict):
    """Two unmatched records of one member and offer, some days apart. They may be the same use."""

    line_number: int
    book_id: int
    use_id: str
    days_apart: int


class ReconciliationAnswer(TypedDict):
    """How many records of the partner's file match a billed line, and which records do not.

    `break_count` and `breaks_by_category` cover all breaks. `breaks` lists only the first ones, up
    to a limit.
    """

    reconciliation_id: int
    supplier: str
    month: str | None
    ran_at: datetime
    matched: int
    break_count: int
    breaks_by_category: dict[str, int]
    breaks: list[BreakAnswer]
    suggestions: list[SuggestionAnswer]
    reading: ReadingAnswer | None
