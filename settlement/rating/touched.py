"""What a price touches that is stated for days in the past: a line that was rated never changes.

So whoever states it is told how many uses keep another price, and how many will be billed late.
Correcting the first is an adjustment. A price into a closed month is refused unless it is meant.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import ClassVar

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USED_TOPIC, CouponUsed
from ledger import JSON, Refusal, outbox
from settlement.calendar import load_calendar
from settlement.months import begins_at, first_day, next_month
from settlement.rating.terms import Contract


class RateInClosedMonth(Refusal):
    """The price holds in a month that is closed, where it only concerns uses that come late.

    `month` is the last closed one.
    """

    code: ClassVar[str] = "rate-in-closed-month"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The price begins or ends in a closed month."


@dataclass(frozen=True, slots=True)
class Touched:
    """How many uses a price concerns that was stated after they happened.

    - `rated_uses`: are rated by another price, in a month that is open, and keep it.
    - `late_uses`: happened in a closed month and wait. They are billed late, by this price.
    """

    rated_uses: int
    late_uses: int


_LAST_CLOSED = text(
    """
    SELECT max(month) FROM settlement.period WHERE state <> 'open'
    """
)

# The nearer a contract, the higher its rank: see `Contracts.nearest`.
_RATED = text(
    """
    SELECT count(DISTINCT (line.book_id, line.use_id))
    FROM settlement.line
    WHERE month = ANY (SELECT month FROM settlement.period WHERE state = 'open')
        AND kind = 'charge' AND leg <> 'conversion'
        AND (:home = 0 OR home_party_id = :home)
        AND (:supplier = 0 OR supplier_party_id = :supplier)
        AND used_at >= :begins_at AND used_at < :ends_at
        AND contract_id = ANY (
            SELECT contract_id FROM settlement.contract
            WHERE contract_id <> :contract_id
                AND (home_party_id > 0)::integer + 2 * (supplier_party_id > 0)::integer
                    <= (:home > 0)::integer + 2 * (:supplier > 0)::integer
        )
        AND NOT EXISTS (
            SELECT FROM settlement.line AS undone
            WHERE undone.book_id = line.book_id AND undone.use_id = line.use_id
                AND undone.leg = line.leg AND undone.kind = 'reversal'
        )
    """
)

_BEYOND = text(
    """
    SELECT count(DISTINCT (book_id, use_id))
    FROM settlement.line
    WHERE month = ANY (SELECT month FROM settlement.period WHERE state = 'open')
        AND kind = 'charge' AND leg <> 'conversion'
        AND contract_id = :contract_id AND used_at >= :ends_at
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_RATED, _BEYOND)
"""The statements here that name no book: a price is for uses of any. They lock no rows."""


async def require_open(connection: AsyncConnection, day: date, *, accept_late: bool) -> None:
    """Refuse a price that begins or ends on a day of a closed month, unless it is meant.

    Raises:
        RateInClosedMonth: it does, and `accept_late` does not say that it is meant.
    """
    closed = await connection.scalar(_LAST_CLOSED)
    if closed is not None and not accept_late and day < first_day(next_month(closed)):
        raise RateInClosedMonth(f"{closed} is closed, and {day} is not after it", month=closed)


async def count_touched(connection: AsyncConnection, contract: Contract) -> Touched:
    """What a version that was just stated touches. Raters are kept out: see `lock_contracts`."""
    zone = (await load_calendar(connection)).zone
    begins = _begins(contract.valid_from, zone)
    ends = _begins(contract.valid_until or date.max, zone)
    home, supplier = contract.home_party_id or 0, contract.supplier_party_id or 0
    scope = {"home": home, "supplier": supplier, "contract_id": contract.contract_id}
    rated = await connection.scalar(_RATED, {**scope, "begins_at": begins, "ends_at": ends})
    closed = await connection.scalar(_LAST_CLOSED)
    late = 0
    if closed is not None:
        told: dict[str, JSON] = {"home_party_id": home} if home else {}
        told |= {"supplier_id": supplier} if supplier else {}
        late_ends = min(ends, begins_at(next_month(closed), zone))
        late = await _waiting(connection, late_ends, told) - await _waiting(
            connection, min(begins, late_ends), told
        )
    return Touched(int(rated or 0), late)


async def count_beyond(connection: AsyncConnection, contract: Contract) -> Touched:
    """What the end of a version touches: uses after it that were rated by it, and stay so."""
    zone = (await load_calendar(connection)).zone
    ends = _begins(contract.valid_until or date.max, zone)
    beyond = {"contract_id": contract.contract_id, "ends_at": ends}
    return Touched(int(await connection.scalar(_BEYOND, beyond) or 0), 0)


async def _waiting(connection: AsyncConnection, before: datetime, told: dict[str, JSON]) -> int:
    happened = outbox.HappenedBefore(before, {USED_TOPIC: CouponUsed.INSTANT_KEY})
    return await outbox.pending(connection, [USED_TOPIC], happened=happened, told=told)


def _begins(day: date, zone: tzinfo) -> datetime:
    # The first day of the calendar may begin before it in UTC, which the database cannot be told.
    return datetime.combine(max(day, date.min + timedelta(days=1)), time(), zone)
