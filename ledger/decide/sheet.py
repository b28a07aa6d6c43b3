"""The working sheet of one lane transaction.

It has what has been decided so far, and the moves that all decisions are made of. There is no I/O
and no clock. Wallets are changed in place: if a sheet is dropped, the wallets that it was given
must be forgotten, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.asks.answer import Answer
from ledger.asks.operation import Operation, OperationKind
from ledger.asks.refusals import (
    BalanceTooLarge,
    InsufficientPoints,
    MemberMerged,
    MemberNotFound,
    OperationOwned,
    TooManyLots,
)
from ledger.book.calendar import ExpiryKind
from ledger.book.limits import BALANCE_MAX, LOTS_PER_WALLET_MAX
from ledger.book.programme import Programme
from ledger.decide.wallet import (
    BREAKAGE,
    CLEARING,
    HELD,
    REDEMPTION,
    SET_ASIDE,
    WALLET,
    LaneState,
    Lot,
    LotName,
    Part,
    Subject,
    Wallet,
    is_dead,
    lot_named,
    note_later,
    parts_there,
    spendable_lots,
    there_on,
    wallet_account,
)
from ledger.refusal import JSON

NO_LOT: LotName = (None, None, None)
"""Of entries that move no points of a lot: those of debts."""
MOVES_TO = {
    OperationKind.ISSUE: WALLET,
    OperationKind.REDEEM: REDEMPTION,
    OperationKind.HOLD: HELD,
    OperationKind.CAPTURE: REDEMPTION,
    OperationKind.CONVERT: CLEARING,
}
"""The kinds that can be ended or reversed, and the account that their own entries lead to."""
Entry = tuple[int, int, int, int, int, int, date | None, date | None, str | None]
"""One move of points, as a plain tuple, because each operation has one or more.

- from_kind, to_kind and amount;
- balance, held and debt of the wallet after it;
- available_on, expires_on and funder of the lot.
"""


Record = tuple[Operation, Answer, int | None, list[Entry], int | None, int | None, date | None]
"""What the journal keeps of an operation, as a plain tuple, because each operation has one.

- the operation, its answer and its fingerprint;
- its entries;
- the wallet's account_id, the record that changed the wallet before (`previous`), and until when
  this record lets the wallet slide.

