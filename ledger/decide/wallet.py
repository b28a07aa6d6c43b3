"""The state that decisions work on: lanes, wallets, lots, and operations that others refer to.

They are plain values, which only this wing changes. The functions at the end are about lots.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from zlib import crc32

LANE_BITS = 8
LANE_MASK = (1 << LANE_BITS) - 1
ORDINAL_FIRST_WALLET = 16


class AccountKind(IntEnum):
    """What an account is for.

    Each lane has one account of every kind but the wallet, so that no account of a book is hot.
    """

    ISSUANCE = 0
    """Where points come from. Its balance is minus everything issued."""
    REDEMPTION = 1
    """Points that were spent."""
    BREAKAGE = 2
    """Points that expired."""
    HELD = 3
    """Points set aside for a redemption that is not certain yet."""
    TRANSIT = 4
    """Points between two wallets: zero in the whole book after every commit."""
    CLEARING = 5
    """Points on their way to another programme, whose conversion has not ended."""
    ADJUSTMENT = 6
    """Points that were corrected by hand."""
    DEBT = 7
    """Points that members owe, as a negative balance."""
    CONVERTED_OUT = 8
    """Points that became another programme's."""
    CONVERTED_IN = 9
    """Where another programme's points come from. Its balance is minus all that came."""
    WALLET = 15
    """A member's points. The account's ordinal is 16 or more."""


_KINDS = tuple(int(kind) for kind in AccountKind)
ISSUANCE, REDEMPTION, BREAKAGE, HELD, TRANSIT, CLEARING, ADJUSTMENT, DEBT, *_ = _KINDS
*_, CONVERTED_OUT, CONVERTED_IN, WALLET = _KINDS
LANE_ACCOUNTS = {
    kind.name.lower(): int(kind) for kind in AccountKind if kind is not AccountKind.WALLET
}
"""The accounts that each lane has one of: their columns and their kinds."""
SET_ASIDE = frozenset({HELD, CLEARING})
"""The accounts that hold the points a wallet counts as `held`."""


def lane_of(member: str, lanes: int) -> int:
    """The lane a member belongs to, forever.

    It is CRC-32 of the member's reference in UTF-8, modulo the book's lanes.
    """
    return crc32(member.encode()) % lanes


def wallet_account(ordinal: int, lane: int) -> int:
    """The number of the account that a lane opens as its wallet `ordinal`, counted from 0."""
    return (ordinal + ORDINAL_FIRST_WALLET) << LANE_BITS | lane


def subject_of(lane: int, seq: int) -> int:
    """A record's place in its book as one number, by which a later record refers to it."""
    return seq << LANE_BITS | lane


class Lot:
    """Points of one wallet with the same dates and the same funder.

    A wallet has one lot for each combination of the three.
    """

    __slots__ = ("available_on", "expires_on", "funder", "points")

    def __init__(
        self, available_on: date | None, expires_on: date | None, funder: str | None, points: int
    ) -> None:
        self.available_on = available_on
        self.expires_on = expires_on
        self.funder = funder
        self.points = points

    def name(self) -> "LotName":
        """What identifies the lot in its wallet."""
        return (self.available_on, self.expires_on, self.funder)

    def order(self) -> tuple[date, date, str]:
        """The lot's place in the order of spending.

        The earliest expiry comes first and lots that never expire last, then the earliest
        available, then the funder decides.
        """
        return (self.expires_on or date.max, self.available_on or date.min, self.funder or "")


class HoldState(IntEnum):
    """A hold ends once, in one way or the other."""

    OPEN = 0
    CAPTURED = 1
    RELEASED = 2


LotName = tuple[date | None, date | None, str | None]
"""available_on, expires_on, funder."""


Part = tuple[LotName, int]
"""Points of one lot that an operation moved."""


