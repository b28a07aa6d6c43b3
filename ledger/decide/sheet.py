"""The working sheet of one lane transaction: what has been decided so far, and the moves that every decision is made of.

Pure: no I/O and no clock. Wallets are changed in place; whoever drops a sheet forgets the wallets
    it was given.
"""

from bisect import bisect_left
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
    wallet_account,
)
from ledger.refusal import JSON

NO_LOT: LotName = (None, None, None)
MOVES_TO = {
    OperationKind.ISSUE: WALLET,
    OperationKind.REDEEM: REDEMPTION,
    OperationKind.HOLD: HELD,
    OperationKind.CAPTURE: REDEMPTION,
    OperationKind.CONVERT: CLEARING,
}
"""What can be ended or reversed, and the account its own entries lead to."""
Entry = tuple[int, int, int, int, int, int, date | None, date | None, str | None]
"""from_kind, to_kind, amount; the wallet's balance, held and debt after it; the lot: available_on, expires_on, funder."""


Record = tuple[Operation, Answer, int | None, list[Entry], int | None, int | None, date | None]
"""What the journal keeps of one business event of one wallet: the operation, its answer, its fingerprint (None for the other half of a gift
or merge: the key is the first half's), its entries; the wallet's account_id, the record that
changed the wallet before (`previous`), and until when the wallet slides by this one. A plain tuple,
because there is one to every operation."""


@dataclass(slots=True)
class Message:
    """What the outbox is to carry with the transaction."""

    topic: str
    payload: dict[str, JSON]


class Sheet:
    """The lanes of a transaction as decided so far; its attributes are what is to be stored."""

    def __init__(
        self,
        programme: Programme,
        lanes: Mapping[int, LaneState],
        subjects: Mapping[str, Subject] | None = None,
    ) -> None:
        self.programme = programme
        self.rules = programme.rules
        self.lanes = dict(lanes)
        self.subjects = dict(subjects) if subjects is not None else {}
        """Operations that others of this transaction refer to, by key."""
        self.records: list[Record] = []
        self.wallets: dict[str, Wallet] = {}
        """Changed wallets, by member."""
        self.opened: set[str] = set()
        """The members of those that are new."""
        self.holds: dict[tuple[int, int], Subject] = {}
        """New holds and holds that ended, by lane and number."""
        self.messages: list[Message] = []
        self.entries: list[Entry] = []
        """The entries of the record being decided."""
        self.slides_until: date | None = None
        """Until when the record being decided lets its wallet slide."""
        self.slides = self.rules.expiry.kind is ExpiryKind.SLIDING
        self._last_days: dict[date, date | None] = {}

    def copies(
        self, members: Iterable[tuple[str, int]]
    ) -> tuple[dict[int, LaneState], dict[str, Subject]]:
        """The lanes, with copies of these members' wallets only, and the subjects, for another sheet to change."""
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
        """Take over everything that was decided on a fork."""
        for number, state in fork.lanes.items():
            kept = self.lanes[number]
            kept.seq, kept.accounts, kept.own = state.seq, state.accounts, state.own
            kept.wallets.update(state.wallets)
        self.subjects.update(fork.subjects)
        self.records.extend(fork.records)
        self.wallets.update(fork.wallets)
        self.opened.update(fork.opened)
        self.holds.update(fork.holds)
        self.messages.extend(fork.messages)

    def wallet(self, state: LaneState, member: str) -> Wallet:
        """A member's wallet, to be changed.

        Raises:
            MemberNotFound: there is none.
            MemberMerged: it was merged into another.
        """
        wallet = state.wallets.get(member)
        if wallet is None:
            raise MemberNotFound(
                f"member {member!r} has no points account in programme {self.programme.code!r}"
            )
        if wallet.merged_into is not None:
            raise merged(wallet)
        return wallet

    def open_wallet(self, state: LaneState, member: str) -> Wallet:
        """A new wallet in a lane."""
        wallet = state.wallets[member] = Wallet(wallet_account(state.accounts, state.lane), member)
        state.accounts += 1
        self.opened.add(member)
        return wallet

    def last_day(self, day: date) -> date | None:
        """The last day the programme's plan gives to points of `day`."""
        try:
            return self._last_days[day]
        except KeyError:
            last_day = self._last_days[day] = self.rules.expiry.last_day(day)
            return last_day

    def enter(
        self, state: LaneState, wallet: Wallet, lot: LotName, amount: int, path: tuple[int, int]
    ) -> None:
        """One entry: `amount` points from one account to another; the wallet's figures are already those after it."""
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
        self, operation: Operation, answer: Answer, fingerprint: int | None, wallet: Wallet | None
    ) -> None:
        """Make what was decided a record; where it changed its wallet, it comes after the record that did so before."""
        entries, slides_until = self.entries, self.slides_until
        account_id = previous = None
        if wallet is not None:
            account_id = wallet.account_id
            if entries or slides_until is not None:
                previous, wallet.last_seq = wallet.last_seq, answer.seq
                self.wallets[wallet.member] = wallet
        self.records.append(
            (operation, answer, fingerprint, entries, account_id, previous, slides_until)
        )

    def put(self, state: LaneState, wallet: Wallet, lot: LotName, amount: int, source: int) -> None:
        """Move points from one of the lane's accounts into the wallet's lot of these dates and this funder."""
        find_lot(wallet, lot).points += amount
        wallet.balance += amount
        if source in SET_ASIDE:
            wallet.held -= amount
        self.enter(state, wallet, lot, amount, (source, WALLET))

    def take(
        self, state: LaneState, wallet: Wallet, lots: Iterable[Lot], points: int, target: int
    ) -> list[Part]:
        """Move up to `points` out of these lots of the wallet, in their order; what was taken from each."""
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

    def give_back(
        self, state: LaneState, wallet: Wallet, parts: Sequence[Part], day: date, source: int
    ) -> None:
        """Return points to the lots they came from, the last taken first; where such a lot is dead, the programme's grace dates them anew."""
        grace_days = self.rules.grace_days
        for (available_on, expires_on, funder), points in reversed(parts):
            lot = (available_on, expires_on, funder)
            if grace_days is not None and is_dead(wallet, expires_on, day):
                lot = (None, day + timedelta(grace_days), funder)
            self.put(state, wallet, lot, points, source)

    def expire(self, state: LaneState, wallet: Wallet, dead: Iterable[Lot]) -> int:
        """Write off these lots of the wallet; how many points they were."""
        return sum(
            points for _, points in self.take(state, wallet, list(dead), wallet.balance, BREAKAGE)
        )

    def be_active(self, state: LaneState, wallet: Wallet, day: date) -> None:
        """Under a sliding plan, let the wallet's undated points live on from `day`; those that lapsed before are written off first."""
        until = self.rules.expiry.slides_to(day)
        if until is None:
            return
        if wallet.slides_until is not None:
            if wallet.slides_until < day:
                self.expire(state, wallet, [lot for lot in wallet.lots if lot.expires_on is None])
            until = max(until, wallet.slides_until)
        self.slides_until = wallet.slides_until = until

    def require_room(
        self,
        wallet: Wallet | None,
        lots: Sequence[LotName],
        points: int,
        balance_max: int | None = None,
    ) -> None:
        """Refuse what would make a wallet larger than the programme, or any wallet, may be.

        Raises:
            BalanceTooLarge: too many points, held ones included.
            TooManyLots: too many lots.
        """
        limit = balance_max or self.rules.balance_max or BALANCE_MAX
        if points + (wallet.balance + wallet.held if wallet is not None else 0) > limit:
            raise BalanceTooLarge(f"a wallet holds at most {limit} points")
        if wallet is not None and len(wallet.lots) + len(lots) > LOTS_PER_WALLET_MAX:
            known = {lot.name() for lot in wallet.lots}
            if len(known.union(lots)) > LOTS_PER_WALLET_MAX:
                raise TooManyLots(
                    f"a wallet holds points of at most {LOTS_PER_WALLET_MAX} different dates and funders"
                )


