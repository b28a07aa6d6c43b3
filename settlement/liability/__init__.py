"""Points as a liability: what members may still redeem, by month of issue, in points and in money.

Promises:

- A frozen month never changes. What is told later of it counts in the first month that is not
  frozen, and is marked late.
- Every entry of the journal is in one row of one month, and each month ties out five times: to the
  book's accounts, to what members have, to its cohorts, to the month before, and row by row.
- The journal is read once. What it comes to is kept by month, so a report does not grow with the
  book.
- An estimate never changes what was reported: it begins in a month that is open, and what it
  changes there is a row of its own.

Never:

- Money is never a floating-point number, and is rounded once for each cohort and month.
- It never moves points, and never says what a member has: the ledger does.
- A freeze never holds a writer up.

Start here:

- `freeze`: freezes a month, page by page. `ahead`: what the worker does. `rolling`: sums months.
- `report`: the roll-forward of a month, frozen or open.
- `overview`: what came in and went out by month, and what expires in the months to come.
- `estimates`: what is expected of points, proposed and approved. `settings`: by how many eyes.
- `valuation`: what a cohort is owed for in money. Pure.
- `methods`: history, chain ladder and back-test. Pure. `triangle`: what they are given.
- `what_if`: what would be owed and billed if members redeemed more.
- `journal`: the general ledger's entries as text. Pure. `export`: those of frozen months.
- `coupon_costs`: what partners have billed.
- `proof`: what `verify` asks of frozen months.
- `reading`: a part of the journal, summed by cell. `fifo`: whose points were spent, where they have
  no last day. `reading_lock`: who reads for a book. `naming`: how cohorts are named.
- `cells`: where points are counted. `tie_outs`: what must agree.
- `stored`: what is kept.
"""

from settlement.liability.ahead import keep_up
from settlement.liability.estimates import (
    Method,
    StoredEstimate,
    Terms,
    approve_estimate,
    list_estimates,
    propose_estimate,
    require_currency,
)
from settlement.liability.export import export_journal
from settlement.liability.freeze import (
    freeze_months,
)
from settlement.liability.journal import MEDIA_TYPES, JournalFormat
from settlement.liability.overview import (
    MONTHS_MAX,
    MonthFlow,
    load_overview,
)
from settlement.liability.proof import verify_liability
from settlement.liability.report import (
    Report,
    load_report,
    see_one_snapshot,
)
from settlement.liability.settings import (
    ACCOUNTS,
    LiabilitySettings,
    load_settings,
    put_settings,
)
from settlement.liability.stored import (
    LAST,
    Close,
    Reading,
    find_close,
    find_reading,
    list_closes,
)
from settlement.liability.triangle import (
    TAIL_MAX,
    By,
    Experience,
    load_experience,
    redeem_rate_of,
    share_text,
)
from settlement.liability.valuation import Amounts
from settlement.liability.what_if import Sale, WhatIf, ask_what_if

__all__ = [
    "ACCOUNTS",
    "LAST",
    "MEDIA_TYPES",
    "MONTHS_MAX",
    "TAIL_MAX",
    "Amounts",
    "By",
    "Close",
    "Experience",
    "JournalFormat",
    "LiabilitySettings",
    "Method",
    "MonthFlow",
    "Reading",
    "Report",
    "Sale",
    "StoredEstimate",
    "Terms",
    "WhatIf",
    "approve_estimate",
    "ask_what_if",
    "export_journal",
    "find_close",
    "find_reading",
    "freeze_months",
    "keep_up",
    "list_closes",
    "list_estimates",
    "load_experience",
    "load_overview",
    "load_report",
    "load_settings",
    "propose_estimate",
    "put_settings",
    "redeem_rate_of",
    "require_currency",
    "see_one_snapshot",
    "share_text",
    "verify_liability",
]
