"""Settlement: what each use of a coupon costs whom, and the proof that both sides agree.

Promises:

- Every use is billed once: one charge per use and leg, and one reversal per charge at the charge's
  own rate. Retries and concurrent runs change nothing: `settlement.line` has a unique key.
- A line keeps the version of the contract it was rated by, and its calculation in words. A trigger
  refuses any later change. It never depends on other uses.
- A line belongs to the month of its use while that is open. Otherwise it belongs to the earliest
  open month after it, and is marked late. The month is written with the line and stays.
- What is billed, paid and netted is posted to a book of money, which comes to the same.
- A statement is between one payer and one payee, in one currency, for one month.
- A month is closed once all its uses are accounted for, and its statements come to its lines. They
  are issued with a file each, numbered without gaps, and chained.
- What cannot be read is set aside after a few attempts, whole and with the reason.
- A run of reconciliation claims each record of either side at most once and never matches two
  different coupons. Its breaks explain the difference of the totals to the last minor unit.

Never:

- Money is never a floating-point number: rates are exact decimals, amounts are whole minor units,
  and the contract says how it rounds.
- An issued statement is never corrected: what comes later is a line of a later one.
- It moves no points and no coupons. The exchange tells it of uses through the outbox.

Start here:

- `cards`: rate cards, the data that say what a use costs.
- `rating`: what each use costs.
- `periods`: the months that uses are billed in, and how raters and closers meet.
- `period_lines`: what depends on the sums of a month.
- `explain`: why a line says what it says.
- `closing`: the closing of a month, step by step, and its dry run.
- `statements`: the bill of a month.
- `files`: files of the bill that are kept.
- `downloads`: a statement in the form that a party wants.
- `disputes`: which lines of a bill a party says are wrong, and the answers.
- `corrections`: what was billed, corrected forward or replaced, and the numbers of invoices.
- `partner_files`: suppliers' own files, how they are read, and what was found in them.
- `reconcile`: a supplier's file, compared with our lines.
- `breaks`: the work on what that found.
- `journal`: what is posted to the books of money, and files of it for accountants.
- `payments`: what is due for a statement, and who has paid it.
- `netting`: statements set off against each other, so that few payments remain.
- `liability`: what members may still redeem, by month of issue and in money.
- `audit`: the uses of coupons, compared with our lines and what waits to be one; and the books of
  money, compared with what is billed and paid.
- `money`: exact rates and amounts.
- `months`: months as text, and the days and instants in them.
- `calendar`: the one time zone of all bills, and the terms that hold for all of them.
- `schema`, `tables`, `card_tables`, `closing_tables`, `dispute_tables`, `file_tables`,
  `liability_tables`, `partner_file_tables`, `payment_tables`, `reconcile_tables`,
  `statement_tables`: the schema.
"""

from settlement.calendar import (
    CALENDAR_DAYS_MAX,
    NUMBER_PREFIX_PATTERN,
    Calendar,
    load_calendar,
    set_calendar,
)
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
    "CALENDAR_DAYS_MAX",
    "NUMBER_PREFIX_PATTERN",
    "RATE_DECIMALS_MAX",
    "RATE_MINOR_MAX",
    "Calendar",
    "Period",
    "currency_decimals",
    "load_calendar",
    "load_periods",
    "plain",
    "require_month",
    "set_calendar",
]
