"""What a request costs its party, in tokens of the rate, by its bytes and by its items.

Both are paid before the work that they stand for: bytes before they are read, or as soon as they
are there if nobody announced them, and items before anything is done with them.
"""

import math

from api.http.problems import RateLimited
from api.process.limits import TokenBuckets

BILL = "bill"
"""Its name in the state of a request."""
ITEMS_PER_TOKEN = 10
"""How many items of one request cost as much as a request.

A single operation over HTTP takes the process about as long as ten that share a request.
"""
BYTES_PER_TOKEN = 4_096
"""How many bytes of a body cost as much as a request.

Ordinary items are small, so that their number counts. This is for files, and for items that carry
much: a body of 8 MiB costs as much as 2,048 requests.
"""


class Bill:
    """What one request has paid. It pays for its bytes or for its items, whichever is more."""

    __slots__ = ("_buckets", "_party", "paid")

    def __init__(self, buckets: TokenBuckets, party: str) -> None:
        self._buckets = buckets
        self._party = party
        self.paid = 0

    async def pay_bytes(self, count: int) -> None:
        """Pay for a body of so many bytes. A request without one pays one token.

        Raises:
            RateLimited: the party has used up its share.
        """
        await self._pay(max(1, math.ceil(count / BYTES_PER_TOKEN)))

    async def pay_items(self, count: int) -> None:
        """Pay for so many items.

        Raises:
            RateLimited: the party has used up its share.
        """
        await self._pay(math.ceil(count / ITEMS_PER_TOKEN))

    async def _pay(self, tokens: int) -> None:
        # Nobody ever has more tokens at once than the burst. A request that costs more takes all.
        tokens = min(tokens, self._buckets.burst)
        if tokens <= self.paid:
            return
        wait = await self._buckets.take(self._party, tokens - self.paid)
        if wait > 0:
            # When it is sent again, it has to pay from the beginning.
            seconds = math.ceil(wait + self.paid / self._buckets.per_second)
            raise RateLimited(
                f"this request costs {tokens} tokens, and the party has so many again "
                f"in {seconds} s",
                tokens=tokens,
                retry_after_seconds=seconds,
            )
        self.paid = tokens
