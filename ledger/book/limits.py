"""How large a programme's settings and its wallets may be."""

from decimal import Decimal

from ledger.book.calendar import ExpiryKind

# A programme.
NAME_LENGTH_MAX = 200
"""Of a programme's name, and of all other names in Comity."""
LANES_MAX = 256
"""As many as `decide.wallet.LANE_BITS` can number."""

# Its rules.
UNIT_LENGTH_MAX = 20
DISPLAY_SCALE_MAX = 6
POINT_VALUE_MAX = Decimal(1_000_000)
POINT_VALUE_PLACES_MAX = 6
CURRENCY_PATTERN = "[A-Z]{3}"
"""A code as in ISO 4217, wherever Comity takes one."""
DAYS_MAX = 3_650
"""The longest return window and the longest grace."""
EXPIRY_COUNT_MAX = {
    ExpiryKind.NONE: 0,
    ExpiryKind.DAYS: 36_500,
    ExpiryKind.MONTHS: 1_200,
    ExpiryKind.DATES: 100,
    ExpiryKind.SLIDING: 36_500,
}
"""The most days, months or years that a plan may give, by its kind: a century."""
EXPIRY_DATES_MAX = 12
DATED_RULES_MAX = 100
"""On so many days at most do a programme's rules change. They are read with the programme."""

# Its conversion rates.
CONVERSION_RATE_MAX = 1_000_000_000
"""The largest numerator or denominator, of a rate and of a consent."""

# Its consents to conversions.
CONSENT_PRICE_MINOR_MAX = 1_000_000
"""The most that 1,000 points may cost, in minor units."""
CONSENT_PRICE_DECIMALS_MAX = 6

# Its wallets.
BALANCE_MAX = 10**15
"""Points of one wallet, held ones included."""
LOTS_PER_WALLET_MAX = 1_000
