"""The ledger's decisions: pure, without I/O and without a clock.

`Decider` takes the lanes as they stand under their locks and decides operations one after another, each on what the ones before it left
behind. What it collects is what the journal, the wallets, the holds and the outbox are to hold. A refused operation is a record, too, and moves
nothing: every rule is checked before the first point moves.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from ledger.expiry import programme_day
from ledger.operations import (
    Adjust,
    Answer,
    Capture,
    Convert,
    Credit,
    Expire,
    ExpireBook,
    Gift,
    Hold,
    Issue,
    Merge,
    Operation,
    OperationKind,
    Redeem,
    Release,
    Reverse,
    Settle,
    Sweep,
)
from ledger.programme import Programme
from ledger.refusal import Refusal
from ledger.refusals import (
    AlreadyExpired,
    AlreadyReversed,
    BalanceTooLarge,
    CapExceeded,
    CaptureTooLarge,
    ConversionRateNotFound,
    ConversionTooSmall,
    HoldClosed,
    HoldExpired,
    HoldNotFound,
    HoldsOpen,
    InsufficientPoints,
    IssueSpent,
    NotReversible,
    OccurredInFuture,
    OperationNotFound,
    RecipientNotFound,
    TooManyLots,
)
from ledger.rules import Capped, DebtPolicy
from ledger.sheet import Message, Record, Sheet, in_spending_order, is_dead
from ledger.wallet import (
    BALANCE_MAX,
    LANE_MASK,
    LOTS_PER_WALLET_MAX,
    AccountKind,
    HoldState,
    LaneState,
    Lot,
    Part,
    Subject,
    Wallet,
    lane_of,
    subject_of,
)

ISSUANCE, REDEMPTION, BREAKAGE, HELD, TRANSIT, CLEARING, ADJUSTMENT, DEBT, WALLET = (int(kind) for kind in AccountKind)

FUTURE_MAX = timedelta(minutes=5)
"""How far a caller's clock may be ahead of the database's."""
CONVERSIONS = "ledger.conversion"
"""The outbox topic of conversions to deliver."""

MOVES_TO = {
    OperationKind.ISSUE: WALLET,
    OperationKind.REDEEM: REDEMPTION,
    OperationKind.HOLD: HELD,
    OperationKind.CAPTURE: REDEMPTION,
    OperationKind.CONVERT: CLEARING,
}
"""What can be ended or reversed, and the account its own entries lead to."""
CAPPED = {OperationKind.REDEEM, OperationKind.HOLD, OperationKind.CAPTURE}


class Decider(Sheet):
    """Decides one transaction's operations over the lanes it has locked, at the database's time `now`."""

    def __init__(
        self,
        programme: Programme,
        lanes: Mapping[int, LaneState],
        now: datetime,
        subjects: Mapping[str, Subject] | None = None,
        wanted: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(programme, lanes, subjects)
        self._begin(now, wanted)

    def _begin(self, now: datetime, wanted: frozenset[str]) -> None:
        self.now = now
        self._wanted = wanted
        self._latest = now + FUTURE_MAX
        self._days: dict[datetime, date] = {}
        self._slides_until: date | None = None

    def try_on(self, members: Sequence[tuple[str, int]]) -> "Decider":
        """A decider whose decisions count only once this one adopts them; every member concerned is named with its lane."""
        twin = self.fork(members)
        assert isinstance(twin, Decider)
        twin._begin(self.now, self._wanted)
        return twin

    def decide(
        self, operation: Operation, lane: int, fingerprint: int | None = None, refused: Refusal | None = None
    ) -> Answer:
        """Decide the next operation of a lane. With `refused`, the rest of its use case has refused it already."""
        state = self.lanes[lane]
        state.seq = seq = state.seq + 1
        occurred_at = operation.occurred_at or self.now
        kind = operation.KIND
        member = operation.member
        answer = Answer(operation.key, kind, member, lane, seq, operation.amount, None, occurred_at)
        day = self._days.get(occurred_at) or self._day(occurred_at)
        self.entries = entries = []
        self._slides_until = None
        try:
            if occurred_at > self._latest:
                raise OccurredInFuture(f"{occurred_at.isoformat()} has not come", occurred_at=occurred_at.isoformat())
            if refused is not None:
                raise refused
            _DECISIONS[type(operation)](self, operation, state, answer, day)
        except Refusal as refusal:
            answer.refusal = refusal.document()
        wallet = state.wallets.get(member)
        record = Record(kind, lane, seq, None, None, entries, self._slides_until, operation, answer, fingerprint)
        if wallet is not None:
            self._close(record, wallet)
            answer.balance = wallet.spendable(day)
        record.subject = answer.subject
        self.records.append(record)
        if operation.key in self._wanted and answer.refusal is None:
            self._refer(record, member, day)
        return answer

    def _close(self, record: Record, wallet: Wallet) -> None:
        """Chain a record to the wallet's record before it, where it changed the wallet."""
        record.account_id = wallet.account_id
        if record.entries or record.slides_until is not None:
            record.previous, wallet.last_seq = wallet.last_seq, record.seq
            self.wallets[wallet.member] = wallet

    def _refer(self, record: Record, member: str, day: date) -> None:
        """Let later operations of this transaction refer to this one."""
        operation, answer = record.operation, record.answer
        if answer is None or record.account_id is None:
            return
        target = MOVES_TO.get(record.kind)
        parts = [Part(*entry[6:9], entry[2]) for entry in record.entries if entry[1] == target]
        is_hold = record.kind in {OperationKind.HOLD, OperationKind.CONVERT}
        self.subjects[operation.key] = Subject(
            kind=record.kind,
            lane=record.lane,
            seq=record.seq,
            account_id=record.account_id,
            member=member,
            points=answer.points,
            day=day,
            parts=parts,
            expires_at=operation.expires_at if isinstance(operation, Hold) else None,
            state=HoldState.OPEN if is_hold and parts else None,
        )

    def _day(self, instant: datetime) -> date:
        day = self._days[instant] = programme_day(instant, self.programme.time_zone)
        return day

    # Giving points.

    def _issue(self, operation: Issue, state: LaneState, answer: Answer, day: date) -> None:
        rules = self.rules
        expires_on = operation.expires_on or self.last_day(day)
        available_on = operation.available_on
        if available_on is None and rules.available_after_days:
            available_on = day + timedelta(rules.available_after_days)
        if expires_on is not None and expires_on < max(day, available_on or day):
            raise AlreadyExpired(f"the last day {expires_on} is before the first day the points could be spent")
        lot = Lot(available_on, expires_on, operation.funder, operation.points)
        self._give(state, answer, day, lot, capped=Capped.ISSUE if rules.caps else None)

    def _credit(self, operation: Credit, state: LaneState, answer: Answer, day: date) -> None:
        self._give(state, answer, day, Lot(None, self.last_day(day), operation.funder, operation.points))

    def _adjust(self, operation: Adjust, state: LaneState, answer: Answer, day: date) -> None:
        wallet = self.wallet(state, operation.member)
        if operation.points < 0:
            self._require_spendable(wallet, -operation.points, day)
            self.take(state, wallet, _spendable_lots(wallet, day), -operation.points, ADJUSTMENT)
        else:
            expires_on = operation.expires_on or self.last_day(day)
            if expires_on is not None and expires_on < day:
                raise AlreadyExpired(f"the last day {expires_on} is past")
            lot = Lot(None, expires_on, operation.funder, operation.points)
            self._give(state, answer, day, lot, source=ADJUSTMENT, balance_max=BALANCE_MAX)
        answer.detail = {"reason": operation.reason, "actor": operation.actor}

    def _give(
        self,
        state: LaneState,
        answer: Answer,
        day: date,
        lot: Lot,
        *,
        source: int = ISSUANCE,
        capped: Capped | None = None,
        balance_max: int | None = None,
    ) -> None:
        """Put new points into a wallet, which is opened if need be; a debt is repaid first."""
        points = lot.points
        wallet = state.wallets.get(answer.member)
        if wallet is not None and wallet.merged_into is not None:
            self.wallet(state, answer.member)
        if capped is not None:
            self._require_room_under_caps(wallet, capped, points, day)
        if wallet is None:
            self._require_room(None, (lot,), points, balance_max)
            wallet = self.open_wallet(state, answer.member)
        else:
            self._require_room(wallet, (lot,), points, balance_max)
        if capped is not None:
            self._count(wallet, capped, points, day)
        if source == ISSUANCE and answer.kind is OperationKind.ISSUE:
            self._slides_until = self.be_active(state, wallet, day)
        repaid = min(wallet.debt, points)
        if points > repaid:
            answer.expires_on = wallet.last_day(lot)
            self.put(state, wallet, lot, points - repaid, source)
        if repaid:
            wallet.debt -= repaid
            self.enter(state, wallet, None, repaid, (source, DEBT))

    def _require_room(
        self, wallet: Wallet | None, lots: Sequence[Lot | Part], points: int, balance_max: int | None = None
    ) -> None:
        """Refuse what would make a wallet larger than the programme, or any wallet, may be."""
        limit = balance_max or self.rules.balance_max or BALANCE_MAX
        total = points + (wallet.balance + wallet.held if wallet is not None else 0)
        if total > limit:
            raise BalanceTooLarge(f"a wallet holds at most {limit} points")
        if wallet is not None and len(wallet.lots) + len(lots) > LOTS_PER_WALLET_MAX:
            known = {(lot.available_on, lot.expires_on, lot.funder) for lot in wallet.lots}
            known.update((lot.available_on, lot.expires_on, lot.funder) for lot in lots)
            if len(known) > LOTS_PER_WALLET_MAX:
                raise TooManyLots(f"a wallet holds points of at most {LOTS_PER_WALLET_MAX} different dates and funders")

    # Spending points.

    def _redeem(self, operation: Redeem, state: LaneState, answer: Answer, day: date) -> None:
        self._spend_as_member(state, operation, operation.points, day, REDEMPTION)

    def _hold(self, operation: Hold, state: LaneState, answer: Answer, day: date) -> None:
        parts = self._spend_as_member(state, operation, operation.points, day, HELD)
        if parts:
            self._set_aside(answer, state, parts, operation.points, day, operation.expires_at)

    def _convert(self, operation: Convert, state: LaneState, answer: Answer, day: date) -> None:
        self.wallet(state, operation.member)
        if operation.to_book_id is None:
            raise ConversionRateNotFound(f"there is no such rate to programme {operation.to_programme!r}")
        if not operation.credited:
            raise ConversionTooSmall(f"{operation.points} points come to less than one")
        parts = self._spend_as_member(state, operation, operation.points, day, CLEARING)
        self._set_aside(answer, state, parts, operation.points, day, None)
        to_member = operation.to_member or operation.member
        answer.detail = {
            "to": operation.to_programme,
            "to_member": to_member,
            "rate_version": operation.version,
            "credited": operation.credited,
        }
        payload = {
            "key": operation.key,
            "member": operation.member,
            "place": f"{state.lane}-{answer.seq}",
            "to_book_id": operation.to_book_id,
            "to_member": to_member,
            "credited": operation.credited,
        }
        self.messages.append(Message(CONVERSIONS, payload))

    def _spend_as_member(
        self, state: LaneState, operation: Redeem | Hold | Convert | Gift, points: int, day: date, target: int
    ) -> list[Part]:
        """Spend as an activity of the member's own; nothing to spend needs no wallet."""
        if points == 0 and state.wallets.get(operation.member) is None:
            return []
        wallet = self.wallet(state, operation.member)
        capped = Capped.REDEEM if self.rules.caps and operation.KIND in CAPPED else None
        if points:
            self._require_spendable(wallet, points, day)
        if capped is not None:
            self._require_room_under_caps(wallet, capped, points, day)
            self._count(wallet, capped, points, day)
        self._slides_until = self.be_active(state, wallet, day)
        return self.take(state, wallet, _spendable_lots(wallet, day), points, target) if points else []

    def _require_spendable(self, wallet: Wallet, points: int, day: date) -> None:
        spendable = wallet.spendable(day)
        if spendable < points:
            raise InsufficientPoints(
                f"{points} points asked for, {spendable} spendable", points=points, spendable=spendable
            )

    def _set_aside(
        self, answer: Answer, state: LaneState, parts: list[Part], points: int, day: date, expires_at: datetime | None
    ) -> None:
        wallet = self.wallet(state, answer.member)
        hold = Subject(
            kind=answer.kind,
            lane=state.lane,
            seq=answer.seq,
            account_id=wallet.account_id,
            member=answer.member,
            points=points,
            day=day,
            parts=parts,
            expires_at=expires_at,
            state=HoldState.OPEN,
        )
        self.holds[hold.lane, hold.seq] = hold

    # Ending what was set aside.

    def _capture(self, operation: Capture, state: LaneState, answer: Answer, day: date) -> None:
        hold = self._open_hold(operation.hold_key, operation.member, OperationKind.HOLD)
        if hold.expires_at is not None and answer.occurred_at > hold.expires_at:
            raise HoldExpired(f"the hold ended at {hold.expires_at.isoformat()}")
        points = hold.points if operation.points is None else operation.points
        if points > hold.points:
            raise CaptureTooLarge(f"{points} points asked for, {hold.points} set aside", points=points, held=hold.points)
        self._end(hold, state, answer, day, captured=points)
        answer.points = points
        if points < hold.points:
            answer.detail = {"released": hold.points - points}

    def _release(self, operation: Release, state: LaneState, answer: Answer, day: date) -> None:
        hold = self._open_hold(operation.hold_key, operation.member, OperationKind.HOLD)
        self._end(hold, state, answer, day, captured=0)
        answer.points = hold.points

    def _settle(self, operation: Settle, state: LaneState, answer: Answer, day: date) -> None:
        hold = self._open_hold(operation.convert_key, operation.member, OperationKind.CONVERT)
        self._end(hold, state, answer, day, captured=hold.points if operation.is_credited else 0)
        answer.points = hold.points
        answer.detail = {"credited": operation.is_credited}

    def _open_hold(self, key: str, member: str, kind: OperationKind) -> Subject:
        hold = self.subjects.get(key)
        if hold is None or hold.kind != kind or hold.state is None or hold.member != member:
            raise HoldNotFound(f"member {member!r} has no hold {key!r}")
        if hold.state is not HoldState.OPEN:
            raise HoldClosed(f"the hold was {hold.state.name.lower()}", state=hold.state.name.lower())
        return hold

    def _end(self, hold: Subject, state: LaneState, answer: Answer, day: date, *, captured: int) -> None:
        """Spend the first `captured` points that a hold took, and give the rest back."""
        wallet = self.wallet(state, answer.member)
        source = CLEARING if hold.kind == OperationKind.CONVERT else HELD
        spent, rest = _split(hold.parts, captured)
        for part in spent:
            wallet.held -= part.points
            self.enter(state, wallet, part, part.points, (source, REDEMPTION))
        self.give_back(state, wallet, reversed(rest), day, source)
        if hold.kind in CAPPED:
            self._uncount(wallet, hold.points - captured, hold.day)
        hold.state = HoldState.CAPTURED if captured else HoldState.RELEASED
        answer.subject = subject_of(hold.lane, hold.seq)
        self.holds[hold.lane, hold.seq] = hold

    # Taking back.

    def _expire(self, operation: Expire | Sweep, state: LaneState, answer: Answer, day: date) -> None:
        wallet = self.wallet(state, operation.member)
        answer.points = self.expire(state, wallet, [lot for lot in wallet.lots if is_dead(wallet, lot, day)])

    def _expire_book(self, operation: ExpireBook, state: LaneState, answer: Answer, day: date) -> None:
        answer.detail = {"wallets": operation.wallets}

    def _reverse(self, operation: Reverse, state: LaneState, answer: Answer, day: date) -> None:
        wallet = self.wallet(state, operation.member)
        subject = self.subjects.get(operation.operation_key)
        if subject is None or subject.member != operation.member:
            raise OperationNotFound(f"member {operation.member!r} has no operation {operation.operation_key!r}")
        if subject.kind not in {OperationKind.ISSUE, OperationKind.REDEEM, OperationKind.CAPTURE} or not subject.points:
            raise NotReversible("only an issue, a redemption or a capture that moved points can be reversed")
        left = subject.points - subject.reversed_points
        points = left if operation.points is None else operation.points
        if not left or points > left:
            raise AlreadyReversed(f"{left} of {subject.points} points are left to reverse", remaining=left)
        if subject.kind == OperationKind.ISSUE:
            points, owed = self._claw_back(state, wallet, subject, points, day)
            answer.detail = {"owed": owed} if owed else None
        else:
            # The last taken come back first: what stays spent is what redeeming less would have spent.
            kept, _ = _split(subject.parts, left)
            _, returned = _split(kept, left - points)
            self.give_back(state, wallet, reversed(returned), day, REDEMPTION)
            self._uncount(wallet, points, subject.day)
        answer.points = points
        answer.subject = subject_of(subject.lane, subject.seq)
        subject.reversed_points += points

    def _claw_back(
        self, state: LaneState, wallet: Wallet, subject: Subject, points: int, day: date
    ) -> tuple[int, int]:
        """Take issued points back, from their own lot first; how many points, and how many of them are owed."""
        own = [
            lot
            for lot in wallet.lots
            for part in subject.parts
            if (lot.available_on, lot.expires_on, lot.funder) == (part.available_on, part.expires_on, part.funder)
        ]
        others: list[Lot] = []
        # What expired unspent is not owed: of a dead lot only what is left can be taken.
        is_over = any(is_dead(wallet, part, day) for part in subject.parts)
        if not is_over:
            living = [lot for lot in in_spending_order(wallet) if lot not in own and not is_dead(wallet, lot, day)]
            others = sorted(living, key=lambda lot: lot.available_on is not None and lot.available_on > day)
        there = sum(lot.points for lot in (*own, *others))
        missing = max(points - there, 0)
        if missing and not is_over and self.rules.debt is DebtPolicy.REFUSE:
            raise IssueSpent(f"{points} points to take back, {there} left", points=points, left=there)
        self.take(state, wallet, [*own, *others], points, ISSUANCE)
        owed = missing if not is_over and self.rules.debt is DebtPolicy.OWE else 0
        if owed:
            wallet.debt += owed
            self.enter(state, wallet, None, owed, (DEBT, ISSUANCE))
        return points - missing + owed, owed

    # Between two members.

    def _gift(self, operation: Gift, state: LaneState, answer: Answer, day: date) -> None:
        giver = self.wallet(state, operation.member)
        other = self._lane_of(operation)
        recipient = other.wallets.get(operation.to_member)
        self._require_spendable(giver, operation.points, day)
        if recipient is not None:
            recipient = self.wallet(other, operation.to_member)
        planned, _ = _split([_all_of(lot) for lot in _spendable_lots(giver, day)], operation.points)
        self._require_room(recipient, planned, operation.points)
        parts = self._spend_as_member(state, operation, operation.points, day, TRANSIT)
        if recipient is None:
            recipient = self.open_wallet(other, operation.to_member)
        self._receive(OperationKind.RECEIVE, operation, answer, recipient, parts, giver, debt=0)
        answer.detail = {"to": operation.to_member}

    def _merge(self, operation: Merge, state: LaneState, answer: Answer, day: date) -> None:
        source = self.wallet(state, operation.member)
        other = self._lane_of(operation)
        if other.wallets.get(operation.into_member) is None:
            raise RecipientNotFound(f"member {operation.into_member!r} has no points account")
        target = self.wallet(other, operation.into_member)
        if source.held:
            raise HoldsOpen(f"{source.held} points of the member are set aside", held=source.held)
        self._require_room(target, source.lots, source.balance, BALANCE_MAX)
        if source.slides_until is not None and source.slides_until < day:
            self.expire(state, source, [lot for lot in source.lots if lot.expires_on is None])
        parts = self.take(state, source, list(source.lots), source.balance, TRANSIT)
        debt, source.debt = source.debt, 0
        if debt:
            self.enter(state, source, None, debt, (TRANSIT, DEBT))
        source.merged_into = operation.into_member
        self.wallets[operation.member] = source
        self._receive(OperationKind.ABSORB, operation, answer, target, parts, source, debt=debt)
        answer.points = sum(part.points for part in parts)
        answer.detail = {"into": operation.into_member}
        for subject in self.subjects.values():
            if subject.member == operation.member:
                subject.member = operation.into_member

    def _lane_of(self, operation: Gift | Merge) -> LaneState:
        return self.lanes[lane_of(operation.other_member, self.programme.lanes)]

    def _receive(
        self,
        kind: OperationKind,
        operation: Operation,
        answer: Answer,
        wallet: Wallet,
        parts: Sequence[Part],
        giver: Wallet,
        *,
        debt: int,
    ) -> None:
        """The other half of a gift or merge: a record of its own, in the recipient's lane."""
        state = self.lanes[wallet.account_id & LANE_MASK]
        state.seq += 1
        given, self.entries = self.entries, []
        slides_until = None
        if giver.slides_until is not None and any(part.expires_on is None for part in parts):
            slides_until = wallet.slides_until = max(wallet.slides_until or giver.slides_until, giver.slides_until)
        for part in parts:
            self.put(state, wallet, part, part.points, TRANSIT)
        if debt:
            wallet.debt += debt
            self.enter(state, wallet, None, debt, (DEBT, TRANSIT))
        record = Record(kind, state.lane, state.seq, None, None, self.entries, slides_until, operation, None)
        record.subject = subject_of(answer.lane, answer.seq)
        self._close(record, wallet)
        self.records.append(record)
        self.entries = given

    # Caps.

    def _require_room_under_caps(self, wallet: Wallet | None, kind: Capped, points: int, day: date) -> None:
        for cap in self.rules.caps:
            if cap.kind is kind:
                used = _used(wallet, f"{kind}/{cap.window}", cap.window.start(day))[1]
                if used + points > cap.points:
                    raise CapExceeded(
                        f"{used} of {cap.points} points are used up in this {cap.window}",
                        capped=kind.value,
                        window=cap.window.value,
                        cap=cap.points,
                        used=used,
                    )

    def _count(self, wallet: Wallet, kind: Capped, points: int, day: date) -> None:
        for cap in self.rules.caps:
            if cap.kind is kind and points:
                name = f"{kind}/{cap.window}"
                start, used = _used(wallet, name, cap.window.start(day))
                wallet.usage = {**(wallet.usage or {}), name: (start, used + points)}

    def _uncount(self, wallet: Wallet, points: int, day: date) -> None:
        """Give redeemed points back to the caps, where the window they were counted in is still the one being counted."""
        for cap in self.rules.caps:
            name = f"{Capped.REDEEM}/{cap.window}"
            counted = (wallet.usage or {}).get(name)
            if cap.kind is Capped.REDEEM and counted is not None and counted[0] == cap.window.start(day):
                wallet.usage = {**(wallet.usage or {}), name: (counted[0], max(counted[1] - points, 0))}


