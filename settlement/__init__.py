"""Settlement: what each use of a coupon costs whom, and the proof that both sides agree.

Promises:

- Every use is billed once: one charge per use and leg, and one reversal per charge at the charge's
  own rate. Retries and concurrent runs change nothing: `settlement.line` has a unique key.
- A line keeps the version of the contract it was rated by, and its calculation in words. A trigger
  refuses any later change.
- A line belongs to the month of its use while that is open. Otherwise it belongs to the earliest
  open month after it, and is marked late. The month is written with the line and stays.
- A closed month has its statements: frozen, hashed, and numbered without gaps. The sum of a
  statement's lines is its total.
- What cannot be read is set aside after a few attempts, whole and with the reason.
- A run of reconciliation claims each record of either side at most once and never matches two
  different coupons.

Never:

- Money is never a floating-point number: rates are exact decimals, amounts are whole minor units,
  and the contract says how it rounds.
- An issued statement is never corrected: what comes later is a line of a later one.
- It moves no points and no coupons. The exchange tells it of uses through the outbox.

Start here:

- `rating`: what each use costs.
- `periods`: the months that uses are billed in, and how raters and closers meet.
- `statements`: the bill of a month.
- `reconcile`: a supplier's file, compared with our lines.
- `audit`: the uses of coupons, compared with our lines and what waits to be one.
- `liability`: what members may still redeem, by month of issue and in money.
- `money`: exact rates and amounts.
- `months`: months as text, in UTC.
- `tables`: the schema. `liability_tables` has those of points as a liability, `schema` what all
  have in common.
"""

from settlement.money import (
    RATE_DECIMALS_MAX,
    RATE_MINOR_MAX,
    currency_decimals,
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
    "currency_decimals",
    "load_periods",
    "plain",
    "require_month",
]
