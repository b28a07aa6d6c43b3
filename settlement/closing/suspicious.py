"""What is unusual in a month: something that somebody looks at before it is billed.

None of it keeps a month from being closed. Each rule has its own name:

- `rate-zero`: charges of a leg cost nothing.
- `day-jump`: a day has far more uses between two parties than their days of the month have.
- `pair-missing`: two parties had uses in the month before, and have none in this.
- `currencies`: the same two parties are billed in more than one currency.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.months import first_day, next_month

Rule = Literal["rate-zero", "day-jump", "pair-missing", "currencies"]

FINDINGS_MAX = 200
"""The most findings that are told of each rule."""
JUMP_DEVIATIONS = 3.0
JUMP_USES_MIN = 30
"""Fewer uses on a day are no jump, however few the other days have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual between two parties. `count` is how many uses, lines or currencies it is.

    `day` is set where it is about one day, `leg` where it is about one leg.
    """

    rule: Rule
    payer_party_id: int
    payee_party_id: int
    count: int
    leg: str | None = None
    day: date | None = None


_RATE_ZERO = text(
    """
    SELECT payer_party_id, payee_party_id, count(*), leg FROM settlement.line
    WHERE month = :month AND kind = 'charge' AND rate_minor = 0
    GROUP BY payer_party_id, payee_party_id, leg
    ORDER BY count(*) DESC, payer_party_id, payee_party_id, leg LIMIT :limit
    """
)

_DAYS = text(
    """
    SELECT payer_party_id, payee_party_id,
        CAST(used_at AT TIME ZONE :time_zone AS date) AS day, count(*) AS uses
    FROM settlement.line WHERE month = :month AND kind = 'charge' AND NOT late
    GROUP BY payer_party_id, payee_party_id, day
    """
)

_MISSING = text(
    """
    SELECT payer_party_id, payee_party_id, uses FROM settlement.statement AS earlier
    WHERE month = :before AND state <> 'void' AND uses > 0 AND NOT EXISTS (
        SELECT FROM settlement.line WHERE line.month = :month
            AND line.payer_party_id = earlier.payer_party_id
            AND line.payee_party_id = earlier.payee_party_id
    )
    ORDER BY uses DESC, payer_party_id, payee_party_id LIMIT :limit
    """
)

_CURRENCIES = text(
    """
    SELECT payer_party_id, payee_party_id, count(DISTINCT currency)
    FROM settlement.line WHERE month = :month
    GROUP BY payer_party_id, payee_party_id HAVING count(DISTINCT currency) > 1
    ORDER BY payer_party_id, payee_party_id LIMIT :limit
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_RATE_ZERO, _DAYS, _MISSING, _CURRENCIES)
"""The statements here that name no book: a bill is between parties, of whatever book a use is."""


async def find_suspicious(connection: AsyncConnection, month: str, zone: ZoneInfo) -> list[Finding]:
    """What is unusual in a month. Four round trips."""
    of_month = {"month": month, "limit": FINDINGS_MAX}
    zero = [Finding("rate-zero", *row) for row in await connection.execute(_RATE_ZERO, of_month)]
    by_pair: defaultdict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    for row in await connection.execute(_DAYS, {"month": month, "time_zone": zone.key}):
        by_pair[row.payer_party_id, row.payee_party_id][row.day] = row.uses
    days = (first_day(next_month(month)) - first_day(month)).days
    jumps = [
        Finding("day-jump", payer, payee, by_day[day], day=day)
        for (payer, payee), by_day in sorted(by_pair.items())
        for day in jumps_among(by_day, days)
    ]
    before = _month_before(month)
    missing = [
        Finding("pair-missing", *row)
        for row in await connection.execute(_MISSING, {**of_month, "before": before})
    ]
    currencies = [
        Finding("currencies", *row) for row in await connection.execute(_CURRENCIES, of_month)
    ]
    return [*zero, *jumps[:FINDINGS_MAX], *missing, *currencies]


def jumps_among(by_day: Mapping[date, int], days: int) -> Sequence[date]:
    """The days with more uses than the mean and three standard deviations of all days. Pure.

    `days` is how many the month has: those without uses count as well. The day itself counts for
    neither mean nor deviation, or else a single one could never jump in a short month.
    """
    jumps = []
    for day, count in sorted(by_day.items()):
        others = [each for other, each in by_day.items() if other != day]
        others += [0] * (days - 1 - len(others))
        mean = sum(others) / len(others)
        deviation = sqrt(sum((each - mean) ** 2 for each in others) / len(others))
        if count >= JUMP_USES_MIN and count > mean + JUMP_DEVIATIONS * max(deviation, sqrt(mean)):
            jumps.append(day)
    return jumps


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"
