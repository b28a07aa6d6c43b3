"""The state a lane's decisions work on: wallets, their lots, holds.

Plain values, changed by `decide` alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from zlib import crc32

LANE_BITS = 8
LANE_MASK = (1 << LANE_BITS) - 1
ORDINAL_FIRST_WALLET = 16


class AccountKind(IntEnum):
    """What an account is for.

    Each lane has one of every kind but the wallet, so that no account of a book is hot.
    """

    ISSUANCE = 0
    """Where points come from: its balance is minus everything issued."""
    REDEMPTION = 1
    """Points that were spent."""
    BREAKAGE = 2
    """Points that expired."""
    HELD = 3
    """Points set aside for a redemption that is not proven yet."""
    TRANSIT = 4
    """Points between two wallets: zero in the whole book after every commit."""
    CLEARING = 5
    """Points on their way to another programme: what is there is not settled yet."""
    ADJUSTMENT = 6
    """Points that were put right by hand."""
    DEBT = 7
    """Points that members owe, as a negative balance."""
    WALLET = 15
    """A member's points; the account's ordinal is 16 or more."""


ISSUANCE, REDEMPTION, BREAKAGE, HELD, TRANSIT, CLEARING, ADJUSTMENT, DEBT, WALLET = (
    int(kind) for kind in AccountKind
)
SET_ASIDE = frozenset({HELD, CLEARING})
"""What a wallet's `held` points are in."""


def lane_of(member: str, lanes: int) -> int:
    """The lane a member belongs to, for ever: CRC-32 of the reference in UTF-8, modulo the book's lanes."""
    return crc32(member.encode()) % lanes


def wallet_account(ordinal: int, lane: int) -> int:
    """The identifier of the wallet opened as number `ordinal` (from 0) in a lane."""
    return (ordinal + ORDINAL_FIRST_WALLET) << LANE_BITS | lane


def subject_of(lane: int, seq: int) -> int:
    """A record's place in its book as one number, by which a later record refers to it."""
    return seq << LANE_BITS | lane


class Lot:
    """Points of one wallet that share their dates and their funder: these three are what a lot is."""

    __slots__ = ("available_on", "expires_on", "funder", "points")

    def __init__(
        self, available_on: date | None, expires_on: date | None, funder: str | None, points: int
    ) -> None:
        self.available_on = available_on
        self.expires_on = expires_on
        self.funder = funder
        self.points = points

    def name(self) -> "LotName":
        """What the lot is."""
        return (self.available_on, self.expires_on, self.funder)

    def order(self) -> tuple[date, date, str]:
        """Spending order: the earliest expiry first, never-expiring last; then the earliest available; then the funder."""
        return (self.expires_on or date.max, self.available_on or date.min, self.funder or "")


class HoldState(IntEnum):
    """A hold ends once, one way or the other."""

    OPEN = 0
    CAPTURED = 1
    RELEASED = 2


LotName = tuple[date | None, date | None, str | None]
"""available_on, expires_on, funder."""


Part = tuple[LotName, int]
"""Points of one lot that an operation moved."""


@dataclass(slots=True)
class Subject:
    """An operation that a later one refers to: a hold to end, a conversion to settle, an issue or a redemption to reverse.

    `parts` are what it moved between the wallet and the other account, in the order of its entries;
    `reversed_points` what accepted reversals have undone. `member` is who owns its wallet's points
    now: another one where the wallet was merged away.
    """

    kind: int
    lane: int
    seq: int
    account_id: int
    member: str
    points: int
    day: date
    parts: list[Part]
    reversed_points: int = 0
    expires_at: datetime | None = None
    owner: str | None = None
    """The use case that alone may end or reverse it; None: whoever may write the book."""
    state: HoldState | None = None
    """None where the operation set nothing aside."""


class Wallet:
    """A member's account.

    `balance` is the sum of its lots, `held` what is set aside, `debt` what the member owes;
    `last_seq` is the record that changed it last. `slides_until` is the last day of undated points
    under a sliding plan. `usage` counts what caps limit, by kind and window: the window's first
    day, and the points.
    """

    __slots__ = (
        "account_id",
        "balance",
        "debt",
        "held",
        "last_seq",
        "lots",
        "member",
        "merged_into",
        "slides_until",
        "usage",
    )

    def __init__(self, account_id: int, member: str) -> None:
        self.account_id = account_id
        self.member = member
        self.balance = 0
        self.held = 0
        self.debt = 0
        self.last_seq: int | None = None
        self.lots: list[Lot] = []
        """In spending order, none of them empty."""
        self.slides_until: date | None = None
        self.usage: dict[str, tuple[date, int]] | None = None
        self.merged_into: str | None = None

    def copy(self) -> "Wallet":
        """A copy that may be changed without this one noticing."""
        twin = Wallet(self.account_id, self.member)
        twin.balance, twin.held, twin.debt, twin.last_seq = (
            self.balance,
            self.held,
            self.debt,
            self.last_seq,
        )
        twin.lots = [
            Lot(lot.available_on, lot.expires_on, lot.funder, lot.points) for lot in self.lots
        ]
        twin.slides_until, twin.merged_into = self.slides_until, self.merged_into
        twin.usage = dict(self.usage) if self.usage is not None else None
        return twin

    def spendable(self, day: date) -> int:
        """Points that may be spent on `day`, the programme's date, less what is owed: a lot's last day itself still counts."""
        points = -self.debt
        for lot in self.lots:
            last_day = lot.expires_on or self.slides_until
            if (last_day is None or day <= last_day) and (
                lot.available_on is None or lot.available_on <= day
            ):
                points += lot.points
        return points

    def next_expiry(self) -> date | None:
        """The first day after which some of the points are dead."""
        if not self.lots:
            return None
        first = self.lots[0].expires_on
        if self.slides_until is not None and self.lots[-1].expires_on is None:
            return self.slides_until if first is None else min(first, self.slides_until)
        return first


@dataclass(slots=True)
class LaneState:
    """What is known of a lane under its lock: the last record, how many wallets were opened, wallets by member."""

    lane: int
    seq: int
    accounts: int
    wallets: dict[str, Wallet]
    own: list[int]
    """The balances of the lane's own accounts, by `AccountKind`."""
