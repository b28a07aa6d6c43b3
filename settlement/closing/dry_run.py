"""A dry run: what a closing would bill now, what keeps it from being closed, what looks unusual.

It reads one snapshot and writes nothing. What depends on sums is computed while a month is closing,
so a dry run has the lines and the corrections of a month, and no caps, minimums, tiers or tax.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal, allow_time
from settlement.calendar import load_calendar
from settlement.closing.finish import require_complete
from settlement.closing.freeze import CloseWish, load_state, require_closable
from settlement.closing.suspicious import Finding, find_suspicious
from settlement.closing.waiting import load_waiting
from settlement.months import begins_at, next_month, require_month
from settlement.period_lines.ahead import Owing, look_ahead

DRY_RUN_TIMEOUT_SECONDS = 120
PAIRS_MAX = 1_000
"""How many pairs of parties a dry run tells, those with most at stake first."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a payer would owe a payee by the lines of the month."""

    payer_party_id: int
    payee_party_id: int
    currency: str
    uses: int
    reversals: int
    late_lines: int
    billed_minor: int


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """All that would be billed in one currency."""

    currency: str
    pairs: int
    billed_minor: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a closing would come to. `obstacles` are the codes of what would refuse it now."""

    month: str
    state: str
    obstacles: list[str]
    waiting: dict[str, int]
    waiting_errors: list[str]
    currencies: list[CurrencySum]
    pair_count: int
    pairs: list[Owed]
    suspicious: list[Finding]

    @property
    def parties(self) -> set[int]:
        """All parties that are named."""
        rows: list[Owed | Finding] = [*self.pairs, *self.suspicious]
        return {party for row in rows for party in (row.payer_party_id, row.payee_party_id)}


_OWED = text(
    """
    SELECT payer_party_id, payee_party_id, currency, max(uses) AS uses,
        max(reversals) AS reversals, CAST(sum(late_lines) AS bigint) AS late_lines,
        CAST(sum(amount_minor) AS bigint) AS billed_minor
    FROM (
        SELECT payer_party_id, payee_party_id, currency,
            count(*) FILTER (WHERE kind = 'charge') AS uses,
            count(*) FILTER (WHERE kind = 'reversal') AS reversals,
            count(*) FILTER (WHERE late) AS late_lines, sum(amount_minor) AS amount_minor
        FROM settlement.line WHERE month = :month AND payer_party_id <> payee_party_id
        GROUP BY payer_party_id, payee_party_id, currency, leg
        UNION ALL
        SELECT payer_party_id, payee_party_id, currency, 0, 0, 0, amount_minor
        FROM settlement.period_line
        WHERE month = :month AND payer_party_id <> payee_party_id
    ) AS legs
    GROUP BY payer_party_id, payee_party_id, currency
    ORDER BY abs(sum(amount_minor)) DESC, payer_party_id, payee_party_id, currency
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_OWED,)
"""The statement here that names no book: a bill is between parties, of whatever book a use is."""


async def run_dry(connection: AsyncConnection, month: str, now: datetime) -> DryRun:
    """What a closing of the month would come to, without any change.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
    """
    require_month(month)
    await allow_time(connection, DRY_RUN_TIMEOUT_SECONDS)
    zone = (await load_calendar(connection)).zone
    waiting = await load_waiting(connection, begins_at(next_month(month), zone))
    rows = await connection.execute(_OWED, {"month": month})
    owed = [Owed(*row) for row in rows]
    state = await load_state(connection, month) or "open"
    if state == "open":
        owed = _with_period(owed, await look_ahead(connection, month))
    obstacles = await _obstacles(connection, month, now)
    if waiting.counts and "period-has-pending-uses" not in obstacles:
        obstacles.append("period-has-pending-uses")
    return DryRun(
        month=month,
        state=state,
        obstacles=obstacles,
        waiting=dict(waiting.counts),
        waiting_errors=waiting.errors,
        currencies=_by_currency(owed),
        pair_count=len(owed),
        pairs=owed[:PAIRS_MAX],
        suspicious=await find_suspicious(connection, month, zone),
    )


async def _obstacles(connection: AsyncConnection, month: str, now: datetime) -> list[str]:
    if await load_state(connection, month) not in (None, "open"):
        return []
    found: list[str] = []
    try:
        await require_closable(connection, month, CloseWish(), now)
    except Refusal as error:
        found.append(error.code)
    try:
        await require_complete(connection)
    except Refusal as error:
        found.append(error.code)
    return found


def _with_period(owed: list[Owed], period: dict[Owing, int]) -> list[Owed]:
    """What is owed with what depends on the sums of the month, the largest first."""
    by_key = {(each.payer_party_id, each.payee_party_id, each.currency): each for each in owed}
    for key, minor in period.items():
        if key[0] != key[1]:
            before = by_key.get(key, Owed(*key, 0, 0, 0, 0))
            by_key[key] = replace(before, billed_minor=before.billed_minor + minor)
    return [
        by_key[key] for key in sorted(by_key, key=lambda key: (-abs(by_key[key].billed_minor), key))
    ]


def _by_currency(owed: list[Owed]) -> list[CurrencySum]:
    return [
        CurrencySum(
            currency,
            sum(each.currency == currency for each in owed),
            sum(each.billed_minor for each in owed if each.currency == currency),
        )
        for currency in sorted({each.currency for each in owed})
    ]
