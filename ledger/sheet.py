"""The working sheet of one lane transaction: what has been decided so far, and the moves that every decision is made of.

Pure: no I/O and no clock. Wallets are changed in place; whoever drops a sheet forgets the wallets it was given.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.operations import Answer, Operation, OperationKind
from ledger.programme import Programme
from ledger.refusal import JSON
from ledger.refusals import MemberMerged, MemberNotFound
from ledger.wallet import AccountKind, LaneState, Lot, Part, Subject, Wallet, wallet_account

BREAKAGE, WALLET = int(AccountKind.BREAKAGE), int(AccountKind.WALLET)
SET_ASIDE = frozenset({int(AccountKind.HELD), int(AccountKind.CLEARING)})

Entry = tuple[int, int, int, int, int, int, date | None, date | None, str | None]
"""from_kind, to_kind, amount; the wallet's balance, held and debt after it; the lot: available_on, expires_on, funder."""


@dataclass(slots=True)
class Record:
    """What the journal keeps of one business event of one wallet."""

    kind: OperationKind
    lane: int
    seq: int
    account_id: int | None
    previous: int | None
    entries: list[Entry]
    slides_until: date | None
    operation: Operation
    answer: Answer | None
    """None for the other half of a gift or merge: key and answer are the first half's."""
    fingerprint: int | None = None
    subject: int | None = None


@dataclass(slots=True)
class Message:
    """What the outbox is to carry with the transaction."""

    topic: str
    payload: dict[str, JSON]


class Sheet:
    """The lanes of a transaction as decided so far; its attributes are what is to be stored."""

    def __init__(
        self, programme: Programme, lanes: Mapping[int, LaneState], subjects: Mapping[str, Subject] | None = None
    ) -> None:
        self.programme = programme
        self.rules = programme.rules
        self.lanes = dict(lanes)
        self.subjects = dict(subjects) if subjects is not None else {}
        """Operations that others of this transaction refer to, by key."""
        self.records: list[Record] = []
        self.wallets: dict[str, Wallet] = {}
        """Changed wallets, by member."""
        self.holds: dict[tuple[int, int], Subject] = {}
        """New holds and holds that ended, by lane and number."""
        self.messages: list[Message] = []
        self.entries: list[Entry] = []
        """The entries of the record being decided."""
        self._last_days: dict[date, date | None] = {}

    def fork(self, members: Iterable[tuple[str, int]]) -> "Sheet":
        """A sheet to try operations of these members (with their lanes) on; this one stays as it is until `adopt`."""
        twin = type(self).__new__(type(self))
        lanes = {
            number: LaneState(number, state.seq, state.accounts, {}, list(state.own))
            for number, state in self.lanes.items()
        }
        for member, lane in members:
            wallet = self.lanes[lane].wallets.get(member)
            lanes[lane].wallets[member] = wallet.copy() if wallet is not None else None
        subjects = {key: replace(subject) for key, subject in self.subjects.items()}
        Sheet.__init__(twin, self.programme, lanes, subjects)
        return twin

    def adopt(self, fork: "Sheet") -> None:
        """Take over everything that was decided on a fork."""
        for number, state in fork.lanes.items():
            kept = self.lanes[number]
            kept.seq, kept.accounts, kept.own = state.seq, state.accounts, state.own
            kept.wallets.update(state.wallets)
        self.subjects.update(fork.subjects)
        self.records.extend(fork.records)
        self.wallets.update(fork.wallets)
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
            raise MemberNotFound(f"member {member!r} has no points account in programme {self.programme.code!r}")
        if wallet.merged_into is not None:
            raise MemberMerged(f"member {member!r} was merged into {wallet.merged_into!r}", into=wallet.merged_into)
        return wallet

    def open_wallet(self, state: LaneState, member: str) -> Wallet:
        """A new wallet in a lane."""
        wallet = state.wallets[member] = Wallet(wallet_account(state.accounts, state.lane), member)
        state.accounts += 1
        return wallet

    def last_day(self, day: date) -> date | None:
        """The last day the programme's plan gives to points of `day`."""
        try:
            return self._last_days[day]
        except KeyError:
            last_day = self._last_days[day] = self.rules.expiry.last_day(day)
            return last_day

    def enter(self, state: LaneState, wallet: Wallet, lot: Lot | Part | None, amount: int, path: tuple[int, int]) -> None:
        """One entry: `amount` points from one account to another; the wallet's figures are already those after it."""
        source, target = path
        if lot is None:
            available_on = expires_on = funder = None
        else:
            available_on, expires_on, funder = lot.available_on, lot.expires_on, lot.funder
        self.entries.append(
            (source, target, amount, wallet.balance, wallet.held, wallet.debt, available_on, expires_on, funder)
        )
        if source != WALLET:
            state.own[source] -= amount
        if target != WALLET:
            state.own[target] += amount

    def put(self, state: LaneState, wallet: Wallet, lot: Lot | Part, amount: int, source: int) -> None:
        """Move points from one of the lane's accounts into the wallet's lot of these dates and this funder."""
        find_lot(wallet, lot.available_on, lot.expires_on, lot.funder).points += amount
        wallet.balance += amount
        if source in SET_ASIDE:
            wallet.held -= amount
        self.enter(state, wallet, lot, amount, (source, WALLET))

    def take(self, state: LaneState, wallet: Wallet, lots: Iterable[Lot], points: int, target: int) -> list[Part]:
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
            parts.append(Part(lot.available_on, lot.expires_on, lot.funder, amount))
            self.enter(state, wallet, lot, amount, (WALLET, target))
        if is_emptied:
            wallet.lots = [lot for lot in wallet.lots if lot.points]
        return parts

    def give_back(self, state: LaneState, wallet: Wallet, parts: Iterable[Part], day: date, source: int) -> None:
        """Return points to the lots they came from; where such a lot is dead, the programme's grace gives them a new last day."""
        grace_days = self.rules.grace_days
        for part in parts:
            last_day = part.expires_on or wallet.slides_until
            if grace_days is not None and last_day is not None and last_day < day:
                lot = Part(None, day + timedelta(grace_days), part.funder, part.points)
            else:
                lot = part
            self.put(state, wallet, lot, part.points, source)

    def expire(self, state: LaneState, wallet: Wallet, dead: Iterable[Lot]) -> int:
        """Write off these lots of the wallet; how many points they were."""
        return sum(part.points for part in self.take(state, wallet, list(dead), wallet.balance, BREAKAGE))

    def be_active(self, state: LaneState, wallet: Wallet, day: date) -> date | None:
        """Under a sliding plan, let the wallet's undated points live on from `day`; those that lapsed before are written off first."""
        until = self.rules.expiry.slides_to(day)
        if until is None:
            return None
        if wallet.slides_until is not None:
            if wallet.slides_until < day:
                self.expire(state, wallet, [lot for lot in wallet.lots if lot.expires_on is None])
            until = max(until, wallet.slides_until)
        wallet.slides_until = until
        return until


def find_lot(wallet: Wallet, available_on: date | None, expires_on: date | None, funder: str | None) -> Lot:
    """The wallet's lot of these dates and this funder; an empty one in its place of the spending order where there is none."""
    lots = wallet.lots
    for lot in lots:
        if lot.expires_on == expires_on and lot.available_on == available_on and lot.funder == funder:
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


def is_dead(wallet: Wallet, lot: Lot | Part, day: date) -> bool:
    """Whether a lot's last day is before `day`."""
    last_day = lot.expires_on or wallet.slides_until
    return last_day is not None and last_day < day


