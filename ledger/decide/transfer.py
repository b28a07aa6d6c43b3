"""Decisions between two members: gifts and merges.

Each member has a record in its own lane, and the points pass through the lanes' transit accounts.
"""

from collections.abc import Sequence
from datetime import date

from ledger.asks.answer import Answer
from ledger.asks.kinds import Gift, Merge
from ledger.asks.operation import OperationKind
from ledger.asks.refusals import HoldsOpen, RecipientNotFound
from ledger.book.limits import BALANCE_MAX
from ledger.decide import caps
from ledger.decide.sheet import NO_LOT, Sheet, require_spendable
from ledger.decide.spend import spend_as_member
from ledger.decide.wallet import (
    DEBT,
    LANE_MASK,
    TRANSIT,
    LaneState,
    Part,
    Wallet,
    lane_of,
    parts_there,
    split,
    subject_of,
)


def gift(sheet: Sheet, operation: Gift, state: LaneState, answer: Answer, day: date) -> None:
    """Give points to another member, who may be new. They keep their dates and their funder."""
    giver = sheet.find_wallet(state, operation.member)
    require_spendable(giver, operation.points, day)
    other = _lane_of(sheet, operation.to_member)
    recipient = other.wallets.get(operation.to_member)
    if recipient is not None:
        recipient = sheet.find_wallet(other, operation.to_member)
    planned, _ = split(parts_there(giver, day), operation.points)
    sheet.require_room(recipient, [lot for lot, _ in planned], operation.points)
    parts = spend_as_member(sheet, operation, state, day, TRANSIT)
    if recipient is None:
        recipient = sheet.open_wallet(other, operation.to_member)
    _receive(sheet, operation, answer, (giver, recipient), parts, day)
    answer.detail = {"to": operation.to_member}


def merge(sheet: Sheet, operation: Merge, state: LaneState, answer: Answer, day: date) -> None:
    """Move everything that a member has, and owes, into another member's wallet.

    What caps have counted for the member counts for the other one from then on.
    """
    source = sheet.find_wallet(state, operation.member)
    other = _lane_of(sheet, operation.into_member)
    if other.wallets.get(operation.into_member) is None:
        raise RecipientNotFound(f"member {operation.into_member!r} has no points account")
    target = sheet.find_wallet(other, operation.into_member)
    if source.held:
        raise HoldsOpen(f"{source.held} points of the member are set aside", held=source.held)
    sheet.require_room(target, [lot.name() for lot in source.lots], source.balance, BALANCE_MAX)
    if source.slides_until is not None and source.slides_until < day:
        sheet.write_off(state, source, [lot for lot in source.lots if lot.expires_on is None])
    parts = sheet.take(state, source, list(source.lots), source.balance, TRANSIT)
    if source.debt:
        debt, source.debt = source.debt, 0
        sheet.enter(state, source, NO_LOT, debt, (TRANSIT, DEBT))
        _receive(sheet, operation, answer, (source, target), parts, day, debt)
    else:
        _receive(sheet, operation, answer, (source, target), parts, day)
    caps.join(target, source)
    sheet.wallets[target.member] = target
    source.merged_into = operation.into_member
    sheet.wallets[source.member] = source
    answer.points = sum(points for _, points in parts)
    answer.detail = {"into": operation.into_member}
    for subject in sheet.subjects.values():
        if subject.member == operation.member:
            subject.member = operation.into_member


def _lane_of(sheet: Sheet, member: str) -> LaneState:
    return sheet.lanes[lane_of(member, sheet.programme.lanes)]


def _receive(  # noqa: PLR0917 - both halves of the move
    sheet: Sheet,
    operation: Gift | Merge,
    answer: Answer,
    wallets: tuple[Wallet, Wallet],
    parts: Sequence[Part],
    day: date,
    debt: int = 0,
) -> None:
    """Decide the recipient's record, in the recipient's lane."""
    giver, wallet = wallets
    state = sheet.lanes[wallet.account_id & LANE_MASK]
    state.seq += 1
    given, given_slide = sheet.entries, sheet.slides_until
    sheet.entries, sheet.slides_until = [], None
    if giver.slides_until is not None and any(lot[1] is None for lot, _ in parts):
        if wallet.slides_until is not None and wallet.slides_until < day:
            # The recipient's lapsed points do not come back to life with the giver's.
            sheet.write_off(state, wallet, [lot for lot in wallet.lots if lot.expires_on is None])
        sheet.slides_until = wallet.slides_until = max(
            wallet.slides_until or giver.slides_until, giver.slides_until
        )
    for lot, points in parts:
        sheet.put(state, wallet, lot, points, TRANSIT)
    if debt:
        wallet.debt += debt
        sheet.enter(state, wallet, NO_LOT, debt, (DEBT, TRANSIT))
    kind = OperationKind.RECEIVE if operation.KIND is OperationKind.GIFT else OperationKind.ABSORB
    total = sum(points for _, points in parts)
    received = Answer(
        answer.key, kind, wallet.member, state.lane, state.seq, total, None, answer.occurred_at
    )
    received.balance = wallet.spendable(day)
    received.subject = subject_of(answer.lane, answer.seq)
    sheet.close(operation, received, None, wallet, day)
    sheet.entries, sheet.slides_until = given, given_slide
