"""Settlement: what each use of a coupon costs whom, and the proof that both sides agree.

Promises
    - Every use is billed once: one charge per (use, leg), one reversal per charge at the charge's
      own rate, whatever is retried or runs at once (unique key of `settlement.line`).
    - A line keeps the version of the contract it was rated by and its calculation in words; it
      never changes afterwards (trigger).
    - A line belongs to the month of its use while that month is open, and otherwise to the earliest
      open one, marked late. The month is stamped on insert and never reassigned. Rating holds FOR
      SHARE what closing takes FOR UPDATE: the period's row.
    - Closing a month issues one statement per home brand, supplier (and currency, operator):
      frozen, hashed, numbered without gaps per year. The sum of a statement's lines is its total.
      Empty months close too.
    - What cannot be read is set aside after a few attempts, whole and with the reason: it holds
      nothing up and is not lost.
    - A run of reconciliation claims each record of either side at most once, never pairs two
      coupons as a match, and gives the same answer for the same input. Runs know nothing of each
      other: another file, or the same use listed for another month, is claimed anew.
Never
    - No floating point: rates are exact decimals, amounts whole minor units, and the contract says
      how it rounds.
    - No correction of an issued statement: what comes later is a line of a later one.
    - It moves no points and no coupons; the exchange tells it of uses by the outbox.
"""

from settlement.money import (
    RATE_DECIMALS_MAX,
    RATE_MINOR_MAX,
    plain,
)
from settlement.months import (
    require_month,
)
from settlement.periods import (
    Period,
    load_periods,
)

__all__ = [
    "RATE_DECIMALS_MAX",
    "RATE_MINOR_MAX",
    "Period",
    "load_periods",
    "plain",
    "require_month",
]
