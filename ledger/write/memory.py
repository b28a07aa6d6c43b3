"""The wallets a process remembers of the lanes it wrote, so that it need not read them again.

They are right as long as the lane's `seq` is the one this process left behind: every writer of a
lane advances it under the lane's lock. Decisions change remembered wallets in place. So a
transaction that fails must have its lanes forgotten.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.decide.wallet import LaneState, Wallet

REMEMBERED_WALLETS_MAX = 200_000


@dataclass(slots=True)
class _Remembered:
    seq: int
    wallets: dict[str, Wallet]
    count: int
    """How many wallets were counted for it: a transaction that is not committed yet adds more."""


class Memory:
    """The wallets of the lanes that were written last, up to a limit."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[tuple[int, int], _Remembered] = OrderedDict()
        """By book and lane. The lane that was written last comes last."""
        self._wallets = 0

    def load(self, book_id: int, states: Mapping[int, LaneState]) -> None:
        """Give lanes the wallets that are remembered of them, where nobody else wrote since."""
        for lane, state in states.items():
            remembered = self._lanes.get((book_id, lane))
            if remembered is not None and remembered.seq == state.seq:
                state.wallets = remembered.wallets

    def remember(self, book_id: int, lanes: Mapping[int, LaneState]) -> None:
        """Keep what lanes hold after a commit; beyond the limit, the oldest lanes go."""
        self.forget(book_id, lanes)
        for lane, state in lanes.items():
            count = len(state.wallets)
            self._lanes[book_id, lane] = _Remembered(state.seq, state.wallets, count)
            self._wallets += count
        while self._wallets > REMEMBERED_WALLETS_MAX:
            _, remembered = self._lanes.popitem(last=False)
            self._wallets -= remembered.count

    def forget(self, book_id: int, lanes: Iterable[int]) -> None:
        """Drop what is remembered of lanes."""
        for lane in lanes:
            remembered = self._lanes.pop((book_id, lane), None)
            if remembered is not None:
                self._wallets -= remembered.count