def merged(wallet: Wallet) -> MemberMerged:
    """The refusal of whatever is asked of a wallet that was merged into another."""
    return MemberMerged(
        f"member {wallet.member!r} was merged into {wallet.merged_into!r}", into=wallet.merged_into
    )


def find_lot(wallet: Wallet, name: LotName) -> Lot:
    """The wallet's lot of these dates and this funder; an empty one in its place of the spending order where there is none."""
    available_on, expires_on, funder = name
    lots = wallet.lots
    for lot in lots:
        if (
            lot.expires_on == expires_on
            and lot.available_on == available_on
            and lot.funder == funder
        ):
            return lot
    lot = Lot(available_on, expires_on, funder, 0)
    lots.insert(bisect_left(lots, lot.order(), key=Lot.order), lot)
    return lot


def in_spending_order(wallet: Wallet) -> list[Lot]:
    """The wallet's lots, the earliest last day first, that of undated lots being the day until which the wallet slides."""
    if wallet.slides_until is None:
        return wallet.lots
    last = wallet.slides_until
    return sorted(wallet.lots, key=lambda lot: (lot.expires_on or last, *lot.order()[1:]))


def is_dead(wallet: Wallet, expires_on: date | None, day: date) -> bool:
    """Whether the last day of a wallet's lot is before `day`."""
    last_day = expires_on or wallet.slides_until
    return last_day is not None and last_day < day


def spendable_lots(wallet: Wallet, day: date) -> list[Lot]:
    """The lots that may be spent on `day`, in spending order."""
    slides_until = wallet.slides_until
    return [
        lot
        for lot in (wallet.lots if slides_until is None else in_spending_order(wallet))
        if (lot.available_on is None or lot.available_on <= day)
        and ((last_day := lot.expires_on or slides_until) is None or day <= last_day)
    ]


def require_spendable(wallet: Wallet, points: int, day: date) -> None:
    """Refuse to spend more than may be spent on `day`.

    Raises:
        InsufficientPoints: too few.
    """
    spendable = wallet.spendable(day)
    if spendable < points:
        raise InsufficientPoints(
            f"{points} points asked for, {spendable} spendable", points=points, spendable=spendable
        )


def require_owner(subject: Subject, operation: Operation) -> None:
    """Refuse to end or reverse what serves another use case.

    Raises:
        OperationOwned: it does.
    """
    if subject.owner != operation.owner:
        raise OperationOwned(
            f"the points serve {subject.owner or 'nothing of the kind'}", owner=subject.owner
        )


def parts_of(lots: Sequence[Lot]) -> list[Part]:
    """All the points of these lots."""
    return [(lot.name(), lot.points) for lot in lots]


def split(parts: Sequence[Part], points: int) -> tuple[list[Part], list[Part]]:
    """The first `points` of these parts, and the rest of them."""
    first: list[Part] = []
    rest: list[Part] = []
    for lot, there in parts:
        here = min(there, points)
        points -= here
        if here:
            first.append((lot, here))
        if there > here:
            rest.append((lot, there - here))
    return first, rest
