"""How many of those who could redeem a right did, and how many of the issued points were redeemed.

The rate of members is the one that a programme is steered by: of the members who at any time in the
window could spend what the cheapest right cost, how many redeemed one. It is a proportion: whoever
redeems could evidently pay, and is among those who could. Members are those of the days that were
measured (`rounds`), so no wallet is read. A window of a month reads 31 rows.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.figures.member_sets import MemberSet
from exchange.figures.rates import Rate, proportion, ratio, unknown
from ledger.book import Programme

DAYS_READ_MAX = 31
"""So many days are read and decompressed at a time."""
NOT_MEASURED = "the worker has measured none of these days"
NOT_READ = "the worker has read no records of these days"
FLOW = "by the day on which it was recorded; it may be more than 1, so it has no interval"
COHORT = "the book keeps points by their last day, not by the month in which they were issued"

_DAYS = text(
    """
    SELECT day, is_measured, issued, issue_reversed, redeemed_points,
        CASE WHEN is_measured THEN reached END AS reached,
        CASE WHEN is_measured THEN redeemed END AS redeemed
    FROM exchange.figure_day
    WHERE book_id = :book_id AND day > :after AND day < :end_day
    ORDER BY day LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Redemption:
    """How a programme's members redeem, in some days.

    - `members`: those who redeemed, of those who could.
    - `flow`: points redeemed by points issued.
    - `cohort`: of the points issued in these days, those redeemed so far.
    - `days_measured`: how many of the days the rate of members is of.
    """

    members: Rate
    flow: Rate
    cohort: Rate
    days_measured: int


@dataclass(slots=True)
class _Sums:
    reached: int = 0
    redeemed: int = 0
    measured: int = 0
    read: int = 0
    issued: int = 0
    issue_reversed: int = 0
    redeemed_points: int = 0

    def add(self, rows: "Sequence[Row[Any]]") -> None:
        """Add days. Sets of members are whole numbers here, with a bit for each member."""
        for row in rows:
            self.read += 1
            self.issued += row.issued
            self.issue_reversed += row.issue_reversed
            self.redeemed_points += row.redeemed_points
            if row.is_measured:
                self.measured += 1
                self.reached |= MemberSet(row.reached).as_number()
                self.redeemed |= MemberSet(row.redeemed).as_number()


async def find_redemption(
    connection: AsyncConnection, programme: Programme, first_day: date, end_day: date
) -> Redemption:
    """The rates of a programme from `first_day` until before `end_day`.

    One statement for each month of the window.
    """
    sums = _Sums()
    after = date.fromordinal(first_day.toordinal() - 1)
    while True:
        bound = {
            "book_id": programme.book_id,
            "after": after,
            "end_day": end_day,
            "limit": DAYS_READ_MAX,
        }
        rows = (await connection.execute(_DAYS, bound)).all()
        # Decompressing a month of two million members takes a while, and others wait for the loop.
        await asyncio.to_thread(sums.add, rows)
        if len(rows) < DAYS_READ_MAX:
            break
        after = rows[-1].day
    return _redemption(sums, (end_day - first_day).days)


def _redemption(sums: _Sums, days: int) -> Redemption:
    members = unknown("members", NOT_MEASURED)
    if sums.measured:
        note = None if sums.measured == days else f"{sums.measured} of {days} days are measured"
        redeemers = sums.redeemed.bit_count()
        able = (sums.reached | sums.redeemed).bit_count()
        members = proportion(redeemers, able, "members", note=note)
    flow = unknown("points", NOT_READ)
    if sums.read:
        flow = ratio(sums.redeemed_points, sums.issued, "points", note=FLOW)
    return Redemption(members, flow, unknown("points", COHORT), sums.measured)
