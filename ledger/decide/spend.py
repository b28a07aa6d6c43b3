"""Decisions that spend points or set them aside, and those that end what was set aside."""

from datetime import date, datetime

from ledger.asks.answer import Answer
from ledger.asks.kinds import (
    Capture,
    Convert,
    EndConversion,
    Gift,
    Hold,
    Redeem,
    Release,
)
from ledger.asks.operation import OperationKind
from ledger.asks.refusals import (
    BalanceTooLarge,
    CaptureTooLarge,
    ConversionRateNotFound,
    ConversionTooSmall,
    HoldClosed,
    HoldExpired,
    HoldNotFound,
)
from ledger.book.limits import BALANCE_MAX
from ledger.book.rules import Capped
from ledger.decide import caps
from ledger.decide.sheet import Outgoing, Sheet, require_owner, require_spendable
from ledger.decide.wallet import (
    CLEARING,
    CONVERTED_OUT,
    HELD,
    REDEMPTION,
    HoldState,
    LaneState,
    Part,
    Subject,
    split,
    subject_of,
)

CONVERSIONS = "ledger.conversion"
"""The outbox topic of conversions that are to be delivered."""


def redeem(sheet: Sheet, operation: Redeem, state: LaneState, _answer: Answer, day: date) -> None:
    """Spend points."""
    spend_as_member(sheet, operation, state, day, REDEMPTION)


def hold(sheet: Sheet, operation: Hold, state: LaneState, answer: Answer, day: date) -> None:
    """Set points aside."""
    parts = spend_as_member(sheet, operation, state, day, HELD)
    if parts:
        _set_aside(sheet, answer, parts, day, operation.expires_at)


def convert(sheet: Sheet, operation: Convert, state: LaneState, answer: Answer, day: date) -> None:
    """Set points aside for another programme, and write the message that tells it."""
    sheet.find_wallet(state, operation.member)
    if operation.to_book_id is None:
        raise ConversionRateNotFound(
            f"there is no such rate to programme {operation.to_programme!r}"
        )
    if not operation.credited:
        raise ConversionTooSmall(f"{operation.points} points come to less than one")
    if operation.credited > BALANCE_MAX:
        raise BalanceTooLarge(f"a wallet holds at most {BALANCE_MAX} points")
    if operation.objection is not None:
        raise operation.objection
    parts = spend_as_member(sheet, operation, state, day, CLEARING)
    _set_aside(sheet, answer, parts, day, None)
    answer.detail = {
        "to": operation.to_programme,
        "to_member": operation.recipient,
        "rate_version": operation.version,
        "credited": operation.credited,
    }
    payload = {
        "key": operation.key,
        "member": operation.member,
        "place": f"{answer.lane}-{answer.seq}",
        "to_book_id": operation.to_book_id,
        "to_member": operation.recipient,
        "points": operation.points,
        "credited": operation.credited,
    }
    sheet.outgoing.append(Outgoing(CONVERSIONS, payload))


def spend_as_member(
    sheet: Sheet,
    operation: Redeem | Hold | Convert | Gift,
    state: LaneState,
    day: date,
    target: int,
) -> list[Part]:
    """Move the member's points to `target`. It counts as an activity of the member.

    Zero points need no wallet.
    """
    points = operation.points
    if points == 0 and state.wallets.get(operation.member) is None:
        return []
    wallet = sheet.find_wallet(state, operation.member)
    if points:
        require_spendable(wallet, points, day)
    if sheet.rules.caps and operation.KIND in {OperationKind.REDEEM, OperationKind.HOLD}:
        caps.require_within_caps(sheet.rules, wallet, Capped.REDEEM, points, day)
        caps.count(sheet.rules, wallet, Capped.REDEEM, points, day)
    if sheet.slides:
        sheet.be_active(state, wallet, day)
    return sheet.spend(state, wallet, points, day, target) if points else []


