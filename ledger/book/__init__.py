"""What a book is and which rules it follows: a brand's programme, its calendar and its rates.

Promises:

- A setting that is out of range is refused, and the refusal says which one.
- A programme's days, windows and last days are those of its own time zone.
- A conversion rate is never changed: a new version is published. So it is with a consent.

Never:

- It never changes a balance, or reads one.
- It never reads a clock.

Start here:

- `programme`: create, find and load programmes.
- `rules`: what a programme decides for its points: expiry, value, debts, caps.
- `calendar`: when points expire and when the window of a cap begins.
- `changes`: which of these rules may be changed, and what held before.
- `dated`: rules that hold from a day on, and how a change is written into them.
- `limits`: how large a programme's settings and its wallets may be, and how long any name may be.
- `rates`: conversion rates between programmes, and what a conversion comes to.
- `consents`: a programme's consent to conversions from another, and what it lets in.
"""

from ledger.book.calendar import (
    ExpiryKind,
    ExpiryPlan,
    Window,
    known_time_zones,
    programme_day,
)
from ledger.book.changes import (
    Changeable,
    RulesVersion,
    change_rules,
    change_rules_from,
    list_versions,
)
from ledger.book.consents import (
    Consent,
    ConsentTerms,
    end_consent,
    give_consent,
    load_consents,
)
from ledger.book.dated import RulesFromDay
from ledger.book.limits import (
    BALANCE_MAX,
    CONSENT_PRICE_DECIMALS_MAX,
    CONSENT_PRICE_MINOR_MAX,
    CONVERSION_RATE_MAX,
    CURRENCY_PATTERN,
    DAYS_MAX,
    DISPLAY_SCALE_MAX,
    EXPIRY_COUNT_MAX,
    EXPIRY_DATES_MAX,
    NAME_LENGTH_MAX,
    POINT_VALUE_MAX,
    POINT_VALUE_PLACES_MAX,
    UNIT_LENGTH_MAX,
)
from ledger.book.programme import (
    CODE_PATTERN,
    Programme,
    ProgrammeNotFound,
    create_programme,
    find_programme,
    find_programme_by_book,
    load_programmes,
)
from ledger.book.rates import (
    ConversionRate,
    load_conversion_rates,
    publish_conversion_rate,
)
from ledger.book.rules import (
    Cap,
    Capped,
    DatedRules,
    DebtPolicy,
    ProgrammeInvalid,
    Rules,
)

__all__ = [
    "BALANCE_MAX",
    "CODE_PATTERN",
    "CONSENT_PRICE_DECIMALS_MAX",
    "CONSENT_PRICE_MINOR_MAX",
    "CONVERSION_RATE_MAX",
    "CURRENCY_PATTERN",
    "DAYS_MAX",
    "DISPLAY_SCALE_MAX",
    "EXPIRY_COUNT_MAX",
    "EXPIRY_DATES_MAX",
    "NAME_LENGTH_MAX",
    "POINT_VALUE_MAX",
    "POINT_VALUE_PLACES_MAX",
    "UNIT_LENGTH_MAX",
    "Cap",
    "Capped",
    "Changeable",
    "Consent",
    "ConsentTerms",
    "ConversionRate",
    "DatedRules",
    "DebtPolicy",
    "ExpiryKind",
    "ExpiryPlan",
    "Programme",
    "ProgrammeInvalid",
    "ProgrammeNotFound",
    "Rules",
    "RulesFromDay",
    "RulesVersion",
    "Window",
    "change_rules",
    "change_rules_from",
    "create_programme",
    "end_consent",
    "find_programme",
    "find_programme_by_book",
    "give_consent",
    "known_time_zones",
    "list_versions",
    "load_consents",
    "load_conversion_rates",
    "load_programmes",
    "programme_day",
    "publish_conversion_rate",
]
