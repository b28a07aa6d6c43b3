"""Places of work: how many requests a process works on at once, and for whom.

One party can never take all of them. It has a share, and the last places are kept for those who
must always get through: suppliers that call back, and the operator.
"""

from enum import IntEnum

SHARE_PARTS = 4
"""One holder has at most this part of all places, unless said otherwise: a quarter."""
RESERVE_PARTS = 16
"""Each rank above the lowest has this part of all places to itself and to the ranks above it."""


class Rank(IntEnum):
    """Who asks for a place. The number says how many reserves are closed to it."""

    OPERATOR = 0
    CALLBACK = 1
    ANYONE = 2


class Places:
    """A number of places, and who holds them. `share` is the most that one holder may have."""

    def __init__(self, limit: int, share: int | None = None) -> None:
        self.limit = limit
        self.share = share or max(1, limit // SHARE_PARTS)
        self.count = 0
        self._held: dict[str, int] = {}

    def enter(self, holder: str = "", rank: Rank = Rank.ANYONE) -> bool:
        """Take a place. False if none is left for this holder, or for its rank."""
        held = self._held.get(holder, 0)
        if held >= self.share or self.count >= self.limit - rank * (self.limit // RESERVE_PARTS):
            return False
        self._held[holder] = held + 1
        self.count += 1
        return True

    def has_share(self, holder: str) -> bool:
        """Whether this holder has as many places as one may have."""
        return self._held.get(holder, 0) >= self.share

    def leave(self, holder: str = "") -> None:
        """Give a place back."""
        left = self._held[holder] - 1
        if left:
            self._held[holder] = left
        else:
            del self._held[holder]
        self.count -= 1
