"""Decisions by which points lapse or are taken back: expiry, sweeps and reversals.

- `expire` writes off the dead points of one wallet. It serves both the operation that a caller asks
  for and those of a sweep.
- `expire_book` records what a sweep came to.
- `reverse` undoes a redemption by giving its points back, and an issue by clawing its points back.
"""

from datetime import date

from ledger.asks.answer import Answer
from ledger.asks.kinds import Expire, ExpireBook, Reverse, Sweep
from ledger.asks.operation import OperationKind
from ledger.asks.refusals import AlreadyReversed, IssueSpent, NotReversible, OperationNotFound
from ledger.book.rules import Capped, DebtPolicy
from ledger.decide import caps
from ledger.decide.sheet import NO_LOT, Sheet, require_owner
from ledger.decide.wallet import (
    DEBT,
    ISSUANCE,
    REDEMPTION,
    LaneState,
    Lot,
    Subject,
    Wallet,
    in_spending_order,
    is_dead,
    split,
    subject_of,
)

REVERSIBLE = frozenset({OperationKind.ISSUE, OperationKind.REDEEM, OperationKind.CAPTURE})


def expire(
    sheet: Sheet, operation: Expire | Sweep, state: LaneState, answer: Answer, day: date
) -> None:
    """Write off every lot of a wallet that is dead, which is one past its last day."""
    wallet = sheet.find_wallet(state, operation.member)
    answer.points = sheet.write_off(
        state, wallet, [lot for lot in wallet.lots if is_dead(wallet, lot.expires_on, day)]
    )


def expire_book(
    _sheet: Sheet, operation: ExpireBook, _state: LaneState, answer: Answer, _day: date
) -> None:
    """Record what the sweep of a whole book came to."""
    answer.detail = {"wallets": operation.wallets}


def reverse(sheet: Sheet, operation: Reverse, state: LaneState, answer: Answer, day: date) -> None:
    """Undo an issue, a redemption or a capture, or a part of it."""
    wallet = sheet.find_wallet(state, operation.member)
    subject = sheet.subjects.get(operation.operation_key)
    if subject is None or subject.member != operation.member:
        raise OperationNotFound(
            f"member {operation.member!r} has no operation {operation.operation_key!r}"
        )
    require_owner(subject, operation)
    if subject.kind not in REVERSIBLE or not subject.points:
        raise NotReversible(
            "only an issue, a redemption or a capture that moved points can be reversed"
        )
    left = subject.points - subject.reversed_points
    points = left if operation.points is None else operation.points
    if not left or points > left:
        raise AlreadyReversed(
            f"{left} of {subject.points} points are left to reverse", remaining=left
        )
    if subject.kind == OperationKind.ISSUE:
        points = _claw_back(sheet, state, wallet, subject, answer, points, day)
        kind = Capped.ISSUE
    else:
        kind = Capped.REDEEM
        # The points that were taken last come back first. So what stays spent is exactly what a
        # smaller redemption would have spent.
        kept, _ = split(subject.parts, left)
        _, returned = split(kept, left - points)
        sheet.give_back(state, wallet, returned, day, REDEMPTION)
    caps.uncount(sheet.rules, wallet, kind, points, subject.day)
    answer.points = points
    answer.subject = subject_of(subject.lane, subject.seq)
    subject.reversed_points += points


def _claw_back(  # noqa: PLR0917 - the reversal's own values
    sheet: Sheet,
    state: LaneState,
    wallet: Wallet,
    subject: Subject,
    answer: Answer,
    points: int,
    day: date,
) -> int:
    """Take issued points back, and return how many, owed ones included.

    They are taken from the issue's own lot first, then from the other lots. If that is not enough,
    the programme's debt policy decides.
    """
    names = {lot for lot, _ in subject.parts}
    own = [lot for lot in wallet.lots if lot.name() in names]
    # What expired unspent is not owed. Of a dead lot, only what is left of it can be taken.
    is_over = any(is_dead(wallet, expires_on, day) for _, expires_on, _ in names)
    others: list[Lot] = []
    if not is_over:
        living = [
            lot for lot in in_spending_order(wallet) if not is_dead(wallet, lot.expires_on, day)
        ]
        others = [lot for lot in living if lot not in own]
        others.sort(key=lambda lot: lot.available_on is not None and lot.available_on > day)
    there = sum(lot.points for lot in (*own, *others))
    missing = max(points - there, 0)
    policy = sheet.rules.on(day).debt
    if missing and not is_over and policy is DebtPolicy.REFUSE:
        raise IssueSpent(f"{points} points to take back, {there} left", points=points, left=there)
    sheet.take(state, wallet, [*own, *others], points, ISSUANCE)
    if not missing or is_over or policy is not DebtPolicy.OWE:
        return points - missing
    wallet.debt += missing
    sheet.enter(state, wallet, NO_LOT, missing, (DEBT, ISSUANCE))
    answer.detail = {"owed": missing}
    return points
