"""Unknown coupon codes: who may still be wrong how often.

Misses count for the API key together with the shop that the request names. So the mistakes of one
till never stop another. If a caller invents a shop for each guess, that does not help: shops of a
key that have not used a coupon yet also share one bucket among them. It is larger than one shop's.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from redis.asyncio import Redis

from api.process.guesses import Guesses, Loan, Rule

NEW_SHOPS_TIMES = 10
"""All shops of a key that have not used a coupon yet may miss so many times one shop's burst."""
KNOWN_SHOPS_MAX = 10_000
"""Shops that one process knows. If there are more, it forgets all, and they count as new."""


@dataclass(slots=True)
class Allowance:
    """How many codes each shop may get wrong now, and what came of it.

    - `wait_seconds`: when to ask again, if no shop may be wrong.
    - `wrong`: how many codes each shop got wrong, stated by the caller.
    - `proven`: the shops that have used a coupon, stated by the caller.
    """

    misses_max: Mapping[str, int]
    wait_seconds: float
    wrong: Mapping[str, int] = field(default_factory=dict)
    proven: Collection[str] = ()


class CodeMisses:
    """Slows down callers who guess codes, each shop by itself."""

    def __init__(self, redis: Redis, *, per_second: float, burst: int) -> None:
        self._guesses = Guesses(redis, "misses")
        self._shop = Rule(per_second, burst)
        self._new_shops = Rule(per_second * NEW_SHOPS_TIMES, burst * NEW_SHOPS_TIMES)
        self._known: set[str] = set()

    @asynccontextmanager
    async def allowed(self, key_id: int, codes: Mapping[str, int]) -> AsyncIterator[Allowance]:
        """Take the count of what may be wrong before it is looked up.

        `codes` is how many codes each shop names; a shop without a name is empty. If the block
        fails, nothing was told, and nothing is counted.
        """
        subjects = {shop: _subject(key_id, shop) for shop in codes}
        new = {shop for shop, subject in subjects.items() if subject not in self._known}
        wanted = {subjects[shop]: (count, self._shop) for shop, count in codes.items()}
        shared = _subject(key_id, None)
        if new:
            wanted[shared] = (sum(codes[shop] for shop in new), self._new_shops)
        loans = await self._guesses.borrow(wanted)
        allowance = self._allowance(subjects, new, loans, shared)
        wrong: dict[str, int] = {}
        try:
            yield allowance
            wrong = {subjects[shop]: count for shop, count in allowance.wrong.items()}
            wrong[shared] = sum(allowance.wrong.get(shop, 0) for shop in new)
            self._remember([subjects[shop] for shop in allowance.proven])
        finally:
            await self._guesses.give_back(loans, wrong)

    def _allowance(
        self,
        subjects: Mapping[str, str],
        new: Collection[str],
        loans: Mapping[str, Loan],
        shared: str,
    ) -> Allowance:
        left = loans[shared].granted if new else 0
        misses_max: dict[str, int] = {}
        for shop, subject in subjects.items():
            granted = loans[subject].granted
            if shop in new:
                granted = min(granted, left)
                left -= granted
            misses_max[shop] = granted
        waits = [loan.wait_seconds for loan in loans.values() if not loan.granted]
        return Allowance(misses_max, max(waits, default=0.0))

    def _remember(self, subjects: Collection[str]) -> None:
        if len(self._known) + len(subjects) > KNOWN_SHOPS_MAX:
            self._known.clear()
        self._known.update(subjects)


def _subject(key_id: int, shop: str | None) -> str:
    """A shop's name may be any text, so its hash stands for it."""
    if shop is None:
        return f"{key_id}:new"
    return f"{key_id}:{hashlib.blake2b(shop.encode(), digest_size=12).hexdigest()}"