def _set_aside(
    sheet: Sheet, answer: Answer, parts: list[Part], day: date, expires_at: datetime | None
) -> None:
    """Note a hold, or a conversion, that has begun."""
    wallet = sheet.find_wallet(sheet.lanes[answer.lane], answer.member)
    sheet.holds[answer.lane, answer.seq] = Subject(
        kind=answer.kind,
        lane=answer.lane,
        seq=answer.seq,
        account_id=wallet.account_id,
        member=answer.member,
        points=answer.points,
        day=day,
        parts=parts,
        expires_at=expires_at,
        state=HoldState.OPEN,
    )


def capture(sheet: Sheet, operation: Capture, state: LaneState, answer: Answer, day: date) -> None:
    """Spend what a hold set aside, or a part of it. The rest is given back."""
    held = _open_hold(sheet, state, operation, operation.hold_key, OperationKind.HOLD)
    if held.expires_at is not None and answer.occurred_at > held.expires_at:
        raise HoldExpired(f"the hold ended at {held.expires_at.isoformat()}")
    points = held.points if operation.points is None else operation.points
    if points > held.points:
        raise CaptureTooLarge(
            f"{points} points asked for, {held.points} set aside", points=points, held=held.points
        )
    _end(sheet, held, answer, day, points)
    answer.points = points
    if points < held.points:
        answer.detail = {"released": held.points - points}


def release(sheet: Sheet, operation: Release, state: LaneState, answer: Answer, day: date) -> None:
    """Give back what a hold set aside."""
    held = _open_hold(sheet, state, operation, operation.hold_key, OperationKind.HOLD)
    _end(sheet, held, answer, day, 0)
    answer.points = held.points


def end_conversion(
    sheet: Sheet, operation: EndConversion, state: LaneState, answer: Answer, day: date
) -> None:
    """End a conversion: its points are spent if the other programme took them, else given back."""
    held = _open_hold(sheet, state, operation, operation.convert_key, OperationKind.CONVERT)
    _end(sheet, held, answer, day, held.points if operation.is_credited else 0)
    answer.points = held.points
    answer.detail = {"credited": operation.is_credited}


def _open_hold(
    sheet: Sheet,
    state: LaneState,
    operation: Capture | Release | EndConversion,
    key: str,
    kind: OperationKind,
) -> Subject:
    """The open hold of a key, or for `kind` CONVERT the open conversion.

    Raises:
        HoldNotFound: the member has none of that key and kind.
        OperationOwned: it serves another use case.
        HoldClosed: it has ended.
    """
    member = operation.member
    sheet.find_wallet(state, member)
    held = sheet.subjects.get(key)
    if held is None or held.kind != kind or held.state is None or held.member != member:
        raise HoldNotFound(f"member {member!r} has no hold {key!r}")
    require_owner(held, operation)
    if held.state is not HoldState.OPEN:
        raise HoldClosed(f"the hold was {held.state.name.lower()}", state=held.state.name.lower())
    return held


def _end(sheet: Sheet, held: Subject, answer: Answer, day: date, captured: int) -> None:
    """Spend the first `captured` points that a hold took, and give the rest back."""
    state = sheet.lanes[answer.lane]
    wallet = sheet.find_wallet(state, answer.member)
    path = (HELD, REDEMPTION)
    if held.kind == OperationKind.CONVERT:
        path = (CLEARING, CONVERTED_OUT)
    spent, rest = split(held.parts, captured)
    for lot, points in spent:
        wallet.held -= points
        sheet.enter(state, wallet, lot, points, path)
    sheet.give_back(state, wallet, rest, day, path[0])
    if held.kind == OperationKind.HOLD:
        caps.uncount(sheet.rules, wallet, Capped.REDEEM, held.points - captured, held.day)
    held.state = HoldState.CAPTURED if captured else HoldState.RELEASED
    answer.subject = subject_of(held.lane, held.seq)
    sheet.holds[held.lane, held.seq] = held
