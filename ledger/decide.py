"""The ledger's decisions: pure, without I/O and without a clock.

`Decider` takes lanes as they are known under their locks and operations in order; it never changes what it was given (a wallet is copied
before its first change), and collects the rows to store. Whether points are spendable, available or past their date is judged on the
programme's date of the operation's `occurred_at`.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import ClassVar

from ledger.expiry import last_day_of_month_after, programme_day
from ledger.operations import (
    BALANCE_MAX,
    Answer,
    Capture,
    Expire,
    ExpireBook,
    Hold,
    Issue,
    Operation,
    Redeem,
    Release,
    Sweep,
)
from ledger.programme import Programme
from ledger.refusal import Refusal
from ledger.wallet import (
    LOTS_PER_WALLET_MAX,
    AccountKind,
    HeldPoints,
    HoldState,
    LaneState,
    Lot,
    Wallet,
    wallet_account,
)

ISSUANCE, REDEMPTION, BREAKAGE, HELD, WALLET = (
    int(AccountKind.ISSUANCE),
    int(AccountKind.REDEMPTION),
    int(AccountKind.BREAKAGE),
    int(AccountKind.HELD),
    int(AccountKind.WALLET),
)


FUTURE_MAX = timedelta(minutes=5)
"""How far a caller's clock may be ahead of the database's."""


class MemberNotFound(Refusal):
    """The member has no wallet in this programme: points were never issued to it."""

    code: ClassVar[str] = "member-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The programme has no such member."


class InsufficientPoints(Refusal):
    """The member may not spend that many points on that day."""

    code: ClassVar[str] = "insufficient-points"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member has not enough spendable points."


class AlreadyExpired(Refusal):
    """The points would be past their last day, or never be spendable, when issued."""

    code: ClassVar[str] = "already-expired"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The points would never be spendable."


class BalanceTooLarge(Refusal):
    """The wallet would hold more points than a wallet may."""

    code: ClassVar[str] = "balance-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The wallet would hold too many points."


class TooManyLots(Refusal):
    """The wallet would hold points of too many different dates and funders."""

    code: ClassVar[str] = "too-many-lots"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The wallet would hold too many lots."


class OccurredInFuture(Refusal):
    """The operation is dated later than now: it would take points whose last day has not come."""

    code: ClassVar[str] = "occurred-in-future"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The operation is dated in the future."


class HoldNotFound(Refusal):
    """The member has no hold of that key."""

    code: ClassVar[str] = "hold-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The member has no such hold."


class HoldClosed(Refusal):
    """The hold was captured or released before."""

    code: ClassVar[str] = "hold-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The hold has ended."


class HoldExpired(Refusal):
    """The hold's time is over: its points can only be released."""

    code: ClassVar[str] = "hold-expired"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The hold's time is over."


EntryRow = tuple[int, int, int, int, int, int, int, int, int, int]
"""book_id, account_id, sequence, seq, amount, balance, held, lot, from_kind, to_kind: the columns of `ledger.entry`."""