def _used(wallet: Wallet | None, name: str, start: date) -> tuple[date, int]:
    """The window that counts and what is used of it: an operation dated before it counts in it, too."""
    counted = wallet.usage.get(name) if wallet is not None and wallet.usage is not None else None
    return (start, 0) if counted is None or counted[0] < start else counted


def _spendable_lots(wallet: Wallet, day: date) -> list[Lot]:
    """The lots that may be spent on `day`, in spending order."""
    return [
        lot
        for lot in in_spending_order(wallet)
        if (lot.available_on is None or lot.available_on <= day) and not is_dead(wallet, lot, day)
    ]


def _all_of(lot: Lot) -> Part:
    return Part(lot.available_on, lot.expires_on, lot.funder, lot.points)


def _split(parts: Sequence[Part], points: int) -> tuple[list[Part], list[Part]]:
    """The first `points` of these parts, and the rest of them."""
    first: list[Part] = []
    rest: list[Part] = []
    for part in parts:
        here = min(part.points, points)
        points -= here
        if here:
            first.append(Part(part.available_on, part.expires_on, part.funder, here))
        if part.points > here:
            rest.append(Part(part.available_on, part.expires_on, part.funder, part.points - here))
    return first, rest


_DECISIONS: dict[type[Operation], Callable[[Decider, Any, LaneState, Answer, date], None]] = {
    Issue: Decider._issue,
    Redeem: Decider._redeem,
    Hold: Decider._hold,
    Capture: Decider._capture,
    Release: Decider._release,
    Expire: Decider._expire,
    Sweep: Decider._expire,
    ExpireBook: Decider._expire_book,
    Reverse: Decider._reverse,
    Gift: Decider._gift,
    Adjust: Decider._adjust,
    Convert: Decider._convert,
    Credit: Decider._credit,
    Settle: Decider._settle,
    Merge: Decider._merge,
}
