"""Decisions that give points: issues, credits of conversions, adjustments of a balance."""

from datetime import date, timedelta

from ledger.asks.answer import Answer
from ledger.asks.kinds import Adjust, Credit, Issue
from ledger.asks.operation import OperationKind
from ledger.asks.refusals import AlreadyExpired
from ledger.book.limits import BALANCE_MAX
from ledger.book.rules import Capped
from ledger.decide import caps
from ledger.decide.sheet import NO_LOT, Sheet, require_spendable
from ledger.decide.wallet import (
    ADJUSTMENT,
    CONVERTED_IN,
    DEBT,
    ISSUANCE,
    LaneState,
    LotName,
)

_ADJUST, _CREDIT = OperationKind.ADJUST, OperationKind.CREDIT
"""Looked up once: compiled code finds a member of an enumeration through Python."""


def issue(sheet: Sheet, operation: Issue, state: LaneState, answer: Answer, day: date) -> None:
    """Give points, with the dates of the operation or else those of the programme's rules."""
    rules = sheet.rules.on(day)
    expires_on = operation.expires_on or sheet.last_day(day)
    available_on = operation.available_on
    if available_on is None and rules.available_after_days:
        available_on = day + timedelta(rules.available_after_days)
    if expires_on is not None and expires_on < (
        day if available_on is None else max(day, available_on)
    ):
        raise AlreadyExpired(
            f"the last day {expires_on} is before the first day the points could be spent"
        )
    if rules.caps:
        caps.require_within_caps(
            rules, state.wallets.get(operation.member), Capped.ISSUE, operation.points, day
        )
    _give(sheet, state, answer, (available_on, expires_on, operation.funder), day)
    if rules.caps:
        caps.count(
            rules, sheet.find_wallet(state, operation.member), Capped.ISSUE, operation.points, day
        )


def credit(sheet: Sheet, operation: Credit, state: LaneState, answer: Answer, day: date) -> None:
    """Give what a conversion comes to in this programme."""
    _give(sheet, state, answer, (None, sheet.last_day(day), operation.funder), day)


def adjust(sheet: Sheet, operation: Adjust, state: LaneState, answer: Answer, day: date) -> None:
    """Add points to an existing wallet, or take spendable ones from it."""
    wallet = sheet.find_wallet(state, operation.member)
    if operation.points < 0:
        require_spendable(wallet, -operation.points, day)
        sheet.spend(state, wallet, -operation.points, day, ADJUSTMENT)
    else:
        expires_on = operation.expires_on or sheet.last_day(day)
        if expires_on is not None and expires_on < day:
            raise AlreadyExpired(f"the last day {expires_on} is past")
        _give(sheet, state, answer, (None, expires_on, operation.funder), day)
    answer.detail = {"reason": operation.reason, "actor": operation.actor}


def _give(sheet: Sheet, state: LaneState, answer: Answer, lot: LotName, day: date) -> None:
    """Put new points into the wallet, which is opened if need be. A debt is repaid first."""
    points = answer.points
    is_adjustment = answer.kind is _ADJUST
    source = ISSUANCE
    if is_adjustment:
        source = ADJUSTMENT
    elif answer.kind is _CREDIT:
        source = CONVERTED_IN
    wallet = state.wallets.get(answer.member)
    sheet.require_room(wallet, (lot,), points, BALANCE_MAX if is_adjustment else None)
    if wallet is None:
        wallet = sheet.open_wallet(state, answer.member)
    if sheet.slides:
        sheet.be_active(state, wallet, day)
    repaid = min(wallet.debt, points) if wallet.debt else 0
    if points > repaid:
        answer.expires_on = lot[1] or wallet.slides_until
        sheet.put(state, wallet, lot, points - repaid, source)
    if repaid:
        wallet.debt -= repaid
        sheet.enter(state, wallet, NO_LOT, repaid, (source, DEBT))