class Decider:
    """Decides one transaction's operations over the lanes it has locked.

    After `decide` has been called for each operation in order, the attributes hold what is to be stored.
    """

    def __init__(self, programme: Programme, lanes: Mapping[int, LaneState], now: datetime) -> None:
        self._programme = programme
        self._now = now
        self.lanes = {
            number: LaneState(number, state.seq, state.accounts, state.wallets, dict(state.holds), state.swept_before)
            for number, state in lanes.items()
        }
        self.entries: list[EntryRow] = []
        self.wallets: dict[str, Wallet] = {}
        """Changed wallets, by member."""
        self.lots: dict[tuple[int, int], Lot] = {}
        """Changed and new lots, by account and number."""
        self.holds: list[HeldPoints] = []
        """New holds, and holds that ended."""
        self.system: dict[int, int] = {}
        """What each lane account gained, by account."""
        self._days: dict[datetime, date] = {}

    def decide(self, operation: Operation, lane: int, refused: Refusal | None = None) -> Answer:
        """Decide the next operation of a lane. With `refused`, the rest of its use case has refused it already."""
        state = self.lanes[lane]
        state.seq += 1
        occurred_at = operation.occurred_at or self._now
        answer = Answer(
            operation.key, operation.KIND, operation.member, lane, state.seq, operation.amount, None, occurred_at
        )
        day = self._day(occurred_at)
        try:
            if occurred_at > self._now + FUTURE_MAX:
                raise OccurredInFuture(f"{occurred_at.isoformat()} has not come", occurred_at=occurred_at.isoformat())
            if refused is not None:
                raise refused
            self._apply(operation, state, answer, day)
        except Refusal as refusal:
            answer.refusal = refusal.document()
        wallet = self.wallet(operation.member, lane)
        if wallet is not None:
            answer.balance = wallet.spendable(day)
        return answer

    def wallet(self, member: str, lane: int) -> Wallet | None:
        """A member's wallet as decided so far."""
        return self.wallets.get(member) or self.lanes[lane].wallets.get(member)

    def _apply(self, operation: Operation, state: LaneState, answer: Answer, day: date) -> None:
        if isinstance(operation, Issue):
            self._issue(operation, state, answer, day)
        elif isinstance(operation, Redeem):
            self._take(operation.points, state, operation.member, day, REDEMPTION)
        elif isinstance(operation, Hold):
            parts = self._take(operation.points, state, operation.member, day, HELD)
            self._open_hold(operation, state, parts)
        elif isinstance(operation, (Capture, Release)):
            self._end_hold(operation, state, answer)
        elif isinstance(operation, (Expire, Sweep)):
            answer.points = self._expire(state, operation.member, day)
        elif isinstance(operation, ExpireBook):
            answer.detail = {"wallets": operation.wallets}
        else:
            raise TypeError(f"no decision for {operation.KIND!r}")

    def _day(self, instant: datetime) -> date:
        day = self._days.get(instant)
        if day is None:
            day = self._days[instant] = programme_day(instant, self._programme.time_zone)
        return day

    def _wallet_to_change(self, state: LaneState, member: str) -> Wallet:
        """The copy of a wallet that may be changed, made at the first change."""
        wallet = self.wallets.get(member)
        if wallet is None:
            known = state.wallets.get(member)
            if known is None:
                raise MemberNotFound(f"member {member!r} has no points account in programme {self._programme.code!r}")
            wallet = self.wallets[member] = known.copy()
        return wallet

    def _open(self, state: LaneState, member: str) -> Wallet:
        wallet = Wallet(wallet_account(state.accounts, state.lane), member)
        state.accounts += 1
        self.wallets[member] = wallet
        return wallet

    def _enter(self, state: LaneState, wallet: Wallet, lot: Lot, amount: int, *, path: tuple[int, int]) -> None:
        """One entry: `amount` points of a lot from one account to another; the wallet's figures are already those after it."""
        source, target = path
        wallet.sequence += 1
        self.entries.append(
            (
                self._programme.book_id,
                wallet.account_id,
                wallet.sequence,
                state.seq,
                amount,
                wallet.balance,
                wallet.held,
                lot.number,
                source,
                target,
            )
        )
        system = self.system
        if source != WALLET:
            account = source << 8 | state.lane
            system[account] = system.get(account, 0) - amount
        if target != WALLET:
            account = target << 8 | state.lane
            system[account] = system.get(account, 0) + amount

    def _issue(self, operation: Issue, state: LaneState, answer: Answer, day: date) -> None:
        months = self._programme.expiry_months
        expires_on = operation.expires_on
        if expires_on is None and months is not None:
            expires_on = last_day_of_month_after(day, months)
        if expires_on is not None and expires_on < max(day, operation.available_on or day):
            raise AlreadyExpired(f"the last day {expires_on} is before the first day the points could be spent")
        known = self.wallet(operation.member, state.lane)
        if known is not None and known.balance + known.held + operation.points > BALANCE_MAX:
            raise BalanceTooLarge(f"a wallet holds at most {BALANCE_MAX} points")
        wallet = (
            self._open(state, operation.member) if known is None else self._wallet_to_change(state, operation.member)
        )
        position = _find_lot(wallet, operation.available_on, expires_on, operation.funder)
        if position is None:
            if wallet.lots_in_use() >= LOTS_PER_WALLET_MAX:
                raise TooManyLots(f"a wallet holds points of at most {LOTS_PER_WALLET_MAX} different dates and funders")
            wallet.lot_count += 1
            lot = Lot(wallet.lot_count, operation.available_on, expires_on, operation.funder, 0)
            position = _insert(wallet.lots, lot)
        lot = self._change_lot(state, wallet, position, operation.points)
        answer.expires_on = expires_on
        self._enter(state, wallet, lot, operation.points, path=(ISSUANCE, WALLET))

    def _change_lot(self, state: LaneState, wallet: Wallet, position: int, points: int) -> Lot:
        """Put points into a lot of the wallet, or take them where negative; the lot afterwards."""
        lot = wallet.lots[position]
        if points > 0 and lot.expires_on is not None and state.swept_before is not None:
            state.swept_before = min(state.swept_before, lot.expires_on)
        lot = wallet.lots[position] = lot.with_remaining(lot.remaining + points)
        wallet.balance += points
        self.lots[wallet.account_id, lot.number] = lot
        return lot

    def _take(self, points: int, state: LaneState, member: str, day: date, target: int) -> list[tuple[Lot, int]]:
        """Move spendable points out of a wallet, the earliest expiry first; the lots they came from."""
        if points == 0:
            return []
        known = self.wallet(member, state.lane)
        spendable = known.spendable(day) if known is not None else 0
        if known is not None and spendable < points:
            raise InsufficientPoints(
                f"{points} points asked for, {spendable} spendable", points=points, spendable=spendable
            )
        wallet = self._wallet_to_change(state, member)
        parts: list[tuple[Lot, int]] = []
        for position, lot in enumerate(wallet.lots):
            if lot.remaining and lot.is_spendable(day):
                amount = min(lot.remaining, points)
                self._spend(state, wallet, position, amount, target)
                parts.append((lot, amount))
                points -= amount
                if not points:
                    break
        return parts

    def _spend(self, state: LaneState, wallet: Wallet, position: int, amount: int, target: int) -> None:
        lot = self._change_lot(state, wallet, position, -amount)
        if target == HELD:
            wallet.held += amount
        self._enter(state, wallet, lot, amount, path=(WALLET, target))

    def _expire(self, state: LaneState, member: str, day: date) -> int:
        wallet = self._wallet_to_change(state, member)
        expired = 0
        for position, lot in enumerate(wallet.lots):
            if lot.remaining and lot.expires_on is not None and lot.expires_on < day:
                expired += lot.remaining
                self._spend(state, wallet, position, lot.remaining, BREAKAGE)
        return expired

    def _open_hold(self, operation: Hold, state: LaneState, parts: list[tuple[Lot, int]]) -> None:
        wallet = self.wallet(operation.member, state.lane)
        if wallet is None or not parts:
            return
        hold = HeldPoints(wallet.account_id, state.seq, operation.points, operation.expires_at, HoldState.OPEN, parts)
        state.holds[operation.key] = hold
        self.holds.append(hold)

    def _end_hold(self, operation: Capture | Release, state: LaneState, answer: Answer) -> None:
        held = state.holds.get(operation.hold_key)
        wallet = self.wallet(operation.member, state.lane)
        if held is None or wallet is None or held.account_id != wallet.account_id:
            raise HoldNotFound(f"member {operation.member!r} has no hold {operation.hold_key!r}")
        if held.state is not HoldState.OPEN:
            raise HoldClosed(f"the hold was {held.state.name.lower()}", state=held.state.name.lower())
        captures = isinstance(operation, Capture)
        if captures and held.expires_at is not None and answer.occurred_at > held.expires_at:
            raise HoldExpired(f"the hold ended at {held.expires_at.isoformat()}")
        wallet = self._wallet_to_change(state, operation.member)
        for lot, amount in held.parts:
            wallet.held -= amount
            if not captures:
                self._give_back(state, wallet, lot, amount)
            self._enter(state, wallet, lot, amount, path=(HELD, REDEMPTION if captures else WALLET))
        answer.points = held.points
        answer.hold_seq = held.seq
        ended = HeldPoints(
            held.account_id,
            held.seq,
            held.points,
            held.expires_at,
            HoldState.CAPTURED if captures else HoldState.RELEASED,
            held.parts,
        )
        state.holds[operation.hold_key] = ended
        self.holds.append(ended)

    def _give_back(self, state: LaneState, wallet: Wallet, origin: Lot, amount: int) -> None:
        """Return points to the lot they came from, also when it had been used up since."""
        position = next((at for at, lot in enumerate(wallet.lots) if lot.number == origin.number), None)
        if position is None:
            position = _insert(wallet.lots, origin.with_remaining(0))
        self._change_lot(state, wallet, position, amount)


def _find_lot(wallet: Wallet, available_on: date | None, expires_on: date | None, funder: str | None) -> int | None:
    """Where the lot of these dates and this funder stands. One that is used up is not used again, as it may not have been loaded."""
    for position, lot in enumerate(wallet.lots):
        is_same = lot.expires_on == expires_on and lot.available_on == available_on and lot.funder == funder
        if is_same and lot.remaining:
            return position
    return None


def _insert(lots: list[Lot], lot: Lot) -> int:
    """Insert a lot in spending order; where it stands."""
    position = bisect_left(lots, lot.order(), key=Lot.order)
    lots.insert(position, lot)
    return position