@dataclass(slots=True)
class Subject:
    """An operation that a later one refers to.

    It is a hold or a conversion to end, or an issue, a redemption or a capture to reverse.

    `parts` are what it moved between the wallet and the other account, in the order of its entries.
    `reversed_points` are what accepted reversals have undone. `member` is the member who has its
    points now. If its wallet was merged, that is not the member it was made for.
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
    """The use case that alone may end or reverse it. None: anybody who may write the book."""
    state: HoldState | None = None
    """None where the operation set nothing aside."""


class Wallet:
    """A member's account.

    `balance` is the sum of its lots, `held` what is set aside, and `debt` what the member owes.
    `last_seq` is the record that changed it last. `slides_until` is the last day of undated points
    under a sliding plan. `usage` counts what caps limit, by kind and window: the first day of the
    window, and the points.

    `latest_on` is the latest day of an operation that changed it. None where that is not known: the
    wallet is new, or was last changed by a release that did not note the day.
    """

    __slots__ = (
        "account_id",
        "balance",
        "debt",
        "held",
        "last_seq",
        "later",
        "latest_on",
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
        """In the order of spending, none of them empty."""
        self.slides_until: date | None = None
        self.usage: dict[str, tuple[date, int]] | None = None
        self.merged_into: str | None = None
        self.latest_on: date | None = None
        self.later: dict[LotName, dict[date, int]] | None = None
        """What each lot gained day by day, in a transaction that looks back; at least on the days
        after the one it looks back to."""

    def copy(self) -> "Wallet":
        """A copy that can be changed without changing this one."""
        copied = Wallet(self.account_id, self.member)
        copied.balance, copied.held, copied.debt = self.balance, self.held, self.debt
        copied.last_seq = self.last_seq
        copied.lots = [
            Lot(lot.available_on, lot.expires_on, lot.funder, lot.points) for lot in self.lots
        ]
        copied.slides_until, copied.merged_into = self.slides_until, self.merged_into
        copied.usage = dict(self.usage) if self.usage is not None else None
        copied.latest_on = self.latest_on
        if self.later is not None:
            copied.later = {lot: dict(days) for lot, days in self.later.items()}
        return copied

    def spendable(self, day: date) -> int:
        """Points that may be spent on `day`, less what is owed.

        `day` is a date of the programme. A lot's last day itself still counts.
        """
        points = -self.debt
        for lot in self.lots:
            last_day = lot.expires_on or self.slides_until
            if (last_day is None or day <= last_day) and (
                lot.available_on is None or lot.available_on <= day
            ):
                points += lot.points
        return points

    def next_expiry(self) -> date | None:
        """The first last day among the lots: after it, some of the points cannot be spent."""
        if not self.lots:
            return None
        first = self.lots[0].expires_on
        if self.slides_until is not None and self.lots[-1].expires_on is None:
            return self.slides_until if first is None else min(first, self.slides_until)
        return first


@dataclass(slots=True)
class LaneState:
    """What is known of a lane under its lock."""

    lane: int
    seq: int
    """The number of its last record."""
    accounts: int
    """How many wallets it has opened."""
    wallets: dict[str, Wallet]
    """By member."""
    own: list[int]
    """The balances of the lane's own accounts, by `AccountKind`."""


def lot_named(wallet: Wallet, name: LotName) -> Lot:
    """The wallet's lot of these dates and this funder.

    If there is none, an empty one is put in its place in the order of spending.
    """
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
    """The wallet's lots, the earliest last day first.

    The last day of an undated lot is the day until which the wallet slides.
    """
    if wallet.slides_until is None:
        return wallet.lots
    last = wallet.slides_until
    return sorted(wallet.lots, key=lambda lot: (lot.expires_on or last, *lot.order()[1:]))


def is_dead(wallet: Wallet, expires_on: date | None, day: date) -> bool:
    """Whether a lot of the wallet is dead: its last day is before `day`.

    Dead points cannot be spent. Until they are written off, they still count in the balance.
    """
    last_day = expires_on or wallet.slides_until
    return last_day is not None and last_day < day


def spendable_lots(wallet: Wallet, day: date) -> list[Lot]:
    """The lots that may be spent on `day`, in the order of spending."""
    slides_until = wallet.slides_until
    return [
        lot
        for lot in (wallet.lots if slides_until is None else in_spending_order(wallet))
        if (lot.available_on is None or lot.available_on <= day)
        and ((last_day := lot.expires_on or slides_until) is None or day <= last_day)
    ]


def there_on(wallet: Wallet, lot: Lot, day: date) -> int:
    """How many of a lot's points can be spent on `day`: they were there then, and are there still.

    Points that came in on a later day were not, and what was spent on a later day is gone. In a
    wallet that does not look back, it is all of them.
    """
    least = points = lot.points
    gained = wallet.later.get(lot.name()) if wallet.later is not None else None
    if gained is not None:
        for later in sorted(gained, reverse=True):
            if later <= day:
                break
            points -= gained[later]
            least = min(least, points)
    return max(least, 0)


def note_later(wallet: Wallet, lot: LotName, day: date, gained: int) -> None:
    """Remember, in a wallet that looks back, what a lot gained on a day."""
    assert wallet.later is not None, wallet.member
    days = wallet.later.setdefault(lot, {})
    days[day] = days.get(day, 0) + gained


def parts_there(wallet: Wallet, day: date) -> list[Part]:
    """The points that may be spent on `day` and were there then, in the order of spending."""
    return [(lot.name(), there_on(wallet, lot, day)) for lot in spendable_lots(wallet, day)]


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
