"""Sets of members as one bit each, so that any window of days can be counted (pure).

How many different members did something in a window does not follow from how many did on each day.
With a set for each day it does. A bit for each of two million members is 250 kB, and less where
few are in it, or nearly all.
"""

import zlib
from collections.abc import Iterable

BITS_IN_BYTE = 8
_LEVEL = 1
"""The fastest: sets are either sparse or dense, and both become small at once."""


class MemberSet:
    """A set of members by their places in the book."""

    __slots__ = ("_bits",)

    def __init__(self, stored: bytes | None = None) -> None:
        self._bits = bytearray() if stored is None else bytearray(zlib.decompress(stored))

    def add(self, places: Iterable[int]) -> None:
        """Put members into it."""
        bits = self._bits
        for place in places:
            index = place >> 3
            if index >= len(bits):
                bits.extend(bytes(index + 1 - len(bits)))
            bits[index] |= 1 << (place & 7)

    def join(self, other: "MemberSet") -> None:
        """Put the members of another set into it."""
        joined = self.as_number() | other.as_number()
        self._bits = bytearray(joined.to_bytes(-(-joined.bit_length() // BITS_IN_BYTE), "little"))

    def stored(self) -> bytes:
        """What is kept of it."""
        return zlib.compress(self._bits, _LEVEL)

    def as_number(self) -> int:
        """The set as a whole number, of which sets of members can be made by `|` and `&`."""
        return int.from_bytes(self._bits, "little")
