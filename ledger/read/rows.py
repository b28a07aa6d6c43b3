"""In which row of a roll-forward an entry counts, and of which cohort its points are (pure).

What members have is in wallets, held, on its way to another programme, or in transit, less what
they owe. Every entry either crosses the border of these accounts, or moves points between them.
"""

from datetime import date
from enum import StrEnum

from ledger.asks.operation import OperationKind
from ledger.book.calendar import MONTHS_IN_YEAR, ExpiryKind, ExpiryPlan
from ledger.decide.wallet import (
    ADJUSTMENT,
    BREAKAGE,
    CLEARING,
    CONVERTED_IN,
    CONVERTED_OUT,
    DEBT,
    HELD,
    ISSUANCE,
    REDEMPTION,
    TRANSIT,
    WALLET,
)

OWED = "owed"
"""The cohort of debts: they belong to no lot."""
UNTIL = "until "
"""Begins the name of a cohort whose points have a last day, but no month of issue."""


class Row(StrEnum):
    """A row of the roll-forward."""

    ISSUED = "issued"
    CONVERTED_IN = "converted_in"
    ISSUE_REVERSED = "issue_reversed"
    REDEEMED = "redeemed"
    REDEMPTION_REVERSED = "redemption_reversed"
    CONVERTED_OUT = "converted_out"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    MOVED = "moved"
    """Between cohorts, such as by a gift: zero in the whole book."""
    CONVERTED_IN_BEFORE = "converted_in_before"
    CONVERTED_OUT_BEFORE = "converted_out_before"
    """Conversions from before they had accounts of their own."""
    SET_ASIDE = "set_aside"
    """Held, or given back from there: in no row, for members have the points all the time."""


_OURS = frozenset({WALLET, HELD, TRANSIT, CLEARING, DEBT})
_IN = {
    ISSUANCE: Row.ISSUED,
    CONVERTED_IN: Row.CONVERTED_IN,
    REDEMPTION: Row.REDEMPTION_REVERSED,
    ADJUSTMENT: Row.ADJUSTED,
}
_OUT = {
    ISSUANCE: Row.ISSUE_REVERSED,
    REDEMPTION: Row.REDEEMED,
    CONVERTED_OUT: Row.CONVERTED_OUT,
    BREAKAGE: Row.EXPIRED,
    ADJUSTMENT: Row.ADJUSTED,
}


def row_of(kind: int, source: int, target: int) -> tuple[Row, int]:
    """The row of an entry, and the sign that its points have there.

    The sign is 0 for points that are set aside or come back from there. Where points pass from
    wallet to wallet, what comes in has the other sign than what goes out.

    Raises:
        KeyError: no operation makes such an entry.
    """
    if target in _OURS and source in _OURS:
        if TRANSIT in {source, target}:
            return Row.MOVED, 1 if source == TRANSIT else -1
        return Row.SET_ASIDE, 0
    if target in _OURS:
        if kind == OperationKind.CREDIT and source == ISSUANCE:
            return Row.CONVERTED_IN_BEFORE, 1
        return _IN[source], 1
    if kind == OperationKind.END_CONVERSION and target == REDEMPTION:
        return Row.CONVERTED_OUT_BEFORE, -1
    return _OUT[target], -1


def month_text(day: date) -> str:
    """The month of a day: "2017-01"."""
    return f"{day.year:04}-{day.month:02}"


def cohort_of(plan: ExpiryPlan, last_day: date | None, *, is_debt: bool) -> str:
    """The cohort of a lot: its month of issue where the plan tells it, else that of its last day.

    Plans of months and of days tell it: a last day is that many months or days after the issue. So
    do points that were given a day of their own: they count with those that end with them.
    """
    if is_debt:
        return OWED
    if last_day is None:
        # The plan gives all lots a day. Verification finds it if one has none.
        return f"{UNTIL}never"
    if plan.kind is ExpiryKind.MONTHS:
        index = last_day.year * MONTHS_IN_YEAR + last_day.month - 1 - plan.count
        year, month = divmod(index, MONTHS_IN_YEAR)
        return f"{max(year, 0):04}-{month + 1:02}"
    if plan.kind is ExpiryKind.DAYS and last_day.toordinal() > plan.count:
        return month_text(date.fromordinal(last_day.toordinal() - plan.count))
    return f"{UNTIL}{month_text(last_day)}"
