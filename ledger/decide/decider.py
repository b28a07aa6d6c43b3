"""Decides the operations of a lane transaction, without I/O and without a clock.

`Decider` takes the lanes as they stand under their locks. It decides operations one after another,
each on what the ones before it left behind. Its sheet collects what the transaction is to store.

A refused operation has a record, too, and moves nothing: all rules are checked before the first
point moves. The rules themselves are in `give`, `spend`, `take_back` and `transfer`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ledger.asks.answer import Answer, points_asked
from ledger.asks.kinds import Capture, Hold
from ledger.asks.operation import FUTURE_MAX, Operation, OperationKind
from ledger.asks.refusals import OccurredInFuture
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.decide import give, spend, take_back, transfer
from ledger.decide.sheet import MOVES_TO, Sheet, member_merged
from ledger.decide.wallet import HoldState, LaneState, Part, Subject, Wallet, lane_of
from ledger.refusal import Refusal

Decision = Callable[[Sheet, Any, LaneState, Answer, date], None]
DECISIONS: dict[OperationKind, Decision] = {
    OperationKind.ISSUE: give.issue,
    OperationKind.CREDIT: give.credit,
    OperationKind.ADJUST: give.adjust,
    OperationKind.REDEEM: spend.redeem,
    OperationKind.HOLD: spend.hold,
    OperationKind.CONVERT: spend.convert,
    OperationKind.CAPTURE: spend.capture,
    OperationKind.RELEASE: spend.release,
    OperationKind.END_CONVERSION: spend.end_conversion,
    OperationKind.EXPIRE: take_back.expire,
    OperationKind.SWEEP: take_back.expire,
    OperationKind.EXPIRE_BOOK: take_back.expire_book,
    OperationKind.REVERSE: take_back.reverse,
    OperationKind.GIFT: transfer.gift,
    OperationKind.MERGE: transfer.merge,
}


class Decider:
    """Decides one transaction's operations over the lanes it has locked.

    `now` is the database's time. `wanted` are the keys that operations of the transaction refer to:
    an operation decided here under one of them can be ended or reversed by a later one.
    """

    def __init__(
        self,
        programme: Programme,
        lanes: Mapping[int, LaneState],
        now: datetime,
        subjects: Mapping[str, Subject] | None = None,
        wanted: frozenset[str] = frozenset(),
    ) -> None:
        self.now = now
        self._wanted = wanted
        self._today = programme_day(now, programme.time_zone)
        self.sheet = Sheet(programme, lanes, self._today, subjects)
        self._days: dict[datetime, date] = {}

    def fork(self, members: Sequence[tuple[str, int]]) -> "Decider":
        """A decider to try operations of these members on, each given with its lane.

        This one stays as it is until it adopts the fork.
        """
        lanes, subjects = self.sheet.copies(members)
        fork = Decider(self.sheet.programme, lanes, self.now, subjects, self._wanted)
        fork.sheet.looking_back = self.sheet.looking_back
        return fork

    def adopt(self, fork: "Decider") -> None:
        """Take over everything that was decided on a fork."""
        self.sheet.adopt(fork.sheet)

    def look_back(self, spends: Iterable[tuple[Operation, int]]) -> list[tuple[Wallet, date]]:
        """Let wallets look back whose points are spent on an earlier day than today.

        The operations come with their lanes. Returned are the wallets that were changed by
        operations of later days: what these moved is to be noted in the wallet (`note_later`)
        before anything is decided. With each comes the first day on which its points are spent.
        """
        sheet = self.sheet
        firsts: dict[str, tuple[int, date]] = {}
        for operation, lane in spends:
            if operation.occurred_at is not None:
                instant = operation.occurred_at
                day = self._days.get(instant) or self._day(instant)
                if day < self._today:
                    known = firsts.get(operation.member)
                    firsts[operation.member] = lane, day if known is None else min(day, known[1])
        sheet.looking_back.update(firsts)
        unread: list[tuple[Wallet, date]] = []
        for member, (lane, day) in firsts.items():
            wallet = sheet.lanes[lane].wallets.get(member)
            if wallet is not None:
                wallet.later = {}
                latest_on = wallet.latest_on
                if wallet.last_seq is not None and (latest_on is None or day < latest_on):
                    unread.append((wallet, day))
        return unread

    def look_ahead(self) -> None:
        """Let wallets that looked back forget what they noted for it."""
        sheet = self.sheet
        for member in sheet.looking_back:
            wallet = sheet.lanes[lane_of(member, sheet.programme.lanes)].wallets.get(member)
            if wallet is not None:
                wallet.later = None

    def spendable(self, operation: Operation, lane: int) -> int:
        """What the operation's member can spend on its day, as decided so far."""
        wallet = self.sheet.lanes[lane].wallets.get(operation.member)
        if wallet is None:
            return 0
        instant = operation.occurred_at
        if instant is None:
            return wallet.spendable(self._today)
        return wallet.spendable(self._days.get(instant) or self._day(instant))

    def decide(
        self,
        operation: Operation,
        lane: int,
        fingerprint: int | None = None,
        refused: Refusal | None = None,
    ) -> Answer:
        """Decide the next operation of a lane.

        With `refused`, the companion has refused it already.
        """
        sheet = self.sheet
        state = sheet.lanes[lane]
        state.seq = seq = state.seq + 1
        member = operation.member
        occurred_at = operation.occurred_at
        if occurred_at is None:
            occurred_at, day = self.now, self._today
        else:
            day = self._days.get(occurred_at) or self._day(occurred_at)
            if refused is None and occurred_at > self.now and occurred_at > self.now + FUTURE_MAX:
                text = occurred_at.isoformat()
                refused = OccurredInFuture(f"{text} has not come", occurred_at=text)
        answer = Answer(
            operation.key,
            operation.KIND,
            member,
            lane,
            seq,
            points_asked(operation),
            None,
            occurred_at,
        )
        sheet.entries = []
        sheet.slides_until = None
        wallet = state.wallets.get(member)
        if refused is None and wallet is not None and wallet.merged_into is not None:
            refused = member_merged(wallet)
        if refused is None:
            try:
                DECISIONS[operation.KIND](sheet, operation, state, answer, day)
            except Refusal as refusal:
                refused = refusal
        if refused is not None:
            answer.refusal = refused.document()
        if wallet is None:
            wallet = state.wallets.get(member)
        if wallet is not None:
            answer.balance = wallet.spendable(day)
        sheet.close(operation, answer, fingerprint, wallet, day)
        if (
            self._wanted
            and wallet is not None
            and operation.key in self._wanted
            and refused is None
        ):
            self._refer(operation, answer, wallet, day)
        return answer

    def _refer(self, operation: Operation, answer: Answer, wallet: Wallet, day: date) -> None:
        """Let later operations of this transaction refer to this one."""
        target = MOVES_TO.get(answer.kind)
        parts: list[Part] = [
            ((available_on, expires_on, funder), amount)
            for _, to_kind, amount, _, _, _, available_on, expires_on, funder in self.sheet.entries
            if to_kind == target
        ]
        is_hold = answer.kind in {OperationKind.HOLD, OperationKind.CONVERT}
        self.sheet.subjects[operation.key] = Subject(
            kind=answer.kind,
            lane=answer.lane,
            seq=answer.seq,
            account_id=wallet.account_id,
            member=answer.member,
            points=answer.points,
            day=self._day_counted(operation, day),
            parts=parts,
            expires_at=operation.expires_at if isinstance(operation, Hold) else None,
            owner=operation.owner,
            state=HoldState.OPEN if is_hold and parts else None,
        )

    def _day_counted(self, operation: Operation, day: date) -> date:
        """The day on which caps counted an operation. For a capture it is the day of its hold."""
        subjects = self.sheet.subjects
        hold = subjects.get(operation.hold_key) if isinstance(operation, Capture) else None
        return day if hold is None else hold.day

    def _day(self, instant: datetime) -> date:
        day = self._days[instant] = programme_day(instant, self.sheet.programme.time_zone)
        return day
