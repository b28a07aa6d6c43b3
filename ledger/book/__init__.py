"""What a book is and the rules it follows: programmes, their calendar, limits and conversion rates."""

from ledger.book.calendar import (
    ExpiryKind,
    ExpiryPlan,
    Window,
    programme_day,
)
from ledger.book.limits import (
    BALANCE_MAX,
)
from ledger.book.programme import (
    CODE_PATTERN,
    Programme,
    ProgrammeNotFound,
    create_programme,
    find_programme,
    find_programme_by_book,
    list_programmes,
)
from ledger.book.rates import (
    RATE_MAX,
    Rate,
    list_rates,
    publish_rate,
)
from ledger.book.rules import (
    DAYS_MAX,
    DISPLAY_SCALE_MAX,
    EXPIRY_COUNT_MAX,
    EXPIRY_DATES_MAX,
    POINT_VALUE_MAX,
    POINT_VALUE_PLACES_MAX,
    UNIT_LENGTH_MAX,
    Cap,
    Capped,
    DebtPolicy,
    Rules,
)

__all__ = [
    "BALANCE_MAX",
    "CODE_PATTERN",
    "DAYS_MAX",
    "DISPLAY_SCALE_MAX",
    "EXPIRY_COUNT_MAX",
    "EXPIRY_DATES_MAX",
    "POINT_VALUE_MAX",
    "POINT_VALUE_PLACES_MAX",
    "RATE_MAX",
    "UNIT_LENGTH_MAX",
    "Cap",
    "Capped",
    "DebtPolicy",
    "ExpiryKind",
    "ExpiryPlan",
    "Programme",
    "ProgrammeNotFound",
    "Rate",
    "Rules",
    "Window",
    "create_programme",
    "find_programme",
    "find_programme_by_book",
    "list_programmes",
    "list_rates",
    "programme_day",
    "publish_rate",
]
