"""Reconciliations: a partner's file compared with the bill, and what it found."""

from datetime import date, datetime
from typing import Literal, TypedDict

from api.http.schemas.partner_files import ReadingAnswer
from api.http.schemas.types import Body, Identifier, Month, Slug

BreakCategory = Literal[
    "duplicate",
    "wrong_party",
    "currency",
    "cut_off",
    "status",
    "other_code",
    "amount_rate",
    "amount_rounding",
    "amount_tax",
    "amount",
    "offer",
    "unmapped_offer",
    "date",
    "missing_ours",
    "missing_theirs",
    "rejected",
]
BreakState = Literal["open", "matched", "explained", "adjusted", "written_off", "carried"]
ReconciliationState = Literal["open", "replaced", "signed"]
SuggestionReason = Literal["leading_zeros", "power_of_ten", "sum", "same_terms"]
MatchRule = Literal["line", "code", "request", "reference", "group", "terms", "day"]


class SuggestedUseAnswer(TypedDict):
    """A use that a suggestion names."""

    book_id: int
    use_id: str


class BreakSuggestionAnswer(TypedDict):
    """The uses that a row may be, and why. They match nothing until somebody says so."""

    reason: SuggestionReason
    days_apart: int
    uses: list[SuggestedUseAnswer]


class ReconciliationBody(Body):
    """A file that was sent before, and what it is to be compared with."""

    file: Identifier
    month: Month | None = None
    mapping: Slug | None = None


class BreakAnswer(TypedDict):
    """A record on which the two sides do not agree.

    `category` is the first that holds, and `also` has the others. `line_number` is the partner's,
    `use_id` ours. The differences of all breaks are the difference of the totals.
    """

    break_id: int
    reconciliation_id: int
    category: BreakCategory
    also: list[BreakCategory]
    state: BreakState
    line_number: int | None
    brand: str | None
    book_id: int | None
    use_id: str | None
    is_reversal: bool | None
    month: str | None
    reference: str | None
    offer_code: str | None
    store: str | None
    used_on: date | None
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    currency: str | None
    theirs_currency: str | None
    claimed_by: int | None
    note: str | None
    suggestion: BreakSuggestionAnswer | None
    suggested_line_number: int | None
    opened_on: date
    open_days: int
    age_days: int
    assignee: str | None
    adjustment_id: int | None


class SuggestionAnswer(TypedDict):
    """A row and the uses that it may be. `use_id` is the first of them."""

    line_number: int
    book_id: int
    use_id: str
    days_apart: int
    reason: SuggestionReason
    uses: list[SuggestedUseAnswer]


class CurrencyTotalAnswer(TypedDict):
    """What both sides come to in one currency."""

    currency: str
    ours_minor: int
    theirs_minor: int
    difference_minor: int


class RunAnswer(TypedDict):
    """A reconciliation, as the caller sees it.

    A brand sees what is about its own uses: totals are null to it, and counts are of those.
    """

    reconciliation_id: int
    supplier: str
    month: str | None
    state: ReconciliationState
    ran_at: datetime
    ours: int | None
    theirs: int | None
    matched: int
    matched_minor: int | None
    break_count: int
    breaks_by_category: dict[str, int]
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    totals: list[CurrencyTotalAnswer]
    went_through_spreadsheet: bool
    open_breaks: int
    open_by_age: dict[str, int]
    replaces: int | None
    replaced_by: int | None
    supplier_signed_at: datetime | None
    operator_signed_at: datetime | None


class ReconciliationAnswer(RunAnswer):
    """How many records of the partner's file match a billed line, and which records do not.

    `break_count` and `breaks_by_category` cover all breaks. `breaks` lists only the first ones, up
    to a limit; the others can be listed page by page.
    """

    breaks: list[BreakAnswer]
    suggestions: list[SuggestionAnswer]
    reading: ReadingAnswer | None


class BridgeStep(TypedDict):
    """What the breaks of a category come to in a currency, and what is unexplained after them."""

    currency: str
    category: BreakCategory
    breaks: int
    difference_minor: int
    left_minor: int


class RunReadAnswer(RunAnswer):
    """A reconciliation with its bridge, and what was found in its file.

    The bridge leads from the difference of the totals to zero, in each currency. A brand is not
    told of the file.
    """

    bridge: list[BridgeStep]
    reading: ReadingAnswer | None


class MatchAnswer(TypedDict):
    """A row of the file and the billed line that it agrees with."""

    line_number: int
    brand: str
    book_id: int
    use_id: str
    is_reversal: bool
    rule: MatchRule
    amount_minor: int