A gift and a merge have a second record, for the other wallet. Its fingerprint is None, for the key
belongs to the first.
"""


@dataclass(slots=True)
class Outgoing:
    """A message for the outbox, written in the same transaction."""

    topic: str
    payload: dict[str, JSON]


class Sheet:
    """The lanes of a transaction as decided so far. Its attributes are what is to be stored."""

    def __init__(
        self,
        programme: Programme,
        lanes: Mapping[int, LaneState],
        today: date,
        subjects: Mapping[str, Subject] | None = None,
    ) -> None:
        self.programme = programme
        self.today = today
        """The programme's day by the database's clock."""
        self.rules = programme.rules
        self.lanes = dict(lanes)
        self.subjects = dict(subjects) if subjects is not None else {}
        """The operations that others of this transaction refer to, by key."""
        self.records: list[Record] = []
        self.wallets: dict[str, Wallet] = {}
        """Changed wallets, by member."""
        self.opened: set[str] = set()
        """The members whose wallets are new."""
        self.holds: dict[tuple[int, int], Subject] = {}
        """Holds that are new or have ended, by lane and number."""
        self.outgoing: list[Outgoing] = []
        self.entries: list[Entry] = []
        """The entries of the record being decided."""
        self.slides_until: date | None = None
        """Until when the record being decided lets its wallet slide."""
        self.looking_back: set[str] = set()
        """The members who spend points on an earlier day, in this transaction."""
        self.slides = self.rules.expiry.kind is ExpiryKind.SLIDING
        self._last_days: dict[date, date | None] = {}

    def copies(
        self, members: Iterable[tuple[str, int]]
    ) -> tuple[dict[int, LaneState], dict[str, Subject]]:
        """The lanes and the subjects, for another sheet to change.

        Of the wallets, only those of `members` (each with its lane) are copied.
        """
        lanes = {
            number: LaneState(number, state.seq, state.accounts, {}, list(state.own))
            for number, state in self.lanes.items()
        }
        for member, lane in members:
            wallet = self.lanes[lane].wallets.get(member)
            if wallet is not None:
                lanes[lane].wallets[member] = wallet.copy()
        return lanes, {key: replace(subject) for key, subject in self.subjects.items()}

    def adopt(self, fork: "Sheet") -> None:
        """Take over everything that was decided on a fork: a sheet made from this one's copies."""
        for number, state in fork.lanes.items():
            kept = self.lanes[number]
            kept.seq, kept.accounts, kept.own = state.seq, state.accounts, state.own
            kept.wallets.update(state.wallets)
        self.subjects.update(fork.subjects)
        self.records.extend(fork.records)
        self.wallets.update(fork.wallets)
        self.opened.update(fork.opened)
        self.holds.update(fork.holds)
        self.outgoing.extend(fork.outgoing)

    def find_wallet(self, state: LaneState, member: str) -> Wallet:
        """A member's wallet, to change.

        Raises:
            MemberNotFound: the member has none.
            MemberMerged: the member was merged into another.
        """
        wallet = state.wallets.get(member)
        if wallet is None:
            raise MemberNotFound(
                f"member {member!r} has no points account in programme {self.programme.code!r}"
            )
        if wallet.merged_into is not None:
            raise member_merged(wallet)
        return wallet

    def open_wallet(self, state: LaneState, member: str) -> Wallet:
        """Open a member's wallet in a lane."""
        wallet = state.wallets[member] = Wallet(wallet_account(state.accounts, state.lane), member)
        if member in self.looking_back:
            wallet.later = {}
        state.accounts += 1
        self.opened.add(member)
        return wallet

    def last_day(self, day: date) -> date | None:
        """The last day that the programme's plan gives to points issued on `day`."""
        try:
            return self._last_days[day]
        except KeyError:
            last_day = self._last_days[day] = self.rules.on(day).expiry.last_day(day)
            return last_day

    def enter(
        self, state: LaneState, wallet: Wallet, lot: LotName, amount: int, path: tuple[int, int]
    ) -> None:
        """Add an entry: `amount` points go from one account to another, the two of `path`.

        The wallet's figures are already those after the entry.
        """
        source, target = path
        available_on, expires_on, funder = lot
        self.entries.append(
            (
                source,
                target,
                amount,
                wallet.balance,
                wallet.held,
                wallet.debt,
                available_on,
                expires_on,
                funder,
            )
        )
        if source != WALLET:
            state.own[source] -= amount
        if target != WALLET:
            state.own[target] += amount

    def close(
        self,
        operation: Operation,
        answer: Answer,
        fingerprint: int | None,
        wallet: Wallet | None,
        day: date,
    ) -> None:
        """Turn what was decided into a record.

        If it changed its wallet, it points to the record that changed the wallet before.
        """
        entries, slides_until = self.entries, self.slides_until
        account_id = previous = None
        if wallet is not None:
            account_id = wallet.account_id
            if entries or slides_until is not None:
                previous, wallet.last_seq = wallet.last_seq, answer.seq
                self.wallets[wallet.member] = wallet
                self._note_day(wallet, day, is_first=previous is None)
        self.records.append(
            (operation, answer, fingerprint, entries, account_id, previous, slides_until)
        )

    def _note_day(self, wallet: Wallet, day: date, *, is_first: bool) -> None:
        """Note that a record of this day changed the wallet."""
        if wallet.latest_on is None:
            # If the days before are not known, they are at least past.
            if is_first or day >= self.today:
                wallet.latest_on = day
        elif wallet.latest_on < day:
            wallet.latest_on = day
        if wallet.later is not None:
            for source, target, amount, _, _, _, available_on, expires_on, funder in self.entries:
                if WALLET in {source, target}:
                    gained = amount if target == WALLET else -amount
                    note_later(wallet, (available_on, expires_on, funder), day, gained)

    def put(self, state: LaneState, wallet: Wallet, lot: LotName, amount: int, source: int) -> None:
        """Move points from one of the lane's accounts into a lot of the wallet."""
        lot_named(wallet, lot).points += amount
        wallet.balance += amount
        if source in SET_ASIDE:
            wallet.held -= amount
        self.enter(state, wallet, lot, amount, (source, WALLET))

    def take(
        self, state: LaneState, wallet: Wallet, lots: Iterable[Lot], points: int, target: int
    ) -> list[Part]:
        """Move up to `points` out of these lots of the wallet, in their order.

        Returns what was taken from each.
        """
        parts: list[Part] = []
        is_emptied = False
        for lot in lots:
            if not points:
                break
            amount = min(lot.points, points)
            lot.points -= amount
            points -= amount
            wallet.balance -= amount
            if target in SET_ASIDE:
                wallet.held += amount
            is_emptied = is_emptied or not lot.points
            name = lot.name()
            parts.append((name, amount))
            self.enter(state, wallet, name, amount, (WALLET, target))
        if is_emptied:
            wallet.lots = [lot for lot in wallet.lots if lot.points]
        return parts

    def spend(
        self, state: LaneState, wallet: Wallet, points: int, day: date, target: int
    ) -> list[Part]:
        """Move `points` that may be spent on `day` out of the wallet.

        `require_spendable` has found that they are there.
        """
        lots = spendable_lots(wallet, day)
        if wallet.later is None:
            return self.take(state, wallet, lots, points, target)
        parts: list[Part] = []
        for lot in lots:
            amount = min(there_on(wallet, lot, day), points)
            if amount:
                parts += self.take(state, wallet, [lot], amount, target)
                points -= amount
        return parts

    def give_back(
        self, state: LaneState, wallet: Wallet, parts: Sequence[Part], day: date, source: int
    ) -> None:
        """Return points to the lots they came from, the last taken first.

        If the lot is dead, the programme's grace gives the points a new last day.
        """
        grace_days = self.rules.grace_days
        for (available_on, expires_on, funder), points in reversed(parts):
            lot = (available_on, expires_on, funder)
            if grace_days is not None and is_dead(wallet, expires_on, day):
                lot = (None, day + timedelta(grace_days), funder)
            self.put(state, wallet, lot, points, source)

    def write_off(self, state: LaneState, wallet: Wallet, dead: Iterable[Lot]) -> int:
        """Expire these lots of the wallet, and return how many points they had."""
        return sum(
            points for _, points in self.take(state, wallet, list(dead), wallet.balance, BREAKAGE)
        )

    def be_active(self, state: LaneState, wallet: Wallet, day: date) -> None:
        """Under a sliding plan, let the wallet's undated points live on from `day`.

        If they lapsed before that day, they are written off first.
        """
        until = self.rules.expiry.slides_to(day)
        if until is None:
            return
        if wallet.slides_until is not None:
            if wallet.slides_until < day:
                self.write_off(
                    state, wallet, [lot for lot in wallet.lots if lot.expires_on is None]
                )
            until = max(until, wallet.slides_until)
        self.slides_until = wallet.slides_until = until

    def require_room(
        self,
        wallet: Wallet | None,
        lots: Sequence[LotName],
        points: int,
        balance_max: int | None = None,
    ) -> None:
        """Refuse what would make the wallet too large.

        The limit on its points is `balance_max`, else the programme's, else that of all wallets.

        Raises:
            BalanceTooLarge: the wallet would have too many points, held ones included.
            TooManyLots: the wallet would have too many lots.
        """
        limit = balance_max or self.rules.balance_max or BALANCE_MAX
        if points + (wallet.balance + wallet.held if wallet is not None else 0) > limit:
            raise BalanceTooLarge(f"a wallet holds at most {limit} points")
        if wallet is not None and len(wallet.lots) + len(lots) > LOTS_PER_WALLET_MAX:
            known = {lot.name() for lot in wallet.lots}
            if len(known.union(lots)) > LOTS_PER_WALLET_MAX:
                raise TooManyLots(
                    f"a wallet holds points of at most {LOTS_PER_WALLET_MAX}"
                    " different dates and funders"
                )


def member_merged(wallet: Wallet) -> MemberMerged:
    """The refusal of everything that is asked of a wallet that was merged into another."""
    return MemberMerged(
        f"member {wallet.member!r} was merged into {wallet.merged_into!r}", into=wallet.merged_into
    )


def require_spendable(wallet: Wallet, points: int, day: date) -> None:
    """Refuse to spend more than may be spent on `day`.

    In a wallet that looks back, what came in later does not count.

    Raises:
        InsufficientPoints: the wallet has fewer spendable points.
    """
    if wallet.later is None:
        spendable = wallet.spendable(day)
    else:
        spendable = sum(points for _, points in parts_there(wallet, day)) - wallet.debt
    if spendable < points:
        raise InsufficientPoints(
            f"{points} points asked for, {spendable} spendable", points=points, spendable=spendable
        )


def require_owner(subject: Subject, operation: Operation) -> None:
    """Refuse to end or reverse what serves another use case.

    Raises:
        OperationOwned: the subject serves another use case.
    """
    if subject.owner != operation.owner:
        raise OperationOwned(
            f"the points serve {subject.owner or 'nothing of the kind'}", owner=subject.owner
        )
