"""Settlement: what each use of a coupon costs whom, and the proof that both sides agree.

Promises:

- Every use is billed once: one charge per use and leg, and one reversal per charge at the charge's
  own rate. Retries and concurrent runs change nothing: `settlement.line` has a unique key.
- A line keeps the version of the contract it was rated by, and its calculation in words. A trigger
  refuses any later change.
- A line belongs to the month of its use while that is open. Otherwise it belongs to the earliest
  open month after it, and is marked late. The month is written with the line and stays.
- A statement is between one payer and one payee, in one currency, for one month.
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
- `disputes`: which lines of a bill a party says are wrong, and the answers.
- `corrections`: what was billed, corrected forward or replaced, and the numbers of invoices.
- `reconcile`: a supplier's file, compared with our lines.
- `audit`: the uses of coupons, compared with our lines and what waits to be one.
- `money`: exact rates and amounts.
- `months`: months as text, and the days and instants in them.
- `calendar`: the one time zone of all bills, and the terms that hold for all of them.
- `schema`, `tables`, `statement_tables`, `dispute_tables`: the schema.
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
