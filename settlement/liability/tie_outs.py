"""What must agree before a month is frozen, and ever after (pure).

Records that were read for a month may have occurred after it. Their points are in the book, and
not in the month: they are the part of it that is `later`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.read import Row

_GIVEN = ("issuance", "converted_in", "adjustment")
_GONE = ("redemption", "breakage", "converted_out")
_OURS = ("wallet", "held", "clearing", "transit", "debt")


@dataclass(frozen=True, slots=True)
class TieOut:
    """Two figures of different origin that are the same."""

    name: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.left == self.right


def tie_outs(
    *,
    opening: int,
    closing: int,
    later: int,
    closing_before: int,
    cohorts: int,
    balances: Mapping[str, int],
    rows: Mapping[Row, int],
) -> list[TieOut]:
    """The five tie-outs of a month in points; the last is one for each account.

    `cohorts` is what the cohorts have at the month's end, `rows` are the sums of all rows of all
    months that were read.
    """
    book = closing + later
    return [
        TieOut(
            "closing is what was given less what is gone", book, -_sum(balances, _GIVEN + _GONE)
        ),
        TieOut("closing is what members have", book, _sum(balances, _OURS)),
        TieOut("closing is the sum of the cohorts", closing, cohorts),
        TieOut("opening is the closing of the month before", opening, closing_before),
        *(
            TieOut(f"rows come to the book's {account}", -sum(rows.get(r, 0) for r in parts), total)
            for account, parts, total in _accounts(balances)
        ),
    ]


def _accounts(balances: Mapping[str, int]) -> list[tuple[str, tuple[Row, ...], int]]:
    return [
        (
            "issuance",
            (Row.ISSUED, Row.ISSUE_REVERSED, Row.CONVERTED_IN_BEFORE),
            balances["issuance"],
        ),
        (
            "redemption",
            (Row.REDEEMED, Row.REDEMPTION_REVERSED, Row.CONVERTED_OUT_BEFORE),
            balances["redemption"],
        ),
        ("breakage", (Row.EXPIRED,), balances["breakage"]),
        ("adjustment", (Row.ADJUSTED,), balances["adjustment"]),
        ("converted_in", (Row.CONVERTED_IN,), balances["converted_in"]),
        ("converted_out", (Row.CONVERTED_OUT,), balances["converted_out"]),
        ("transit", (Row.MOVED,), balances["transit"]),
    ]


def _sum(balances: Mapping[str, int], names: tuple[str, ...]) -> int:
    return sum(balances[name] for name in names)


def money_tie_outs(
    opening: int, rows: int, closing: int, cohorts: int, before: int
) -> list[TieOut]:
    """Those of a month in money."""
    return [
        TieOut("closing is opening and the rows, in money", opening + rows, closing),
        TieOut("closing is the sum of the cohorts, in money", closing, cohorts),
        TieOut("opening is the closing of the month before, in money", opening, before),
    ]
