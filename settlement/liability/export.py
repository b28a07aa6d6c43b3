"""The general ledger's entries of a programme's frozen months."""

from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from ledger.book import Programme
from settlement.liability.coupon_costs import load_costs
from settlement.liability.journal import JournalFormat, MonthOfJournal, write_journal
from settlement.liability.report import load_report
from settlement.liability.settings import load_settings
from settlement.months import next_month, require_month

JOURNAL_MONTHS_MAX = 36


class MonthNotFrozen(Refusal):
    """The month is not frozen, so its figures may still change."""

    code: ClassVar[str] = "month-not-frozen"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The month is not frozen."


class LiabilityNotValued(Refusal):
    """Nobody has said what the programme's points are worth."""

    code: ClassVar[str] = "liability-not-valued"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The programme's points have no value."


class JournalTooLong(Refusal):
    """The journal would have too many months, or none."""

    code: ClassVar[str] = "journal-too-long"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A journal has 1 to 36 months."


async def export_journal(
    connection: AsyncConnection,
    programme: Programme,
    first: str,
    last: str,
    form: JournalFormat,
) -> str:
    """The entries of the months from one to another, both included.

    The caller's transaction sees one snapshot.

    Raises:
        JournalTooLong: there are more months than JOURNAL_MONTHS_MAX, or none.
        MonthNotFrozen: one of them is not frozen.
        LiabilityNotValued: the points of one of them have no value.
    """
    months = [require_month(first)]
    while months[-1] < require_month(last) and len(months) <= JOURNAL_MONTHS_MAX:
        months.append(next_month(months[-1]))
    if months[-1] != last or len(months) > JOURNAL_MONTHS_MAX:
        raise JournalTooLong(f"{first} to {last} is not 1 to {JOURNAL_MONTHS_MAX} months")
    reports = []
    for month in months:
        reports.append(report := await load_report(connection, programme, month))
        if report.state != "frozen":
            raise MonthNotFrozen(f"{month} of {programme.code} is not frozen")
        if report.money is None or report.currency is None:
            raise LiabilityNotValued(f"the points of {programme.code} had no value in {month}")
    currency = reports[0].currency
    assert currency is not None, "each month has one"
    costs = await load_costs(connection, programme.book_id, months, currency)
    settings = await load_settings(connection, programme.book_id)
    return write_journal(
        form,
        programme.code,
        [
            MonthOfJournal(report.month, report.money, costs.get(report.month, 0))
            for report in reports
            if report.money is not None
        ],
        currency,
        settings,
    )
