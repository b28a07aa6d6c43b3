"""What a swap and a placement say, and what is refused of it. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from exchange.swaps.standing import StandingState
from ledger import Refusal

LINES_MAX = 50
"""How many offers each side of a swap may name."""
UNIT_VALUE_MINOR_MAX = 1_000_000_000
SWAP_MINOR_MAX = 1_000_000_000_000_000
"""The most that all rights of one side may be worth, and the highest limit."""
PERCENT_MAX = 100
SLOT_LENGTH_MAX = 100
IMPRESSIONS_MAX = 1_000_000_000_000
HOURS_MAX = 744
"""How many hours one report may tell of: those of a long month."""


class SwapState(StrEnum):
    """Where a swap stands. RUNNING is AGREED in its window: nothing but the time tells them apart.

    PROPOSED ── agree (the other party) ──> AGREED ── its window opens ──> RUNNING
       └──────────── end (either party, or by itself after the window) ──────┴──> ENDED
    """

    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    RUNNING = "RUNNING"
    ENDED = "ENDED"


class SwapNotFound(Refusal):
    """There is no such swap, or the party is not in it."""

    code: ClassVar[str] = "swap-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such swap."


class SwapNotProposed(Refusal):
    """Only a swap that is proposed, and whose window is not over, can be agreed to."""

    code: ClassVar[str] = "swap-not-proposed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The swap does not wait for a yes any more."


class SwapInvalid(Refusal):
    """What the swap says cannot be."""

    code: ClassVar[str] = "swap-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A swap cannot be like this."


class PlacementNotFound(Refusal):
    """There is no such placement, or it is none of the party, the programme or the offer."""

    code: ClassVar[str] = "placement-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such placement."


class PlacementNotOpen(Refusal):
    """The placement has not begun, or is over."""

    code: ClassVar[str] = "placement-not-open"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The placement is not open at this time."


class PlacementInvalid(Refusal):
    """What the placement says cannot be."""

    code: ClassVar[str] = "placement-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A placement cannot be like this."


@dataclass(frozen=True, slots=True)
class Line:
    """What a side gives of one offer, and what a used one is worth to both."""

    offer_id: int
    quantity: int
    unit_value_minor: int


@dataclass(frozen=True, slots=True)
class SwapTerms:
    """What a party proposes: what it gives, what it takes, and within which limit."""

    gives: Sequence[Line]
    takes: Sequence[Line]
    currency: str
    window_from: datetime
    window_until: datetime
    limit_minor: int
    alert_percent: int

    def require_valid(self, now: datetime) -> None:
        """Refuse what cannot be.

        Raises:
            SwapInvalid: the window is backwards or over, a side is empty or names an offer twice,
                or a number is out of range.
        """
        if not self.window_from < self.window_until or self.window_until <= now:
            raise SwapInvalid("the window ends before it begins, or is over", field="window_until")
        if not 0 < self.limit_minor <= SWAP_MINOR_MAX:
            raise SwapInvalid(f"a limit is 1 to {SWAP_MINOR_MAX}", field="limit_minor")
        if not 1 <= self.alert_percent <= PERCENT_MAX:
            raise SwapInvalid(f"the alert is at 1 to {PERCENT_MAX} percent", field="alert_percent")
        for field, lines in (("gives", self.gives), ("takes", self.takes)):
            _require_side(lines, field)
        twice = Counter(line.offer_id for line in (*self.gives, *self.takes))
        if any(times > 1 for times in twice.values()):
            raise SwapInvalid("a swap names each offer once", field="gives")


def _require_side(lines: Sequence[Line], field: str) -> None:
    if not 1 <= len(lines) <= LINES_MAX:
        raise SwapInvalid(f"a side gives 1 to {LINES_MAX} offers", field=field)
    for line in lines:
        if not 0 < line.unit_value_minor <= UNIT_VALUE_MINOR_MAX or line.quantity <= 0:
            raise SwapInvalid(f"a right is worth 1 to {UNIT_VALUE_MINOR_MAX}", field=field)
    if sum(line.quantity * line.unit_value_minor for line in lines) > SWAP_MINOR_MAX:
        raise SwapInvalid(f"a side is worth at most {SWAP_MINOR_MAX}", field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A swap as it is stored, seen at an instant. `other_book_id` is None until it is agreed.

    `proposer_standing` and `other_standing` are what the last round of the worker found, at
    `judged_at`: what redemptions meet.
    """

    swap_id: int
    proposer_id: int
    other_id: int
    proposer_book_id: int
    other_book_id: int | None
    currency: str
    window_from: datetime
    window_until: datetime
    limit_minor: int
    alert_percent: int
    state: SwapState
    proposer_standing: StandingState
    other_standing: StandingState
    proposed_at: datetime
    agreed_at: datetime | None
    judged_at: datetime | None
    ended_at: datetime | None
    gives: Sequence[Line]
    """Of the proposer."""
    takes: Sequence[Line]
    """Of the other party."""

    def state_at(self, now: datetime) -> SwapState:
        """Where it stands at an instant."""
        if self.state is SwapState.AGREED and self.window_from <= now:
            return SwapState.RUNNING
        return self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A place in a host's app where a guest's offer is shown, and what a claim is worth."""

    placement_id: int
    guest_id: int
    host_id: int
    host_book_id: int
    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: int | None
    window_from: datetime
    window_until: datetime
    swap_id: int | None
    ended_at: datetime | None
    made_at: datetime

    def open_at(self, at: datetime) -> bool:
        """Whether a claim counts at the instant."""
        return self.window_from <= at < min(self.window_until, self.ended_at or self.window_until)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the exchange has seen of a placement, and the host's word beside it.

    - `claims`: rights that members redeemed by way of it and did not return.
    - `uses`: those of them that are used now.
    - `new_members`: members with a used one who had never redeemed a right of the guest before in
      this programme.
    - `reported_impressions`, `reported_hours`: what the host says. They enter no balance.
    """

    claims: int
    uses: int
    new_members: int
    reported_impressions: int
    reported_hours: int
