"""The state a lane's decisions work on: wallets, their lots, holds. Plain values; a lot is never changed in place."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from zlib import crc32

LANE_BITS = 8
ORDINAL_FIRST_WALLET = 16
LOTS_PER_WALLET_MAX = 1_000


class AccountKind(IntEnum):
    """What an account is for. Each lane has one of every kind but the wallet, so that no account of a book is hot."""

    ISSUANCE = 0
    """Where points come from: its balance is minus everything ever issued."""
    REDEMPTION = 1
    """Points that were spent."""
    BREAKAGE = 2
    """Points that expired."""
    HELD = 3
    """Points set aside for a redemption that is not proven yet."""
    WALLET = 15
    """A member's points; the account's ordinal is 16 or more."""


def lane_of(member: str, lanes: int) -> int:
    """The lane a member belongs to, for ever: CRC-32 of the reference in UTF-8, modulo the book's lanes."""
    return crc32(member.encode()) % lanes


def lane_account(kind: AccountKind, lane: int) -> int:
    """The identifier of a lane's own account."""
    return kind << LANE_BITS | lane


def wallet_account(ordinal: int, lane: int) -> int:
    """The identifier of the wallet opened as number `ordinal` (from 0) in a lane."""
    return (ordinal + ORDINAL_FIRST_WALLET) << LANE_BITS | lane


class Lot:
    """Points of one wallet that share their dates and their funder."""

    __slots__ = ("available_on", "expires_on", "funder", "number", "remaining")

    def __init__(
        self, number: int, available_on: date | None, expires_on: date | None, funder: str | None, remaining: int
    ) -> None:
        self.number = number
        self.available_on = available_on
        self.expires_on = expires_on
        self.funder = funder
        self.remaining = remaining

    def with_remaining(self, remaining: int) -> "Lot":
        """The same lot with other points left. A lot is never changed in place: wallets that are copied share their lots."""
        return Lot(self.number, self.available_on, self.expires_on, self.funder, remaining)

    def order(self) -> tuple[date, date, int]:
        """Spending order: the earliest expiry first, never-expiring last; then the earliest available; then the oldest."""
        return (self.expires_on or date.max, self.available_on or date.min, self.number)

    def is_spendable(self, day: date) -> bool:
        """Whether points of this lot may be spent on `day`, the programme's date: the last day itself still counts."""
        return (self.available_on is None or self.available_on <= day) and (
            self.expires_on is None or day <= self.expires_on
        )


class HoldState(IntEnum):
    """A hold ends once, one way or the other."""

    OPEN = 0
    CAPTURED = 1
    RELEASED = 2


@dataclass(slots=True)
class HeldPoints:
    """A hold: points of exact lots set aside. `parts` names each lot, as it was loaded, with the points taken from it."""

    account_id: int
    seq: int
    points: int
    expires_at: datetime | None
    state: HoldState
    parts: list[tuple[Lot, int]]


class Wallet:
    """A member's account: `balance` is the sum of its lots, `held` what is set aside, `sequence` the number of its last entry."""

    __slots__ = ("account_id", "balance", "held", "lot_count", "lots", "member", "sequence")

    def __init__(self, account_id: int, member: str) -> None:
        self.account_id = account_id
        self.member = member
        self.balance = 0
        self.held = 0
        self.sequence = 0
        self.lot_count = 0
        self.lots: list[Lot] = []

    def copy(self) -> "Wallet":
        """A copy that may be changed, without the lots that are used up."""
        twin = Wallet(self.account_id, self.member)
        twin.balance = self.balance
        twin.held = self.held
        twin.sequence = self.sequence
        twin.lot_count = self.lot_count
        twin.lots = [lot for lot in self.lots if lot.remaining]
        return twin

    def lots_in_use(self) -> int:
        """How many lots still hold points."""
        return sum(1 for lot in self.lots if lot.remaining)

    def spendable(self, day: date) -> int:
        """Points that may be spent on `day`."""
        points = 0
        for lot in self.lots:
            if lot.is_spendable(day):
                points += lot.remaining
        return points


@dataclass(slots=True)
class LaneState:
    """What is known of a lane under its lock: the last operation, how many wallets were opened, wallets by member (None: no such wallet)."""

    lane: int
    seq: int
    accounts: int
    wallets: dict[str, Wallet | None]
    holds: dict[str, HeldPoints]
    swept_before: date | None = None
    """Every lot that expired before this day is empty: a sweep need not look at older ones. None before the first sweep."""
